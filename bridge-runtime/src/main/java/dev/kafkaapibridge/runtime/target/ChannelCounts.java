package dev.kafkaapibridge.runtime.target;

import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntConsumer;
import java.util.function.IntSupplier;

/**
 * Counts connections to the target, and streams over them, as they come and go. Counters run from
 * the start. Safe for all threads.
 */
public final class ChannelCounts {

  private final IntSupplier open;
  private final LongAdder opened = new LongAdder();
  private final LongAdder failed = new LongAdder();
  private final LongAdder streamsOpened = new LongAdder();
  private final LongAdder streamsEnded = new LongAdder();
  private volatile IntConsumer messagesOfEnded = held -> {};

  /**
   * @param open connections that are open now
   */
  public ChannelCounts(IntSupplier open) {
    this.open = open;
  }

  /** A connection is there, its handshake done. */
  public void connected() {
    opened.increment();
  }

  /** One was tried and did not come about: one for each address that was tried. */
  public void notConnected() {
    failed.increment();
  }

  public void streamOpened() {
    streamsOpened.increment();
  }

  /**
   * @param held messages that were written on it
   */
  public void streamEnded(int held) {
    streamsEnded.increment();
    messagesOfEnded.accept(held);
  }

  /** Connections that are open now. */
  public int open() {
    return open.getAsInt();
  }

  public long opened() {
    return opened.sum();
  }

  public long failed() {
    return failed.sum();
  }

  /** Streams that are open now, those that wait for their end included. */
  public long streams() {
    return Math.max(0, streamsOpened.sum() - streamsEnded.sum());
  }

  /**
   * @param listener told of each stream that ends from now on, how many messages were written on it
   */
  public void onStreamEnd(IntConsumer listener) {
    messagesOfEnded = listener;
  }
}
