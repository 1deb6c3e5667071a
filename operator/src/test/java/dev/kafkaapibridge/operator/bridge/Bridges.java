package dev.kafkaapibridge.operator.bridge;

import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Bridges for tests. */
public final class Bridges {

  /** The least that a bridge can be. */
  public static final String MINIMAL =
      """
      apiVersion: kafka-api-bridge.dev/v1alpha1
      kind: KafkaApiBridge
      metadata: {name: orders, namespace: shop, uid: 6b1f, generation: 1}
      spec:
        kafka: {bootstrapServers: "kafka:9092", topics: [orders]}
        target: {http: {url: "https://crm.example.com/v1/orders"}}
      """;

  private Bridges() {}

  public static Bridge read(String yaml) {
    return Serialization.unmarshal(yaml, Bridge.class);
  }

  public static Bridge read(Path file) throws IOException {
    return read(Files.readString(file));
  }

  public static Acceptance accept(Bridge bridge) {
    return Acceptance.of(BridgeIdentity.of(bridge), bridge.asFile());
  }

  /** What is served instead of {@code bridge}, which was refused, or else not looked at. */
  public static Optional<AcceptedBridge> former(Bridge bridge, String text, boolean refused) {
    return FormerSpec.read(text, FormerSpec.seal(text))
        .flatMap(former -> FormerSpec.of(bridge, former, refused ? bridge.getSpec() : null));
  }

  public static AcceptedBridge accepted(String yaml) {
    return accepted(read(yaml));
  }

  public static AcceptedBridge accepted(Bridge bridge) {
    Acceptance acceptance = accept(bridge);
    return acceptance
        .accepted()
        .orElseThrow(() -> new AssertionError("not accepted: " + acceptance));
  }
}
