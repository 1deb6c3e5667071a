package dev.kafkaapibridge.runtime.consume.replay;

import dev.kafkaapibridge.runtime.cluster.KafkaCluster;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * Joins the replays' group for a moment, reads nothing, commits nothing, and leaves. The brokers
 * count the time after which they forget a group's offsets from when its last member left it;
 * commits that come from outside don't count. Nothing is done where the group has a member, or
 * there is nothing to be kept.
 */
public final class GroupVisit {

  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration TO_LEAVE = Duration.ofSeconds(5);

  private final KafkaCluster cluster;
  private final String group;
  private final Supplier<Map<String, Object>> settings;

  /**
   * @param group of the replays
   * @param settings of a member, see {@link ReplayMember}
   */
  public GroupVisit(KafkaCluster cluster, String group, Supplier<Map<String, Object>> settings) {
    this.cluster = cluster;
    this.group = group;
    this.settings = settings;
  }

  /**
   * Whether it was there.
   *
   * @throws KafkaException why it could not be
   */
  public boolean make() {
    // All of them: of topics for which a member doesn't ask, offsets may be forgotten meanwhile.
    Set<String> topics =
        cluster.committed(group).keySet().stream()
            .map(TopicPartition::topic)
            .collect(Collectors.toSet());
    if (topics.isEmpty() || cluster.hasMembers(group)) {
      return false;
    }
    var consumer = new KafkaConsumer<byte[], byte[]>(settings.get());
    try {
      if (!isMember(consumer, topics)) {
        throw new TimeoutException("the group gave no assignment in " + PATIENCE);
      }
      return true;
    } finally {
      consumer.close(CloseOptions.timeout(TO_LEAVE));
    }
  }

  private static boolean isMember(KafkaConsumer<byte[], byte[]> consumer, Set<String> topics) {
    var joined = new AtomicBoolean();
    consumer.subscribe(
        topics,
        new ConsumerRebalanceListener() {
          @Override
          public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            consumer.pause(partitions);
            partitions.forEach(partition -> consumer.seek(partition, 0)); // there may be none
            joined.set(true);
          }

          @Override
          public void onPartitionsRevoked(Collection<TopicPartition> partitions) {}
        });
    long until = System.nanoTime() + PATIENCE.toNanos();
    while (!joined.get() && System.nanoTime() < until) {
      consumer.poll(POLL);
    }
    return joined.get();
  }
}
