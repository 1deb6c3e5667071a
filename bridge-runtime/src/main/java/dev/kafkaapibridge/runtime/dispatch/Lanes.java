package dev.kafkaapibridge.runtime.dispatch;

import dev.kafkaapibridge.api.v1alpha1.DeliverySpec.Ordering;
import dev.kafkaapibridge.runtime.deliver.Outcome;
import dev.kafkaapibridge.runtime.record.Assignment;
import dev.kafkaapibridge.runtime.record.SourceRecord;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which record may be delivered next: the rules of order, without threads and without time. Owned
 * by the {@link Dispatcher}, whose lock guards it.
 *
 * <pre>
 *   add --> lane (new) --> ready --next--> its head is under way --ended, more behind it--> ready again, at the back
 *           lane (known) --> behind its head                       --ended, none----------> lane is gone
 *   assignment ended: what is ready or comes back from a delivery gives all its records back, and is gone
 * </pre>
 */
public final class Lanes {

  private final Ordering ordering;
  private final Map<LaneKey, Lane> lanes = new HashMap<>();
  private final ArrayDeque<Lane> ready = new ArrayDeque<>();
  private List<Ended> ended = new ArrayList<>();

  public Lanes(Ordering ordering) {
    this.ordering = ordering;
  }

  public void add(SourceRecord record) {
    LaneKey key = LaneKey.of(record, ordering);
    Lane lane = lanes.get(key);
    if (lane == null) {
      lane = new Lane(key);
      lanes.put(key, lane);
      ready.add(lane);
    }
    lane.waiting.add(record);
  }

  /** The lane whose turn it is, whose head is under way from now on; null: none. */
  public @Nullable Lane next() {
    return ready.poll();
  }

  /** The head of a lane has ended. */
  public void finish(Lane lane, Outcome outcome) {
    ended.add(new Ended(lane.waiting.removeFirst(), outcome));
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
    lane.waiting.forEach(record -> ended.add(new Ended(record, new Outcome.Interrupted())));
    lane.waiting.clear();
    lanes.remove(lane.key);
  }
}
