package dev.kafkaapibridge.runtime;

import dev.kafkaapibridge.api.replay.ReplayOrder;
import dev.kafkaapibridge.api.report.SpecHash;
import dev.kafkaapibridge.api.report.StatusReport;
import dev.kafkaapibridge.api.v1alpha1.KafkaApiBridgeSpec;
import dev.kafkaapibridge.api.v1alpha1.RetrySpec;
import dev.kafkaapibridge.api.v1alpha1.RetryTopicSpec;
import dev.kafkaapibridge.api.validation.BridgeFile;
import dev.kafkaapibridge.runtime.consume.FlowControl;
import dev.kafkaapibridge.runtime.consume.PollLoop;
import dev.kafkaapibridge.runtime.deadletter.RetryTopicWriter;
import dev.kafkaapibridge.runtime.deadletter.TopicDepth;
import dev.kafkaapibridge.runtime.deadletter.TopicPresence;
import dev.kafkaapibridge.runtime.deliver.HeldRecords;
import dev.kafkaapibridge.runtime.dispatch.Dispatch;
import dev.kafkaapibridge.runtime.dispatch.SharedDispatch;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One running bridge: connects, commits the start position, runs the poll loop until it is told to
 * stop. {@link KafkaSide} and {@link ApiSide} wire the stages that a record passes; here they are
 * put together, and watched.
 */
public final class Bridge implements AutoCloseable {

  private static final Duration LOOK_AGAIN = Duration.ofSeconds(10);

  private final Clock clock = Clock.systemUTC();
  private final KafkaApiBridgeSpec spec;
  private final Names names;
  private final Limits limits;
  private final KafkaSide kafka;
  private final ApiSide api;
  private final DeadLetterHealth deadLetterHealth;
  private final AnswerHealth answerHealth;
  private final Optional<RetryTopicHealth> retryHealth;
  private final EventLog events;
  private final StateFile state;
  private final StatusEndpoint endpoint;

  private final Replays replays;

  private final CountDownLatch stopping = new CountDownLatch(1);
  private volatile @Nullable PollLoop pollLoop;
  private volatile @Nullable Retries retries;
  private volatile @Nullable Dispatch dispatcher;
  private volatile @Nullable Dispatch forReplays;
  private volatile @Nullable Thread replaying;

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
    spec = file.bridge().spec();
    names = Names.of(file.bridge());
    limits = Limits.of(spec.delivery(), HeapShares.of(Runtime.getRuntime().maxMemory()));

    var registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    var targetHealth = new TargetHealth();
    deadLetterHealth = new DeadLetterHealth(names.deadLetterTopicIfUsed(), clock);
    var held = new HeldRecords(clock);
    answerHealth = new AnswerHealth(spec.response() == null ? null : spec.response().topic(), held);
    var references = new References(refs, spec);
    var purse = new Purse(RateLimit.of(spec.delivery().rateLimit()), wallClock(clock));
    Pace pace = ApiSide.pace(spec.delivery().rateLimit());
    kafka = new KafkaSide(file.bridge(), names, purse, pace, references, startedAt, clock);
    retryHealth =
        kafka.retries.map(intake ->
            new RetryTopicHealth(retryTopics(names, spec.delivery().retry()), intake.view, clock));
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
    PaceMetrics.register(registry, pace, api.callsAtOnce::limit);
    if (spec.delivery().batch() != null) {
      PaceMetrics.register(registry, api.batchSize);
    }
    retryHealth.ifPresent(health -> RetryMetrics.register(registry, health));
    CertificateMetrics.register(registry, references.ofCertificates(), references::expiry);
    ChannelMetrics.register(registry, api.target.channel());
    ProcessMetrics.register(registry, version);
    replays = new Replays(state::replay, purse::canPay, this::replay);
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
                () -> replays.report()),
            clock);
    events = new EventLog(reports::report, clock);
    endpoint = new StatusEndpoint(listen, reports::report, this::fault, registry);
  }

  private static OnwardClock wallClock(Clock clock) {
    return new OnwardClock(
        () -> ChronoUnit.MICROS.between(Instant.EPOCH, clock.instant()), System::nanoTime);
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
    try {
      if (kafka.connection.establish(stopping)) {
        readAndDeliver();
      }
    } finally {
      telling.interrupt();
      looking.interrupt();
    }
  }

  private void readAndDeliver() {
    Thread watching = Thread.ofVirtual().name("cluster-watch").start(kafka.source.watch::run);
    Thread trading = Thread.ofVirtual().name("share-trade").start(kafka.shareTrade()::run);
    TopicPresence presence = kafka.deadLetterPresence();
    Thread counting =
        Thread.ofVirtual()
            .name("dead-letter-depth")
            .unstarted(new TopicDepth(kafka.cluster, presence.name(), this::deadLettersLie)::run);
    if (names.deadLettersUsed()) {
      counting.start();
      // Made before it is needed, so that what stands in the way is known before a record depends
      // on it.
      Thread.ofVirtual().name("dead-letter-topic").start(() -> awaitDeadLetterTopic(presence));
    }
    TopicPresence answers = kafka.answerPresence();
    if (answers != null) {
      Thread.ofVirtual().name("answer-topic").start(() -> awaitAnswerTopic(answers));
    }
    try (var writer = kafka.topicWriter();
        var answerWriter = answers == null ? null : kafka.topicWriter()) {
      List<RetryTopicWriter.Tier> tiers = kafka.tiers();
      var shared =
          new SharedDispatch(
              api.dispatch(
                  new RetryTopicWriter(writer, tiers, names.group()),
                  kafka.deadLetterTopic(writer, presence),
                  kafka.answers(answerWriter, answers)));
      forReplays = shared.part();
      Optional<Retries> beside = retries(shared, tiers);
      PollLoop loop = sourceLoop(shared, beside.isPresent());
      retries = beside.orElse(null);
      pollLoop = loop;
      if (stopping.getCount() == 0) {
        stop();
      }
      beside.ifPresent(Retries::start);
      Thread replayThread = Thread.ofVirtual().name("replays").start(replays::run);
      replaying = replayThread;
      try {
        loop.run();
      } finally {
        stop(); // those beside it too, where it ended by a fault of this program
        replayThread.interrupt();
        awaitEnd(replayThread);
        beside.ifPresent(Retries::awaitEnd);
      }
    } finally {
      watching.interrupt();
      trading.interrupt();
      counting.interrupt();
    }
  }

  private PollLoop sourceLoop(SharedDispatch shared, boolean besideRetries) {
    Dispatch lanes = shared.part();
    dispatcher = lanes;
    return kafka.source.pollLoop(
        lanes,
        limits.ofSources(besideRetries),
        () -> whyFetchNothing(true),
        kafka.drainTimes(api.target.longestCall()));
  }

  private Optional<Retries> retries(SharedDispatch shared, List<RetryTopicWriter.Tier> tiers) {
    return kafka.retries.map(intake ->
        new Retries(
            tiers,
            retryHealth.orElseThrow(),
            kafka::canPay,
            kafka::commitStartOfRetries,
            intake.watch,
            intake.pollLoop(
                shared.part(),
                limits.ofRetries(),
                () -> whyFetchNothing(false),
                kafka.drainTimes(api.target.longestCall()))));
  }

  private static List<StatusReport.RetryTopic> retryTopics(Names names, RetrySpec spec) {
    var topics = new ArrayList<StatusReport.RetryTopic>();
    for (RetryTopicSpec topic : spec.topics()) {
      String name = names.retryTopics().get(topics.size());
      topics.add(new StatusReport.RetryTopic(name, topic.delay().toMillis()));
    }
    return topics;
  }

  /**
   * @param first for those that come from the source topics
   */
  private Optional<FlowControl.Pause> whyFetchNothing(boolean first) {
    if (state.isPaused()) {
      return Optional.of(FlowControl.Pause.Paused);
    }
    return api.breaker.mayFetch(first)
        ? Optional.empty()
        : Optional.of(FlowControl.Pause.NothingCanBeSent);
  }

  private Replays.Run replay(ReplayOrder order) {
    return kafka.replay(
        order,
        Objects.requireNonNull(forReplays),
        api.schemas,
        limits,
        api.target.longestCall(),
        () -> whyFetchNothing(false).isPresent());
  }

  private static void awaitEnd(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void deadLettersLie(Optional<TopicDepth.Depth> depth) {
    deadLetterHealth.holds(
        depth.map(TopicDepth.Depth::records).orElse(null),
        depth.flatMap(TopicDepth.Depth::oldest).orElse(null));
  }

  private void awaitDeadLetterTopic(TopicPresence presence) {
    awaitTopic(presence, deadLetterHealth::failed, deadLetterHealth::wrote);
  }

  private void awaitAnswerTopic(TopicPresence presence) {
    awaitTopic(presence, answerHealth::missing, answerHealth::found);
  }

  private void awaitTopic(
      TopicPresence presence, BiConsumer<String, String> inTheWayOf, Runnable there) {
    try {
      for (var inTheWay = presence.inTheWay(); inTheWay != null; inTheWay = presence.inTheWay()) {
        inTheWayOf.accept(inTheWay.reason(), inTheWay.message());
        if (stopping.await(LOOK_AGAIN.toMillis(), TimeUnit.MILLISECONDS)) {
          return;
        }
      }
      there.run();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Asks for the end of {@link #run()}: nothing new starts, what is under way ends, offsets are
   * committed.
   */
  public void stop() {
    stopping.countDown();
    Thread ending = replaying;
    if (ending != null) {
      ending.interrupt(); // beside the poll loop, which has its own calls to wait for
    }
    Retries beside = retries;
    if (beside != null) {
      beside.stop();
    }
    PollLoop loop = pollLoop;
    if (loop != null) {
      loop.stop();
    }
  }

  private StatusReport.State state() {
    if (stopping.getCount() == 0) {
      return StatusReport.State.Draining;
    }
    return pollLoop == null ? StatusReport.State.Starting : StatusReport.State.Running;
  }

  private @Nullable Throwable fault() {
    Retries beside = retries;
    Throwable there = beside == null ? null : beside.fault();
    if (there != null) {
      return there;
    }
    Dispatch lanes = dispatcher;
    return lanes == null ? null : lanes.fault();
  }

  @Override
  public void close() {
    api.close();
    kafka.close();
    endpoint.close();
  }
}
