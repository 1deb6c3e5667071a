package dev.kafkaapibridge.runtime.consume;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;

/**
 * Decides which partitions fetch. Pure: what is under way in, the partitions to be paused out.
 * Paused partitions are polled all the same, so the group keeps the member; what bounds memory is
 * this window, in records and in bytes.
 *
 * @param maxRecords records under way in the whole process
 * @param maxBytes their bytes
 * @param maxRecordsOfPartition records under way of one partition, so that a slow one can't take
 *     the whole window
 */
public record FlowControl(int maxRecords, long maxBytes, int maxRecordsOfPartition) {

  /** What is under way of one partition. */
  public record Load(int records, long bytes) {}

  /**
   * The window for a heap and a concurrency: enough records that lanes never wait for a poll, few
   * enough bytes that a quarter of the heap holds them, with what one more poll may bring on top.
   */
  public static FlowControl of(int maxInFlight, long heapBytes) {
    return new FlowControl(
        Math.clamp(maxInFlight * 16L, 1_000, 50_000),
        heapBytes / 4,
        Math.max(maxInFlight * 4, 250));
  }

  /**
   * The partitions that should be paused. A full window pauses all, and lets them go on when half
   * of it is free again: without that gap, partitions would pause and resume with every record.
   *
   * @param loads each owned partition
   * @param paused those paused now
   * @param mayFetch false while nothing can be sent anyway (an open circuit)
   */
  public Set<TopicPartition> paused(
      Map<TopicPartition, Load> loads, Set<TopicPartition> paused, boolean mayFetch) {
    if (!mayFetch) {
      return Set.copyOf(loads.keySet());
    }
    long records = 0;
    long bytes = 0;
    for (Load load : loads.values()) {
      records += load.records();
      bytes += load.bytes();
    }
    boolean full = records >= maxRecords || bytes >= maxBytes;
    boolean roomy = records < maxRecords / 2 && bytes < maxBytes / 2;
    var pause = new HashSet<TopicPartition>();
    for (var entry : loads.entrySet()) {
      int own = entry.getValue().records();
      boolean stays =
          paused.contains(entry.getKey()) && (!roomy || own >= maxRecordsOfPartition / 2);
      if (full || own >= maxRecordsOfPartition || stays) {
        pause.add(entry.getKey());
      }
    }
    return pause;
  }
}
