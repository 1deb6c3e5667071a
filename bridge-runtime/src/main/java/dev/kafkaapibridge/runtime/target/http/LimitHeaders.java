package dev.kafkaapibridge.runtime.target.http;

import dev.kafkaapibridge.runtime.pace.LimitNotice;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import okhttp3.Headers;
import org.jspecify.annotations.Nullable;

/**
 * What an answer's headers tell of a limit, whatever its status. Pure. In order, and malformed ones
 * are passed over:
 *
 * <pre>
 *   RateLimit-Policy: "default";q=100;w=60      draft-ietf-httpapi-ratelimit-headers; calls in a window of seconds
 *   RateLimit: "default";r=50;t=30              what is left of it, and until when
 *   RateLimit-Policy: 100;w=60                  drafts before 8
 *   RateLimit: limit=100, remaining=50, reset=30
 *   RateLimit-Limit, -Remaining, -Reset         drafts before 7, each also with X- before it; a reset may be a time
 *   X-Rate-Limit-Limit, -Remaining, -Reset
 *   X-RateLimit-Limit-Second, -Minute, -Hour    of some gateways: a window each
 * </pre>
 */
public final class LimitHeaders {

  /** In longer windows an even pace would keep calls back that nobody wants kept back. */
  private static final double LONGEST_WINDOW = 3_600;

  private static final double EPOCH_SECONDS = 1e9;
  private static final double EPOCH_MILLIS = 1e12;

  private LimitHeaders() {}

  /** Null where they tell nothing. */
  public static @Nullable LimitNotice read(Headers headers, Instant now) {
    Map<String, String> limits = null;
    for (int i = 0; i < headers.size(); i++) {
      String name = headers.name(i);
      if (isOfLimit(name)) {
        limits = limits == null ? new HashMap<>() : limits;
        String key = name.toLowerCase(Locale.ROOT).replace("rate-limit", "ratelimit");
        limits.merge(
            key.startsWith("x-") ? key.substring(2) : key,
            headers.value(i),
            (one, other) -> one + ", " + other);
      }
    }
    return limits == null ? null : new LimitHeaders.Told(limits, now).notice();
  }

  private static boolean isOfLimit(String name) {
    return name.regionMatches(true, 0, "ratelimit", 0, 9)
        || name.regionMatches(true, 0, "x-ratelimit", 0, 11)
        || name.regionMatches(true, 0, "x-rate-limit", 0, 12);
  }

  /**
   * @param limits by names in lower case, without X-
   */
  private record Told(Map<String, String> limits, Instant now) {

    @Nullable LimitNotice notice() {
      List<FieldList.Member> policies = fields("ratelimit-policy");
      double perSecond = Double.POSITIVE_INFINITY;
      for (FieldList.Member policy : policies) {
        perSecond = Math.min(perSecond, rate(policy));
      }
      for (FieldList.Member limit : fields("ratelimit-limit")) {
        perSecond = Math.min(perSecond, rate(limit));
      }
      perSecond = Math.min(perSecond, window("second", 1));
      perSecond = Math.min(perSecond, window("minute", 60));
      perSecond = Math.min(perSecond, window("hour", 3_600));
      Rest rest = rest(policies);
      boolean nothing = perSecond == Double.POSITIVE_INFINITY && Double.isNaN(rest.remaining());
      return nothing
          ? null
          : new LimitNotice(
              perSecond == Double.POSITIVE_INFINITY ? Double.NaN : perSecond,
              rest.remaining() / rest.limit(),
              rest.remaining(),
              rest.seconds());
    }

    private List<FieldList.Member> fields(String name) {
      String text = limits.get(name);
      return text == null ? List.of() : FieldList.parse(text);
    }

    /** Of a policy that counts calls; else infinite. */
    private static double rate(FieldList.Member policy) {
      double quota = quota(policy);
      double window = policy.number("w");
      boolean ofCalls = policy.strings().getOrDefault("qu", "requests").equals("requests");
      return ofCalls && quota > 0 && window > 0 && window <= LONGEST_WINDOW
          ? quota / window
          : Double.POSITIVE_INFINITY;
    }

    private static double quota(FieldList.Member policy) {
      return policy.numbers().containsKey("q") ? policy.number("q") : policy.number();
    }

    private double window(String unit, double seconds) {
      double calls = number("ratelimit-limit-" + unit);
      return calls > 0 ? calls / seconds : Double.POSITIVE_INFINITY;
    }

    private record Rest(double limit, double remaining, double seconds) {}

    /** Of several, the one of which the smallest part is left. */
    private Rest rest(List<FieldList.Member> policies) {
      var rest = new Rest(Double.NaN, Double.NaN, Double.NaN);
      double limit = Double.NaN;
      double remaining = Double.NaN;
      double seconds = Double.NaN;
      for (FieldList.Member member : fields("ratelimit")) {
        if (member.numbers().containsKey("r")) {
          rest =
              scarcer(
                  rest, new Rest(quota(policies, member), member.number("r"), member.number("t")));
        }
        switch (member.name()) {
          case "limit" -> limit = member.number();
          case "remaining" -> remaining = member.number();
          case "reset" -> seconds = member.number();
          default -> {}
        }
      }
      rest = scarcer(rest, new Rest(limit, remaining, seconds));
      if (!Double.isNaN(rest.remaining())) {
        return rest;
      }
      return scarcer(
          rest,
          new Rest(
              number("ratelimit-limit"),
              number("ratelimit-remaining"),
              untilReset(number("ratelimit-reset"))));
    }

    private static double quota(List<FieldList.Member> policies, FieldList.Member of) {
      return policies.stream()
          .filter(policy -> policy.name().equals(of.name()))
          .mapToDouble(Told::quota)
          .findFirst()
          .orElse(Double.NaN);
    }

    private static Rest scarcer(Rest one, Rest other) {
      boolean told = other.remaining() >= 0 && other.seconds() >= 0;
      boolean first = Double.isNaN(one.remaining());
      return told && (first || other.remaining() / other.limit() < one.remaining() / one.limit())
          ? other
          : one;
    }

    /** The first number of the field. */
    private double number(String name) {
      List<FieldList.Member> members = fields(name);
      return members.isEmpty() ? Double.NaN : members.getFirst().number();
    }

    private double untilReset(double number) {
      double nowSeconds = now.toEpochMilli() / 1_000.0;
      if (number >= EPOCH_MILLIS) {
        return Math.max(0, number / 1_000 - nowSeconds);
      }
      return number >= EPOCH_SECONDS ? Math.max(0, number - nowSeconds) : number;
    }
  }
}
