package dev.kafkaapibridge.runtime.telemetry;

import dev.kafkaapibridge.api.report.StatusReport.Health;
import dev.kafkaapibridge.runtime.deliver.DeliveryListener;
import dev.kafkaapibridge.runtime.deliver.Failure;
import dev.kafkaapibridge.runtime.deliver.Outcome;
import dev.kafkaapibridge.runtime.record.SourceRecord;
import dev.kafkaapibridge.runtime.target.Verdict;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Events of records as meters, as log lines where somebody would want one, and as the counters of
 * the status report. Safe for all lanes.
 */
public final class DeliveryMetrics implements DeliveryListener {

  private static final Logger log = LoggerFactory.getLogger(DeliveryMetrics.class);

  private final TargetHealth targetHealth;
  private final MeterRegistry registry;
  private final Counter sent;
  private final Map<Class<?>, Counter> outcomes = new ConcurrentHashMap<>();
  private final Map<String, Timer> answers = new ConcurrentHashMap<>();
  private volatile @Nullable Health deadLetterFault;

  public DeliveryMetrics(MeterRegistry registry, TargetHealth targetHealth) {
    this.registry = registry;
    this.targetHealth = targetHealth;
    this.sent =
        Counter.builder("kab.requests.sent")
            .description("Requests that left the process")
            .register(registry);
  }

  /** A request leaves the process. */
  public void sent(long requests) {
    sent.increment(requests);
  }

  @Override
  public void answered(SourceRecord record, Verdict verdict, Duration took) {
    targetHealth.learn(verdict);
    timer(verdict.getClass(), verdict.code()).record(took);
  }

  @Override
  public void deadLetterFailed(SourceRecord record, String reason, String message) {
    if (deadLetterFault == null) {
      log.atError().addKeyValue("reason", reason).log(message);
    }
    deadLetterFault = new Health(false, reason, message);
  }

  @Override
  public void deadLettered(SourceRecord record, Failure failure) {
    deadLetterFault = null;
  }

  @Override
  public void blocked(SourceRecord record, Failure failure) {
    var of = record.record();
    log.atWarn()
        .addKeyValue("topic", of.topic())
        .addKeyValue("partition", of.partition())
        .addKeyValue("offset", of.offset())
        .addKeyValue("cause", failure.cause())
        .log("a record holds its lane, as Block asks");
  }

  @Override
  public void ended(SourceRecord record, Outcome outcome) {
    outcomes.computeIfAbsent(outcome.getClass(), this::outcomeCounter).increment();
  }

  /** What stands in the way of dead letters; null while nothing does. */
  @Nullable Health deadLetterFault() {
    return deadLetterFault;
  }

  public void deadLetterHealth(@Nullable Health fault) {
    deadLetterFault = fault;
  }

  long ended(Class<? extends Outcome> outcome) {
    Counter counter = outcomes.get(outcome);
    return counter == null ? 0 : (long) counter.count();
  }

  long answered(Class<? extends Verdict> verdict) {
    String name = verdict.getSimpleName() + "/";
    return answers.entrySet().stream()
        .filter(e -> e.getKey().startsWith(name))
        .mapToLong(e -> e.getValue().count())
        .sum();
  }

  long sent() {
    return (long) sent.count();
  }

  private Timer timer(Class<?> verdict, String code) {
    return answers.computeIfAbsent(
        verdict.getSimpleName() + "/" + code,
        key ->
            Timer.builder("kab.request")
                .description("Calls by verdict and status, from sending to the end of the answer")
                .tag("verdict", verdict.getSimpleName())
                .tag("code", code)
                .publishPercentileHistogram()
                .minimumExpectedValue(Duration.ofMillis(1))
                .maximumExpectedValue(Duration.ofMinutes(1))
                .register(registry));
  }

  private Counter outcomeCounter(Class<?> outcome) {
    return Counter.builder("kab.records.ended")
        .description("Records by their end")
        .tag("outcome", outcome.getSimpleName())
        .register(registry);
  }
}
