package dev.kafkaapibridge.benchmarks.autoscaling.world;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a pod paces its calls and goes on after one that was in vain. One for each pod, owned by it.
 */
public interface Pacing {

  /** What the pod does with a record whose call was in vain. */
  record Again(long afterNanos, boolean keepsSlot) {}

  /** Leave for one call. */
  sealed interface Leave {
    /** The call goes now. */
    record Go(@Nullable Object pass) implements Leave {}

    /** It may go at that time at the earliest. */
    record Wait(long until, boolean forRate) implements Leave {}
  }

  /** Asks for leave for one call. */
  Leave leave();

  /** A call that had leave is answered. */
  void answered(@Nullable Object pass, Answer answer, long tookNanos);

  /** A record's first call is about to be made ready. */
  default void first() {}

  /** When, and how, a record goes on whose call was refused or failed. */
  Again again(Delivery delivery, Answer answer);

  /** How much longer it waits, now that its wait is over; 0: no longer. Nanoseconds. */
  default long waitsOn(Answer answer) {
    return 0;
  }

  /** Partitions come, with what their last owners left in {@link Partition#handover}. */
  default void gained(List<Partition> partitions) {}

  /** Partitions go. */
  default void lost(List<Partition> partitions) {}
}
