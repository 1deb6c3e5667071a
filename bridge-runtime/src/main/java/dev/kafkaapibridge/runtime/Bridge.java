package dev.kafkaapibridge.runtime;

import dev.kafkaapibridge.api.derived.BindingKeys;
import dev.kafkaapibridge.api.report.SpecHash;
import dev.kafkaapibridge.api.report.StatusReport;
import dev.kafkaapibridge.api.v1alpha1.KafkaApiBridgeSpec;
import dev.kafkaapibridge.api.validation.BridgeFile;
import dev.kafkaapibridge.runtime.deliver.HeldRecords;
import dev.kafkaapibridge.runtime.pace.Pace;
import dev.kafkaapibridge.runtime.quota.OnwardClock;
import dev.kafkaapibridge.runtime.quota.Purse;
import dev.kafkaapibridge.runtime.quota.RateLimit;
import dev.kafkaapibridge.runtime.refs.References;
import dev.kafkaapibridge.runtime.telemetry.AnswerHealth;
import dev.kafkaapibridge.runtime.telemetry.CertificateMetrics;
import dev.kafkaapibridge.runtime.telemetry.ChannelMetrics;
import dev.kafkaapibridge.runtime.telemetry.ConsumptionMetrics;
import dev.kafkaapibridge.runtime.telemetry.DeadLetterHealth;
import dev.kafkaapibridge.runtime.telemetry.DeliveryMetrics;
import dev.kafkaapibridge.runtime.telemetry.EventLog;
import dev.kafkaapibridge.runtime.telemetry.PaceMetrics;
import dev.kafkaapibridge.runtime.telemetry.PayloadLog;
import dev.kafkaapibridge.runtime.telemetry.ProcessMetrics;
import dev.kafkaapibridge.runtime.telemetry.RetryMetrics;
import dev.kafkaapibridge.runtime.telemetry.RetryTopicHealth;
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
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One running bridge: connects, commits the start position, runs the poll loop until it is told to
 * stop. {@link KafkaSide} and {@link ApiSide} wire the stages that a record passes; here they are
 * put together, and watched.
 */
public final class Bridge implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Bridge.class);

  /** Beyond the second for which what was read of a file stands. */
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(1_500);

  private final Clock clock = Clock.systemUTC();
  private final KafkaSide kafka;
  private final ApiSide api;
  private final EventLog events;
  private final StateFile state;
  private final StatusEndpoint endpoint;

  private final CountDownLatch stopping = new CountDownLatch(1);
  private volatile boolean ledElsewhere;
  private final Delivering delivering;

  /**
   * @param startedAt when the bridge started for the first time; null: not known to have started
   * @throws IOException if the port of the status endpoint is taken
   */
  public Bridge(
      BridgeFile.Reading.Sound file,
      StateFile state,
      Path refs,
      InetSocketAddress listen,
      @Nullable Instant startedAt,
      String version)
      throws IOException {
    this.state = state;
    KafkaApiBridgeSpec spec = file.bridge().spec();
    Names names = Names.of(file.bridge());
    Limits limits = Limits.of(spec, HeapShares.of(Runtime.getRuntime().maxMemory()));

    var registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    var targetHealth = new TargetHealth();
    var deadLetterHealth = new DeadLetterHealth(names.deadLetterTopicIfUsed(), clock);
    var held = new HeldRecords(clock);
    var answerHealth =
        new AnswerHealth(spec.response() == null ? null : spec.response().topic(), held);
    var references = new References(refs, spec);
    var purse = new Purse(RateLimit.of(spec.delivery().rateLimit()), wallClock(clock));
    Pace pace = ApiSide.pace(spec.delivery().rateLimit());
    kafka = new KafkaSide(file.bridge(), names, purse, pace, references, startedAt, clock);
    Optional<RetryTopicHealth> retryHealth =
        kafka.retries.map(
            intake -> new RetryTopicHealth(reported(names.retryTopics()), intake.view, clock));
    var metrics =
        new DeliveryMetrics(
            registry,
            targetHealth,
            deadLetterHealth,
            answerHealth,
            retryHealth,
            PayloadLog.of(
                spec.observability().payloadLogging(), spec.delivery().batch() != null, clock),
            clock);
    api = new ApiSide(spec, limits, pace, purse, references, state::isPaused, held, metrics, clock);

    ConsumptionMetrics.register(
        registry, kafka.source.view, api.breaker::isOpen, api::underWay, api.held);
    PaceMetrics.register(registry, pace, api.callsAtOnce::limit, api.budget::waiting);
    if (spec.delivery().batch() != null) {
      PaceMetrics.register(registry, api.batchSize);
    }
    retryHealth.ifPresent(health -> RetryMetrics.register(registry, health, clock));
    CertificateMetrics.register(registry, references.ofCertificates(), references::expiry);
    ChannelMetrics.register(registry, api.target.channel());
    ProcessMetrics.register(registry, version);
    delivering =
        new Delivering(
            names,
            limits,
            kafka,
            api,
            new Delivering.TopicHealths(deadLetterHealth, answerHealth, retryHealth),
            state,
            stopping);
    var reports =
        new StatusReports(
            new StatusReports.Identity(
                version, SpecHash.of(file.tree().get("spec")), clock.instant(), names.group()),
            new StatusReports.Sources(
                kafka.source.view,
                kafka.source.watch,
                kafka.cluster,
                api.target,
                targetHealth,
                api.breaker,
                api.throttle,
                pace,
                api::underWay,
                api.callsAtOnce::settled,
                api::room,
                api::stood,
                api.held,
                metrics,
                deadLetterHealth,
                answerHealth,
                retryHealth,
                references,
                api.schemas,
                this::state,
                kafka.connection::fault,
                kafka.connection::startedAt,
                state::standsStill,
                delivering::replayReport),
            clock);
    events = new EventLog(reports::report, clock);
    endpoint = new StatusEndpoint(listen, reports::report, delivering::fault, registry);
  }

  private static OnwardClock wallClock(Clock clock) {
    return new OnwardClock(
        () -> ChronoUnit.MICROS.between(Instant.EPOCH, clock.instant()), System::nanoTime);
  }

  private static List<StatusReport.RetryTopic> reported(List<Names.RetryTopic> topics) {
    return topics.stream()
        .map(topic -> new StatusReport.RetryTopic(topic.name(), topic.spec().delay().toMillis()))
        .toList();
  }

  /** Where the status endpoint listens. */
  public InetSocketAddress address() {
    return endpoint.address();
  }

  /** Runs until {@link #stop()}, then drains. Returns when the group has been left. */
  public void run() {
    Thread telling = Thread.ofVirtual().name("event-log").start(events::run);
    Thread looking =
        Thread.ofVirtual()
            .name("state-file")
            .start(() -> state.watch(() -> api.underWay() > 0, this::stop));
    Thread following = Thread.ofVirtual().name("binding").unstarted(this::followBinding);
    if (kafka.isBound()) {
      following.start();
    }
    try {
      if (kafka.connection.establish(stopping)) {
        delivering.run();
      }
    } finally {
      telling.interrupt();
      looking.interrupt();
      following.interrupt();
    }
  }

  /** A client's brokers can't be exchanged, so another process has to begin. */
  private void followBinding() {
    try {
      while (!kafka.isLedElsewhere()) {
        Thread.sleep(BETWEEN_LOOKS);
      }
    } catch (InterruptedException e) {
      return;
    }
    log.atInfo()
        .addKeyValue("field", BindingKeys.FIELD)
        .log("the binding leads elsewhere: calls under way end, and with them the process");
    ledElsewhere = true;
    stop();
  }

  /** Whether that is why it has stopped, and another is to start. */
  public boolean isLedElsewhere() {
    return ledElsewhere;
  }

  /**
   * Asks for the end of {@link #run()}: nothing new starts, what is under way ends, offsets are
   * committed.
   */
  public void stop() {
    stopping.countDown();
    delivering.stop();
  }

  private StatusReport.State state() {
    if (stopping.getCount() == 0) {
      return StatusReport.State.Draining;
    }
    return delivering.hasBegun() ? StatusReport.State.Running : StatusReport.State.Starting;
  }

  @Override
  public void close() {
    api.close();
    kafka.close();
    endpoint.close();
  }
}
