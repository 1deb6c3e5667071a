package dev.kafkaapibridge.sandbox.view;

import dev.kafkaapibridge.sandbox.BridgeState.Condition;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.jline.utils.AttributedString;
import org.jline.utils.AttributedStringBuilder;
import org.jline.utils.AttributedStyle;
import org.jspecify.annotations.Nullable;

/**
 * Draws a snapshot: as a screenful that replaces the last, or as one line that follows it. Pure.
 */
public final class Screen {

  private static final String BARS = "▁▂▃▄▅▆▇█";
  private static final AttributedStyle GOOD =
      AttributedStyle.DEFAULT.foreground(AttributedStyle.GREEN);
  private static final AttributedStyle BAD =
      AttributedStyle.DEFAULT.foreground(AttributedStyle.RED);
  private static final AttributedStyle DIM = AttributedStyle.DEFAULT.faint();

  private Screen() {}

  /**
   * The whole screen.
   *
   * @param lags earlier values, the newest last
   * @param hints lines that stay at the foot
   * @param width of the terminal, in columns
   */
  public static List<AttributedString> lines(
      Snapshot now, List<Long> lags, List<String> hints, int width) {
    var lines = new ArrayList<AttributedStringBuilder>();
    lines.add(
        new AttributedStringBuilder()
            .append(now.bridge(), AttributedStyle.BOLD)
            .append("  " + clock(now) + "  " + now.weather()));
    lines.add(new AttributedStringBuilder());
    lines.add(
        plain(
            "produced  %,9d  %,7.0f/s        lag       %s  %s",
            now.produced(), now.producedPerSecond(), lag(now.lag()), spark(lags)));
    lines.add(
        plain(
            "delivered %,9d  %,7.0f/s        replicas  %s",
            now.delivered(), now.deliveredPerSecond(), replicas(now)));
    lines.add(
        plain(
            "429       %,9d  %,7.0f/s        failed    %,d",
            now.limited(), now.limitedPerSecond(), now.failed()));
    lines.add(new AttributedStringBuilder());
    for (Condition condition : now.state().conditions()) {
      lines.add(condition(condition));
    }
    lines.add(new AttributedStringBuilder());
    for (Snapshot.PodLine pod : now.pods()) {
      lines.add(pod(pod));
    }
    lines.add(new AttributedStringBuilder());
    for (String hint : hints) {
      lines.add(new AttributedStringBuilder().append(hint, DIM));
    }
    return lines.stream()
        .map(line -> line.toAttributedString().columnSubSequence(0, Math.max(20, width - 1)))
        .toList();
  }

  /** One line, for where lines can't be replaced. */
  public static String line(Snapshot now) {
    String conditions =
        now.state().conditions().stream()
            .filter(condition -> !condition.type().equals("Reconciling"))
            .filter(condition -> !condition.type().equals("Stalled"))
            .map(condition -> condition.type() + "=" + condition.status())
            .collect(Collectors.joining(" "));
    return "%s  produced %,d  delivered %,d (%,.0f/s)  lag %s  429s %,d  failed %,d  replicas %s  %s"
        .formatted(
            clock(now),
            now.produced(),
            now.delivered(),
            now.deliveredPerSecond(),
            lag(now.lag()).strip(),
            now.limited(),
            now.failed(),
            replicas(now),
            conditions);
  }

  private static AttributedStringBuilder condition(Condition condition) {
    boolean faults = condition.type().equals("Stalled") || condition.type().equals("Throttled");
    boolean asWished = condition.status().equals(faults ? "False" : "True");
    boolean passing = condition.type().equals("Reconciling");
    AttributedStyle style =
        passing || condition.status().equals("Unknown") ? DIM : asWished ? GOOD : BAD;
    return new AttributedStringBuilder()
        .append("%-16s".formatted(condition.type()))
        .append("%-8s".formatted(condition.status()), style)
        .append("%-22s ".formatted(condition.reason()))
        .append(condition.message().replace('\n', ' '), DIM);
  }

  private static AttributedStringBuilder pod(Snapshot.PodLine pod) {
    return new AttributedStringBuilder()
        .append("pod %s  ".formatted(pod.name()))
        .append(pod.status(), pod.ready() ? GOOD : BAD)
        .append(pod.ready() ? ", ready" : ", not ready")
        .append("  restarts %d  %s  ".formatted(pod.restarts(), pod.address()))
        .append(pod.says(), DIM);
  }

  private static AttributedStringBuilder plain(String format, Object... values) {
    return new AttributedStringBuilder().append(format.formatted(values));
  }

  private static String clock(Snapshot now) {
    return "%02d:%02d".formatted(now.elapsed().toMinutes(), now.elapsed().toSecondsPart());
  }

  private static String lag(OptionalLong lag) {
    return lag.isPresent() ? "%,7d".formatted(lag.getAsLong()) : "unknown";
  }

  private static String replicas(Snapshot now) {
    return "%s ready of %s, %s desired"
        .formatted(
            figure(now.state().readyReplicas()),
            figure(now.state().replicas()),
            figure(now.state().desiredReplicas()));
  }

  private static String figure(@Nullable Long value) {
    return value == null ? "?" : value.toString();
  }

  /** The last values as a row of bars, the highest as high as a line. */
  static String spark(List<Long> values) {
    long highest = Math.max(1, values.stream().mapToLong(Long::longValue).max().orElse(1));
    return values.stream()
        .map(value -> BARS.charAt((int) Math.min(7, value * 8 / highest)))
        .map(String::valueOf)
        .collect(Collectors.joining());
  }
}
