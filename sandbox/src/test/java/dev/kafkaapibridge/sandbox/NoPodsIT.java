package dev.kafkaapibridge.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kafkaapibridge.sandbox.api.Ledger;
import dev.kafkaapibridge.sandbox.api.SwitchboardApi;
import dev.kafkaapibridge.sandbox.broker.OrderProducer;
import dev.kafkaapibridge.sandbox.kubernetes.Cluster;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A bridge with {@code minReplicas: 0}: broker, control plane, operator and runtime are real. */
@Tag("turn-0") // 389 s
@Timeout(900)
class NoPodsIT {

  private static final Duration IDLE_AFTER = Duration.ofSeconds(15);
  private static final Duration SOON = Duration.ofMinutes(3);

  private static Sandbox sandbox;

  @BeforeAll
  static void start() {
    sandbox = Sandbox.start(SandboxOptions.forTests());
  }

  @AfterAll
  static void stop() {
    if (sandbox != null) {
      sandbox.close();
    }
  }

  @Test
  void theLastPodGoesAndTheNextRecordBringsItBack() throws Exception {
    try (var shop = new Shop("to-and-fro")) {
      shop.delivers(200);
      shop.wasScaledLast("2026-01-01T00:00:00Z");
      shop.fallsAsleep();
      assertThat(shop.status("scaling.lastScaleTime")).isNotEqualTo("2026-01-01T00:00:00Z");
      // Before the operator has looked at the brokers, it says less, for the same reason.
      await()
          .atMost(SOON)
          .untilAsserted(() ->
              assertThat(shop.kubectl("describe", "kab", shop.name))
                  .contains("Nothing comes in and nothing waits; the next record starts pods"));

      shop.patch("{\"delivery\": {\"maxInFlight\": 8}}");
      shop.awaitStatus("observedGeneration", "2");
      assertThat(shop.bridge.pods()).as("a new spec starts none").isEmpty();

      shop.delivers(100);
      shop.fallsAsleep();
      shop.delivers(1);
      shop.everyRecordCameOnceAndInOrder();
    }
  }

  @Test
  void anOperatorThatStartsAnewLetsItSleepAndWakesIt() throws Exception {
    try (var shop = new Shop("restarted")) {
      shop.delivers(50);
      shop.fallsAsleep();
      String scaledAt = shop.status("scaling.lastScaleTime");

      sandbox.stopOperator();
      sandbox.startOperator();
      shop.patch("{\"delivery\": {\"maxInFlight\": 8}}");
      shop.awaitStatus("observedGeneration", "2");
      assertThat(shop.bridge.pods()).isEmpty();
      assertThat(shop.status("scaling.lastScaleTime")).as("nothing was scaled").isEqualTo(scaledAt);
      shop.delivers(50);
      shop.fallsAsleep();

      sandbox.stopOperator();
      shop.producer.produce(50);
      sandbox.startOperator();
      shop.awaitDelivered();
      shop.everyRecordCameOnceAndInOrder();
    }
  }

  @Test
  void aBrokerThatIsAwayIsSaidAndWhatComesAfterwardsStartsPods() throws Exception {
    try (var shop = new Shop("broker-away")) {
      shop.delivers(50);
      shop.fallsAsleep();

      sandbox.broker().stop();
      shop.awaitReason("BootstrapUnreachable");
      assertThat(shop.status("desiredReplicas")).as("not seen is not a record").isEqualTo("0");
      sandbox.broker().start();
      shop.awaitReason("ScaledToZero");

      shop.delivers(50);
      shop.everyRecordCameOnceAndInOrder();
    }
  }

  /** A bridge, its topic and its API. */
  private static final class Shop implements AutoCloseable {

    final String name;
    final DeployedBridge bridge;
    final OrderProducer producer;
    private final SwitchboardApi api = SwitchboardApi.start();
    private Instant produced = Instant.now();

    Shop(String name) throws InterruptedException {
      this.name = name;
      sandbox.broker().topics().create(name, 4);
      producer = new OrderProducer(sandbox.broker(), name, 20);
      bridge =
          sandbox.applyAsItIs(
              Example.load(SandboxOptions.projectRoot(), "orders-to-crm")
                  .named(name)
                  .with(List.of(name), "kafka", "topics")
                  .with(0, "autoscaling", "minReplicas")
                  .with(IDLE_AFTER.toSeconds() + "s", "autoscaling", "idleAfter")
                  .at(sandbox.bootstrapServers(), api.url()));
      api.account(producer::sent, () -> sandbox.deadLetters(bridge));
      bridge.awaitReady(SOON);
    }

    void delivers(int records) {
      int before = api.journal().calls().size();
      produced = Instant.now();
      producer.produce(records);
      awaitDelivered();
      say("first call", Duration.between(produced, api.journal().calls().get(before).at()));
    }

    void awaitDelivered() {
      await()
          .atMost(SOON)
          .untilAsserted(
              () -> assertThat(api.ledger().delivered()).isEqualTo(producer.sentCount()));
    }

    void fallsAsleep() {
      awaitStatus("desiredReplicas", "0");
      assertThat(Duration.between(produced, Instant.now())).isGreaterThanOrEqualTo(IDLE_AFTER);
      await().atMost(SOON).until(() -> bridge.pods().isEmpty());
      Instant lastCall = api.journal().calls().getLast().at();
      say("no pod", Duration.between(lastCall, Instant.now()));
      awaitReason("ScaledToZero");
    }

    void everyRecordCameOnceAndInOrder() {
      long sent = producer.sentCount();
      assertThat(api.ledger()).isEqualTo(new Ledger(sent, sent, 0, 0, 0, 0, 0));
    }

    void awaitReason(String reason) {
      awaitStatus("conditions[?(@.type==\"Ready\")].reason", reason);
    }

    void awaitStatus(String path, String value) {
      await().atMost(SOON).until(() -> status(path).equals(value));
    }

    String status(String path) {
      return kubectl("get", "kab", name, "--output", "jsonpath={.status." + path + "}");
    }

    void patch(String spec) {
      kubectl("patch", "kab", name, "--type=merge", "--patch", "{\"spec\": " + spec + "}");
    }

    void wasScaledLast(String at) {
      kubectl(
          "patch",
          "kab",
          name,
          "--subresource=status",
          "--type=merge",
          "--patch",
          "{\"status\": {\"scaling\": {\"lastScaleTime\": \"%s\"}}}".formatted(at));
    }

    String kubectl(String... arguments) {
      Cluster.Said said = sandbox.cluster().kubectl(arguments);
      assertThat(said.succeeded()).as(said.text()).isTrue();
      return said.text().strip();
    }

    private void say(String what, Duration after) {
      System.err.printf("%s: %s after %.1f s%n", name, what, after.toMillis() / 1e3);
    }

    @Override
    public void close() throws InterruptedException {
      producer.close();
      bridge.delete(Duration.ofSeconds(60));
      api.close();
    }
  }
}
