package dev.kafkaapibridge.runtime.deadletter;

import dev.kafkaapibridge.runtime.cluster.KafkaCluster;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/** How much lies in a topic, looked at now and then on a thread of its own. */
public final class TopicDepth {

  private static final Duration EVERY = Duration.ofSeconds(30);

  /**
   * @param records by offsets: what a compaction or a transaction has left out counts
   * @param oldest empty where there is none
   */
  public record Depth(long records, Optional<Instant> oldest) {}

  private final KafkaCluster cluster;
  private final String topic;
  private final Consumer<Optional<Depth>> told;

  /**
   * @param told what is there; nothing while it isn't known
   */
  public TopicDepth(KafkaCluster cluster, String topic, Consumer<Optional<Depth>> told) {
    this.cluster = cluster;
    this.topic = topic;
    this.told = told;
  }

  /** Until the thread is interrupted. */
  public void run() {
    while (!Thread.currentThread().isInterrupted()) {
      try {
        told.accept(look());
        Thread.sleep(EVERY);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private Optional<Depth> look() {
    try {
      List<TopicPartition> partitions = cluster.partitions(List.of(topic));
      Map<TopicPartition, Long> beginnings = cluster.offsets(partitions, OffsetSpec.earliest());
      long records = 0;
      for (Map.Entry<TopicPartition, Long> end : cluster.endOffsets(partitions).entrySet()) {
        records += Math.max(0, end.getValue() - beginnings.getOrDefault(end.getKey(), 0L));
      }
      return Optional.of(
          new Depth(records, records == 0 ? Optional.empty() : cluster.oldest(partitions)));
    } catch (KafkaException e) {
      return Optional.empty(); // why not is said of the topic, or of the brokers
    }
  }
}
