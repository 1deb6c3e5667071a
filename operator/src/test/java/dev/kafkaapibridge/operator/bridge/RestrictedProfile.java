package dev.kafkaapibridge.operator.bridge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The restricted pod security standard, and what this project promises beyond it, as a judge of a
 * pod: by what may be there, so that a field that nobody thought of is found too.
 */
final class RestrictedProfile {

  private static final Set<String> POD =
      Set.of(
          "affinity",
          "automountServiceAccountToken",
          "containers",
          "enableServiceLinks",
          "imagePullSecrets",
          "nodeSelector",
          "priorityClassName",
          "securityContext",
          "serviceAccountName",
          "terminationGracePeriodSeconds",
          "tolerations",
          "topologySpreadConstraints",
          "volumes");
  private static final Set<String> CONTAINER =
      Set.of(
          "args",
          "image",
          "imagePullPolicy",
          "livenessProbe",
          "name",
          "ports",
          "readinessProbe",
          "resources",
          "securityContext",
          "startupProbe",
          "terminationMessagePolicy",
          "volumeMounts");

  private final List<String> faults = new ArrayList<>();

  private RestrictedProfile() {}

  static List<String> faults(PodTemplateSpec template) {
    try {
      var profile = new RestrictedProfile();
      profile.judge(new JsonMapper().readTree(Serialization.asJson(template)));
      return profile.faults;
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private void judge(JsonNode template) {
    JsonNode pod = template.path("spec");
    only(POD, pod, "spec");
    equal("false", pod.path("automountServiceAccountToken"), "automountServiceAccountToken");
    equal("false", pod.path("enableServiceLinks"), "enableServiceLinks");
    equal(
        "{\"fsGroup\":65532,\"runAsGroup\":65532,\"runAsNonRoot\":true,\"runAsUser\":65532,\"seccompProfile\":{\"type\":\"RuntimeDefault\"}}",
        pod.path("securityContext"),
        "securityContext");
    equal(
        "1", JsonMapper.builder().build().valueToTree(pod.path("containers").size()), "containers");
    JsonNode container = pod.path("containers").path(0);
    only(CONTAINER, container, "container");
    equal(
        "{\"allowPrivilegeEscalation\":false,\"capabilities\":{\"drop\":[\"ALL\"]},\"readOnlyRootFilesystem\":true}",
        container.path("securityContext"),
        "container's securityContext");
    for (JsonNode port : container.path("ports")) {
      only(Set.of("containerPort", "name", "protocol"), port, "port");
    }
    for (String probe : List.of("startupProbe", "livenessProbe", "readinessProbe")) {
      only(Set.of("path", "port", "scheme"), container.path(probe).path("httpGet"), probe);
    }
    for (JsonNode volume : pod.path("volumes")) {
      only(Set.of("name", "configMap", "emptyDir", "projected"), volume, "volume");
      for (JsonNode source : volume.path("projected").path("sources")) {
        only(Set.of("secret", "configMap"), source, "projected source"); // no token above all
      }
    }
    template
        .path("metadata")
        .path("annotations")
        .fieldNames()
        .forEachRemaining(name -> {
          if (name.contains("apparmor.security") || name.contains("seccomp.security")) {
            faults.add("annotation " + name);
          }
        });
  }

  private void only(Set<String> allowed, JsonNode object, String what) {
    object
        .fieldNames()
        .forEachRemaining(name -> {
          if (!allowed.contains(name)) {
            faults.add(what + " has " + name);
          }
        });
  }

  private void equal(String expected, JsonNode actual, String what) {
    if (!actual.toString().equals(expected)) {
      faults.add(what + " is " + actual);
    }
  }
}
