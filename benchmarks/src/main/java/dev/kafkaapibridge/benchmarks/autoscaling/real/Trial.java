package dev.kafkaapibridge.benchmarks.autoscaling.real;

import dev.kafkaapibridge.sandbox.Example;
import dev.kafkaapibridge.sandbox.Sandbox;
import dev.kafkaapibridge.sandbox.SandboxOptions;
import dev.kafkaapibridge.sandbox.api.Journal;
import dev.kafkaapibridge.sandbox.api.Ledger;
import dev.kafkaapibridge.sandbox.api.SwitchboardApi;
import dev.kafkaapibridge.sandbox.broker.OrderProducer;
import dev.kafkaapibridge.sandbox.kubernetes.Cluster;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * One contestant under the load: an API that takes 200 requests a second in 100 ms each and says so
 * in its headers, a topic of 12 partitions, pods with 4 calls at once. It owns them, and what
 * drives their number; closing takes all of it away. One thread.
 */
final class Trial implements AutoCloseable {

  static final String IMAGE = "plain-consumer";

  private static final int PARTITIONS = 12;
  private static final int CALLS_AT_ONCE = 4;
  private static final String WEATHER =
      "{\"latencyMillis\": 90, \"jitterMillis\": 20, \"quota\": {\"requests\": %d, \"windowMillis\": 1000}}"
          .formatted(Load.API_TAKES);

  private final Sandbox sandbox;
  private final Contestant contestant;
  private final String name;
  private final SwitchboardApi api;
  private final OrderProducer producer;

  Trial(Sandbox sandbox, Contestant contestant) throws IOException, InterruptedException {
    this.sandbox = sandbox;
    this.contestant = contestant;
    this.name = contestant.title();
    this.api = SwitchboardApi.start("127.0.0.1", 0, SwitchboardApi.Memory.Figures);
    sandbox.broker().topics().create(name, PARTITIONS);
    this.producer = new OrderProducer(sandbox.broker(), name, 5_000, 300);
    api.account(producer::sent, BitSet::new);
    deploy();
    awaitFirstDelivery();
    api.set(WEATHER);
  }

  /** Loads it, and looks each second. */
  List<Sample> run(List<Stretch> stretches) throws InterruptedException {
    int length = stretches.getLast().until();
    var samples = new ArrayList<Sample>();
    long start = System.nanoTime();
    Journal.Figures before = api.journal().figures();
    long sentBefore = producer.sentCount();
    Thread load =
        Thread.ofVirtual()
            .start(() ->
                stretches.forEach(stretch ->
                    producer.produceEvenly(
                        stretch.perSecond() * stretch.seconds(), stretch.perSecond())));
    for (int second = 0; second <= length; second++) {
      long due = start + second * 1_000_000_000L;
      Thread.sleep(Duration.ofNanos(Math.max(0, due - System.nanoTime())));
      Journal.Figures now = api.journal().figures();
      samples.add(
          new Sample(
              (System.nanoTime() - start) / 1e9,
              producer.sentCount() - sentBefore,
              now.accepted() - before.accepted(),
              now.status(429) - before.status(429),
              asked(),
              pods()));
    }
    load.join();
    long wanted = stretches.stream().mapToLong(s -> (long) s.perSecond() * s.seconds()).sum();
    long sent = producer.sentCount() - sentBefore;
    if (sent != wanted) {
      throw new IllegalStateException(sent + " records were sent where " + wanted + " should be");
    }
    return samples;
  }

  Ledger ledger() {
    return api.ledger();
  }

  private void deploy() throws IOException, InterruptedException {
    Path examples = SandboxOptions.projectRoot().resolve("examples/orders-with-keda");
    if (contestant == Contestant.PLAIN) {
      apply(plainConsumer());
    } else {
      Example bridge =
          Example.parse(Files.readString(examples.resolve("bridge.yaml")))
              .named(name)
              .with(List.of(name), "kafka", "topics")
              .with(name, "kafka", "consumerGroup")
              .with(CALLS_AT_ONCE, "delivery", "maxInFlight")
              .with(PARTITIONS, "autoscaling", "maxReplicas")
              .with(
                  contestant == Contestant.MANAGED ? "Managed" : "External", "autoscaling", "mode")
              .at(sandbox.bootstrapServers(), api.url());
      sandbox.applyAsItIs(bridge).awaitReady(Duration.ofMinutes(3));
    }
    if (contestant.needsKeda()) {
      apply(
          Files.readString(examples.resolve("scaledobject.yaml"))
              .replace("orders-to-crm", name)
              .replace("topic: orders", "topic: " + name)
              .replace("minReplicaCount: 0", "minReplicaCount: 1")
              .replace("my-cluster-kafka-bootstrap.kafka.svc:9092", sandbox.bootstrapServers())
              .replace(
                  "apiVersion: kafka-api-bridge.dev/v1alpha1\n    kind: KafkaApiBridge",
                  contestant == Contestant.PLAIN
                      ? "apiVersion: apps/v1\n    kind: Deployment"
                      : "apiVersion: kafka-api-bridge.dev/v1alpha1\n    kind: KafkaApiBridge"));
      kubectl("wait", "scaledobject/" + name, "--for=condition=Ready", "--timeout=120s");
    }
  }

  private String plainConsumer() {
    return """
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: plain}
    spec:
      replicas: 1
      selector: {matchLabels: {app.kubernetes.io/name: plain-consumer}}
      template:
        metadata: {labels: {app.kubernetes.io/name: plain-consumer, app.kubernetes.io/instance: plain}}
        spec:
          automountServiceAccountToken: false
          containers:
          - name: consumer
            image: %s
            args: ["%s", "%s", "%s", "%s", "%d", "-"]
            resources: {limits: {memory: 512Mi}}
    """
        .formatted(
            IMAGE, sandbox.bootstrapServers(), name, name, api.url() + "/orders", CALLS_AT_ONCE);
  }

  /** Until the group has its partitions; what comes before that a new group may leave out. */
  private void awaitFirstDelivery() throws InterruptedException {
    for (int i = 0; api.journal().figures().accepted() == 0; i++) {
      if (i == 120) {
        throw new IllegalStateException(name + " delivers nothing");
      }
      producer.produce(PARTITIONS);
      Thread.sleep(1000);
    }
  }

  private int asked() {
    Deployment deployment =
        sandbox
            .client()
            .apps()
            .deployments()
            .inNamespace(sandbox.namespace())
            .withName(contestant == Contestant.PLAIN ? name : name + "-bridge")
            .get();
    return deployment.getSpec().getReplicas();
  }

  private int pods() {
    return sandbox
        .client()
        .pods()
        .inNamespace(sandbox.namespace())
        .withLabel("app.kubernetes.io/instance", name)
        .list()
        .getItems()
        .size();
  }

  private void apply(String yaml) {
    Cluster.Said said =
        sandbox.cluster().kubectlWithInput(yaml, "-n", sandbox.namespace(), "apply", "-f", "-");
    if (!said.succeeded()) {
      throw new IllegalStateException("kubectl apply: " + said.text());
    }
  }

  private void kubectl(String... arguments) {
    Cluster.Said said = sandbox.cluster().kubectl(arguments);
    if (!said.succeeded()) {
      throw new IllegalStateException("kubectl: " + said.text());
    }
  }

  @Override
  public void close() throws InterruptedException {
    if (contestant.needsKeda()) {
      kubectl("delete", "scaledobject", name, "--timeout=60s");
    }
    kubectl(
        "delete", contestant == Contestant.PLAIN ? "deployment" : "kab", name, "--timeout=120s");
    while (pods() > 0) {
      Thread.sleep(500);
    }
    producer.close();
    api.close();
  }
}
