package dev.kafkaapibridge.runtime.pace;

import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One owned partition's part of the learned rate, from being owned to being let go. Owned by the
 * poll loop.
 */
public final class PartitionPace {

  private final Pace pace;
  private final LongSupplier epochSeconds;
  private @Nullable PartitionRate leftWith;

  private PartitionPace(Pace pace, LongSupplier epochSeconds) {
    this.pace = pace;
    this.epochSeconds = epochSeconds;
  }

  /**
   * The partition is owned from now on.
   *
   * @param section what its last commit carried; null: nothing
   * @param epochSeconds seconds since 1970
   */
  public static PartitionPace open(Pace pace, @Nullable String section, LongSupplier epochSeconds) {
    PartitionRate rate = PartitionRate.decode(section);
    pace.gained(
        rate == null ? List.of(PartitionRate.unknown()) : List.of(rate), epochSeconds.getAsLong());
    return new PartitionPace(pace, epochSeconds);
  }

  /** It takes its part of the rate away; what is committed after this says how much that was. */
  public void close() {
    if (leftWith == null) {
      leftWith = pace.ofOnePartition(epochSeconds.getAsLong());
      pace.lost(1);
    }
  }

  /** The section {@code r} of the next commit; null: none. */
  public @Nullable String toCommit() {
    PartitionRate left = leftWith;
    return (left == null ? pace.ofOnePartition(epochSeconds.getAsLong()) : left).encode();
  }
}
