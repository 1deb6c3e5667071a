package dev.kafkaapibridge.runtime.consume;

import dev.kafkaapibridge.runtime.cluster.KafkaCluster;
import java.util.Collection;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/** The ids of topics, by which one that was made again is told from the one before. */
interface TopicIds {

  /** The cluster's own id. */
  String cluster();

  /**
   * Asks the cluster.
   *
   * @throws KafkaException if it can't be reached
   */
  void askAnew(Collection<String> topics);

  /** Of a topic that exists; asks the cluster where it is not known. */
  Uuid of(String topic);

  /** As it was when the cluster was asked last; null: not asked, or no such topic then. */
  @Nullable Uuid known(String topic);

  static TopicIds of(KafkaCluster cluster) {
    return new TopicIds() {
      @Override
      public String cluster() {
        return cluster.id();
      }

      @Override
      public void askAnew(Collection<String> topics) {
        cluster.partitions(topics);
      }

      @Override
      public Uuid of(String topic) {
        return cluster.topicId(topic);
      }

      @Override
      public @Nullable Uuid known(String topic) {
        return cluster.knownTopicId(topic);
      }
    };
  }
}
