package dev.kafkaapibridge.sandbox;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.kafkaapibridge.sandbox.SandboxOptions.Home;
import dev.kafkaapibridge.sandbox.api.Call;
import dev.kafkaapibridge.sandbox.api.SwitchboardApi;
import dev.kafkaapibridge.sandbox.broker.EmbeddedBroker;
import dev.kafkaapibridge.sandbox.kubernetes.Cluster;
import dev.kafkaapibridge.sandbox.kubernetes.ControlPlane;
import dev.kafkaapibridge.sandbox.kubernetes.LocalKubelet;
import dev.kafkaapibridge.sandbox.process.Folders;
import dev.kafkaapibridge.sandbox.process.GuardedProcess;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The whole system in one process and its children: a broker, an API, Kubernetes, the operator, and
 * pods. It owns all of them and a folder for what they keep; closing ends them in the order in
 * which nothing is missed (pods before the broker) and deletes the folder.
 *
 * <p>One thread starts it; any other may close it, also meanwhile.
 */
public final class Sandbox implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Sandbox.class);
  private static final String CLUSTER_NAMESPACE = "kafka-api-bridge-sandbox";
  private static final Duration CLUSTER_DRAIN = Duration.ofSeconds(60);

  private final SandboxOptions options;
  private final Path directory;
  private final Deque<AutoCloseable> opened = new ArrayDeque<>();
  private boolean closing;

  private @Nullable EmbeddedBroker broker;
  private @Nullable SwitchboardApi api;
  private @Nullable Cluster cluster;
  private @Nullable KubernetesClient client;
  private @Nullable LocalKubelet kubelet;
  private @Nullable LocalOperator operator;

  /** A sandbox that is not started, so that whoever may be interrupted can close it at any time. */
  Sandbox(SandboxOptions options) {
    this.options = options;
    try {
      this.directory = Files.createTempDirectory("kafka-api-bridge-sandbox-");
    } catch (IOException e) {
      throw new UncheckedIOException("no folder for temporary files", e);
    }
  }

  /** Starts everything, and returns when a bridge can be applied. */
  public static Sandbox start(SandboxOptions options) {
    var sandbox = new Sandbox(options);
    try {
      sandbox.start();
      return sandbox;
    } catch (RuntimeException e) {
      sandbox.close();
      throw e;
    }
  }

  void start() {
    options.jar("operator"); // whether it is there is said before anything starts
    Path runtimeJar = options.jar("bridge-runtime");
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Cluster> starting = threads.submit(this::startKubernetes);
      startBroker();
      startApi();
      cluster = await(starting);
    }
    KubernetesClient connected = open(cluster().client());
    client = connected;
    LocalOperator.installCrds(connected);
    if (options.home() == Home.Here) {
      options.progress().accept("starting the operator");
    }
    startOperator();
    if (options.home() == Home.Here) {
      kubelet =
          open(
              LocalKubelet.start(
                  cluster(),
                  (image, jvmOptions) -> program(image, runtimeJar, jvmOptions),
                  directory.resolve("pods")));
    } else {
      createNamespace(connected);
    }
  }

  public EmbeddedBroker broker() {
    return started(broker);
  }

  public SwitchboardApi api() {
    return started(api);
  }

  public Cluster cluster() {
    return started(cluster);
  }

  public KubernetesClient client() {
    return started(client);
  }

  /** The node; empty where pods run in the user's own cluster. */
  public Optional<LocalKubelet> kubelet() {
    return Optional.ofNullable(kubelet);
  }

  /** Where everything is kept, until the end. */
  public Path directory() {
    return directory;
  }

  /**
   * @throws IllegalStateException with its last words, if the operator has ended by itself
   */
  public void requireOperator() {
    started(operator).requireRunning();
  }

  /** Ends the operator, in order; bridges and their pods stay. */
  public void stopOperator() {
    close(started(operator));
  }

  /** Another one, after {@link #stopOperator}. */
  public void startOperator() {
    operator =
        open(
            LocalOperator.start(
                options.jar("operator"),
                cluster(),
                options.home() == Home.Here ? "" : CLUSTER_NAMESPACE,
                directory.resolve("logs").resolve("operator.log")));
  }

  /** Where the operator serves its metrics, for who is on this machine. */
  public String operatorUrl() {
    return started(operator).url();
  }

  /** The namespace that bridges are applied to. */
  public String namespace() {
    return options.home() == Home.Here ? "default" : CLUSTER_NAMESPACE;
  }

  /** Where pods find the broker. */
  public String bootstrapServers() {
    String host = options.host();
    return host == null ? broker().bootstrapServers() : broker().bootstrapServers(host);
  }

  /** Where pods find the API. */
  public String apiUrl() {
    String host = options.host();
    return host == null ? api().url() : "http://" + host + ":" + api().port();
  }

  /** Sequences of the numbered records in the bridge's dead-letter topic. */
  public BitSet deadLetters(DeployedBridge bridge) {
    var sequences = new BitSet();
    for (ConsumerRecord<byte[], byte[]> letter : broker().topics().read(bridge.deadLetterTopic())) {
      Call.recordsIn(new String(letter.value(), UTF_8))
          .forEach(record -> sequences.set((int) record.sequence()));
    }
    return sequences;
  }

  /** Applies a bridge with broker and API of this sandbox, by {@code kubectl apply}. */
  public DeployedBridge apply(Example example) {
    return applyAsItIs(example.at(bootstrapServers(), apiUrl()));
  }

  /** Applies a bridge that names broker and API itself. */
  public DeployedBridge applyAsItIs(Example example) {
    Cluster.Said said =
        cluster().kubectlWithInput(example.yaml(), "--namespace", namespace(), "apply", "-f", "-");
    if (!said.succeeded()) {
      throw new IllegalStateException("kubectl apply: " + said.text());
    }
    return new DeployedBridge(client(), namespace(), example);
  }

  /** Whether the end has begun. */
  boolean closing() {
    synchronized (opened) {
      return closing;
    }
  }

  /** Returns when all is gone, also where another thread closes it. */
  @Override
  public synchronized void close() {
    List<AutoCloseable> toClose;
    synchronized (opened) {
      closing = true;
      toClose = new ArrayList<>(opened);
      opened.clear();
    }
    for (AutoCloseable part : toClose) {
      close(part);
    }
    try {
      Folders.delete(directory);
    } catch (IOException e) {
      LOG.warn("{} could not be deleted", directory, e);
    }
  }

  private Cluster startKubernetes() {
    if (options.home() == Home.CurrentContext) {
      return Cluster.current();
    }
    options.progress().accept("starting Kubernetes: etcd, API server, controllers");
    var controlPlane =
        open(new ControlPlane(options.root(), directory.resolve("kubernetes"), options.progress()));
    return controlPlane.start();
  }

  private void startBroker() {
    options.progress().accept("starting a Kafka broker");
    String host = options.host();
    broker =
        open(
            EmbeddedBroker.start(
                directory.resolve("broker"), host == null ? List.of() : List.of(host), Map.of()));
  }

  private void startApi() {
    api =
        open(
            SwitchboardApi.start(
                options.host() == null ? "127.0.0.1" : "0.0.0.0", 0, options.memory()));
  }

  private List<String> program(String image, Path runtimeJar, List<String> jvmOptions) {
    var command = new ArrayList<String>();
    command.add(GuardedProcess.java());
    command.addAll(jvmOptions);
    command.addAll(options.programs().getOrDefault(image, List.of("-jar", runtimeJar.toString())));
    return command;
  }

  private void createNamespace(KubernetesClient connected) {
    connected
        .namespaces()
        .resource(
            new NamespaceBuilder()
                .withNewMetadata()
                .withName(CLUSTER_NAMESPACE)
                .endMetadata()
                .build())
        .serverSideApply();
    open(() -> deleteNamespace(connected));
  }

  /** The bridges first, while operator, broker and API are there for their pods to drain. */
  private static void deleteNamespace(KubernetesClient connected) throws InterruptedException {
    connected
        .genericKubernetesResources(DeployedBridge.KIND)
        .inNamespace(CLUSTER_NAMESPACE)
        .delete();
    Instant until = Instant.now().plus(CLUSTER_DRAIN);
    while (!connected.pods().inNamespace(CLUSTER_NAMESPACE).list().getItems().isEmpty()
        && Instant.now().isBefore(until)) {
      Thread.sleep(500);
    }
    connected.namespaces().withName(CLUSTER_NAMESPACE).delete();
  }

  /** What is opened is closed at the end; at once, when the end has come already. */
  private <T extends AutoCloseable> T open(T part) {
    synchronized (opened) {
      if (!closing) {
        opened.push(part);
        return part;
      }
    }
    close(part);
    throw new IllegalStateException("the sandbox was closed while it started");
  }

  private static void close(AutoCloseable part) {
    try {
      part.close();
    } catch (Exception e) {
      LOG.warn("{} did not close well", part, e);
    }
  }

  private static <T> T started(@Nullable T part) {
    if (part == null) {
      throw new IllegalStateException("the sandbox is not started");
    }
    return part;
  }

  private static <T> T await(Future<T> future) {
    try {
      return future.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException cause
          ? cause
          : new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the sandbox started", e);
    }
  }
}
