package dev.kafkaapibridge.benchmarks.autoscaling.world;

import org.jspecify.annotations.Nullable;

/**
 * What the API answers to a call.
 *
 * @param policy what {@code RateLimit-Policy} says; null: there is no such header
 */
public record Answer(Kind kind, int retryAfterSeconds, @Nullable Policy policy) {

  /** 2xx, 429, 5xx. */
  public enum Kind {
    Accepted,
    Throttled,
    Failed
  }

  /** So many calls in so many seconds. */
  public record Policy(long quota, long windowSeconds) {

    @Override
    public String toString() {
      return "\"default\";q=" + quota + ";w=" + windowSeconds;
    }
  }

  /** Whether {@code Retry-After} came with it. */
  public boolean hasRetryAfter() {
    return retryAfterSeconds > 0;
  }
}
