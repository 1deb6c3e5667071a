package dev.kafkaapibridge.operator.quota;

import dev.kafkaapibridge.api.v1alpha1.RateLimitSpec;
import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A limit of an API, or a bridge's part of one.
 *
 * @param requests allowed in each period, 1 or more
 * @param burst size of the token bucket; 0: strict, never more than {@code requests} in any period
 */
public record Terms(int requests, Duration period, int burst) {

  /** The rate decides; of two of the same rate the one that allows less at once is the lower. */
  static final Comparator<Terms> LOWEST_FIRST =
      Comparator.comparingDouble(Terms::rate)
          .thenComparing(Terms::burst)
          .thenComparing(Terms::requests);

  private static final Pattern WRITTEN = Pattern.compile("(\\d{1,9})/(\\d{1,9})ms\\+(\\d{1,9})");

  /** Empty where no limit is declared. */
  public static Optional<Terms> of(RateLimitSpec spec) {
    return Optional.ofNullable(spec.requests())
        .map(requests ->
            new Terms(requests, spec.period(), spec.burst() == null ? 0 : spec.burst()));
  }

  /**
   * So many of its requests, with as much of its burst, and one at least: none would be strict,
   * which lets all of a period's requests go at once.
   */
  Terms part(int some) {
    int its = (int) ((long) burst * some / requests);
    return new Terms(some, period, burst == 0 ? 0 : Math.max(1, its));
  }

  /** The same rate in requests for each period of {@code other}, rounded up. */
  int in(Terms other) {
    return period.equals(other.period)
        ? requests
        : (int)
            Math.min(
                Integer.MAX_VALUE,
                Math.ceil((double) requests * other.period.toMillis() / period.toMillis()));
  }

  /**
   * For how long what was sent still counts: a period, or the time in which an empty bucket fills.
   */
  Duration memory() {
    Duration fills = period.multipliedBy(burst).dividedBy(requests);
    return fills.compareTo(period) > 0 ? fills : period;
  }

  /** As it stands on pods. */
  public String written() {
    return "%d/%dms+%d".formatted(requests, period.toMillis(), burst);
  }

  /** Of {@link #written}; empty where it says something else. */
  public static Optional<Terms> read(String written) {
    Matcher parts = WRITTEN.matcher(written);
    if (!parts.matches() || parts.group(1).matches("0+") || parts.group(2).matches("0+")) {
      return Optional.empty();
    }
    return Optional.of(
        new Terms(
            Integer.parseInt(parts.group(1)),
            Duration.ofMillis(Long.parseLong(parts.group(2))),
            Integer.parseInt(parts.group(3))));
  }

  private double rate() {
    return requests / (double) period.toMillis();
  }

  @Override
  public String toString() {
    return requests + " in " + period.toString().substring(2).toLowerCase(java.util.Locale.ROOT);
  }
}
