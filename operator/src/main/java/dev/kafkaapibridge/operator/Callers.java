package dev.kafkaapibridge.operator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.kafkaapibridge.operator.kube.StrictTypes;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeer;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeerBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Who may call the pods of bridges, as a NetworkPolicy's {@code from}: the operator's own pods, by
 * namespace and labels ({@code KAB_OPERATOR_LABELS}, {@code name=value,...}), and who scrapes
 * metrics ({@code KAB_SCRAPERS}, a JSON list of peers). Pure.
 */
final class Callers {

  private Callers() {}

  /** Empty, which means anybody, where the operator runs in no pod that could be named. */
  static List<NetworkPolicyPeer> from(
      Map<String, String> environment, @Nullable String ownNamespace, List<String> faults) {
    List<NetworkPolicyPeer> scrapers =
        scrapers(environment.getOrDefault("KAB_SCRAPERS", "[]"), faults);
    Map<String, String> labels =
        labels(environment.getOrDefault("KAB_OPERATOR_LABELS", ""), faults);
    if (ownNamespace == null || ownNamespace.isBlank() || labels.isEmpty()) {
      return List.of();
    }
    var callers = new ArrayList<NetworkPolicyPeer>();
    callers.add(
        new NetworkPolicyPeerBuilder()
            .withNewNamespaceSelector()
            .addToMatchLabels("kubernetes.io/metadata.name", ownNamespace)
            .endNamespaceSelector()
            .withNewPodSelector()
            .withMatchLabels(labels)
            .endPodSelector()
            .build());
    callers.addAll(scrapers);
    return List.copyOf(callers);
  }

  private static Map<String, String> labels(String written, List<String> faults) {
    var labels = new TreeMap<String, String>();
    for (String pair : written.split(",", -1)) {
      int equals = pair.indexOf('=');
      if (equals > 0) {
        labels.put(pair.substring(0, equals).strip(), pair.substring(equals + 1).strip());
      } else if (!pair.isBlank()) {
        faults.add(
            "KAB_OPERATOR_LABELS is '" + written + "': write name=value, separated by commas");
        return Map.of();
      }
    }
    return labels;
  }

  private static List<NetworkPolicyPeer> scrapers(String written, List<String> faults) {
    try {
      JsonNode list = new JsonMapper().readTree(written);
      var peers = new ArrayList<NetworkPolicyPeer>();
      for (JsonNode peer : list) {
        // A peer that selects nothing at all would be refused with every bridge.
        if (!peer.isObject() || peer.isEmpty()) {
          throw new JsonProcessingException("a peer is an object with a selector") {};
        }
        peers.add(StrictTypes.read(peer, NetworkPolicyPeer.class));
      }
      if (list.isArray()) {
        return peers;
      }
    } catch (JsonProcessingException e) {
      // said below
    }
    faults.add(
        "KAB_SCRAPERS is '"
            + written
            + "': write a JSON list of what the from of a NetworkPolicy holds");
    return List.of();
  }
}
