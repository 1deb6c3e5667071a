package dev.kafkaapibridge.runtime.telemetry;

import dev.kafkaapibridge.api.report.StatusReport;
import dev.kafkaapibridge.api.report.StatusReport.Health;
import dev.kafkaapibridge.runtime.cluster.KafkaCluster;
import dev.kafkaapibridge.runtime.consume.ClusterWatch;
import dev.kafkaapibridge.runtime.consume.ConsumptionView;
import dev.kafkaapibridge.runtime.deliver.Breaker;
import dev.kafkaapibridge.runtime.deliver.Gate;
import dev.kafkaapibridge.runtime.deliver.Outcome;
import dev.kafkaapibridge.runtime.deliver.Slots;
import dev.kafkaapibridge.runtime.refs.References;
import dev.kafkaapibridge.runtime.target.Target;
import dev.kafkaapibridge.runtime.target.Verdict;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Puts together what this process says of itself on {@code /status}, at the moment it is asked. */
public final class StatusReports {

  /**
   * What never changes in a process's life. {@code deadLetterTopic} is null where no policy uses
   * one.
   */
  public record Identity(
      String runtimeVersion,
      String specHash,
      Instant startedAt,
      String group,
      @Nullable String deadLetterTopic) {}

  /** Where the figures come from. */
  public record Sources(
      ConsumptionView view,
      ClusterWatch watch,
      KafkaCluster cluster,
      Target target,
      TargetHealth targetHealth,
      Breaker breaker,
      Gate gate,
      Slots slots,
      DeliveryMetrics metrics,
      References references,
      Supplier<StatusReport.State> state,
      Supplier<@Nullable Health> startFault,
      Supplier<@Nullable Instant> bridgeStartedAt) {}

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
    Health deadLetter = deadLetterHealth();
    return new StatusReport(
        StatusReport.VERSION,
        identity.runtimeVersion(),
        identity.specHash(),
        identity.startedAt().toString(),
        clock.instant().toString(),
        state,
        ready(state, kafka, deadLetter),
        kafka(kafka),
        target(),
        new StatusReport.DeadLetter(
            deadLetter,
            identity.deadLetterTopic(),
            sources.metrics().ended(Outcome.DeadLettered.class)),
        sources.references().report(),
        records());
  }

  private Health ready(StatusReport.State state, Health kafka, Health deadLetter) {
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
          false, "SecretNotFound", "A Secret that the spec names is missing; see references.");
    }
    return deadLetter.ok() ? new Health(true, "Running", "Consuming.") : deadLetter;
  }

  private Health kafkaHealth(StatusReport.State state) {
    Health fault = sources.startFault().get();
    if (fault == null) {
      fault = sources.view().snapshot().failure();
    }
    if (fault == null) {
      fault = sources.watch().topicsMissing();
    }
    if (fault != null) {
      return fault;
    }
    return sources.view().hasBeenAssigned() || state == StatusReport.State.Draining
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
    List<StatusReport.Partition> partitions =
        snapshot.partitions().stream()
            .map(p ->
                new StatusReport.Partition(
                    p.partition().topic(),
                    p.partition().partition(),
                    p.committed() < 0 ? null : p.committed(),
                    sources.view().end(p.partition()),
                    sources.view().lag(p),
                    p.unfinished(),
                    p.paused()))
            .toList();
    String cluster = sources.cluster().id();
    Instant startedAt = sources.bridgeStartedAt().get();
    return new StatusReport.Kafka(
        health,
        identity.group(),
        cluster.isEmpty() ? null : cluster,
        startedAt == null ? null : startedAt.toString(),
        snapshot.generation() < 0 ? null : snapshot.generation(),
        sources.watch().topics(),
        partitions);
  }

  private StatusReport.Target target() {
    DeliveryMetrics metrics = sources.metrics();
    Instant closedUntil = sources.gate().closedUntil(clock.instant());
    return new StatusReport.Target(
        sources.targetHealth().health(sources.breaker().isOpen()),
        sources.target().endpoint(),
        sources.breaker().state(),
        closedUntil == null ? null : closedUntil.toString(),
        sources.slots().taken(),
        metrics.sent(),
        metrics.answered(Verdict.Accepted.class),
        metrics.answered(Verdict.RateLimited.class),
        metrics.answered(Verdict.TargetFailed.class),
        metrics.answered(Verdict.TargetMisconfigured.class),
        metrics.answered(Verdict.RecordRefused.class),
        sources.targetHealth().lastError());
  }

  private Health deadLetterHealth() {
    String topic = identity.deadLetterTopic();
    if (topic == null) {
      return new Health(true, "NotUsed", "No policy uses a dead-letter topic.");
    }
    Health fault = sources.metrics().deadLetterFault();
    return fault != null
        ? fault
        : new Health(true, "TopicReady", "Topic '" + topic + "' takes dead letters.");
  }

  private StatusReport.Records records() {
    DeliveryMetrics metrics = sources.metrics();
    List<ConsumptionView.PartitionView> partitions = sources.view().snapshot().partitions();
    long unfinished = partitions.stream().mapToLong(p -> p.unfinished()).sum();
    long skipped = partitions.stream().mapToLong(p -> p.skipped()).sum();
    long delivered = metrics.ended(Outcome.Delivered.class);
    long deadLettered = metrics.ended(Outcome.DeadLettered.class);
    long discarded = metrics.ended(Outcome.Discarded.class);
    long interrupted = metrics.ended(Outcome.Interrupted.class);
    return new StatusReport.Records(
        delivered + deadLettered + discarded + unfinished,
        delivered,
        deadLettered,
        discarded,
        skipped,
        interrupted);
  }
}
