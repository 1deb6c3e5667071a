package dev.kafkaapibridge.runtime;

import dev.kafkaapibridge.api.report.SpecHash;
import dev.kafkaapibridge.api.report.StatusReport;
import dev.kafkaapibridge.api.v1alpha1.DeliverySpec;
import dev.kafkaapibridge.api.v1alpha1.HttpSpec;
import dev.kafkaapibridge.api.v1alpha1.KafkaApiBridge;
import dev.kafkaapibridge.api.v1alpha1.KafkaApiBridgeSpec;
import dev.kafkaapibridge.api.v1alpha1.KafkaSpec;
import dev.kafkaapibridge.api.validation.BridgeFile;
import dev.kafkaapibridge.runtime.cluster.ConnectionSettings;
import dev.kafkaapibridge.runtime.cluster.KafkaCluster;
import dev.kafkaapibridge.runtime.consume.ClusterWatch;
import dev.kafkaapibridge.runtime.consume.ConsumerSettings;
import dev.kafkaapibridge.runtime.consume.ConsumptionView;
import dev.kafkaapibridge.runtime.consume.DrainTimes;
import dev.kafkaapibridge.runtime.consume.FlowControl;
import dev.kafkaapibridge.runtime.consume.PollLoop;
import dev.kafkaapibridge.runtime.consume.Subscription;
import dev.kafkaapibridge.runtime.deadletter.DeadLetterTopic;
import dev.kafkaapibridge.runtime.deadletter.TopicPresence;
import dev.kafkaapibridge.runtime.deliver.Breaker;
import dev.kafkaapibridge.runtime.deliver.DeadLetters;
import dev.kafkaapibridge.runtime.deliver.Delivery;
import dev.kafkaapibridge.runtime.deliver.GivingUp;
import dev.kafkaapibridge.runtime.deliver.HeldRecords;
import dev.kafkaapibridge.runtime.deliver.LaneLimits;
import dev.kafkaapibridge.runtime.deliver.Leave;
import dev.kafkaapibridge.runtime.deliver.RetryBudget;
import dev.kafkaapibridge.runtime.deliver.RetrySchedule;
import dev.kafkaapibridge.runtime.deliver.Slots;
import dev.kafkaapibridge.runtime.deliver.TargetEvidence;
import dev.kafkaapibridge.runtime.deliver.Throttle;
import dev.kafkaapibridge.runtime.dispatch.Dispatcher;
import dev.kafkaapibridge.runtime.dispatch.LaneKey;
import dev.kafkaapibridge.runtime.quota.OnwardClock;
import dev.kafkaapibridge.runtime.quota.Purse;
import dev.kafkaapibridge.runtime.quota.RateLimit;
import dev.kafkaapibridge.runtime.record.SendFence;
import dev.kafkaapibridge.runtime.refs.References;
import dev.kafkaapibridge.runtime.target.Target;
import dev.kafkaapibridge.runtime.target.http.HttpTarget;
import dev.kafkaapibridge.runtime.telemetry.ConsumptionMetrics;
import dev.kafkaapibridge.runtime.telemetry.DeadLetterHealth;
import dev.kafkaapibridge.runtime.telemetry.DeliveryMetrics;
import dev.kafkaapibridge.runtime.telemetry.EventLog;
import dev.kafkaapibridge.runtime.telemetry.ProcessMetrics;
import dev.kafkaapibridge.runtime.telemetry.StatusEndpoint;
import dev.kafkaapibridge.runtime.telemetry.StatusReports;
import dev.kafkaapibridge.runtime.telemetry.TargetHealth;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import org.apache.kafka.common.IsolationLevel;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One running bridge: wires the stages in the order in which a record passes them, connects,
 * commits the start position, runs the poll loop until it is told to stop.
 */
public final class Bridge implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Bridge.class);

  private static final Duration LOOK_AGAIN = Duration.ofSeconds(10);
  private static final DoubleSupplier RANDOM = () -> ThreadLocalRandom.current().nextDouble();

  private final Clock clock = Clock.systemUTC();
  private final KafkaApiBridgeSpec spec;
  private final Names names;
  private final CountDownLatch stopping = new CountDownLatch(1);

  private final KafkaCluster cluster;
  private final Subscription subscription;
  private final Connection connection;
  private final ConsumptionView view;
  private final Purse purse;
  private final ClusterWatch watch;
  private final HeapShares shares;

  /** Of the spec, or fewer where memory doesn't hold so many. */
  private final int maxInFlight;

  private final Slots slots;
  private final RetrySchedule schedule;
  private final Throttle throttle;
  private final Breaker breaker;
  private final HeldRecords held;
  private final TargetEvidence evidence;
  private final Target target;
  private final DeliveryMetrics metrics;
  private final DeadLetterHealth deadLetterHealth;
  private final EventLog events;
  private final StatusEndpoint endpoint;

  private volatile @Nullable PollLoop pollLoop;
  private volatile @Nullable Dispatcher dispatcher;

  /**
   * @param startedAt when the bridge started for the first time; null: not known to have started
   * @throws IOException if the port of the status endpoint is taken
   */
  public Bridge(
      BridgeFile.Reading.Sound file,
      Path refs,
      InetSocketAddress listen,
      @Nullable Instant startedAt,
      String version)
      throws IOException {
    KafkaApiBridge bridge = file.bridge();
    spec = bridge.spec();
    names = Names.of(bridge);

    var isolation =
        spec.kafka().isolationLevel() == KafkaSpec.IsolationLevel.ReadCommitted
            ? IsolationLevel.READ_COMMITTED
            : IsolationLevel.READ_UNCOMMITTED;
    cluster = new KafkaCluster(ConnectionSettings.of(spec.kafka(), names.group()), isolation);
    subscription = Subscription.of(spec.kafka(), names.deadLetterTopic());
    view = new ConsumptionView(clock);
    connection = Connection.of(bridge, names, cluster, subscription, startedAt, clock);
    purse =
        new Purse(
            RateLimit.of(spec.delivery().rateLimit()),
            new OnwardClock(
                () -> ChronoUnit.MICROS.between(Instant.EPOCH, clock.instant()), System::nanoTime));
    watch = new ClusterWatch(cluster, subscription, view, purse);

    var references = new References(refs, spec);
    shares = HeapShares.of(Runtime.getRuntime().maxMemory());
    maxInFlight = Math.min(spec.delivery().maxInFlight(), shares.calls());
    if (maxInFlight < spec.delivery().maxInFlight()) {
      log.atWarn()
          .addKeyValue("maxInFlight", spec.delivery().maxInFlight())
          .addKeyValue("held", maxInFlight)
          .log(
              "memory holds fewer calls at once than spec.delivery.maxInFlight: raise spec.workload.resources.limits.memory, or lower it");
    }
    slots = new Slots(maxInFlight);
    schedule = RetrySchedule.of(spec.delivery().retry());
    evidence = new TargetEvidence();
    var registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    var targetHealth = new TargetHealth();
    deadLetterHealth = new DeadLetterHealth(names.deadLetterTopicIfUsed(), clock);
    metrics = new DeliveryMetrics(registry, targetHealth, deadLetterHealth, clock);
    throttle =
        new Throttle(
            schedule,
            spec.delivery().retry(),
            spec.delivery().onRefused() == DeliverySpec.OnRefused.DeadLetter,
            purse,
            metrics::flood,
            RANDOM,
            System::nanoTime);
    breaker =
        new Breaker(
            spec.delivery().circuitBreaker(),
            http(spec).requestTimeout(),
            RANDOM,
            System::nanoTime);
    held = new HeldRecords(clock);
    target =
        new HttpTarget(
            http(spec),
            spec.record(),
            spec.delivery(),
            references::secret,
            references::authorities,
            evidence::acceptedEver,
            metrics::sent,
            clock);
    ConsumptionMetrics.register(registry, view, breaker::isOpen, slots::taken);
    ProcessMetrics.register(registry, version);

    var identity =
        new StatusReports.Identity(
            version, SpecHash.of(file.tree().get("spec")), clock.instant(), names.group());
    var sources =
        new StatusReports.Sources(
            view,
            watch,
            cluster,
            target,
            targetHealth,
            breaker,
            throttle,
            slots,
            metrics,
            deadLetterHealth,
            references,
            this::state,
            connection::fault,
            connection::startedAt);
    var reports = new StatusReports(identity, sources, clock);
    events = new EventLog(reports::report, clock);
    endpoint = new StatusEndpoint(listen, reports::report, this::fault, registry);
  }

  private static HttpSpec http(KafkaApiBridgeSpec spec) {
    HttpSpec http = spec.target().http();
    if (http == null) {
      throw new IllegalArgumentException(
          "spec.target.http is missing, which the check before has refused");
    }
    return http;
  }

  /** Where the status endpoint listens. */
  public InetSocketAddress address() {
    return endpoint.address();
  }

  /** Runs until {@link #stop()}, then drains. Returns when the group has been left. */
  public void run() {
    Thread telling = Thread.ofVirtual().name("event-log").start(events::run);
    try {
      if (connection.establish(stopping)) {
        readAndDeliver();
      }
    } finally {
      telling.interrupt();
    }
  }

  private void readAndDeliver() {
    Thread watching = Thread.ofVirtual().name("cluster-watch").start(watch::run);
    try (var deadLetters = deadLetterTopic()) {
      PollLoop loop = consume(deadLetters);
      pollLoop = loop;
      if (stopping.getCount() == 0) {
        loop.stop();
      }
      loop.run();
    } finally {
      watching.interrupt();
    }
  }

  /**
   * Asks for the end of {@link #run()}: nothing new starts, what is under way ends, offsets are
   * committed.
   */
  public void stop() {
    stopping.countDown();
    PollLoop loop = pollLoop;
    if (loop != null) {
      loop.stop();
    }
  }

  private PollLoop consume(DeadLetters deadLetters) {
    var givingUp = new GivingUp(spec.delivery(), deadLetters, metrics, held, slots);
    var ordering = spec.delivery().ordering();
    var delivery =
        new Delivery(
            target,
            new Leave(throttle, breaker, schedule, metrics, clock, System::nanoTime),
            schedule,
            new RetryBudget(spec.delivery().retry().budgetPercent(), System::nanoTime),
            evidence,
            new LaneLimits(evidence, record -> LaneKey.of(record, ordering)),
            held,
            givingUp,
            slots,
            metrics,
            clock,
            System::nanoTime,
            RANDOM);
    var lanes = new Dispatcher(spec.delivery().ordering(), slots, delivery::deliver);
    dispatcher = lanes;

    var drainTimes =
        DrainTimes.of(
            target.longestCall(),
            Duration.ofSeconds(spec.workload().terminationGracePeriodSeconds()));
    var fence = new SendFence(drainTimes.maxPollInterval(), sessionTimeout(), System::nanoTime);
    var flowControl = FlowControl.of(maxInFlight, shares.recordBytes());
    return PollLoop.of(
        spec.kafka(),
        names.group(),
        subscription,
        cluster,
        lanes,
        flowControl,
        breaker::mayFetch,
        fence,
        purse,
        drainTimes,
        view);
  }

  private Duration sessionTimeout() {
    return switch (spec.kafka().groupProtocol()) {
      case Classic -> ConsumerSettings.classicSessionTimeout(spec.kafka());
      case Consumer ->
          cluster.sessionTimeout(names.group(), ConsumerSettings.DEFAULT_SESSION_TIMEOUT);
    };
  }

  private DeadLetterTopic deadLetterTopic() {
    var presence =
        new TopicPresence(
            cluster,
            () -> subscription.among(cluster.topics()),
            names.deadLetterTopic(),
            spec.delivery().deadLetter());
    if (names.deadLettersUsed()) {
      // Made before it is needed, so that what stands in the way is known before a record depends
      // on it.
      Thread.ofVirtual().name("dead-letter-topic").start(() -> awaitDeadLetterTopic(presence));
    }
    return DeadLetterTopic.of(
        ConnectionSettings.of(spec.kafka(), names.group()), presence, names.group());
  }

  private void awaitDeadLetterTopic(TopicPresence presence) {
    try {
      for (var inTheWay = presence.inTheWay(); inTheWay != null; inTheWay = presence.inTheWay()) {
        deadLetterHealth.failed(inTheWay.reason(), inTheWay.message());
        if (stopping.await(LOOK_AGAIN.toMillis(), TimeUnit.MILLISECONDS)) {
          return;
        }
      }
      deadLetterHealth.wrote();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private StatusReport.State state() {
    if (stopping.getCount() == 0) {
      return StatusReport.State.Draining;
    }
    return pollLoop == null ? StatusReport.State.Starting : StatusReport.State.Running;
  }

  private @Nullable Throwable fault() {
    Dispatcher lanes = dispatcher;
    return lanes == null ? null : lanes.fault();
  }

  @Override
  public void close() {
    target.close();
    cluster.close();
    endpoint.close();
  }
}
