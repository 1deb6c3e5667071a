package dev.kafkaapibridge.operator;

import dev.kafkaapibridge.operator.bridge.Annotated;
import dev.kafkaapibridge.operator.bridge.Bridge;
import dev.kafkaapibridge.operator.bridge.ConditionGauge;
import dev.kafkaapibridge.operator.bridge.DepartureReconciler;
import dev.kafkaapibridge.operator.bridge.Installation;
import dev.kafkaapibridge.operator.bridge.KafkaApiBridgeReconciler;
import dev.kafkaapibridge.operator.bridge.ReplayedBridges;
import dev.kafkaapibridge.operator.bridge.ScalingGauges;
import dev.kafkaapibridge.operator.bridge.observe.PodReports;
import dev.kafkaapibridge.operator.bridge.resources.BridgeNames;
import dev.kafkaapibridge.operator.kube.EventRecorder;
import dev.kafkaapibridge.operator.kube.Leadership;
import dev.kafkaapibridge.operator.kube.ProbeServer;
import dev.kafkaapibridge.operator.kube.ReconcileThreads;
import dev.kafkaapibridge.operator.offsets.Lookout;
import dev.kafkaapibridge.operator.replay.KafkaApiBridgeReplayReconciler;
import dev.kafkaapibridge.operator.strimzi.StrimziClusters;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.api.config.ConfigurationServiceOverrider;
import io.javaoperatorsdk.operator.api.config.ControllerConfigurationOverrider;
import io.javaoperatorsdk.operator.api.config.LeaderElectionConfigurationBuilder;
import io.javaoperatorsdk.operator.monitoring.micrometer.MicrometerMetrics;
import io.javaoperatorsdk.operator.processing.event.rate.LinearRateLimiter;
import io.javaoperatorsdk.operator.processing.retry.GenericRetry;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The operator put together and running, until it is closed. The SDK's own ways to end the process
 * are replaced: whoever started it is told, and decides.
 */
public final class OperatorProcess implements AutoCloseable {

  static final String LEASE = "kafka-api-bridge-operator";

  /** Asking pods and brokers is bounded by about as much. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private static final Logger LOG = LoggerFactory.getLogger(OperatorProcess.class);

  private final Settings settings;
  private final KubernetesClient client;
  private final ReconcileThreads reconciles = new ReconcileThreads();
  private final Operator operator;
  private final ProbeServer probes;
  private final PodReports reports;
  private final Lookout lookout;
  private final StrimziClusters clusters;
  private final PrometheusMeterRegistry metrics;
  private final Runnable writeNoMore;
  private volatile boolean closing;

  /**
   * Returns when the caches are filled; reconciling begins then, or when the lease is had.
   *
   * @param metrics what /metrics shows
   * @param onFatal is told, once or more, why this process can do no good any more
   * @param writeNoMore refuses what the process would still write, but for the lease
   * @throws IOException if the port is taken
   */
  public OperatorProcess(
      Settings settings,
      KubernetesClient client,
      PrometheusMeterRegistry metrics,
      Consumer<String> onFatal,
      Runnable writeNoMore)
      throws IOException {
    this(settings, client, metrics, onFatal, writeNoMore, BridgeNames.PORT);
  }

  /** {@code podPort} is where pods answer, for tests whose pods are not pods. */
  OperatorProcess(
      Settings settings,
      KubernetesClient client,
      PrometheusMeterRegistry metrics,
      Consumer<String> onFatal,
      Runnable writeNoMore,
      int podPort)
      throws IOException {
    this.settings = settings;
    this.client = client;
    this.metrics = metrics;
    this.writeNoMore = writeNoMore;
    operator = new Operator(sdk -> configure(sdk, onFatal));
    reports = new PodReports(podPort);
    lookout = new Lookout(Cluster.isInPod());
    clusters = new StrimziClusters(client, settings.strimzi());
    var events = new EventRecorder(client, settings.identity(), Clock.systemUTC());
    boolean replays = Cluster.knowsReplays(client);
    var installation = new Installation(settings.runtimeImage(), settings.callers());
    var reconciler =
        new KafkaApiBridgeReconciler(
            installation, reports, lookout, events, clusters, replays, Clock.systemUTC());
    operator.register(reconciler, controller -> configure(controller, settings));
    operator.register(
        new DepartureReconciler(installation, reconciler, events, Clock.systemUTC()),
        controller -> configure(controller, settings));
    if (replays) {
      operator.register(
          new KafkaApiBridgeReplayReconciler(
              new ReplayedBridges(reconciler), events, Clock.systemUTC()),
          controller -> {
            if (!settings.namespaces().isEmpty()) {
              controller.settingNamespaces(settings.namespaces());
            }
            controller.withRetry(patient());
          });
    } else {
      LOG.warn(
          "the cluster doesn't know KafkaApiBridgeReplay, so nothing is replayed; install it: java -jar operator.jar crd | kubectl apply --server-side -f -, then restart the operator");
    }
    Stream.of(
            new JvmMemoryMetrics(),
            new JvmThreadMetrics(),
            new JvmGcMetrics(),
            new ProcessorMetrics(),
            new UptimeMetrics())
        .forEach(binder -> binder.bindTo(metrics));
    probes = new ProbeServer(settings.port(), this::isReady, metrics::scrape);
    try {
      operator.start();
      reconciles.begin();
      // They look into caches, which are there by now.
      metrics.getPrometheusRegistry().register(new ConditionGauge(reconciler::bridges));
      metrics
          .getPrometheusRegistry()
          .register(new ScalingGauges(reconciler::bridges, reconciler::counted));
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private void configure(ConfigurationServiceOverrider sdk, Consumer<String> onFatal) {
    sdk.withKubernetesClient(client)
        .withCloseClientOnStop(false)
        .withMetrics(MicrometerMetrics.withoutPerResourceMetrics(metrics))
        // By server-side apply like everything else, which leaves others' fields alone.
        .withDefaultNonSSAResource(Set.of())
        // It would put an annotation of the SDK into users' objects.
        .withPreviousAnnotationForDependentResources(false)
        .withExecutorService(reconciles.executor())
        .withWorkflowExecutorService(Executors.newVirtualThreadPerTaskExecutor())
        // They have had theirs, before the caches were emptied.
        .withReconciliationTerminationTimeout(Duration.ZERO)
        .withInformerStoppedHandler((informer, error) -> {
          if (error != null) {
            fatal(onFatal, "an informer ended: " + error);
          }
        });
    if (settings.leaderElection()) {
      sdk.withLeaderElectionConfiguration(
          LeaderElectionConfigurationBuilder.aLeaderElectionConfiguration(LEASE)
              .withLeaseNamespace(leaseNamespace())
              .withIdentity(settings.identity())
              .withExitOnStopLeading(false)
              .withLeaderCallbacks(
                  new LeaderCallbacks(
                      () -> {}, () -> fatal(onFatal, "the lease was lost"), leader -> {}))
              .build());
    }
  }

  private static void configure(
      ControllerConfigurationOverrider<Bridge> controller, Settings settings) {
    if (!settings.namespaces().isEmpty()) {
      controller.settingNamespaces(settings.namespaces());
    }
    controller
        // Annotations move no generation; what is news is said by the filter instead.
        .withGenerationAware(false)
        .withOnUpdateFilter(Annotated::isNews)
        .withRetry(patient())
        // A rollout of many pods is many events; each look asks all pods.
        .withRateLimiter(new LinearRateLimiter(Duration.ofSeconds(2), 4))
        .withReconciliationMaxInterval(Duration.ofMinutes(1));
  }

  private static GenericRetry patient() {
    return new GenericRetry()
        .withoutMaxAttempts()
        .setInitialInterval(Duration.ofSeconds(1))
        .setIntervalMultiplier(2)
        .setMaxInterval(60_000);
  }

  private String leaseNamespace() {
    return Objects.requireNonNullElse(
        settings.ownNamespace(), Objects.requireNonNullElse(client.getNamespace(), "default"));
  }

  private void fatal(Consumer<String> onFatal, String why) {
    if (!closing) {
      onFatal.accept(why);
    }
  }

  private boolean isReady() {
    var runtime = operator.getRuntimeInfo();
    return runtime.isStarted() && runtime.allEventSourcesAreHealthy();
  }

  public int port() {
    return probes.port();
  }

  /** Lets reconciles that run come to their end, for ten seconds at most. */
  @Override
  public void close() {
    closing = true;
    if (!reconciles.end(PATIENCE)) {
      writeNoMore.run();
    }
    operator.stop();
    if (settings.leaderElection()) {
      Leadership.release(client, leaseNamespace(), LEASE, settings.identity());
    }
    reports.close();
    lookout.close();
    clusters.close();
    probes.close();
  }
}
