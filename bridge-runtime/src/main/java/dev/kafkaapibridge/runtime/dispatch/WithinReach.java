package dev.kafkaapibridge.runtime.dispatch;

import java.util.List;

/**
 * Fetches the values of records into the processor's caches, which they have long left since they
 * were read from Kafka. Who looks into one after the other waits for memory once or more for each;
 * here nothing depends on what is read, so the processor asks for many at once. That took a fifth
 * of what the bridge needs for a record of a batch.
 */
final class WithinReach {

  /** What the processor fetches at once. */
  private static final int CACHE_LINE = 64;

  /** Bytes of one value: it sees by itself where the rest is read on and on. */
  private static final int MOST_OF_ONE = 2 * 1024;

  /** Bytes at once, which the cache of a core has room for beside what is made of them. */
  private static final int MOST = 512 * 1024;

  /** Of all that was read: what nobody kept, the compiler would not read. */
  private int sum;

  /** Of records that are looked into next. Any thread; the field is nobody's. */
  void fetch(List<RunLanes.Portion> portions) {
    int left = MOST;
    int read = 0;
    for (RunLanes.Portion portion : portions) {
      for (RunLane.Waiting waiting : portion.records()) {
        byte[] value = waiting.record.record().value();
        int bytes = value == null ? 0 : Math.min(value.length, MOST_OF_ONE);
        for (int at = 0; at < bytes; at += CACHE_LINE) {
          read += value[at];
        }
        left -= bytes;
        if (left < 0) {
          sum = read;
          return;
        }
      }
    }
    sum = read;
  }
}
