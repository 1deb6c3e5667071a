package dev.kafkaapibridge.runtime.telemetry;

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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Events of records as meters, as log lines where somebody would want one, and as the counters of
 * the status report. Safe for all lanes.
 */
public final class DeliveryMetrics implements DeliveryListener {

  private static final Logger log = LoggerFactory.getLogger(DeliveryMetrics.class);

  private final TargetHealth targetHealth;
  private final DeadLetterHealth deadLetterHealth;
  private final MeterRegistry registry;
  private final Counter sent;
  private final Map<Class<?>, Counter> outcomes = new ConcurrentHashMap<>();
  private final Map<String, Timer> answers = new ConcurrentHashMap<>();

  public DeliveryMetrics(
      MeterRegistry registry, TargetHealth targetHealth, DeadLetterHealth deadLetterHealth) {
    this.registry = registry;
    this.targetHealth = targetHealth;
    this.deadLetterHealth = deadLetterHealth;
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
    deadLetterHealth.failed(reason, message);
  }

  @Override
  public void deadLettered(SourceRecord record, Failure failure) {
    deadLetterHealth.wrote();
  }

  @Override
  public void discarded(SourceRecord record, Failure failure) {
    say(record, failure, "a record is discarded, as the spec asks");
  }

  @Override
  public void blocked(SourceRecord record, Failure failure) {
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
    outcomes.computeIfAbsent(outcome.getClass(), this::outcomeCounter).increment();
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
