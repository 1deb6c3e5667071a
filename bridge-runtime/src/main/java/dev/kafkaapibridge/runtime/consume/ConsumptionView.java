package dev.kafkaapibridge.runtime.consume;

import dev.kafkaapibridge.api.report.StatusReport;
import dev.kafkaapibridge.runtime.record.SendFence;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * What others may know of the poll loop: written by it once a turn as one immutable snapshot, read
 * by status and metrics. End offsets come from whoever asks the cluster for them ({@link
 * #endsAre}), since a paused partition's own idea of its lag is stale.
 */
public final class ConsumptionView {

  /**
   * One assigned partition as of the last turn. While the cluster has not said where it goes on,
   * its offsets are -1.
   *
   * @param committable the offset that could be committed; while records are under way, that of the
   *     first that has not ended
   * @param committableSince since when it is that one
   * @param position the offset that is started next; what comes behind it may have been read
   * @param pause why it doesn't fetch; null while it does
   * @param pausedSince since when; null while it does
   * @param dueAt when the next record is worked on; null where none waits for its time
   * @param aside of a partition of a retry topic; null: it is none
   */
  public record PartitionView(
      TopicPartition partition,
      long committed,
      long committable,
      Instant committableSince,
      long position,
      int unfinished,
      long bytes,
      @Nullable String pause,
      @Nullable Instant pausedSince,
      long leftOut,
      @Nullable Instant dueAt,
      @Nullable Aside aside) {

    public boolean paused() {
      return pause != null;
    }

    public boolean hasPosition() {
      return committable >= 0;
    }
  }

  /**
   * What waits in a partition of a retry topic.
   *
   * @param oldestAt when the first that has not ended was written there; null where there is none,
   *     and while it was not read
   * @param due of what was not started yet, about so many offsets whose time has come; null while
   *     that isn't known
   */
  public record Aside(@Nullable Instant oldestAt, @Nullable Long due) {}

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
  private final PositionResets resets;
  private volatile Ends ends = new Ends(Map.of(), Instant.EPOCH);
  private volatile Snapshot snapshot = new Snapshot(List.of(), -1, null);
  private volatile boolean assigned;
  private volatile @Nullable SendFence fence;
  private volatile StatusReport.@Nullable Health stopped;
  private volatile Totals totals = new Totals(0, 0, 0);
  private Instant shown = Instant.EPOCH;

  public ConsumptionView(Clock clock) {
    this.clock = clock;
    this.resets = new PositionResets(clock);
  }

  /** Partitions that did not go on where the group has committed. */
  public PositionResets resets() {
    return resets;
  }

  public Snapshot snapshot() {
    return snapshot;
  }

  /** Whether the group has given this process its share, which may be nothing. */
  public boolean hasBeenAssigned() {
    return assigned;
  }

  /** The poll loop has begun, and sends behind this fence. */
  void fencedBy(SendFence fence) {
    this.fence = fence;
  }

  /**
   * Whether the group may have given the partitions to others behind our back, as far as we know:
   * then nothing is sent.
   */
  public boolean isOutOfTouch() {
    SendFence of = fence;
    return of != null && !of.isOpen();
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
    Long end = of.hasPosition() ? end(of.partition()) : null;
    return end == null ? null : Math.max(0, end - of.committable());
  }

  /** When the ends were asked for that {@link #end} tells. */
  public Instant endsAt() {
    return ends.at();
  }

  /** Records that have not ended, also those that were not read yet, or null while unknown. */
  public @Nullable Long backlog(PartitionView of) {
    Long end = of.hasPosition() ? end(of.partition()) : null;
    return end == null ? null : Math.max(0, end - of.position()) + of.unfinished();
  }

  /**
   * Of a partition of a retry topic, about so many records of {@link #backlog} whose time has come;
   * null while unknown, and of other partitions.
   */
  public @Nullable Long due(PartitionView of) {
    return of.aside() == null || of.aside().due() == null || backlog(of) == null
        ? null
        : Long.valueOf(of.unfinished() + of.aside().due());
  }

  /**
   * How long the first record that has not ended holds up the partition; zero where there is none.
   */
  public Duration heldFor(PartitionView of) {
    return of.unfinished() == 0
        ? Duration.ZERO
        : Duration.between(of.committableSince(), clock.instant());
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

  /**
   * @param waiting assigned too, but where they go on isn't known yet
   * @param pauses why partitions don't fetch, of those that don't
   * @param dueTimes when the next record is worked on, of those where one waits for its time
   */
  void show(
      Collection<OwnedPartition> owned,
      Collection<TopicPartition> waiting,
      Map<TopicPartition, String> pauses,
      Map<TopicPartition, Instant> dueTimes,
      int generation) {
    Instant now = clock.instant();
    if (Duration.between(shown, now).compareTo(REFRESH) < 0
        && snapshot.partitions().size() == owned.size() + waiting.size()) {
      return;
    }
    shown = now;
    var before = new HashMap<TopicPartition, PartitionView>();
    snapshot.partitions().forEach(view -> before.put(view.partition(), view));
    List<PartitionView> partitions =
        Stream.concat(
                owned.stream()
                    .map(of ->
                        viewOf(
                            of,
                            pauses.get(of.partition()),
                            dueTimes.get(of.partition()),
                            before.get(of.partition()),
                            now)),
                waiting.stream()
                    .map(of -> withoutPosition(of, pauses.get(of), before.get(of), now)))
            .toList();
    snapshot = new Snapshot(partitions, generation, snapshot.failure());
  }

  private PartitionView viewOf(
      OwnedPartition of,
      @Nullable String pause,
      @Nullable Instant dueAt,
      @Nullable PartitionView before,
      Instant now) {
    FlowControl.Load load = of.load();
    long committable = of.ledger().committable();
    Instant since =
        before != null && before.committable() == committable && before.unfinished() > 0
            ? before.committableSince()
            : now;
    return new PartitionView(
        of.partition(),
        of.committed(),
        committable,
        since,
        of.position(),
        load.records(),
        load.bytes(),
        pause,
        pausedSince(pause, before, now),
        of.leftOut(),
        dueAt,
        asideOf(of, committable, now));
  }

  private @Nullable Aside asideOf(OwnedPartition of, long committable, Instant now) {
    AsideTimes times = of.asideTimes();
    if (times == null) {
      return null;
    }
    Ends known = ends;
    Long end = known.offsets().get(of.partition());
    if (end != null) {
      times.ended(end, known.at());
    }
    return new Aside(
        times.writtenAt(committable), end == null ? null : times.due(of.position(), end, now));
  }

  private static PartitionView withoutPosition(
      TopicPartition of, @Nullable String pause, @Nullable PartitionView before, Instant now) {
    return new PartitionView(
        of, -1, -1, now, -1, 0, 0, pause, pausedSince(pause, before, now), 0, null, null);
  }

  private static @Nullable Instant pausedSince(
      @Nullable String pause, @Nullable PartitionView before, Instant now) {
    if (pause == null) {
      return null;
    }
    return before == null ? now : Objects.requireNonNullElse(before.pausedSince(), now);
  }
}
