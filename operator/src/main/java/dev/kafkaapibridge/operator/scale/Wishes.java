package dev.kafkaapibridge.operator.scale;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How many pods were needed in the recent past, so that none is taken away for a lull. Immutable.
 *
 * @param since when remembering began; null: it has not
 * @param falling the highest wish, then the highest after it, and so on: no other can ever count
 */
public record Wishes(@Nullable Instant since, List<Wish> falling) {

  /** Pods that were needed at a moment. */
  public record Wish(Instant at, int replicas) {}

  static Wishes none() {
    return new Wishes(null, List.of());
  }

  /** With one more, and without what is older than {@code kept}. */
  Wishes with(int replicas, Sample sample, double kept) {
    var wishes = new ArrayList<Wish>();
    for (Wish wish : falling) {
      if (wish.replicas() > replicas && sample.secondsSince(wish.at()) < kept) {
        wishes.add(wish);
      }
    }
    wishes.add(new Wish(sample.at(), replicas));
    return new Wishes(since == null ? sample.at() : since, List.copyOf(wishes));
  }

  /** The highest of the last {@code stretch} seconds; {@code current} while that is not known. */
  int highest(Sample sample, double stretch, int current) {
    if (since == null || sample.secondsSince(since) < stretch) {
      return current;
    }
    return falling.stream()
        .filter(wish -> sample.secondsSince(wish.at()) <= stretch)
        .mapToInt(Wish::replicas)
        .max()
        .orElse(current);
  }
}
