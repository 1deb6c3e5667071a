package dev.kafkaapibridge.sandbox.api;

import dev.kafkaapibridge.sandbox.api.Switches.Hints;
import dev.kafkaapibridge.sandbox.api.Switches.Quota;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Counts requests in fixed windows, as most APIs do. Owns the count of the present window; one
 * lock.
 */
final class QuotaWindow {

  private final Quota quota;
  private long windowStart = Long.MIN_VALUE;
  private int used;

  QuotaWindow(Quota quota) {
    this.quota = quota;
  }

  /**
   * @param accepted whether the request is within the quota
   * @param headers what the answer tells of the quota
   */
  record Standing(boolean accepted, Map<String, String> headers) {}

  synchronized Standing take(long nowMillis) {
    long start = Math.floorDiv(nowMillis, quota.windowMillis()) * quota.windowMillis();
    if (start != windowStart) {
      windowStart = start;
      used = 0;
    }
    boolean accepted = used < quota.requests();
    if (accepted) {
      used++;
    }
    return new Standing(accepted, headers(accepted, start + quota.windowMillis() - nowMillis));
  }

  private Map<String, String> headers(boolean accepted, long untilResetMillis) {
    if (quota.hints() == Hints.None) {
      return Map.of();
    }
    long remaining = quota.requests() - used;
    long seconds = Math.max(1, Math.ceilDiv(untilResetMillis, 1000L));
    var headers = new LinkedHashMap<String, String>();
    headers.put("RateLimit-Limit", Integer.toString(quota.requests()));
    headers.put("RateLimit-Remaining", Long.toString(remaining));
    headers.put("RateLimit-Reset", Long.toString(seconds));
    headers.put(
        "RateLimit-Policy",
        "\"default\";q=%d;w=%d"
            .formatted(quota.requests(), Math.max(1, Math.ceilDiv(quota.windowMillis(), 1000))));
    headers.put("RateLimit", "\"default\";r=%d;t=%d".formatted(remaining, seconds));
    if (!accepted) {
      headers.put("Retry-After", Long.toString(seconds));
    }
    return headers;
  }
}
