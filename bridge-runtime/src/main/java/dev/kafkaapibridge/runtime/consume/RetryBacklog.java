package dev.kafkaapibridge.runtime.consume;

import dev.kafkaapibridge.runtime.deliver.KeyOrder;
import dev.kafkaapibridge.runtime.deliver.KeysAside;
import dev.kafkaapibridge.runtime.record.Assignment;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * What lies in retry topics when their partitions are taken over: read once up to its end, for its
 * keys, before anything of their source partition is sent. Owned by the poll loop.
 *
 * <pre>
 *   begun --read up to the end--> known; reading begins anew where it is committed
 * </pre>
 *
 * The end is one that counts transactions under way: one of the former owner's is still committed
 * where the group had not given the partition away before ({@code FencedWriter}). Reading what is
 * committed waits for it.
 */
final class RetryBacklog {

  /** Of one source partition. */
  private static final class Learning {
    final Assignment source;

    /** The partitions of its retry topics, in the order in which records pass through them. */
    final List<OwnedPartition> aside;

    private final KeysAside keys;

    /** Up to where they are to be read, of those that weren't yet. */
    private final Map<TopicPartition, Long> ends = new HashMap<>();

    Learning(
        Assignment source,
        List<OwnedPartition> aside,
        Map<TopicPartition, Long> ends,
        KeysAside keys) {
      this.source = source;
      this.aside = aside;
      this.keys = keys;
      for (OwnedPartition of : aside) {
        this.ends.put(of.partition(), ends.getOrDefault(of.partition(), 0L));
        reached(of.partition(), of.position());
      }
    }

    void look(TopicPartition partition, List<ConsumerRecord<byte[], byte[]>> records) {
      for (int i = 0; i < aside.size(); i++) {
        OwnedPartition of = aside.get(i);
        if (of.partition().equals(partition)) {
          for (ConsumerRecord<byte[], byte[]> record : records) {
            if (record.key() != null && !of.hadEnded(record)) {
              keys.goesTo(record.key(), i + 1);
            }
          }
        }
      }
    }

    void reached(TopicPartition partition, long next) {
      ends.computeIfPresent(partition, (of, end) -> next >= end ? null : end);
    }

    boolean isOver() {
      return ends.isEmpty();
    }
  }

  private final KeyOrder order;

  /** By partition of a retry topic. */
  private final Map<TopicPartition, Learning> learning = new HashMap<>();

  RetryBacklog(KeyOrder order) {
    this.order = order;
  }

  /**
   * @param ends of the partitions of its retry topics
   */
  void begin(Assignment source, List<OwnedPartition> aside, Map<TopicPartition, Long> ends) {
    order.expect(source);
    var begun = new Learning(source, aside, ends, order.nothingAside());
    aside.forEach(of -> learning.put(of.partition(), begun));
  }

  /** Those that are being read. */
  Set<TopicPartition> partitions() {
    return learning.keySet();
  }

  void look(TopicPartition partition, List<ConsumerRecord<byte[], byte[]>> records) {
    Learning of = learning.get(partition);
    if (of != null) {
      of.look(partition, records);
    }
  }

  /**
   * @param next what is read next, behind all that was looked at
   */
  void reached(TopicPartition partition, long next) {
    Learning of = learning.get(partition);
    if (of != null) {
      of.reached(partition, next);
    }
  }

  void end(PartitionReader reader) {
    for (Learning one : learning.isEmpty() ? Set.<Learning>of() : Set.copyOf(learning.values())) {
      if (one.isOver()) {
        one.aside.forEach(of -> {
          reader.seek(of.partition(), new OffsetAndMetadata(of.position()));
          learning.remove(of.partition());
        });
        order.known(
            one.source, one.aside.stream().map(OwnedPartition::assignment).toList(), one.keys);
      }
    }
  }

  /** These have ended. */
  void forget(Collection<Assignment> assignments) {
    assignments.forEach(of -> learning.remove(of.partition()));
    order.forget(assignments);
  }
}
