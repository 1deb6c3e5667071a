package dev.kafkaapibridge.runtime.deliver;

import dev.kafkaapibridge.runtime.record.Assignment;
import dev.kafkaapibridge.runtime.record.SourceRecord;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Tells a limit of one lane (a tenant's quota) from a limit of the whole target, and a lane that is
 * forbidden something from a target whose credentials are wrong. When one lane was told so {@link
 * #RUNNING} times running, and each time others had been accepted in between, the limit is that
 * lane's, until one of its records is accepted. Safe for all lanes.
 */
public final class LaneLimits {

  static final int RUNNING = 3;

  /** So many are remembered at once; beyond it a lane's limit closes the pod like any other. */
  private static final int MOST = 10_000;

  /**
   * @param running answers in a row that may mean the lane alone
   * @param place where in the order of calls the last one stands
   * @param by of the partition that the lane is of
   */
  private record Limited(int running, long place, Assignment by) {}

  private final TargetEvidence evidence;
  private final Function<SourceRecord, Object> laneOf;
  private final Predicate<Object> isOneRecords;
  private final Map<Object, Limited> lanes = new ConcurrentHashMap<>();

  /**
   * @param laneOf what stands for a record's lane: equal for records of one lane
   * @param isOneRecords whether a lane has no other record
   */
  public LaneLimits(
      TargetEvidence evidence,
      Function<SourceRecord, Object> laneOf,
      Predicate<Object> isOneRecords) {
    this.evidence = evidence;
    this.laneOf = laneOf;
    this.isOneRecords = isOneRecords;
  }

  /**
   * The record was told to slow down, or that it may not. Returns whether the limit is its lane's
   * alone.
   */
  boolean isLanesAlone(SourceRecord record) {
    long now = evidence.now();
    Object lane = laneOf.apply(record);
    if (lanes.size() >= MOST && !lanes.containsKey(lane)) {
      lanes.values().removeIf(limited -> limited.by().hasEnded());
      if (lanes.size() >= MOST) {
        return false;
      }
    }
    return lanes
            .merge(
                lane,
                new Limited(1, now, record.assignment()),
                (before, first) ->
                    before.running() >= RUNNING || evidence.acceptedSince(before.place())
                        ? new Limited(before.running() + 1, now, before.by())
                        : first)
            .running()
        >= RUNNING;
  }

  /** How often it was told so, running, since that is its lane's alone; below 1: it isn't. */
  int runningAlone(SourceRecord record) {
    Limited limited = lanes.get(laneOf.apply(record));
    return (limited == null ? 0 : limited.running()) - RUNNING + 1;
  }

  /**
   * The record has ended. An acceptance ends the limit, and so does the end of the assignment, and
   * any end where the lane was the record's alone.
   */
  void ended(SourceRecord record, Outcome outcome) {
    if (lanes.isEmpty()) {
      return;
    }
    Object lane = laneOf.apply(record);
    if (outcome instanceof Outcome.Delivered
        || record.assignment().hasEnded()
        || isOneRecords.test(lane)) {
      lanes.remove(lane);
    }
  }
}
