package dev.kafkaapibridge.runtime.consume;

import dev.kafkaapibridge.runtime.record.Assignment;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Records that were polled before their time, each partition's in their order: whoever comes after
 * one that isn't due waits too. Keeps the first few, so that a partition whose records become due
 * one by one isn't fetched anew for each; the others are left in Kafka. A partition that waits is
 * paused, never the polling. Owned by the poll loop.
 */
final class NotYetDue {

  /** Of one partition. */
  static final int MOST_RECORDS = 200;

  /** Of one partition; roughly, for headers are not counted. */
  static final long MOST_BYTES = 256 * 1024;

  private record Head(
      Assignment assignment, long dueAt, Queue<ConsumerRecord<byte[], byte[]>> records) {}

  private final Reading reading;
  private final Map<TopicPartition, Head> heads = new HashMap<>();

  NotYetDue(Reading reading) {
    this.reading = reading;
  }

  /**
   * What a poll brought of a partition that doesn't wait.
   *
   * @param due what is worked on now
   * @param readOnAt where to read on when that was worked on; empty: nothing was left behind
   */
  record Sorted(List<ConsumerRecord<byte[], byte[]>> due, OptionalLong readOnAt) {}

  Sorted sort(Assignment assignment, List<ConsumerRecord<byte[], byte[]>> polled, long now) {
    int due = 0;
    while (due < polled.size() && reading.dueAt(polled.get(due)) <= now) {
      due++;
    }
    if (due == polled.size()) {
      return new Sorted(polled, OptionalLong.empty());
    }
    var kept = new ArrayDeque<ConsumerRecord<byte[], byte[]>>();
    long bytes = 0;
    int next = due;
    while (next < polled.size() && kept.size() < MOST_RECORDS) {
      bytes += size(polled.get(next));
      if (bytes > MOST_BYTES) {
        break;
      }
      kept.add(polled.get(next));
      next++;
    }
    heads.put(assignment.partition(), new Head(assignment, reading.dueAt(polled.get(due)), kept));
    return new Sorted(
        polled.subList(0, due),
        next == polled.size() ? OptionalLong.empty() : OptionalLong.of(polled.get(next).offset()));
  }

  /** Those of a partition that have become due since; what another assignment left is forgotten. */
  List<ConsumerRecord<byte[], byte[]>> nowDue(Assignment assignment, long now) {
    Head head = heads.get(assignment.partition());
    if (head == null) {
      return List.of();
    }
    if (head.assignment() != assignment) {
      heads.remove(assignment.partition());
      return List.of();
    }
    var due = new ArrayList<ConsumerRecord<byte[], byte[]>>();
    var records = head.records();
    while (!records.isEmpty() && reading.dueAt(records.element()) <= now) {
      due.add(records.remove());
    }
    if (!records.isEmpty()) {
      heads.put(
          assignment.partition(), new Head(assignment, reading.dueAt(records.element()), records));
    } else if (!due.isEmpty() || head.dueAt() <= now) {
      heads.remove(assignment.partition());
    }
    return due;
  }

  /** Whether records of a partition wait here. */
  boolean waits(TopicPartition partition) {
    return heads.containsKey(partition);
  }

  /** The partitions whose next record isn't due, or waits here for its turn. */
  Set<TopicPartition> partitions() {
    return heads.isEmpty() ? Set.of() : new HashSet<>(heads.keySet());
  }

  /** When the next record of each of them is due. */
  Map<TopicPartition, Instant> dueTimes() {
    if (heads.isEmpty()) {
      return Map.of();
    }
    var times = new HashMap<TopicPartition, Instant>();
    heads.forEach((partition, head) -> times.put(partition, Instant.ofEpochMilli(head.dueAt())));
    return times;
  }

  /** It isn't owned any more. */
  void forget(TopicPartition partition) {
    heads.remove(partition);
  }

  private static long size(ConsumerRecord<byte[], byte[]> record) {
    return Math.max(0L, record.serializedKeySize()) + Math.max(0, record.serializedValueSize());
  }
}
