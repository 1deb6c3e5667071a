package dev.kafkaapibridge.sandbox.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kafkaapibridge.sandbox.Alone;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A rollout that cannot come about, with records under way: the bridge says why, the old pod serves
 * on, and once mended it goes on by itself.
 */
@Alone
@Tag("turn-3") // 107 s
@Timeout(600)
class StalledIT {

  private static final int LOAD = 50;

  @TempDir static Path directory;
  @AutoClose static Installed on;

  private OrderFlow flow;
  private BridgeOnNode bridge;
  private List<String> oldPods;

  @BeforeAll
  static void install() {
    on = Installed.onRealNode(directory);
  }

  @BeforeEach
  void aBridgeUnderLoad(TestInfo test) {
    String topic = "t" + Integer.toHexString(test.getDisplayName().hashCode());
    flow = new OrderFlow(on, topic, LOAD);
    bridge = BridgeOnNode.create(on, topic, flow.url(), "", "");
    bridge.awaitReady();
    flow.begin();
    oldPods = bridge.pods();
  }

  @AfterEach
  void away() {
    flow.close();
    bridge.kubectl("delete", "kab", "--all");
  }

  @Test
  void anImageThatDoesNotExist() {
    bridge.patch("{\"workload\": {\"image\": \"localhost/nobody/knows:1\"}}");

    bridge.awaitCondition("Stalled", "True ImagePullFailed: ");
    assertThat(bridge.condition("Stalled"))
        .contains("'localhost/nobody/knows:1'", "check spec.workload.image");
    bridge.awaitEvent("ImagePullFailed");
    theOldPodServes();

    bridge.patch("{\"workload\": {\"image\": null}}");
    allIsWellAgain();
    assertThat(bridge.pods()).as("nothing had to be replaced").isEqualTo(oldPods);
  }

  @Test
  void aQuotaOfNoPods() {
    on.apply(
        "{apiVersion: v1, kind: ResourceQuota, metadata: {name: none, namespace: %s}, spec: {hard: {pods: 0}}}"
            .formatted(bridge.namespace()));
    await()
        .atMost(Duration.ofMinutes(1))
        .untilAsserted(() ->
            assertThat(bridge.kubectl("get", "resourcequota/none", "-o", "jsonpath={.status.hard}"))
                .contains("pods"));
    bridge.patch("{\"delivery\": {\"maxInFlight\": 40}}");

    bridge.awaitCondition("Stalled", "True QuotaExceeded: ");
    assertThat(bridge.condition("Stalled")).contains("exceeded quota: none");
    bridge.awaitEvent("QuotaExceeded");
    theOldPodServes();

    bridge.kubectl("delete", "resourcequota/none");
    allIsWellAgain();
    assertThat(bridge.pods()).doesNotContainAnyElementsOf(oldPods);
  }

  @Test
  void noNodeTakesThePod() {
    bridge.patch("{\"workload\": {\"nodeSelector\": {\"disk\": \"made-of-gold\"}}}");

    bridge.awaitCondition("Available", "False Unschedulable: ");
    bridge.awaitEvent("Unschedulable");
    theOldPodServes();

    on.kubectl("label", "node", "--all", "disk=made-of-gold");
    allIsWellAgain();
    assertThat(bridge.pods()).doesNotContainAnyElementsOf(oldPods);
  }

  private void theOldPodServes() {
    assertThat(bridge.pods()).containsAll(oldPods);
    flow.passes(2 * LOAD);
  }

  private void allIsWellAgain() {
    bridge.awaitReady();
    bridge.awaitCondition("Ready", "True Running");
    assertThat(bridge.condition("Stalled")).isEmpty();
    bridge.awaitCondition("Available", "True");
    await().atMost(Duration.ofMinutes(1)).untilAsserted(() -> assertThat(bridge.pods()).hasSize(1));
    flow.passes(LOAD);
    flow.endsWholeAndInOrder(bridge.group());
  }
}
