package dev.kafkaapibridge.operator.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kafkaapibridge.operator.bridge.resources.BridgeLabels;
import dev.kafkaapibridge.operator.bridge.resources.DeploymentResource;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A namespace's user tries each field of the CR that ends up in a pod. What comes of it is a word
 * for that user, or a pod that meets the restricted profile; never an exception, and never more.
 */
class HostileBridgesTest {

  private static final JsonMapper JSON = new JsonMapper();

  /** {@code -Dkab.seed=N} repeats one, {@code -Dkab.trials=N} runs so many. */
  private static final long SEED = Long.getLong("kab.seed", 1);

  private static final int TRIALS = Integer.getInteger("kab.trials", 3_000);

  private static final String[] NAMES = {
    "hostNetwork",
    "hostPID",
    "hostPath",
    "privileged",
    "securityContext",
    "containers",
    "volumes",
    "serviceAccountToken",
    "runtimeClassName",
    "nodeAffinity",
    "podAffinity",
    "podAntiAffinity",
    "requiredDuringSchedulingIgnoredDuringExecution",
    "preferredDuringSchedulingIgnoredDuringExecution",
    "nodeSelectorTerms",
    "matchExpressions",
    "matchLabels",
    "labelSelector",
    "key",
    "operator",
    "values",
    "weight",
    "preference",
    "podAffinityTerm",
    "topologyKey",
    "maxSkew",
    "minDomains",
    "whenUnsatisfiable",
    "effect",
    "tolerationSeconds",
    "value",
    "namespaces",
    "namespaceSelector",
    "",
    "$ref",
    "a.b/c",
    "__proto__",
    "null"
  };
  private static final String[] SCALARS = {
    "null",
    "true",
    "0",
    "-1",
    "1",
    "2147483648",
    "9223372036854775808",
    "1e400",
    "1.5",
    "\"\"",
    "\"x\"",
    "\"In\"",
    "\"Exists\"",
    "\"NoExecute\"",
    "\"../../etc\"",
    "\"\\u0000\"",
    "\"5\"",
    "[]",
    "{}",
    "[null]",
    "[[]]",
    "[{}]",
    "{\"a\": null}"
  };

  @Test
  void whateverIsWrittenIsRefusedOrRestricted() throws Exception {
    int accepted = 0;
    for (long seed = SEED; seed < SEED + TRIALS; seed++) {
      var random = new Random(seed);
      ObjectNode workload = workload(random);
      Bridge bridge = bridge(workload);

      Acceptance acceptance = Bridges.accept(bridge);

      if (acceptance.accepted().isPresent()) {
        accepted++;
        assertRestricted(acceptance.accepted().get(), "seed " + seed + ": " + workload);
      }
    }
    assertThat(accepted).as("of %d", TRIALS).isGreaterThan(TRIALS / 20);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "podAnnotations: {container.apparmor.security.beta.kubernetes.io/runtime: unconfined}",
        "podAnnotations: {seccomp.security.alpha.kubernetes.io/pod: unconfined}",
        "podAnnotations: {kafka-api-bridge.dev/spec-hash: x}",
        "podLabels: {kafka-api-bridge.dev/x: x}",
        "podLabels: {app.kubernetes.io/instance: another}",
        "securityContext: {runAsUser: 0}",
        "hostNetwork: true",
        "runtimeClassName: kata",
        "affinity: {nodeAffinity: x}",
        "affinity: {podAntiAffinity: {preferredDuringSchedulingIgnoredDuringExecution: [null]}}",
        "affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchExpressions: [{key: a, operator: In, values: [null]}]}]}}}",
        "tolerations: [null]",
        "tolerations: [{tolerationSeconds: 1e30}]",
        "topologySpreadConstraints: [{maxSkew: 99999999999}]",
      })
  void isRefusedInWords(String hostile) {
    Acceptance acceptance =
        Bridges.accept(Bridges.read(Bridges.MINIMAL + "  workload: {" + hostile + "}\n"));

    assertThat(acceptance).isInstanceOf(Acceptance.Refused.class);
    assertThat(((Acceptance.Refused) acceptance).message())
        .contains("spec.workload.")
        .doesNotContain("Exception", "io.fabric8", "java.");
  }

  @Test
  void anotherAccountsNameBringsNoToken() {
    AcceptedBridge bridge =
        Bridges.accepted(Bridges.MINIMAL + "  workload: {serviceAccountName: cluster-admin}\n");

    var pod = DeploymentResource.render(rendered(bridge)).getSpec().getTemplate().getSpec();

    assertThat(pod.getServiceAccountName()).isEqualTo("cluster-admin");
    assertThat(pod.getAutomountServiceAccountToken()).isFalse();
    assertThat(Serialization.asYaml(pod)).doesNotContain("serviceAccountToken:");
  }

  private static void assertRestricted(AcceptedBridge bridge, String as) {
    var deployment = DeploymentResource.render(rendered(bridge));
    var template = deployment.getSpec().getTemplate();

    assertThat(RestrictedProfile.faults(template)).as(as).isEmpty();
    assertThat(template.getMetadata().getLabels())
        .as(as)
        .containsAllEntriesOf(BridgeLabels.all(bridge.identity()));
    assertThat(deployment.getMetadata().getLabels())
        .as(as)
        .isEqualTo(BridgeLabels.all(bridge.identity()));
    assertThat(template.getMetadata().getAnnotations())
        .as(as)
        .containsEntry(BridgeLabels.SPEC_HASH, bridge.specHash());
  }

  private static Rendered rendered(AcceptedBridge bridge) {
    int replicas = Replicas.decide(bridge.spec(), Replicas.Known.nothing()).replicas();
    return Rendered.of(
        bridge, new Installation("runtime:1", List.of()), replicas, null, null, null);
  }

  private static Bridge bridge(ObjectNode workload) throws Exception {
    var tree = (ObjectNode) JSON.readTree(Serialization.asJson(Bridges.read(Bridges.MINIMAL)));
    ((ObjectNode) tree.get("spec")).set("workload", workload);
    return Serialization.unmarshal(tree.toString(), Bridge.class);
  }

  /** Some fields well-formed and hostile, some of them nonsense. */
  private static ObjectNode workload(Random random) throws Exception {
    ObjectNode workload = JSON.createObjectNode();
    put(random, workload, "image", "\"attacker/image\"", "\" \"", "7");
    put(random, workload, "imagePullSecrets", "[{\"name\": \"theirs\"}]", "[null]");
    put(random, workload, "serviceAccountName", "\"cluster-admin\"", "\"../x\"");
    put(random, workload, "priorityClassName", "\"system-node-critical\"", "\"\"");
    put(random, workload, "terminationGracePeriodSeconds", "3600", "999999999");
    put(
        random,
        workload,
        "nodeSelector",
        "{\"node-role.kubernetes.io/control-plane\": \"\"}",
        "{\"a\": 5}");
    put(random, workload, "podLabels", "{\"a\": \"b\"}", "{\"app.kubernetes.io/name\": \"x\"}");
    put(
        random,
        workload,
        "podAnnotations",
        "{\"a\": \"\\n---\"}",
        "{\"sidecar.istio.io/inject\": \"true\"}",
        "{\"container.apparmor.security.beta.kubernetes.io/runtime\": \"unconfined\"}");
    put(
        random,
        workload,
        "resources",
        "{\"requests\": {\"hugepages-2Mi\": \"2Mi\"}}",
        "{\"limits\": {\"cpu\": \"1e99\"}}");
    for (String open : List.of("affinity", "tolerations", "topologySpreadConstraints")) {
      if (random.nextInt(3) == 0) {
        JsonNode value = JSON.readTree(any(random, 0));
        if (!open.equals("affinity") && random.nextBoolean()) {
          workload.putArray(open).add(value);
        } else {
          workload.set(open, value);
        }
      }
    }
    if (random.nextInt(20) == 0) {
      workload.set(NAMES[random.nextInt(NAMES.length)], JSON.readTree(any(random, 0)));
    }
    return workload;
  }

  private static void put(Random random, ObjectNode to, String field, String... values)
      throws Exception {
    int which = random.nextInt(values.length * 6);
    if (which < values.length) {
      to.set(field, JSON.readTree(values[which]));
    }
  }

  /** JSON of any shape, made of words that mean something to a Pod. */
  private static String any(Random random, int depth) {
    int kind = random.nextInt(depth > 5 ? 1 : 4);
    if (kind == 0) {
      return SCALARS[random.nextInt(SCALARS.length)];
    }
    var text = new StringBuilder(kind == 1 ? "[" : "{");
    for (int i = random.nextInt(3); i >= 0; i--) {
      if (kind != 1) {
        text.append('"').append(NAMES[random.nextInt(NAMES.length)]).append("\":");
      }
      text.append(any(random, depth + 1)).append(i == 0 ? "" : ",");
    }
    return text.append(kind == 1 ? ']' : '}').toString();
  }
}
