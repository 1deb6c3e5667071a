package dev.kafkaapibridge.runtime.consume;

import java.time.Duration;

/**
 * How long calls under way may take to end when partitions are taken away or the process stops, and
 * what follows from it for the group. Pure.
 *
 * @param calls what calls under way get before they are cut
 * @param maxPollInterval {@code max.poll.interval.ms}: room for a revocation that waits for calls,
 *     twice over, so that a member that is busy letting go isn't thrown out of the group for it
 */
public record DrainTimes(Duration calls, Duration maxPollInterval) {

  /** For committing and leaving the group after the last call. */
  private static final Duration TO_LEAVE = Duration.ofSeconds(5);

  /**
   * @param requestTimeout the longest that one call can take
   * @param terminationGrace after which the kubelet kills the process
   */
  public static DrainTimes of(Duration requestTimeout, Duration terminationGrace) {
    Duration wanted = requestTimeout.plusSeconds(1);
    Duration allowed =
        terminationGrace.minus(TO_LEAVE).isPositive()
            ? terminationGrace.minus(TO_LEAVE)
            : terminationGrace.dividedBy(2);
    Duration calls = wanted.compareTo(allowed) < 0 ? wanted : allowed;
    Duration interval = calls.multipliedBy(2).plusSeconds(60);
    return new DrainTimes(
        calls, interval.compareTo(Duration.ofMinutes(5)) < 0 ? Duration.ofMinutes(5) : interval);
  }
}
