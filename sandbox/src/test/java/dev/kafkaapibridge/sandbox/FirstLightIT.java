package dev.kafkaapibridge.sandbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kafkaapibridge.sandbox.api.Call;
import dev.kafkaapibridge.sandbox.api.Ledger;
import dev.kafkaapibridge.sandbox.api.SwitchboardApi;
import dev.kafkaapibridge.sandbox.broker.Order;
import dev.kafkaapibridge.sandbox.broker.OrderProducer;
import dev.kafkaapibridge.sandbox.kubernetes.Cluster;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;

/**
 * From {@code kubectl apply} to delivered records, on the sandbox: broker, API, control plane,
 * operator and runtime are the real thing, pods are local processes.
 */
@Tag("turn-3") // 164 s
@Timeout(300)
class FirstLightIT {

  private static final Duration READY = Duration.ofSeconds(120);
  private static final int ORDERS = 50;

  static Sandbox sandbox;
  private SwitchboardApi api;
  private OrderProducer producer;
  private Example example;
  private DeployedBridge bridge;

  @BeforeAll
  static void startSandbox() {
    sandbox = Sandbox.start(SandboxOptions.forTests());
  }

  @AfterAll
  static void closeSandbox() {
    if (sandbox != null) {
      sandbox.close();
    }
  }

  @BeforeEach
  void apply(TestInfo test) throws InterruptedException {
    String method = test.getTestMethod().orElseThrow().getName();
    String name = method.substring(0, Math.min(40, method.length())).toLowerCase(Locale.ROOT);
    sandbox.broker().topics().create(name, 4);
    api = SwitchboardApi.start();
    example =
        Example.load(SandboxOptions.projectRoot(), "orders-to-crm")
            .named(name)
            .with(List.of(name), "kafka", "topics")
            .at(sandbox.bootstrapServers(), api.url());
    bridge = sandbox.applyAsItIs(example);
    producer = new OrderProducer(sandbox.broker(), name, ORDERS);
    api.account(producer::sent, () -> sandbox.deadLetters(bridge));
    bridge.awaitReady(READY);
  }

  @AfterEach
  void delete() throws InterruptedException {
    producer.close();
    bridge.delete(Duration.ofSeconds(60));
    api.close();
  }

  @Test
  void theElevenLineBridgeDeliversAThousandRecordsOnceAndLeavesNothingBehind()
      throws InterruptedException {
    producer.produce(1000);

    awaitLedger(new Ledger(1000, 1000, 0, 0, 0, 0, 0));
    awaitCommitted();
    assertThat(kubectl("get", "kab", bridge.name()))
        .matches("(?s)NAME +READY +REASON +REPLICAS +.*\n" + bridge.name() + " +True +.*");
    assertThat(kubectl("logs", "deployment/" + bridge.name() + "-bridge")).contains("listening on");

    kubectl("delete", "kab", bridge.name(), "--timeout=60s");

    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() ->
            assertThat(
                    kubectl(
                        "get",
                        "all,configmaps,serviceaccounts",
                        "-l",
                        "app.kubernetes.io/instance=" + bridge.name(),
                        "-o",
                        "name"))
                .isEmpty());
    await("the kubelet, which forgets a pod after the API server does")
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() ->
            assertThat(sandbox.kubelet().orElseThrow().pods())
                .noneMatch(pod -> pod.name().startsWith(bridge.name())));
  }

  @Test
  void exactlyTheRefusedRecordsAreInTheDeadLetterTopicAsTheyWere() {
    api.set(
        """
        {"refusal": {"status": 400, "body": "\\"sequence\\":\\\\d*(249|499|749|999),"}}
        """);

    producer.produce(5000);

    awaitLedger(new Ledger(5000, 4980, 20, 0, 0, 0, 0));
    awaitCommitted();
    List<ConsumerRecord<byte[], byte[]>> letters =
        sandbox.broker().topics().read(bridge.deadLetterTopic());
    assertThat(letters).hasSize(20);
    for (ConsumerRecord<byte[], byte[]> letter : letters) {
      long sequence = Call.recordsIn(new String(letter.value(), UTF_8)).getFirst().sequence();
      Order order = Order.numbered(sequence, ORDERS);
      assertThat(sequence % 250).isEqualTo(249);
      assertThat(letter.key()).isEqualTo(order.key());
      assertThat(letter.value()).isEqualTo(order.value());
      Map<String, String> headers = new HashMap<>();
      letter
          .headers()
          .forEach(header -> headers.put(header.key(), new String(header.value(), UTF_8)));
      assertThat(headers).containsEntry("origin", "web-shop").containsValue(bridge.name());
      assertThat(headers.values()).as("the cause").anyMatch(value -> value.contains("400"));
    }
  }

  @Test
  void whatIsDeadIsReplayedByAnObjectAndNoPodIsStartedAnew() {
    api.set(
        """
        {"refusal": {"status": 400, "body": "\\"sequence\\":\\\\d*(249|499|749|999),"}}
        """);
    producer.produce(2000);
    awaitLedger(new Ledger(2000, 1992, 8, 0, 0, 0, 0));
    String pod = bridge.pods().getFirst().getMetadata().getUid();
    api.set("{}");

    Cluster.Said said =
        sandbox
            .cluster()
            .kubectlWithInput(
                """
                apiVersion: kafka-api-bridge.dev/v1alpha1
                kind: KafkaApiBridgeReplay
                metadata: {name: again}
                spec: {bridgeRef: {name: %s}}
                """
                    .formatted(bridge.name()),
                "create",
                "-n",
                "default",
                "-f",
                "-");
    assertThat(said.succeeded()).as(said.text()).isTrue();
    kubectl("wait", "--for=condition=Succeeded", "kabr/again", "--timeout=180s");

    assertThat(kubectl("get", "kabr", "again")).containsPattern("8 +8 +0 +True +Completed");
    assertThat(api.ledger().delivered()).isEqualTo(2000);
    assertThat(api.ledger().duplicated()).isZero();
    assertThat(bridge.pods().getFirst().getMetadata().getUid()).isEqualTo(pod);
    kubectl("delete", "kabr", "again");
  }

  @Test
  void underALimitRecordsWaitAndNoneIsLostRepeatedOrDead() {
    api.set("{\"quota\": {\"requests\": 200, \"windowMillis\": 2000}}");

    producer.produce(1000);

    awaitLedger(new Ledger(1000, 1000, 0, 0, 0, 0, 0));
    awaitCommitted();
    assertThat(api.journal().figures().status(429))
        .as("the answers tell the limit, so few calls are beyond it")
        .isLessThan(200);
    assertThat(bridge.state().orElseThrow().ready()).as("weather is not a fault").isTrue();
  }

  @Test
  void aPodThatIsToldToStopDrainsAndItsSuccessorGoesOn() {
    api.set("{\"latencyMillis\": 50, \"jitterMillis\": 50}");
    Pod pod = bridge.pods().getFirst();
    producer.produce(3000);
    await().atMost(Duration.ofSeconds(30)).until(() -> api.ledger().delivered() > 300);

    sandbox.kubelet().orElseThrow().terminate(pod.getMetadata().getName());

    await()
        .atMost(Duration.ofSeconds(45))
        .untilAsserted(() -> {
          ContainerStateTerminated end =
              bridge
                  .pods()
                  .getFirst()
                  .getStatus()
                  .getContainerStatuses()
                  .getFirst()
                  .getLastState()
                  .getTerminated();
          assertThat(end).isNotNull();
          assertThat(end.getExitCode()).as(end.getMessage()).isZero();
        });
    awaitLedger(new Ledger(3000, 3000, 0, 0, 0, 0, 0));
  }

  @Test
  void scalingAndARolloutRepeatNothing() throws InterruptedException {
    api.set("{\"latencyMillis\": 20}");
    kubectl(
        "patch",
        "kab",
        bridge.name(),
        "--type=merge",
        "-p",
        "{\"spec\": {\"autoscaling\": {\"mode\": \"External\"}}}");
    kubectl("scale", "kab/" + bridge.name(), "--replicas=2");
    await()
        .atMost(READY)
        .until(() -> Long.valueOf(2).equals(bridge.state().orElseThrow().readyReplicas()));
    producer.produce(1500);

    kubectl(
        "patch",
        "kab",
        bridge.name(),
        "--type=merge",
        "-p",
        "{\"spec\": {\"delivery\": {\"maxInFlight\": 8}}}");

    bridge.awaitReady(READY);
    awaitLedger(new Ledger(1500, 1500, 0, 0, 0, 0, 0));
    awaitCommitted();
  }

  @Test
  void anUnsoundBridgeIsRefusedInTheWordsOfTheRule() {
    Example unsound =
        example
            .named("unsound")
            .with(List.of("orders", "orders.dlt"), "kafka", "topics")
            .with("orders.dlt", "delivery", "deadLetter", "topic");

    Cluster.Said said =
        sandbox.cluster().kubectlWithInput(unsound.yaml(), "apply", "-n", "default", "-f", "-");

    assertThat(said.succeeded()).isFalse();
    assertThat(said.text())
        .contains("`delivery.deadLetter.topic` must not be one of `kafka.topics`");
  }

  private void awaitLedger(Ledger expected) {
    await()
        .atMost(Duration.ofSeconds(90))
        .untilAsserted(() -> assertThat(api.ledger()).isEqualTo(expected));
  }

  private void awaitCommitted() {
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() ->
            sandbox
                .broker()
                .topics()
                .lag(bridge.group(), bridge.name())
                .equals(OptionalLong.of(0)));
  }

  private static String kubectl(String... arguments) {
    Cluster.Said said = sandbox.cluster().kubectl(arguments);
    assertThat(said.succeeded()).as(said.text()).isTrue();
    return said.text();
  }
}
