package dev.kafkaapibridge.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kafkaapibridge.sandbox.api.SwitchboardApi;
import dev.kafkaapibridge.sandbox.broker.OrderProducer;
import dev.kafkaapibridge.sandbox.kubernetes.Cluster;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A bridge with {@code minReplicas: 0}: broker, control plane, operator and runtime are real. */
@Timeout(900)
class NoPodsIT {

  private static final String NAME = "no-pods";
  private static final Duration SOON = Duration.ofSeconds(180);

  @Test
  void theLastPodGoesAndTheNextRecordBringsItBack() throws InterruptedException {
    try (Sandbox sandbox = Sandbox.start(SandboxOptions.forTests());
        SwitchboardApi api = SwitchboardApi.start()) {
      sandbox.broker().topics().create(NAME, 4);
      DeployedBridge bridge =
          sandbox.applyAsItIs(
              Example.load(SandboxOptions.projectRoot(), "orders-to-crm")
                  .named(NAME)
                  .with(List.of(NAME), "kafka", "topics")
                  .with(0, "autoscaling", "minReplicas")
                  .with("15s", "autoscaling", "idleAfter")
                  .at(sandbox.bootstrapServers(), api.url()));
      bridge.awaitReady(SOON);
      try (var producer = new OrderProducer(sandbox.broker(), NAME, 50)) {
        api.account(producer::sent, () -> sandbox.deadLetters(bridge));
        producer.produce(200);
        await().atMost(SOON).until(() -> api.ledger().delivered() == 200);
        awaitReason(sandbox, "ScaledToZero");
        await().atMost(SOON).until(() -> bridge.pods().isEmpty());

        patch(sandbox, "{\"spec\": {\"delivery\": {\"maxInFlight\": 8}}}");
        await().atMost(SOON).until(() -> status(sandbox, "observedGeneration").equals("2"));
        assertThat(bridge.pods()).as("a new spec starts none").isEmpty();

        producer.produce(100);
        await().atMost(SOON).until(() -> api.ledger().delivered() == 300);
        assertThat(api.ledger().duplicated()).as("the position was committed").isZero();
        awaitReason(sandbox, "ScaledToZero");

        sandbox.broker().stop();
        awaitReason(sandbox, "BootstrapUnreachable");
        sandbox.broker().start();
        awaitReason(sandbox, "ScaledToZero");
      }
      bridge.delete(Duration.ofSeconds(60));
    }
  }

  private static void awaitReason(Sandbox sandbox, String reason) {
    await()
        .atMost(SOON)
        .until(() ->
            status(sandbox, "conditions[?(@.type==\"Ready\")].reason").equals(reason)
                && status(sandbox, "desiredReplicas").equals("0"));
  }

  private static String status(Sandbox sandbox, String path) {
    return kubectl(sandbox, "get", "kab", NAME, "--output", "jsonpath={.status." + path + "}");
  }

  private static void patch(Sandbox sandbox, String change) {
    kubectl(sandbox, "patch", "kab", NAME, "--type=merge", "--patch", change);
  }

  private static String kubectl(Sandbox sandbox, String... arguments) {
    Cluster.Said said = sandbox.cluster().kubectl(arguments);
    assertThat(said.succeeded()).as(said.text()).isTrue();
    return said.text().strip();
  }
}
