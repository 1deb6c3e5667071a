package dev.kafkaapibridge.runtime.telemetry;

import dev.kafkaapibridge.api.derived.Reference;
import dev.kafkaapibridge.api.report.StatusReport;
import dev.kafkaapibridge.api.report.StatusReport.Health;
import dev.kafkaapibridge.runtime.cluster.KafkaCluster;
import dev.kafkaapibridge.runtime.consume.ClusterWatch;
import dev.kafkaapibridge.runtime.consume.ConsumptionView;
import dev.kafkaapibridge.runtime.deliver.BatchSize;
import dev.kafkaapibridge.runtime.deliver.Breaker;
import dev.kafkaapibridge.runtime.deliver.HeldRecords;
import dev.kafkaapibridge.runtime.deliver.Hold;
import dev.kafkaapibridge.runtime.deliver.Outcome;
import dev.kafkaapibridge.runtime.deliver.Throttle;
import dev.kafkaapibridge.runtime.pace.Pace;
import dev.kafkaapibridge.runtime.refs.References;
import dev.kafkaapibridge.runtime.schema.SchemaFormats;
import dev.kafkaapibridge.runtime.schema.Trouble;
import dev.kafkaapibridge.runtime.target.Target;
import dev.kafkaapibridge.runtime.target.Verdict;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Puts together what this process says of itself on {@code /status}, at the moment it is asked. */
public final class StatusReports {

  /**
   * What never changes in a process's life. {@code deadLetterTopic} is null where no policy uses
   * one.
   */
  public record Identity(String runtimeVersion, String specHash, Instant startedAt, String group) {}

  /** Where the figures come from. */
  public record Sources(
      ConsumptionView view,
      ClusterWatch watch,
      KafkaCluster cluster,
      Target target,
      TargetHealth targetHealth,
      Breaker breaker,
      Throttle throttle,
      Pace pace,
      IntSupplier underWay,
      IntSupplier slots,
      Supplier<Optional<BatchSize.Room>> batch,
      Function<Hold, Duration> stood,
      HeldRecords held,
      DeliveryMetrics metrics,
      DeadLetterHealth deadLetterHealth,
      AnswerHealth answerHealth,
      Optional<RetryTopicHealth> retries,
      References references,
      SchemaFormats schemas,
      Supplier<StatusReport.State> state,
      Supplier<@Nullable Health> startFault,
      Supplier<@Nullable Instant> bridgeStartedAt,
      BooleanSupplier standsStill,
      Supplier<StatusReport.@Nullable Replay> replay) {}

  /** A person looks at the first few. */
  private static final int MOST_HELD = 20;

  private final Identity identity;
  private final Sources sources;
  private final Clock clock;

  public StatusReports(Identity identity, Sources sources, Clock clock) {
    this.identity = identity;
    this.sources = sources;
    this.clock = clock;
  }

  public StatusReport report() {
    StatusReport.State state = sources.state().get();
    Health kafka = kafkaHealth(state);
    StatusReport.DeadLetter deadLetter =
        sources.deadLetterHealth().report(sources.metrics().ended(Outcome.DeadLettered.class));
    StatusReport.Answers answers = answers();
    return new StatusReport(
        StatusReport.VERSION,
        identity.runtimeVersion(),
        identity.specHash(),
        identity.startedAt().toString(),
        clock.instant().toString(),
        state,
        ready(state, kafka, deadLetter.health(), answers),
        kafka(kafka),
        target(),
        deadLetter,
        references(),
        records(),
        held(),
        sources.standsStill().getAsBoolean(),
        ProcessHandle.current().info().totalCpuDuration().map(Duration::toMillis).orElse(null),
        answers,
        sources.replay().get(),
        sources.retries().map(this::retry).orElse(null));
  }

  private StatusReport.@Nullable Answers answers() {
    AnswerHealth answers = sources.answerHealth();
    String topic = answers.topic();
    return topic == null
        ? null
        : new StatusReport.Answers(answers.health(), topic, answers.written());
  }

  private static StatusReport.Reference unusable(StatusReport.Reference reference) {
    return new StatusReport.Reference(
        reference.kind(),
        reference.name(),
        reference.key(),
        reference.field(),
        reference.state().equals("Found") ? "Invalid" : reference.state(),
        reference.takenUpAt(),
        reference.expiresAt());
  }

  private List<StatusReport.Reference> references() {
    var references = new ArrayList<>(sources.references().report());
    SchemaFormats schemas = sources.schemas();
    if (schemas.isFileUnusable()) {
      references.replaceAll(reference ->
          reference.field().equals(Reference.BODY_SCHEMA) ? unusable(reference) : reference);
    }
    schemas
        .endpoint()
        .ifPresent(endpoint -> {
          Optional<Trouble> trouble = schemas.trouble();
          references.add(
              new StatusReport.Reference(
                  "SchemaRegistry",
                  endpoint,
                  trouble.map(Trouble::schema).orElse(""),
                  "spec.record.schemaRegistry",
                  trouble.map(Trouble::reason).orElse("Found"),
                  null,
                  null));
        });
    return references;
  }

  private List<StatusReport.HeldRecord> held() {
    return sources.held().longest(MOST_HELD).stream()
        .map(record ->
            new StatusReport.HeldRecord(
                record.topic(),
                record.partition(),
                record.offset(),
                record.why().name(),
                record.reason(),
                record.since().toString()))
        .toList();
  }

  private Health ready(
      StatusReport.State state,
      Health kafka,
      Health deadLetter,
      StatusReport.@Nullable Answers answers) {
    if (state != StatusReport.State.Running) {
      return kafka.ok()
          ? new Health(
              false,
              state.name(),
              "The process is " + state.name().toLowerCase(java.util.Locale.ROOT) + ".")
          : kafka;
    }
    if (!kafka.ok()) {
      return kafka;
    }
    if (!sources.references().allFound()) {
      return new Health(
          false,
          "SecretNotFound",
          "A Secret or ConfigMap that the spec names is missing, or holds nothing of use; see"
              + " references.");
    }
    if (!deadLetter.ok()) {
      return deadLetter;
    }
    if (answers != null && !answers.health().ok()) {
      return answers.health();
    }
    Health misconfigured = sources.targetHealth().misconfigured();
    return misconfigured == null ? new Health(true, "Running", "Consuming.") : misconfigured;
  }

  private Health kafkaHealth(StatusReport.State state) {
    Health fault = sources.startFault().get();
    if (fault == null) {
      fault = sources.view().snapshot().failure();
    }
    if (fault == null) {
      fault = sources.watch().unreachable();
    }
    if (fault == null) {
      fault = sources.watch().topicsMissing();
    }
    if (fault != null) {
      return fault;
    }
    boolean draining = state == StatusReport.State.Draining;
    if (sources.view().isOutOfTouch() && !draining) {
      return new Health(
          false,
          "OutOfTouch",
          "The group's coordinator has not answered a heartbeat for so long that it may have given"
              + " the partitions to another member: nothing is sent until it answers.");
    }
    return sources.view().hasBeenAssigned() || draining
        ? new Health(
            true,
            "Connected",
            "Member of the group, with "
                + sources.view().snapshot().partitions().size()
                + " partitions.")
        : new Health(false, "GroupRebalancing", "Waiting for the group to assign partitions.");
  }

  private StatusReport.Kafka kafka(Health health) {
    ConsumptionView.Snapshot snapshot = sources.view().snapshot();
    String cluster = sources.cluster().id();
    Instant startedAt = sources.bridgeStartedAt().get();
    return new StatusReport.Kafka(
        health,
        identity.group(),
        cluster.isEmpty() ? null : cluster,
        startedAt == null ? null : startedAt.toString(),
        snapshot.generation() < 0 ? null : snapshot.generation(),
        sources.watch().topics(),
        sources.watch().partitions(),
        PartitionReports.of(sources.view()),
        sources.view().resets().last().stream()
            .map(reset ->
                new StatusReport.PositionReset(
                    reset.at().toString(),
                    reset.reason().name(),
                    reset.partition().topic(),
                    reset.partition().partition(),
                    reset.from(),
                    reset.to()))
            .toList());
  }

  private StatusReport.Target target() {
    DeliveryMetrics metrics = sources.metrics();
    Instant closedUntil = sources.throttle().closedUntil(clock.instant());
    Pace.Reading pace = sources.pace().reading();
    return new StatusReport.Target(
        sources.targetHealth().health(sources.breaker().isOpen(), sources.target().setAside()),
        sources.target().endpoint(),
        sources.breaker().state(),
        closedUntil == null ? null : closedUntil.toString(),
        sources.underWay().getAsInt(),
        metrics.sent(),
        metrics.answered(Verdict.Accepted.class),
        metrics.rateLimited(),
        metrics.answered(Verdict.TargetFailed.class),
        metrics.answered(Verdict.TargetMisconfigured.class),
        metrics.answered(Verdict.RecordRefused.class),
        sources.targetHealth().lastError(),
        sources.stood().apply(Hold.RateLimit).toMillis(),
        sources.stood().apply(Hold.SlowDown).toMillis(),
        metrics.busy().toMillis(),
        sources.slots().getAsInt(),
        sources.stood().apply(Hold.LearnedRate).toMillis(),
        pace.callsPerSecond(),
        sources.pace().learns() ? pace.mode() : null,
        pace.advertised(),
        sources
            .batch()
            .get()
            .map(room -> metrics.batches(room.records(), room.bytes()))
            .orElse(null));
  }

  private StatusReport.Retry retry(RetryTopicHealth health) {
    return new StatusReport.Retry(
        health.health(),
        health.topics(),
        sources.metrics().ended(Outcome.PutAside.class),
        PartitionReports.of(health.view()));
  }

  private StatusReport.Records records() {
    DeliveryMetrics metrics = sources.metrics();
    ConsumptionView.Totals totals = sources.view().totals();
    return new StatusReport.Records(
        totals.polled(),
        metrics.ended(Outcome.Delivered.class),
        metrics.ended(Outcome.DeadLettered.class),
        metrics.ended(Outcome.Discarded.class),
        totals.skipped() + metrics.ended(Outcome.Skipped.class),
        totals.interrupted());
  }
}
