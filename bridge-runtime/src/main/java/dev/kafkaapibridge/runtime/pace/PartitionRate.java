package dev.kafkaapibridge.runtime.pace;

/**
 * What one partition takes with it to its next owner.
 *
 * @param callsPerSecond its part of a learned rate; infinite: none was learned
 * @param atSeconds when that was so, seconds since 1970
 */
public record PartitionRate(double callsPerSecond, long atSeconds) {

  /** What is older than this says nothing of the target any more, seconds. */
  static final long FRESH = 600;

  boolean isKnownAt(long nowSeconds) {
    return callsPerSecond < Double.POSITIVE_INFINITY && nowSeconds - atSeconds <= FRESH;
  }
}
