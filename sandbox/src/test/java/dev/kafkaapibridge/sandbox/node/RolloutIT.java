package dev.kafkaapibridge.sandbox.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kafkaapibridge.sandbox.Alone;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a bridge's user changes while 300 records come each second: none is lost, sent twice or
 * overtaken, and they never come to a halt.
 */
@Alone
@Timeout(600)
class RolloutIT {

  private static final int LOAD = 300;
  private static final double STEADY = 0.7;

  @TempDir static Path directory;
  static Installed on;

  @BeforeAll
  static void install() {
    on = Installed.onRealNode(directory);
  }

  @AfterAll
  static void end() {
    if (on != null) {
      on.close();
    }
  }

  @Test
  void aChangedSpecReplacesThePodsOneByOne() {
    try (var flow = new OrderFlow(on, "rollout", LOAD)) {
      var bridge = BridgeOnNode.create(on, "rollout", flow.url(), "", "replicas: 2");
      bridge.awaitReady();
      flow.begin();
      List<String> before = bridge.pods();

      Thread t = Thread.ofPlatform().daemon().start(() -> { try { new ProcessBuilder("sh", "-c", on.cluster0() + " -n rollout-shop logs -f -l app.kubernetes.io/instance=orders --prefix --tail=400 > /tmp/node-old.txt 2>&1").start().waitFor(); } catch (Exception e) {} });
      bridge.patch("{\"delivery\": {\"maxInFlight\": 40}}");
      bridge.awaitEvent("BridgeUpdated");
      bridge.awaitReady();
      awaitLeft(bridge, 2);

      assertThat(bridge.pods()).hasSize(2).doesNotContainAnyElementsOf(before);
      flow.passes(LOAD * 5);
      try { java.nio.file.Files.writeString(Path.of("/tmp/node-logs.txt"), bridge.kubectl("logs", "-l", "app.kubernetes.io/instance=orders", "--tail=400", "--prefix") + "\n" + System.currentTimeMillis()); } catch (Exception e) {}
      flow.endsWholeAndInOrder(bridge.group());
      assertThat(flow.worstStretch()).isGreaterThan(STEADY);
    }
  }

  private static void awaitLeft(BridgeOnNode bridge, int pods) {
    await()
        .atMost(Duration.ofMinutes(2))
        .untilAsserted(() ->
            assertThat(
                    bridge
                        .kubectl(
                            "get", "pods", "-l", "app.kubernetes.io/instance=orders", "-o", "name")
                        .lines())
                .hasSize(pods));
  }
}
