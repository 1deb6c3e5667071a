package dev.kafkaapibridge.runtime.record;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Keeps a consumer that has stopped polling from sending. When {@code max.poll.interval.ms}
 * expires, the client leaves the group in the background and another member takes over while calls
 * here would go on; so a send needs a poll within 0.8 of that interval. Written by the poll loop,
 * read by lanes.
 */
public final class SendFence {

  private final long reachNanos;
  private final LongSupplier nanoTime;
  private volatile long lastPoll;

  public SendFence(Duration maxPollInterval, LongSupplier nanoTime) {
    this.reachNanos = maxPollInterval.toNanos() / 10 * 8;
    this.nanoTime = nanoTime;
    this.lastPoll = nanoTime.getAsLong();
  }

  public void polled() {
    lastPoll = nanoTime.getAsLong();
  }

  public boolean isOpen() {
    return nanoTime.getAsLong() - lastPoll < reachNanos;
  }
}
