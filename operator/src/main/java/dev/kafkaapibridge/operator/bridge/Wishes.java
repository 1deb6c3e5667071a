package dev.kafkaapibridge.operator.bridge;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * How many pods were needed in the recent past, so that none is taken away for a lull. Immutable.
 * Lost with the process, and then pods stay for one more stretch.
 *
 * @param since when remembering began
 * @param falling the highest wish, then the highest after it, and so on: no other can ever count
 */
public record Wishes(Instant since, List<Wish> falling) {

  /** Pods that were needed at a moment. */
  public record Wish(Instant at, int replicas) {}

  static Wishes from(Instant now) {
    return new Wishes(now, List.of());
  }

  /** With one more, and without what is older than {@code kept}. */
  Wishes with(int replicas, Instant now, Duration kept) {
    var wishes = new ArrayList<Wish>();
    for (Wish wish : falling) {
      if (wish.replicas() > replicas && wish.at().plus(kept).isAfter(now)) {
        wishes.add(wish);
      }
    }
    wishes.add(new Wish(now, replicas));
    return new Wishes(since, List.copyOf(wishes));
  }

  /** The highest of the last {@code stretch}; {@code current} while that is not known. */
  int highest(Instant now, Duration stretch, int current) {
    return since.plus(stretch).isAfter(now) || falling.isEmpty()
        ? current
        : falling.getFirst().replicas();
  }
}
