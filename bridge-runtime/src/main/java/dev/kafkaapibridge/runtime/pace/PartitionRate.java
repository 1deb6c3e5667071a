package dev.kafkaapibridge.runtime.pace;

import java.io.ByteArrayOutputStream;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * What one partition takes with it to its next owner: the section {@code r} of the commit metadata,
 * a frozen contract, see docs/contracts/commit-metadata.md. Pure.
 *
 * @param callsPerSecond its part of a learned rate; infinite: none was learned
 * @param atSeconds when that was so, seconds since 1970
 */
public record PartitionRate(double callsPerSecond, long atSeconds) {

  /** What is older than this says nothing of the target any more, seconds. */
  static final long FRESH = 600;

  /** Nobody calls faster: what says so is damaged. */
  private static final double MOST = 1e9;

  private static final int RATE = 1;

  /** Of a partition that comes with nothing. */
  static PartitionRate unknown() {
    return new PartitionRate(Double.POSITIVE_INFINITY, 0);
  }

  boolean isKnownAt(long nowSeconds) {
    return callsPerSecond < Double.POSITIVE_INFINITY && nowSeconds - atSeconds <= FRESH;
  }

  /** The section's value; null where nothing was learned. */
  @Nullable String encode() {
    if (callsPerSecond > MOST) {
      return null;
    }
    var bytes = new ByteArrayOutputStream();
    put(bytes, RATE);
    put(bytes, Math.max(0, atSeconds));
    put(bytes, Math.round(callsPerSecond * 1_000));
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.toByteArray());
  }

  /** Null where there is no section, or one that can't be understood. */
  static @Nullable PartitionRate decode(@Nullable String text) {
    if (text == null) {
      return null;
    }
    try {
      byte[] bytes = Base64.getUrlDecoder().decode(text);
      long[] numbers = new long[3];
      int at = 0;
      int shift = 0;
      for (byte b : bytes) {
        if (shift > 56) {
          return null;
        }
        if (at < numbers.length) { // what a later version adds behind is passed over
          numbers[at] |= (long) (b & 0x7F) << shift;
        }
        shift += 7;
        if (b >= 0) {
          at++;
          shift = 0;
        }
      }
      double rate = numbers[2] / 1_000.0;
      return at < numbers.length || shift != 0 || numbers[0] != RATE || rate > MOST
          ? null
          : new PartitionRate(rate, numbers[1]);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private static void put(ByteArrayOutputStream bytes, long number) {
    long rest = number;
    while (rest >= 0x80) {
      bytes.write((int) (rest & 0x7F | 0x80));
      rest >>>= 7;
    }
    bytes.write((int) rest);
  }
}
