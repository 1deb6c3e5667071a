package dev.kafkaapibridge.runtime.telemetry;

import dev.kafkaapibridge.api.report.StatusReport;
import dev.kafkaapibridge.runtime.deliver.DeliveryListener;
import dev.kafkaapibridge.runtime.deliver.Failure;
import dev.kafkaapibridge.runtime.deliver.Hold;
import dev.kafkaapibridge.runtime.deliver.Outcome;
import dev.kafkaapibridge.runtime.record.SourceRecord;
import dev.kafkaapibridge.runtime.target.Verdict;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Events of records as meters, as log lines where somebody would want one, and as the counters of
 * the status report. Safe for all lanes. The meters are described for people in
 * docs/guide/metrics.md.
 */
public final class DeliveryMetrics implements DeliveryListener {

  private static final Logger log = LoggerFactory.getLogger(DeliveryMetrics.class);

  /** From a cache's answer to the longest request timeout that makes sense in a dashboard. */
  private static final Duration[] CALL_BUCKETS =
      millis(1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000);

  /** A record may have waited for an outage, or for a week in a bridge that was stopped. */
  private static final Duration[] AGE_BUCKETS =
      millis(
          10,
          25,
          50,
          100,
          250,
          500,
          1_000,
          2_500,
          5_000,
          10_000,
          30_000,
          60_000,
          300_000,
          900_000,
          3_600_000,
          21_600_000,
          86_400_000);

  private final TargetHealth targetHealth;
  private final PayloadLog payloads;
  private final DeadLetterHealth deadLetterHealth;
  private final AnswerHealth answerHealth;
  private final Optional<RetryTopicHealth> retries;
  private final MeterRegistry registry;
  private final Clock clock;
  private final Counter sent;

  /** Calls that were told to slow down, which was meant for one lane. */
  private final LongAdder limitedAlone = new LongAdder();

  private final Timer appendToAccepted;

  /** Null while there was no batch. */
  private volatile @Nullable DistributionSummary batchRecords;

  private final Map<Hold, Timer> waits = new ConcurrentHashMap<>();
  private final Map<Class<?>, Counter> outcomes = new ConcurrentHashMap<>();

  // Two steps instead of one joined key: a look-up per call makes no garbage.
  private final Map<Class<?>, Map<String, Timer>> answers = new ConcurrentHashMap<>();

  public DeliveryMetrics(
      MeterRegistry registry,
      TargetHealth targetHealth,
      DeadLetterHealth deadLetterHealth,
      AnswerHealth answerHealth,
      Optional<RetryTopicHealth> retries,
      PayloadLog payloads,
      Clock clock) {
    this.registry = registry;
    this.targetHealth = targetHealth;
    this.deadLetterHealth = deadLetterHealth;
    this.answerHealth = answerHealth;
    this.retries = retries;
    this.payloads = payloads;
    this.clock = clock;
    this.sent =
        Counter.builder("kab.requests.sent")
            .description("Requests that left the process")
            .register(registry);
    this.appendToAccepted =
        Timer.builder("kab.record.append.to.accepted")
            .description("From a record's timestamp until the API has accepted it")
            .serviceLevelObjectives(AGE_BUCKETS)
            .register(registry);
  }

  /** A request leaves the process. */
  public void sent(long requests) {
    sent.increment(requests);
  }

  @Override
  public void heldBack(SourceRecord record, Hold by, Duration waited) {
    waits.computeIfAbsent(by, this::waitTimer).record(waited);
    RecordLog.heldBack(record, by, waited);
  }

  @Override
  public void answered(SourceRecord record, Verdict verdict, Duration took, boolean lanesAlone) {
    if (!lanesAlone) {
      targetHealth.learn(verdict);
    } else if (verdict instanceof Verdict.RateLimited) {
      limitedAlone.increment();
    }
    timer(verdict).record(took);
    RecordLog.answered(record, verdict, took);
    payloads.answered(record, verdict);
  }

  @Override
  public void batchAnswered(int records, int bytes) {
    batchRecords().record(records);
  }

  @Override
  public void batchSplit() {
    Counter.builder("kab.batch.splits")
        .description("Batches, and parts of them, that went on in halves")
        .register(registry)
        .increment();
  }

  /** Of this size at most now. */
  StatusReport.Batches batches(int maxRecords, int maxBytes) {
    DistributionSummary known = batchRecords;
    return known == null
        ? new StatusReport.Batches(maxRecords, maxBytes, 0, 0)
        : new StatusReport.Batches(maxRecords, maxBytes, known.count(), (long) known.totalAmount());
  }

  private DistributionSummary batchRecords() {
    DistributionSummary known = batchRecords;
    if (known == null) {
      known =
          DistributionSummary.builder("kab.batch.records")
              .description("Records in a request, of batches that were answered")
              .serviceLevelObjectives(1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000)
              .register(registry);
      batchRecords = known;
    }
    return known;
  }

  @Override
  public void deadLetterFailed(SourceRecord record, String reason, String message) {
    deadLetterHealth.failed(reason, message);
  }

  @Override
  public void deadLettered(SourceRecord record, Failure failure) {
    payloads.gaveUp(record, failure);
    deadLetterHealth.wrote(failure);
  }

  @Override
  public void answerFailed(SourceRecord record, String reason, String message) {
    answerHealth.failed(reason, message);
  }

  @Override
  public void answerWritten(SourceRecord record) {
    answerHealth.wrote();
  }

  @Override
  public void retryTopicFailed(SourceRecord record, String reason, String message) {
    retries.ifPresent(health -> health.failed(reason, message));
  }

  @Override
  public void putAside(SourceRecord record, Failure failure) {
    payloads.gaveUp(record, failure);
    retries.ifPresent(RetryTopicHealth::wrote);
  }

  @Override
  public void flood(boolean begins) {
    deadLetterHealth.flood(begins);
    if (begins) {
      log.atError().log("most records are refused: sending stops but for a probe now and then");
    } else {
      log.atInfo().log("records are accepted again: sending goes on");
    }
  }

  @Override
  public void discarded(SourceRecord record, Failure failure) {
    payloads.gaveUp(record, failure);
    say(record, failure, "a record is discarded, as the spec asks");
  }

  @Override
  public void blocked(SourceRecord record, Failure failure) {
    payloads.gaveUp(record, failure);
    say(record, failure, "a record holds its lane, as Block asks");
  }

  private static void say(SourceRecord record, Failure failure, String what) {
    var of = record.record();
    log.atWarn()
        .addKeyValue("topic", of.topic())
        .addKeyValue("partition", of.partition())
        .addKeyValue("offset", of.offset())
        .addKeyValue("cause", failure.cause())
        .log(what);
  }

  @Override
  public void ended(SourceRecord record, Outcome outcome) {
    RecordLog.ended(record, outcome);
    outcomes.computeIfAbsent(outcome.getClass(), this::outcomeCounter).increment();
    if (outcome instanceof Outcome.Delivered) {
      accepted(record, clock.millis());
    }
  }

  private void accepted(SourceRecord record, long now) {
    long timestamp = record.timestamp();
    if (timestamp >= 0) {
      // Clocks of producers may be ahead of ours: such a record took no time, not a negative one.
      appendToAccepted.record(Math.max(0, now - timestamp), TimeUnit.MILLISECONDS);
    }
  }

  @Override
  public void ended(List<SourceRecord> records, Outcome outcome) {
    RecordLog.ended(records, outcome);
    outcomes.computeIfAbsent(outcome.getClass(), this::outcomeCounter).increment(records.size());
    if (outcome instanceof Outcome.Delivered) {
      long now = clock.millis();
      records.forEach(record -> accepted(record, now));
    }
  }

  long ended(Class<? extends Outcome> outcome) {
    Counter counter = outcomes.get(outcome);
    return counter == null ? 0 : (long) counter.count();
  }

  long answered(Class<? extends Verdict> verdict) {
    Map<String, Timer> byCode = answers.get(verdict);
    return byCode == null ? 0 : byCode.values().stream().mapToLong(Timer::count).sum();
  }

  /** Where it was meant for all lanes: of the target's limit for one nothing follows for pods. */
  long rateLimited() {
    return answered(Verdict.RateLimited.class) - limitedAlone.sum();
  }

  long sent() {
    return (long) sent.count();
  }

  /** What all calls together have taken that have ended. */
  Duration busy() {
    double millis =
        answers.values().stream()
            .flatMap(byCode -> byCode.values().stream())
            .mapToDouble(timer -> timer.totalTime(TimeUnit.MILLISECONDS))
            .sum();
    return Duration.ofMillis((long) millis);
  }

  private Timer timer(Verdict verdict) {
    Class<?> of = verdict.getClass();
    return answers
        .computeIfAbsent(of, verdicts -> new ConcurrentHashMap<>())
        .computeIfAbsent(
            verdict.code(),
            code ->
                Timer.builder("kab.request")
                    .description(
                        "Calls by verdict and status, from sending to the end of the answer")
                    .tag("verdict", of.getSimpleName())
                    .tag("code", code)
                    .serviceLevelObjectives(CALL_BUCKETS)
                    .register(registry));
  }

  private Timer waitTimer(Hold by) {
    return Timer.builder("kab.throttle.wait")
        .description("What calls waited for leave to be sent, of those that had to")
        .tag("hold", by.name())
        .register(registry);
  }

  private Counter outcomeCounter(Class<?> outcome) {
    return Counter.builder("kab.records.ended")
        .description("Records by their end")
        .tag("outcome", outcome.getSimpleName())
        .register(registry);
  }

  private static Duration[] millis(long... bounds) {
    var durations = new Duration[bounds.length];
    for (int i = 0; i < bounds.length; i++) {
      durations[i] = Duration.ofMillis(bounds[i]);
    }
    return durations;
  }
}
