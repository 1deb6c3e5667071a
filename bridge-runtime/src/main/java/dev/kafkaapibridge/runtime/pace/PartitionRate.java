package dev.kafkaapibridge.runtime.pace;

import dev.kafkaapibridge.runtime.record.Leb128;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one partition takes with it to its next owner: the section {@code r} of the commit metadata,
 * a frozen contract, see docs/contracts/commit-metadata.md. Pure.
 *
 * @param callsPerSecond its part of a learned rate; infinite: none was learned
 * @param atSeconds when that was so, seconds since 1970
 * @param calm whether its owner had not been limited for a while: then the rate is what was needed,
 *     and says nothing of what the target takes
 */
public record PartitionRate(double callsPerSecond, long atSeconds, boolean calm) {

  /** What is older than this says nothing of the target any more, seconds. */
  static final long FRESH = 600;

  /** No clock is further ahead: what says so is damaged, seconds. */
  private static final long AHEAD = 60;

  /** Nobody calls faster: what says so is damaged. */
  private static final double MOST = 1e9;

  private static final long RATE = 1;

  /** Of a partition that comes with nothing. */
  static PartitionRate unknown() {
    return new PartitionRate(Double.POSITIVE_INFINITY, 0, false);
  }

  boolean isKnownAt(long nowSeconds) {
    return callsPerSecond < Double.POSITIVE_INFINITY
        && nowSeconds - atSeconds <= FRESH
        && atSeconds - nowSeconds <= AHEAD;
  }

  /** Whether it was calm, and just now: a partition without news commits nothing for an hour. */
  boolean isCalmAt(long nowSeconds) {
    return calm && nowSeconds - atSeconds <= LearnedRate.CALM;
  }

  /** The section's value; null where nothing was learned. */
  @Nullable String encode() {
    if (callsPerSecond > MOST) {
      return null;
    }
    long thousandths = Math.round(callsPerSecond * 1_000);
    return Leb128.encode(List.of(RATE, Math.max(0, atSeconds), thousandths, calm ? 1L : 0L));
  }

  /** Null where there is no section, or one that can't be understood. */
  static @Nullable PartitionRate decode(@Nullable String text) {
    if (text == null) {
      return null;
    }
    try {
      List<Long> numbers = Leb128.decode(text); // what a later version adds behind is passed over
      if (numbers.size() < 3 || numbers.getFirst() != RATE) {
        return null;
      }
      double rate = numbers.get(2) / 1_000.0;
      boolean calm =
          numbers.size() > 3 && numbers.get(3) == 1; // earlier versions said nothing of it
      return rate > MOST ? null : new PartitionRate(rate, numbers.get(1), calm);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }
}
