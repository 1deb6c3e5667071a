package dev.kafkaapibridge.runtime.consume;

import dev.kafkaapibridge.runtime.record.SendFence;
import java.time.Duration;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.jspecify.annotations.Nullable;

/**
 * Tells the fence when the group's coordinator has last heard of this member. The client keeps that
 * to itself; what it shows are two of its metrics, how long ago it has sent a heartbeat (in whole
 * seconds) and how many were answered. Looks at them ten times a second, on a thread of its own:
 * the poll loop may be busy letting go of partitions meanwhile. Owned by that thread.
 */
public final class Heartbeats {

  private static final Duration INTERVAL = Duration.ofMillis(100);
  private static final double NANOS = 1e9;
  private static final String GROUP = "consumer-coordinator-metrics";

  private final Supplier<? extends Map<MetricName, ? extends Metric>> metrics;
  private final SendFence fence;
  private final LongSupplier nanoTime;

  private @Nullable Metric secondsAgo;
  private @Nullable Metric answered;
  private double ago = -1;
  private double answers;
  private long looked;

  /**
   * The latest moment that is surely before the heartbeat that was the last one at the last look: a
   * look before it, or what its whole seconds say. The former where they are far apart, the latter
   * where they come so often that the seconds never grow.
   */
  private long sentAfter;

  public Heartbeats(
      Supplier<? extends Map<MetricName, ? extends Metric>> metrics,
      SendFence fence,
      LongSupplier nanoTime) {
    this.metrics = metrics;
    this.fence = fence;
    this.nanoTime = nanoTime;
    this.looked = nanoTime.getAsLong();
    this.sentAfter = looked;
  }

  /** Until the thread is interrupted. */
  public void watch() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        look();
        Thread.sleep(INTERVAL);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  void look() {
    long now = nanoTime.getAsLong();
    if (secondsAgo == null || answered == null) {
      secondsAgo = find("last-heartbeat-seconds-ago");
      answered = find("heartbeat-total");
    }
    // In this order: whose answer isn't counted yet has no successor under way yet.
    double agoNow = value(secondsAgo);
    double answersNow = value(answered);
    if (answersNow > answers) {
      // The answer may be that of a heartbeat which the look before has seen: what was sent since,
      // though it mostly is the one, may have been sent after the answer had come.
      fence.heard(sentAfter);
    }
    if (agoNow >= 0) {
      long atLeast = now - (long) ((agoNow + 1) * NANOS);
      boolean sentSince = agoNow < ago;
      sentAfter = later(sentAfter, sentSince ? later(looked, atLeast) : atLeast);
    }
    ago = agoNow;
    answers = answersNow;
    looked = now;
  }

  private static long later(long one, long other) {
    return one - other > 0 ? one : other;
  }

  private @Nullable Metric find(String name) {
    return metrics.get().entrySet().stream()
        .filter(entry -> entry.getKey().group().equals(GROUP) && entry.getKey().name().equals(name))
        .<Metric>map(Map.Entry::getValue)
        .findFirst()
        .orElse(null);
  }

  private static double value(@Nullable Metric metric) {
    return metric != null && metric.metricValue() instanceof Number number
        ? number.doubleValue()
        : -1;
  }
}
