package dev.kafkaapibridge.runtime.deliver;

import dev.kafkaapibridge.runtime.record.SourceRecord;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * Tells a limit of one lane (a tenant's quota) from a limit of the whole target. When one lane was
 * told to slow down {@link #RUNNING} times running, and each time others had been accepted in
 * between, the limit is that lane's, until one of its records is accepted. Safe for all lanes.
 */
public final class LaneLimits {

  static final int RUNNING = 3;

  /** So many are remembered; beyond it a lane's limit closes the pod like any other. */
  private static final int MOST = 10_000;

  /**
   * @param running answers in a row that may mean the lane alone
   * @param place where in the order of calls the last one stands
   */
  private record Limited(int running, long place) {}

  private final TargetEvidence evidence;
  private final Function<SourceRecord, Object> laneOf;
  private final Map<Object, Limited> lanes = new ConcurrentHashMap<>();

  /**
   * @param laneOf what stands for a record's lane: equal for records of one lane
   */
  public LaneLimits(TargetEvidence evidence, Function<SourceRecord, Object> laneOf) {
    this.evidence = evidence;
    this.laneOf = laneOf;
  }

  /** The record was told to slow down. Returns whether the limit is its lane's alone. */
  boolean isLanesAlone(SourceRecord record) {
    long now = evidence.now();
    Object lane = laneOf.apply(record);
    if (lanes.size() >= MOST && !lanes.containsKey(lane)) {
      return false;
    }
    return lanes
            .merge(
                lane,
                new Limited(1, now),
                (before, first) ->
                    before.running() >= RUNNING
                        ? new Limited(before.running() + 1, now)
                        : evidence.acceptedSince(before.place())
                            ? new Limited(before.running() + 1, now)
                            : first)
            .running()
        >= RUNNING;
  }

  /** How often it was told so, running. */
  int running(SourceRecord record) {
    Limited limited = lanes.get(laneOf.apply(record));
    return limited == null ? 0 : limited.running();
  }

  /** The record has ended: an acceptance ends the limit, and so does the end of the assignment. */
  void ended(SourceRecord record, Outcome outcome) {
    if (!lanes.isEmpty()
        && (outcome instanceof Outcome.Delivered || record.assignment().hasEnded())) {
      lanes.remove(laneOf.apply(record));
    }
  }
}
