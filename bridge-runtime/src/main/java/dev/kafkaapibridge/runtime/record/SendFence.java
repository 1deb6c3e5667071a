package dev.kafkaapibridge.runtime.record;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Keeps a zombie from sending: a process that the group may have given up, whose partitions another
 * member may have. A send needs a poll within 0.8 of {@code max.poll.interval.ms}, after which the
 * client leaves the group in the background, and a heartbeat within 0.8 of the session timeout that
 * the group's coordinator has answered. Written by the poll loop and by whoever watches the
 * heartbeats, read by lanes.
 *
 * <pre>
 *   open --no poll, or no answered heartbeat, for too long--> shut --the next poll, and a heartbeat--> open
 * </pre>
 *
 * Once shut, a heartbeat alone doesn't open it: only a poll that begins after it tells what is
 * still owned. One that was under way may have asked before, and the answer may have been that this
 * member is none any more.
 */
public final class SendFence {

  private final long pollReach;
  private final long sessionReach;
  private final LongSupplier nanoTime;
  private volatile long lastPoll;
  private volatile long heard;
  private long heardLast;
  private long pollBegan;
  private long heardBeforePoll;

  /**
   * @param sessionTimeout after which the coordinator gives up a member from which it hears nothing
   */
  public SendFence(Duration maxPollInterval, Duration sessionTimeout, LongSupplier nanoTime) {
    this.pollReach = maxPollInterval.toNanos() / 10 * 8;
    this.sessionReach = sessionTimeout.toNanos() / 10 * 8;
    this.nanoTime = nanoTime;
    this.lastPoll = nanoTime.getAsLong();
    this.heard = lastPoll;
    this.heardLast = lastPoll;
    this.pollBegan = lastPoll;
    this.heardBeforePoll = lastPoll;
  }

  /** A poll begins. */
  public synchronized void polling() {
    pollBegan = nanoTime.getAsLong();
    heardBeforePoll = heardLast;
  }

  /** It has told what is owned, by all that the group had said when it began. */
  public synchronized void polled() {
    lastPoll = pollBegan;
    if (heardBeforePoll - heard > 0) {
      heard = heardBeforePoll;
    }
  }

  /**
   * The coordinator has answered a heartbeat.
   *
   * @param sent when it was sent, or earlier; nanoseconds of this fence's clock
   */
  public synchronized void heard(long sent) {
    if (sent - heardLast > 0) {
      heardLast = sent;
      if (isOpen()) {
        heard = sent;
      }
    }
  }

  public boolean isOpen() {
    long now = nanoTime.getAsLong();
    return now - lastPoll < pollReach && now - heard < sessionReach;
  }
}
