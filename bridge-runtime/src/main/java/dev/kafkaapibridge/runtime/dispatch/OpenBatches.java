package dev.kafkaapibridge.runtime.dispatch;

import dev.kafkaapibridge.runtime.deliver.BatchSize;
import dev.kafkaapibridge.runtime.deliver.Parcel;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The batches that may be joined, one for each destination, and those whose time to leave has come.
 * Owned by {@link RunLanes}.
 */
final class OpenBatches {

  /** Destinations for which a batch lingers at once; beyond it the eldest leaves. */
  private static final int MOST_OPEN = 256;

  private final Supplier<BatchSize.Room> room;
  private final long maxWaitNanos;
  private final Map<Object, Batch> open = new LinkedHashMap<>();

  /** The one that was joined last: most bridges have one destination. */
  private @Nullable Batch latest;

  private final ArrayDeque<Batch> lingering = new ArrayDeque<>();
  private final ArrayDeque<Batch> due = new ArrayDeque<>();

  OpenBatches(Supplier<BatchSize.Room> room, long maxWaitNanos) {
    this.room = room;
    this.maxWaitNanos = maxWaitNanos;
  }

  /** One that has room for it. */
  Batch roomFor(Parcel.Ready item, long now) {
    Batch joined = latest;
    if (joined != null && joined.takes(item)) {
      return joined;
    }
    Batch known = open.get(item.destination());
    if (known != null && known.takes(item)) {
      latest = known;
      return known;
    }
    if (known != null) {
      full(known); // as full as it gets
    } else if (open.size() >= MOST_OPEN) {
      full(open.values().iterator().next());
    }
    var batch = new Batch(item.destination(), room.get(), now + maxWaitNanos);
    open.put(item.destination(), batch);
    lingering.add(batch);
    latest = batch;
    return batch;
  }

  /** Nobody joins it any more, and it leaves. */
  void full(Batch batch) {
    shut(batch);
    leaves(batch);
  }

  /** Nobody joins it any more. */
  void shut(Batch batch) {
    if (batch.joinable) {
      batch.joinable = false;
      latest = latest == batch ? null : latest;
      open.remove(batch.destination, batch);
    }
  }

  /** Where batches wait for nobody: what is there leaves. */
  void boarded() {
    if (maxWaitNanos == 0) {
      List.copyOf(lingering).forEach(this::leaves);
    }
  }

  private void leaves(Batch batch) {
    if (!batch.due) {
      batch.due = true;
      lingering.remove(batch);
      due.add(batch);
    }
  }

  /** Nanoseconds until a batch has lingered long enough; those that have leave. None: -1. */
  long linger(long now) {
    while (true) {
      Batch first = lingering.peek();
      if (first == null) {
        return -1;
      }
      if (first.leavesAt - now > 0) {
        return first.leavesAt - now;
      }
      leaves(first);
    }
  }

  /** One whose time has come; null: none. */
  @Nullable Batch nextDue() {
    return due.poll();
  }

  boolean isDue() {
    return !due.isEmpty();
  }
}
