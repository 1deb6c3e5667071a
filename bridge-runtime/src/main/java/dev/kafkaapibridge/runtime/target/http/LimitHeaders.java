package dev.kafkaapibridge.runtime.target.http;

import dev.kafkaapibridge.runtime.pace.LimitNotice;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
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
 *   RateLimit-Limit, -Remaining, -Reset         drafts before 7; a reset may be a time
 *   X-RateLimit-Limit, -Remaining, -Reset       the same before there was a draft
 *   X-Rate-Limit-Limit, -Remaining, -Reset
 *   X-RateLimit-Limit-Second, -Minute, -Hour    of some gateways: a window each
 * </pre>
 */
public final class LimitHeaders {

  /** In longer windows an even pace would keep calls back that nobody wants kept back. */
  private static final double LONGEST_WINDOW = 3_600;

  private static final double EPOCH_SECONDS = 1e9;
  private static final double EPOCH_MILLIS = 1e12;

  /** How the names begin. What is left is told by one of them with its own limit and reset. */
  private static final List<String> FAMILIES = List.of("ratelimit", "x-ratelimit", "x-rate-limit");

  private LimitHeaders() {}

  /** Null where they tell nothing. */
  public static @Nullable LimitNotice read(Headers headers, Instant now) {
    Map<String, String> limits = null;
    for (int i = 0; i < headers.size(); i++) {
      String name = headers.name(i);
      if (isOfLimit(name)) {
        limits = limits == null ? new HashMap<>() : limits;
        limits.merge(
            name.toLowerCase(Locale.ROOT), headers.value(i), (one, other) -> one + ", " + other);
      }
    }
    return limits == null ? null : new Told(limits, headers.get("Date"), now).notice();
  }

  /**
   * The same of headers by names in lower case, several of one name joined by commas.
   *
   * @param headers all of an answer
   */
  static @Nullable LimitNotice read(Map<String, String> headers, Instant now) {
    return new Told(headers, headers.get("date"), now).notice();
  }

  private static boolean isOfLimit(String name) {
    for (String family : FAMILIES) {
      if (name.regionMatches(true, 0, family, 0, family.length())) {
        return true;
      }
    }
    return false;
  }

  /**
   * @param headers by names in lower case
   * @param date the answer's {@code Date}, null where there is none
   */
  private record Told(Map<String, String> headers, @Nullable String date, Instant now) {

    @Nullable LimitNotice notice() {
      List<FieldList.Member> policies = fields("-policy");
      double perSecond = Double.POSITIVE_INFINITY;
      for (FieldList.Member policy : policies) {
        perSecond = Math.min(perSecond, rate(policy));
      }
      for (FieldList.Member limit : fields("-limit")) {
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

    /** Of all families. */
    private List<FieldList.Member> fields(String nameEnds) {
      var members = new ArrayList<FieldList.Member>();
      for (String family : FAMILIES) {
        members.addAll(field(family + nameEnds));
      }
      return members;
    }

    private List<FieldList.Member> field(String name) {
      String text = headers.get(name);
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
      double least = Double.POSITIVE_INFINITY;
      for (FieldList.Member calls : fields("-limit-" + unit)) {
        least = calls.number() > 0 ? Math.min(least, calls.number() / seconds) : least;
      }
      return least;
    }

    /**
     * @param seconds until there is more; NaN: not told
     */
    private record Rest(double limit, double remaining, double seconds) {

      static final Rest UNTOLD = new Rest(Double.NaN, Double.NaN, Double.NaN);

      boolean isTold() {
        return remaining >= 0 && (seconds >= 0 || isUsedUp());
      }

      boolean isUsedUp() {
        return remaining >= 0 && remaining < 1;
      }

      /** Whether it holds calls back more than another. */
      boolean isScarcerThan(Rest other) {
        if (!isTold() || !other.isTold()) {
          return isTold();
        }
        if (isUsedUp() && other.isUsedUp()) {
          return seconds > other.seconds() || Double.isNaN(other.seconds());
        }
        return isUsedUp() || !other.isUsedUp() && remaining / limit < other.remaining / other.limit;
      }
    }

    /** Of several, the one of which the smallest part is left. */
    private Rest rest(List<FieldList.Member> policies) {
      var rests = new ArrayList<Rest>();
      double limit = Double.NaN;
      double remaining = Double.NaN;
      double reset = Double.NaN;
      for (FieldList.Member member : fields("")) {
        if (member.numbers().containsKey("r")) {
          rests.add(
              new Rest(
                  quota(policies, member), member.number("r"), untilReset(member.number("t"))));
        }
        switch (member.name()) {
          case "limit" -> limit = member.number();
          case "remaining" -> remaining = member.number();
          case "reset" -> reset = member.number();
          default -> {}
        }
      }
      rests.add(new Rest(limit, remaining, untilReset(reset)));
      for (String family : FAMILIES) {
        rests.add(
            new Rest(
                number(family + "-limit"),
                number(family + "-remaining"),
                untilReset(family + "-reset")));
      }
      Rest scarcest = Rest.UNTOLD;
      for (Rest rest : rests) {
        scarcest = rest.isScarcerThan(scarcest) ? rest : scarcest;
      }
      return scarcest;
    }

    private static double quota(List<FieldList.Member> policies, FieldList.Member of) {
      return policies.stream()
          .filter(policy -> policy.name().equals(of.name()))
          .mapToDouble(Told::quota)
          .findFirst()
          .orElse(Double.NaN);
    }

    /** The first number of the field. */
    private double number(String name) {
      List<FieldList.Member> members = field(name);
      return members.isEmpty() ? Double.NaN : members.getFirst().number();
    }

    private double untilReset(String name) {
      double number = number(name);
      if (!Double.isNaN(number)) {
        return untilReset(number);
      }
      Duration wait = RetryAfter.parse(headers.get(name), date, now);
      return wait == null ? Double.NaN : seconds(wait);
    }

    /** Seconds, or a time since 1970 in seconds or milliseconds. */
    private double untilReset(double number) {
      if (number >= EPOCH_SECONDS) {
        double millis = number >= EPOCH_MILLIS ? number : number * 1_000;
        return seconds(RetryAfter.until(Instant.ofEpochMilli((long) millis), date, now));
      }
      return number >= 0 ? number : Double.NaN;
    }

    private static double seconds(Duration wait) {
      return wait.toMillis() / 1_000.0;
    }
  }
}
