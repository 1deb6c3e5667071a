package dev.kafkaapibridge.operator;

import dev.kafkaapibridge.api.validation.BridgeSchema;
import dev.kafkaapibridge.api.validation.ReplaySchema;
import dev.kafkaapibridge.operator.kube.OwnRights;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Whether the operator may see what it watches, asked before it starts: without one of these rights
 * no cache is filled, and a stack trace would be all that tells. A right to write that is missing
 * shows in the status of the bridge that needs it.
 */
final class Rights {

  private record Kind(String group, String resource) {
    @Override
    public String toString() {
      return group.isEmpty() ? resource : resource + "." + group;
    }
  }

  private static final List<Kind> WATCHED =
      List.of(
          new Kind(BridgeSchema.GROUP, "kafkaapibridges"),
          new Kind(BridgeSchema.GROUP, ReplaySchema.PLURAL),
          new Kind("apps", "deployments"),
          new Kind("apps", "replicasets"),
          new Kind("", "configmaps"),
          new Kind("", "services"),
          new Kind("", "serviceaccounts"),
          new Kind("", "pods"),
          new Kind("networking.k8s.io", "networkpolicies"),
          new Kind("policy", "poddisruptionbudgets"));

  private Rights() {}

  /** {@code namespaces} are those to watch; empty means all. */
  static void require(KubernetesClient client, Set<String> namespaces) throws Cluster.Missing {
    var missing = new ArrayList<String>();
    for (String namespace : namespaces.isEmpty() ? Set.of("") : namespaces) {
      List<String> here =
          WATCHED.stream()
              .filter(kind -> !mayList(client, kind, namespace))
              .map(Kind::toString)
              .toList();
      if (!here.isEmpty()) {
        missing.add(
            String.join(", ", here)
                + (namespace.isEmpty() ? " in all namespaces" : " in namespace " + namespace));
      }
    }
    if (!missing.isEmpty()) {
      throw new Cluster.Missing(
          "The operator lacks a right: it may not list "
              + String.join("; nor ", missing)
              + ". Apply the rights of this version's chart (templates/rbac.yaml), or name the namespaces where it has them: KAB_WATCH_NAMESPACES");
    }
  }

  private static boolean mayList(KubernetesClient client, Kind kind, String namespace) {
    try {
      return OwnRights.allow(client, "list", kind.group(), kind.resource(), namespace);
    } catch (KubernetesClientException e) {
      return true; // who may not even ask finds out by trying
    }
  }
}
