package dev.kafkaapibridge.operator.bridge.resources;

import dev.kafkaapibridge.operator.bridge.BridgeIdentity;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.util.Map;
import java.util.TreeMap;

/** The labels of a bridge's objects. Nothing is copied from the bridge's own. */
public final class BridgeLabels {

  public static final String INSTANCE = "app.kubernetes.io/instance";

  private static final String NAME = "app.kubernetes.io/name";
  private static final String MANAGED_BY = "app.kubernetes.io/managed-by";
  private static final String OPERATOR = "kafka-api-bridge-operator";

  /** Selects what this operator made; informers hold nothing else. */
  public static final String MANAGED = MANAGED_BY + "=" + OPERATOR;

  /** Annotation of a pod: names the spec that it runs. */
  public static final String SPEC_HASH = "kafka-api-bridge.dev/spec-hash";

  /** Annotation of a pod: the consumer group that it is a member of, and at which brokers. */
  public static final String MEMBER_OF = "kafka-api-bridge.dev/member-of";

  /** Annotation of a pod: the limit that its bridge shares, and the part of it that it may send. */
  public static final String SHARED_LIMIT = "kafka-api-bridge.dev/shared-limit";

  /** Annotation of a Deployment: by which the accepted spec in the ConfigMap is known again. */
  public static final String ACCEPTED_SPEC = "kafka-api-bridge.dev/accepted-spec";

  /** Annotation of a Deployment: which authorities the Kafka cluster of its pods has had. */
  static final String KAFKA_AUTHORITIES = "kafka-api-bridge.dev/kafka-authorities";

  private BridgeLabels() {}

  /** What selects a bridge's pods; never changes in a bridge's life. */
  public static Map<String, String> selector(BridgeIdentity bridge) {
    return new TreeMap<>(Map.of(NAME, "kafka-api-bridge", INSTANCE, bridge.name()));
  }

  public static Map<String, String> all(BridgeIdentity bridge) {
    Map<String, String> labels = selector(bridge);
    labels.put("app.kubernetes.io/component", "runtime");
    labels.put(MANAGED_BY, OPERATOR);
    return labels;
  }

  /** Of what outlives the pods for a while; no Service and no Deployment selects it. */
  public static Map<String, String> cleanup(BridgeIdentity bridge) {
    Map<String, String> labels = all(bridge);
    labels.put(NAME, "kafka-api-bridge-cleanup");
    labels.put("app.kubernetes.io/component", "cleanup");
    return labels;
  }

  /** Name, labels and owner of a child. */
  static ObjectMeta child(BridgeIdentity bridge) {
    return new ObjectMetaBuilder()
        .withName(BridgeNames.child(bridge))
        .withNamespace(bridge.namespace())
        .withLabels(all(bridge))
        .withOwnerReferences(bridge.asOwner())
        .build();
  }
}
