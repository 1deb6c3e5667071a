package dev.kafkaapibridge.sandbox.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarSource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.VolumeMount;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A container as a local program: arguments in which the places of mounts are replaced by the
 * folders that stand for them, and an environment.
 *
 * @param arguments behind the image's entrypoint
 * @param environment variables of the container
 * @param memoryLimit in bytes; 0 where there is none
 * @param temporaryFiles what stands for a volume at /tmp
 */
record ContainerProgram(
    List<String> arguments,
    Map<String, String> environment,
    long memoryLimit,
    @Nullable Path temporaryFiles) {

  /**
   * @param address of the pod
   * @param folders by the name of the volume that they stand for
   */
  static ContainerProgram of(
      Pod pod, String address, Map<String, Path> folders, Mounts.Objects objects)
      throws Mounts.NotMountable {
    Container container = pod.getSpec().getContainers().getFirst();
    Map<String, String> environment = environment(pod, container, address, objects);
    Map<String, Path> mounts = new HashMap<>();
    for (VolumeMount mount : container.getVolumeMounts()) {
      Path folder = folders.get(mount.getName());
      if (folder != null) {
        mounts.put(mount.getMountPath(), folder);
      }
    }
    List<String> arguments =
        container.getArgs().stream()
            .map(argument -> expand(argument, environment))
            .map(argument -> relocate(argument, mounts))
            .toList();
    var relocated = new LinkedHashMap<String, String>();
    environment.forEach((name, value) -> relocated.put(name, relocate(value, mounts)));
    return new ContainerProgram(arguments, relocated, memoryLimit(container), mounts.get("/tmp"));
  }

  /** Where {@code MinRAMPercentage} ends and {@code MaxRAMPercentage} begins. */
  private static final long SMALL = 312L * 1024 * 1024;

  /** What makes a JVM feel the container: the image's share of its memory as heap, its /tmp. */
  List<String> jvmOptions() {
    var options = new ArrayList<String>();
    if (memoryLimit > 0) {
      int percent = memoryLimit < SMALL ? 40 : 55;
      options.add("-Xmx" + memoryLimit * percent / 100 / 1024 / 1024 + "m");
    }
    if (memoryLimit > 0 && memoryLimit < 1792L * 1024 * 1024) {
      options.add("-XX:+UseSerialGC"); // what the JVM takes by itself on a machine of that size
    }
    if (temporaryFiles != null) {
      options.add("-Djava.io.tmpdir=" + temporaryFiles);
    }
    return options;
  }

  private static String relocate(String text, Map<String, Path> mounts) {
    return mounts.entrySet().stream()
        .sorted(Comparator.comparing(mount -> -mount.getKey().length()))
        .filter(mount ->
            text.equals(mount.getKey())
                || text.startsWith(mount.getKey() + "/")
                || text.contains("=" + mount.getKey() + "/"))
        .findFirst()
        .map(mount -> text.replace(mount.getKey(), mount.getValue().toString()))
        .orElse(text);
  }

  private static String expand(String text, Map<String, String> environment) {
    String expanded = text;
    for (Map.Entry<String, String> variable : environment.entrySet()) {
      expanded = expanded.replace("$(" + variable.getKey() + ")", variable.getValue());
    }
    return expanded;
  }

  private static Map<String, String> environment(
      Pod pod, Container container, String address, Mounts.Objects objects)
      throws Mounts.NotMountable {
    var environment = new LinkedHashMap<String, String>();
    for (EnvVar variable : container.getEnv()) {
      EnvVarSource from = variable.getValueFrom();
      String value = from == null ? variable.getValue() : read(pod, from, address, objects);
      if (value != null) {
        environment.put(variable.getName(), value);
      }
    }
    return environment;
  }

  private static @Nullable String read(
      Pod pod, EnvVarSource from, String address, Mounts.Objects objects)
      throws Mounts.NotMountable {
    if (from.getFieldRef() != null) {
      return switch (from.getFieldRef().getFieldPath()) {
        case "metadata.name" -> pod.getMetadata().getName();
        case "metadata.namespace" -> pod.getMetadata().getNamespace();
        case "metadata.uid" -> pod.getMetadata().getUid();
        case "spec.nodeName" -> pod.getSpec().getNodeName();
        case "spec.serviceAccountName" -> pod.getSpec().getServiceAccountName();
        case "status.podIP" -> address;
        default ->
            throw new Mounts.NotMountable(
                "the sandbox's node does not know field " + from.getFieldRef().getFieldPath());
      };
    }
    if (from.getConfigMapKeyRef() != null) {
      var ref = from.getConfigMapKeyRef();
      return value(
          "configmap",
          ref.getName(),
          ref.getKey(),
          Mounts.content(objects.configMap(ref.getName())),
          ref.getOptional());
    }
    if (from.getSecretKeyRef() != null) {
      var ref = from.getSecretKeyRef();
      return value(
          "secret",
          ref.getName(),
          ref.getKey(),
          Mounts.content(objects.secret(ref.getName())),
          ref.getOptional());
    }
    throw new Mounts.NotMountable("the sandbox's node knows no resource fields");
  }

  private static @Nullable String value(
      String kind,
      String name,
      String key,
      @Nullable Map<String, byte[]> content,
      @Nullable Boolean optional)
      throws Mounts.NotMountable {
    byte[] value = content == null ? null : content.get(key);
    if (value == null && !Boolean.TRUE.equals(optional)) {
      throw new Mounts.NotMountable(kind + " \"" + name + "\" has no key " + key);
    }
    return value == null ? null : new String(value, UTF_8);
  }

  private static long memoryLimit(Container container) {
    var resources = container.getResources();
    if (resources == null || resources.getLimits() == null) {
      return 0;
    }
    var limit = resources.getLimits().get("memory");
    return limit == null ? 0 : limit.getNumericalAmount().longValue();
  }
}
