package dev.kafkaapibridge.operator.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.api.replay.ReplayOrder;
import dev.kafkaapibridge.api.report.SpecHash;
import dev.kafkaapibridge.api.validation.BridgeFile;
import dev.kafkaapibridge.api.validation.ReplayFile;
import dev.kafkaapibridge.operator.bridge.ReplicaDecision.Cause;
import dev.kafkaapibridge.operator.scale.Decision.Limit;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ReplayInFileTest {

  private static final AcceptedBridge BRIDGE = Bridges.accepted(Bridges.MINIMAL);

  @Test
  void podsReadItAsItWasMeantAndTheSpecStaysTheSame() {
    ReplayOrder order = order();
    var file = (BridgeFile.Reading.Sound) BridgeFile.read(MountedBridge.yaml(BRIDGE, null, order));

    assertThat(
            ReplayOrder.read(
                file.tree()
                    .path("metadata")
                    .path("annotations")
                    .path(ReplayOrder.ANNOTATION)
                    .asText()))
        .contains(order);
    assertThat(SpecHash.of(file.tree().get("spec"))).isEqualTo(BRIDGE.specHash());
  }

  /** Pods of a former spec read a file of their own, and may be the only ones that run. */
  @Test
  void podsOfAFormerSpecReadItToo() {
    String former = MountedBridge.yaml(BRIDGE, null, null);

    assertThat(
            MountedBridge.following(
                former, BRIDGE.specHash(), MountedBridge.yaml(BRIDGE, null, order())))
        .hasValueSatisfying(text -> assertThat(text).contains(ReplayOrder.ANNOTATION));
  }

  @Test
  void aBridgeWithoutPodsGetsOne() {
    var none = new ReplicaDecision(0, Cause.Managed, Limit.None, "nothing waits", 1, null);
    var stopped = new ReplicaDecision(0, Cause.Stopped, Limit.None, "it is stopped", 1, null);

    assertThat(none.withAPodForAReplay().replicas()).isEqualTo(1);
    assertThat(none.withAPodForAReplay().why()).isEqualTo("a replay is to run");
    assertThat(stopped.withAPodForAReplay()).isEqualTo(stopped);
  }

  private static ReplayOrder order() {
    var json = new com.fasterxml.jackson.databind.ObjectMapper().createObjectNode();
    json.putObject("bridgeRef").put("name", "orders");
    json.put("filter", "record.headers['kab-status'] == '503'");
    var sound = (ReplayFile.Reading.Sound) ReplayFile.spec(json);
    Instant at = Instant.parse("2026-11-22T10:00:00Z");
    return new ReplayOrder("uid-1", "first", at, at, sound.spec(), sound.tree());
  }
}
