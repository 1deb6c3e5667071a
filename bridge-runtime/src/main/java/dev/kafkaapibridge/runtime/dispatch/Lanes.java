package dev.kafkaapibridge.runtime.dispatch;

import dev.kafkaapibridge.api.v1alpha1.DeliverySpec.Ordering;
import dev.kafkaapibridge.runtime.deliver.Outcome;
import dev.kafkaapibridge.runtime.record.Assignment;
import dev.kafkaapibridge.runtime.record.SourceRecord;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which record may be delivered next: the rules of order, without threads and without time. Owned
 * by the {@link Dispatcher}, whose lock guards it.
 *
 * <pre>
 *   add --> lane (new) --> ready --next--> its head is under way --ended, more behind it--> ready again
 *           lane (known) --> behind its head                       --ended, none----------> lane is gone
 *   assignment ended: what is ready or comes back from a delivery gives all its records back, and is gone
 * </pre>
 *
 * Among lanes that are ready, the one whose head came first is next. So a key with many records
 * always has one under way, and isn't passed by thousands of keys between each two of them; and
 * what can be committed moves on.
 */
public final class Lanes {

  private final Ordering ordering;
  private final Map<LaneKey, Lane> lanes = new HashMap<>();
  private final PriorityQueue<Lane> ready =
      new PriorityQueue<>(Comparator.comparingLong(Lane::arrivalOfHead));
  private long arrivals;
  private List<Ended> ended = new ArrayList<>();

  public Lanes(Ordering ordering) {
    this.ordering = ordering;
  }

  public void add(SourceRecord record) {
    LaneKey key = LaneKey.of(record, ordering);
    var waiting = new Lane.Waiting(record, arrivals++);
    Lane known = lanes.get(key);
    if (known != null) {
      known.waiting.add(waiting);
      return;
    }
    var lane = new Lane(key);
    lane.waiting.add(waiting);
    lanes.put(key, lane);
    ready.add(lane);
  }

  /** The lane whose turn it is, whose head is under way from now on; null: none. */
  public @Nullable Lane next() {
    return ready.poll();
  }

  /** Whether some lane waits for its turn. */
  public boolean isReady() {
    return !ready.isEmpty();
  }

  /** The head of a lane has ended. */
  public void finish(Lane lane, Outcome outcome) {
    ended.add(new Ended(lane.waiting.removeFirst().record(), outcome));
    lane.worker = null;
    if (lane.waiting.isEmpty()) {
      lanes.remove(lane.key);
    } else if (!lane.key.assignment().hasEnded()) {
      ready.add(lane);
    } else {
      giveBack(lane);
    }
  }

  /** What of these assignments waits for its turn comes back as interrupted. */
  public void giveBackReady(Set<Assignment> assignments) {
    ready.removeIf(lane -> {
      boolean leaves = assignments.contains(lane.key.assignment());
      if (leaves) {
        giveBack(lane);
      }
      return leaves;
    });
  }

  /** Lanes of these assignments; once the others were given back, their heads are under way. */
  public List<Lane> of(Set<Assignment> assignments) {
    return lanes.values().stream()
        .filter(lane -> assignments.contains(lane.key.assignment()))
        .toList();
  }

  /** What ended since this was asked last, in no order. */
  public List<Ended> takeEnded() {
    List<Ended> taken = ended;
    ended = new ArrayList<>();
    return taken;
  }

  private void giveBack(Lane lane) {
    lane.waiting.forEach(
        waiting -> ended.add(new Ended(waiting.record(), new Outcome.Interrupted())));
    lane.waiting.clear();
    lanes.remove(lane.key);
  }
}
