package dev.kafkaapibridge.runtime.target.http;

import java.util.function.LongSupplier;

/**
 * When the target was last heard of. A call that times out although others were answered since it
 * began says something of that call; where nothing was heard, the connections that wait to be used
 * may be dead too: a firewall that forgot them tells nobody, and each would cost a call its whole
 * timeout, one after the other. Safe for all lanes.
 */
final class Silence {

  private final LongSupplier nanoTime;
  private volatile long heard;

  Silence(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.heard = nanoTime.getAsLong();
  }

  void heard() {
    heard = nanoTime.getAsLong();
  }

  /**
   * @param began by the same clock
   */
  boolean hasLastedSince(long began) {
    return heard - began <= 0;
  }
}
