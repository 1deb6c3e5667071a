package dev.kafkaapibridge.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kafkaapibridge.sandbox.api.Ledger;
import dev.kafkaapibridge.sandbox.api.SwitchboardApi;
import dev.kafkaapibridge.sandbox.broker.OrderProducer;
import dev.kafkaapibridge.sandbox.kubernetes.Cluster;
import dev.kafkaapibridge.sandbox.kubernetes.Keda;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * KEDA's operator and adapter and Kubernetes' own autoscaler drive a bridge through {@code /scale},
 * by the manifests of {@code examples/orders-with-keda}. Runs where {@code scripts/kubernetes/keda
 * build} was run once.
 */
@Alone
@Tag("in-no-turn") // 257 s
@Timeout(900)
class KedaIT {

  private static final int PARTITIONS = 3;
  private static final int RECORDS = 2_000;

  private static Sandbox sandbox;

  @BeforeAll
  static void start() {
    Path root = SandboxOptions.projectRoot();
    boolean built = Keda.isBuilt(root);
    if (!built) {
      System.err.println(
          "\n*** NOT RUN: a bridge under KEDA. scripts/kubernetes/keda build makes it ready, once. ***\n");
    }
    Assumptions.assumeTrue(built, "KEDA was not built on this machine");
    sandbox = Sandbox.start(SandboxOptions.forTests());
    Keda.start(root, sandbox.directory().resolve("kubernetes"));
  }

  @AfterAll
  static void stop() {
    if (sandbox != null) {
      sandbox.close();
    }
  }

  @Test
  void podsComeWithTheLagAndGoWithItToNone() throws Exception {
    try (var trial = new Trial("by-lag", "scaledobject.yaml", "{\"latencyMillis\": 200}")) {
      trial.awaitReplicas(0);
      trial.awaitReason("Ready", "ScaledToZero");

      trial.produce(RECORDS);
      trial.awaitReplicas(PARTITIONS);
      trial.awaitReason("Ready", "Running");
      trial.awaitDelivered();
      trial.awaitReplicas(0);

      trial.awaitReason("Ready", "ScaledToZero");
      await("the onlooker, who looks twice a second")
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(() ->
              assertThat(trial.numbers())
                  .as("up, then down")
                  .containsSubsequence(0, PARTITIONS, 0));
      trial.nobodyFights();
    }
  }

  @Test
  void podsComeAsTheOperatorCountsThem() throws Exception {
    try (var trial =
        new Trial("as-counted", "scaledobject-operators-count.yaml", "{\"latencyMillis\": 200}")) {
      trial.produce(RECORDS);
      trial.awaitReplicas(PARTITIONS);
      trial.awaitDelivered();
      trial.nobodyFights();
    }
  }

  /** Where the lag alone would ask for three. */
  @Test
  void noPodComesThatTheApiWouldOnlyAnswer429() throws Exception {
    try (var trial =
        new Trial(
            "bound",
            "scaledobject-operators-count.yaml",
            "{\"quota\": {\"requests\": 20, \"windowMillis\": 1000}}")) {
      trial.produce(RECORDS);
      trial.awaitDelivered();
      assertThat(trial.numbers()).containsOnly(1);
      trial.nobodyFights();
    }
  }

  /** A bridge of four calls at once for each pod, a ScaledObject, and an API. */
  private static final class Trial implements AutoCloseable {

    private static final Path EXAMPLE =
        SandboxOptions.projectRoot().resolve("examples/orders-with-keda");

    private final String name;
    private final SwitchboardApi api = SwitchboardApi.start();
    private final OrderProducer producer;
    private final DeployedBridge bridge;
    private volatile boolean watching = true;
    private final Thread watch = Thread.ofVirtual().unstarted(this::watch);
    private final List<Integer> numbers = Collections.synchronizedList(new ArrayList<>());

    Trial(String name, String scaledObject, String weather) throws Exception {
      this.name = name;
      api.set(weather);
      sandbox.broker().topics().create(name, PARTITIONS);
      producer = new OrderProducer(sandbox.broker(), name, 300);
      api.account(producer::sent, BitSet::new);
      bridge =
          sandbox.applyAsItIs(
              Example.parse(Files.readString(EXAMPLE.resolve("bridge.yaml")))
                  .named(name)
                  .with(List.of(name), "kafka", "topics")
                  .with(name, "kafka", "consumerGroup")
                  .with(4, "delivery", "maxInFlight")
                  .with("10s", "autoscaling", "targetDrainTime")
                  .at(sandbox.bootstrapServers(), api.url()));
      bridge.awaitReady(Duration.ofMinutes(2));
      apply(inAHurry(Files.readString(EXAMPLE.resolve(scaledObject))));
      await()
          .atMost(Duration.ofMinutes(1))
          .untilAsserted(() ->
              assertThat(
                      kubectl(
                          "get",
                          "scaledobject",
                          name,
                          "-o",
                          "jsonpath={.status.conditions[?(@.type==\"Ready\")].status}"))
                  .as(kubectl("describe", "scaledobject", name))
                  .isEqualTo("True"));
      watch.start();
    }

    /** The example where broker, topic and operator are these, without its minutes of patience. */
    private String inAHurry(String scaledObject) throws IOException {
      return scaledObject
          .replace("orders-to-crm", name)
          .replace("topic: orders", "topic: " + name)
          .replace("my-cluster-kafka-bootstrap.kafka.svc:9092", sandbox.bootstrapServers())
          .replace(
              "http://kafka-api-bridge-operator.kafka-api-bridge.svc:8080", sandbox.operatorUrl())
          .replace(
              "  triggers:",
              """
                pollingInterval: 5
                cooldownPeriod: 10
                advanced: {horizontalPodAutoscalerConfig: {behavior: {scaleDown: {stabilizationWindowSeconds: 0}}}}
                triggers:\
              """);
    }

    void produce(int records) {
      producer.produce(records);
    }

    void awaitReplicas(int replicas) {
      await()
          .atMost(Duration.ofMinutes(4))
          .untilAsserted(() -> {
            BridgeState state = bridge.state().orElseThrow();
            assertThat(List.of(orZero(state.replicas()), orZero(state.readyReplicas())))
                .as("pods and ready ones; KEDA: %s", name)
                .containsOnly((long) replicas);
          });
    }

    void awaitReason(String condition, String reason) {
      await()
          .atMost(Duration.ofMinutes(1))
          .untilAsserted(() ->
              assertThat(bridge.state().orElseThrow().condition(condition).orElseThrow())
                  .extracting(BridgeState.Condition::status, BridgeState.Condition::reason)
                  .containsExactly("True", reason));
    }

    void awaitDelivered() {
      await()
          .atMost(Duration.ofMinutes(5))
          .untilAsserted(() ->
              assertThat(api.ledger()).isEqualTo(new Ledger(RECORDS, RECORDS, 0, 0, 0, 0, 0)));
    }

    /** What spec.replicas was, one after the other. */
    List<Integer> numbers() {
      synchronized (numbers) {
        return List.copyOf(numbers);
      }
    }

    /**
     * Each number that the autoscaler wrote has changed the Deployment once, and none came back.
     */
    void nobodyFights() {
      assertThat(generation("deployment/" + name + "-bridge"))
          .isLessThanOrEqualTo(generation("kab/" + name));
      assertThat(kubectl("get", "kab", name, "-o", "jsonpath={.spec.autoscaling.mode}"))
          .isEqualTo("External");
      assertThat(
              kubectl(
                  "get", "events", "--field-selector", "type=Warning,involvedObject.name=" + name))
          .doesNotContain("again and again");
      List<Integer> steps = numbers();
      int turns = 0;
      for (int i = 2; i < steps.size(); i++) {
        boolean up = steps.get(i - 1) > steps.get(i - 2);
        turns += up == steps.get(i) > steps.get(i - 1) ? 0 : 1;
      }
      assertThat(turns).as("turns of direction in %s", steps).isLessThanOrEqualTo(2);
    }

    private int generation(String object) {
      return Integer.parseInt(kubectl("get", object, "-o", "jsonpath={.metadata.generation}"));
    }

    private void watch() {
      try {
        while (watching) {
          int number =
              Integer.parseInt(kubectl("get", "kab", name, "-o", "jsonpath={.spec.replicas}"));
          if (numbers.isEmpty() || numbers.getLast() != number) {
            numbers.add(number);
          }
          Thread.sleep(500);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    @Override
    public void close() throws InterruptedException {
      watching = false;
      watch.join();
      System.err.println(name + ": replicas " + numbers() + ", " + api.ledger());
      kubectl("delete", "scaledobject", name, "--timeout=60s");
      producer.close();
      bridge.delete(Duration.ofSeconds(60));
      api.close();
    }

    private static long orZero(@Nullable Long number) {
      return number == null ? 0 : number;
    }
  }

  private static void apply(String yaml) {
    Cluster.Said said =
        sandbox.cluster().kubectlWithInput(yaml, "-n", sandbox.namespace(), "apply", "-f", "-");
    assertThat(said.succeeded()).as(said.text()).isTrue();
  }

  private static String kubectl(String... arguments) {
    Cluster.Said said = sandbox.cluster().kubectl(arguments);
    assertThat(said.succeeded()).as(said.text()).isTrue();
    return said.text();
  }
}
