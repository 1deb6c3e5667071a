package dev.kafkaapibridge.operator;

import dev.kafkaapibridge.operator.strimzi.StrimziAccess;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * All that can be set of the operator, from the environment, checked once.
 *
 * @param runtimeImage image of the pods of bridges that name none
 * @param namespaces to watch; empty means all
 * @param leaderElection whether to wait for the lease before changing anything
 * @param port of /healthz, /readyz and /metrics; 0 takes any free one
 * @param identity names this process in the lease and in events
 * @param ownNamespace where the lease lies; null outside a pod
 * @param strimzi which Kafka resources bridges may refer to
 * @param callers who may call the pods of bridges; empty: anybody
 */
public record Settings(
    String runtimeImage,
    Set<String> namespaces,
    boolean leaderElection,
    int port,
    String identity,
    @Nullable String ownNamespace,
    StrimziAccess strimzi,
    List<NetworkPolicyPeer> callers) {

  /** Settings that cannot be used; the message names each variable and its fix, a line each. */
  public static final class Unusable extends Exception {
    Unusable(List<String> faults) {
      super(String.join("\n", faults));
    }
  }

  private static final Pattern NAMESPACE = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");

  /**
   * @param environment as the process has it
   * @param version of this operator; the runtime of the same version is its default
   * @param inPod whether the process runs in a pod
   */
  public static Settings from(Map<String, String> environment, String version, boolean inPod)
      throws Unusable {
    var faults = new ArrayList<String>();
    String image =
        environment.getOrDefault(
            "KAB_RUNTIME_IMAGE", "localhost/kafka-api-bridge/runtime:" + version);
    if (image.isBlank() || image.chars().anyMatch(Character::isWhitespace)) {
      faults.add(
          "KAB_RUNTIME_IMAGE is '"
              + image
              + "': write an image such as localhost/kafka-api-bridge/runtime:"
              + version);
    }
    String ownNamespace = environment.get("POD_NAMESPACE");
    boolean leaderElection = leaderElection(environment.get("KAB_LEADER_ELECTION"), inPod, faults);
    if (leaderElection && inPod && (ownNamespace == null || ownNamespace.isBlank())) {
      faults.add(
          "POD_NAMESPACE is not set: set it from metadata.namespace, the lease lies there, or set KAB_LEADER_ELECTION=Disabled");
    }
    String pod = environment.getOrDefault("POD_NAME", "");
    if (leaderElection && inPod && pod.isBlank()) {
      faults.add(
          "POD_NAME is not set: set it from metadata.name, the lease is held by that name, or set KAB_LEADER_ELECTION=Disabled");
    }
    Set<String> namespaces =
        namespaces("KAB_WATCH_NAMESPACES", "leave it empty for all", environment, faults);
    StrimziAccess strimzi = strimzi(environment, faults);
    int port = port(environment.getOrDefault("KAB_PORT", "8080"), faults);
    List<NetworkPolicyPeer> callers = Callers.from(environment, ownNamespace, faults);
    if (!faults.isEmpty()) {
      throw new Unusable(faults);
    }
    return new Settings(
        image,
        namespaces,
        leaderElection,
        port,
        pod.isBlank() ? nobodyElses(environment.get("HOSTNAME")) : pod,
        ownNamespace,
        strimzi,
        callers);
  }

  /** Two containers have the same process id, and may have the same host. */
  private static String nobodyElses(@Nullable String host) {
    String random = UUID.randomUUID().toString().substring(0, 8);
    return "kafka-api-bridge-operator-" + (host == null ? "" : host + "-") + random;
  }

  private static boolean leaderElection(
      @Nullable String written, boolean inPod, List<String> faults) {
    return switch (written) {
      case "Enabled" -> true;
      case "Disabled" -> false;
      case null -> inPod;
      default -> {
        faults.add("KAB_LEADER_ELECTION is '" + written + "': write Enabled or Disabled");
        yield false;
      }
    };
  }

  private static StrimziAccess strimzi(Map<String, String> environment, List<String> faults) {
    Set<String> shared =
        namespaces("KAB_STRIMZI_NAMESPACES", "leave it empty for none", environment, faults);
    return switch (environment.getOrDefault("KAB_STRIMZI", "Disabled")) {
      case "Enabled" -> new StrimziAccess(true, shared);
      case "Disabled" -> StrimziAccess.NONE;
      case String written -> {
        faults.add("KAB_STRIMZI is '" + written + "': write Enabled or Disabled");
        yield StrimziAccess.NONE;
      }
    };
  }

  private static Set<String> namespaces(
      String variable, String orEmpty, Map<String, String> environment, List<String> faults) {
    String written = environment.getOrDefault(variable, "");
    var namespaces = new TreeSet<String>();
    Stream.of(written.split(",", -1))
        .map(String::strip)
        .filter(name -> !name.isEmpty())
        .forEach(name -> {
          if (NAMESPACE.matcher(name).matches()) {
            namespaces.add(name);
          } else {
            faults.add(
                "%s has '%s', which is no namespace: write names separated by commas, or %s"
                    .formatted(variable, name, orEmpty));
          }
        });
    return namespaces;
  }

  private static int port(String written, List<String> faults) {
    try {
      int port = Integer.parseInt(written.strip());
      if (port >= 0 && port <= 65535) {
        return port;
      }
    } catch (NumberFormatException e) {
      // told below
    }
    faults.add("KAB_PORT is '" + written + "': write a port from 0 to 65535; 0 takes any free one");
    return 0;
  }
}
