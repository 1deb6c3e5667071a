package dev.kafkaapibridge.sandbox.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kafkaapibridge.sandbox.Alone;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A bridge is paused, stopped and deleted, as the kubelet and Kubernetes' controllers bring it. */
@Alone
@Tag("turn-1") // 161 s
@Timeout(600)
class LifecycleIT {

  private static final int LOAD = 50;
  private static final String DELETE = "deletionPolicy: {consumerGroup: Delete}";

  @TempDir static Path directory;
  @AutoClose static Installed on;

  @BeforeAll
  static void install() {
    on = Installed.onRealNode(directory);
  }

  @Test
  void aPauseAndAStopCallNothingAndGoOnWhereTheyWere() {
    try (var flow = new OrderFlow(on, "pause", LOAD)) {
      var bridge = BridgeOnNode.create(on, "pause", flow.url(), "", "");
      bridge.awaitReady();
      flow.begin();
      List<String> pods = bridge.pods();

      bridge.patch("{\"state\": \"Paused\"}");
      bridge.awaitReady();
      bridge.awaitCondition("Paused", "True Paused");
      nothingIsCalled(flow);
      assertThat(on.broker().topics().members(bridge.group())).isEqualTo(1);

      bridge.patch("{\"state\": \"Running\"}");
      bridge.awaitReady();
      bridge.awaitEvent("Resumed");
      flow.passes(3 * LOAD);
      assertThat(bridge.pods()).as("a pause restarts nothing").isEqualTo(pods);

      bridge.patch("{\"state\": \"Stopped\"}");
      bridge.awaitReady();
      bridge.awaitCondition("Paused", "True Stopped");
      assertThat(bridge.pods()).isEmpty();
      nothingIsCalled(flow);
      assertThat(on.broker().topics().members(bridge.group())).isZero();

      bridge.patch("{\"state\": \"Running\"}");
      bridge.awaitReady();
      flow.passes(3 * LOAD);
      flow.endsWholeAndInOrder(bridge.group());
    }
  }

  private static void nothingIsCalled(OrderFlow flow) {
    long before = flow.accepted();
    long sent = flow.sent();
    await().atMost(Duration.ofSeconds(30)).until(() -> flow.sent() > sent + 3 * LOAD);
    assertThat(flow.accepted()).isEqualTo(before);
  }

  @Test
  void aDeletedBridgesGroupGoesWithIt() {
    try (var flow = new OrderFlow(on, "leaving", LOAD)) {
      var bridge = BridgeOnNode.create(on, "leaving", flow.url(), "", DELETE);
      bridge.awaitReady();
      flow.begin();
      assertThat(groups()).contains(bridge.group());

      bridge.kubectl("delete", "kab/orders", "--timeout=120s");

      assertThat(groups()).doesNotContain(bridge.group());
      bridge.awaitEvent("ConsumerGroupDeleted");
      assertThat(bridge.kubectl("get", "jobs", "-o", "jsonpath={.items[*].status.succeeded}"))
          .isEqualTo("1");
      assertThat(flow.api().ledger().duplicated()).isZero();
      assertThat(flow.api().ledger().reordered()).isZero();
    }
  }

  /** Pods need no API server; and what was asked for before it went, happens when it is back. */
  @Test
  void whileTheApiServerIsAwayRecordsFlowAndADeletionWaits() {
    try (var flow = new OrderFlow(on, "away", LOAD)) {
      var bridge = BridgeOnNode.create(on, "away", flow.url(), "", DELETE);
      bridge.awaitReady();
      flow.begin();
      ApiServer apiServer = on.apiServer();

      apiServer.goAway();
      flow.passes(5 * LOAD);
      assertThat(bridge.kubectlSays("delete", "kab/orders")).contains("refused");
      apiServer.comeBack();
      flow.passes(LOAD);
      bridge.awaitCondition("Ready", "True Running");

      bridge.kubectl("delete", "kab/orders", "--wait=false");
      apiServer.goAway();
      flow.awaitSent(2 * LOAD);
      assertThat(groups()).contains(bridge.group());
      apiServer.comeBack();

      bridge.kubectl("wait", "kab/orders", "--for=delete", "--timeout=180s");
      assertThat(groups()).doesNotContain(bridge.group());
      bridge.awaitEvent("ConsumerGroupDeleted");
      assertThat(flow.api().ledger().duplicated()).isZero();
      assertThat(flow.api().ledger().reordered()).isZero();
    }
  }

  private static List<String> groups() {
    try {
      return on.broker().topics().admin().listGroups().all().get().stream()
          .map(group -> group.groupId())
          .toList();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
