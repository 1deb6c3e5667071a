package dev.kafkaapibridge.runtime.consume;

import dev.kafkaapibridge.api.report.StatusReport;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * What others may know of the poll loop: written by it once a turn as one immutable snapshot, read
 * by status and metrics. End offsets come from whoever asks the cluster for them ({@link
 * #endsAre}), since a paused partition's own idea of its lag is stale.
 */
public final class ConsumptionView {

  /** One owned partition as of the last turn. */
  public record PartitionView(
      TopicPartition partition,
      long committed,
      long committable,
      int unfinished,
      long bytes,
      boolean paused,
      long leftOut) {}

  /**
   * @param generation generation of the group; negative while this process is no member
   * @param failure why Kafka isn't reached; null while it is
   */
  public record Snapshot(
      List<PartitionView> partitions, int generation, StatusReport.@Nullable Health failure) {}

  /**
   * Since the process began.
   *
   * @param polled records read from Kafka
   * @param skipped of these, known to have ended under an earlier owner
   * @param interrupted of these, left to the partition's next owner
   */
  public record Totals(long polled, long skipped, long interrupted) {}

  private record Ends(Map<TopicPartition, Long> offsets, Instant at) {}

  /** Older than this, an end offset says nothing any more. */
  private static final Duration ENDS_LAST = Duration.ofSeconds(30);

  private static final Duration REFRESH = Duration.ofMillis(200);

  private final Clock clock;
  private volatile Ends ends = new Ends(Map.of(), Instant.EPOCH);
  private volatile Snapshot snapshot = new Snapshot(List.of(), -1, null);
  private volatile boolean assigned;
  private volatile StatusReport.@Nullable Health stopped;
  private volatile Totals totals = new Totals(0, 0, 0);
  private Instant shown = Instant.EPOCH;

  public ConsumptionView(Clock clock) {
    this.clock = clock;
  }

  public Snapshot snapshot() {
    return snapshot;
  }

  /** Whether the group has given this process its share, which may be nothing. */
  public boolean hasBeenAssigned() {
    return assigned;
  }

  public void endsAre(Map<TopicPartition, Long> latest) {
    ends = new Ends(latest, clock.instant());
  }

  /** End offset, or null while unknown. */
  public @Nullable Long end(TopicPartition partition) {
    Ends known = ends;
    return clock.instant().isAfter(known.at().plus(ENDS_LAST))
        ? null
        : known.offsets().get(partition);
  }

  /** Records between what could be committed and the end, or null while unknown. */
  public @Nullable Long lag(PartitionView of) {
    Long end = end(of.partition());
    return end == null ? null : Math.max(0, end - of.committable());
  }

  public void failed(Exception e) {
    snapshot = new Snapshot(snapshot.partitions(), snapshot.generation(), KafkaFailure.health(e));
  }

  /** Some partitions stand still until a person decides; stands until the process ends. */
  void stopped(StatusReport.Health why) {
    stopped = why;
    snapshot = new Snapshot(snapshot.partitions(), snapshot.generation(), why);
  }

  void connected() {
    if (snapshot.failure() != stopped) {
      snapshot = new Snapshot(snapshot.partitions(), snapshot.generation(), stopped);
    }
  }

  public Totals totals() {
    return totals;
  }

  /** Called by the poll loop's thread alone. */
  void count(long polled, long skipped, long interrupted) {
    Totals before = totals;
    totals =
        new Totals(
            before.polled() + polled,
            before.skipped() + skipped,
            before.interrupted() + interrupted);
  }

  void assigned() {
    assigned = true;
  }

  void show(Collection<OwnedPartition> owned, Set<TopicPartition> paused, int generation) {
    Instant now = clock.instant();
    if (Duration.between(shown, now).compareTo(REFRESH) < 0
        && snapshot.partitions().size() == owned.size()) {
      return;
    }
    shown = now;
    var partitions = new ArrayList<PartitionView>();
    for (OwnedPartition of : owned) {
      FlowControl.Load load = of.load();
      boolean isPaused = paused.contains(of.partition());
      partitions.add(
          new PartitionView(
              of.partition(),
              of.committed(),
              of.ledger().committable(),
              load.records(),
              load.bytes(),
              isPaused,
              of.leftOut()));
    }
    snapshot = new Snapshot(List.copyOf(partitions), generation, snapshot.failure());
  }
}
