package dev.kafkaapibridge.operator.offsets;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.message.ListOffsetsRequestData;
import org.apache.kafka.common.message.ListOffsetsRequestData.ListOffsetsPartition;
import org.apache.kafka.common.message.ListOffsetsRequestData.ListOffsetsTopic;
import org.apache.kafka.common.message.ListOffsetsResponseData;
import org.apache.kafka.common.message.MetadataRequestData;
import org.apache.kafka.common.message.MetadataRequestData.MetadataRequestTopic;
import org.apache.kafka.common.message.MetadataResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;

/**
 * The partitions that a bridge reads: who leads them, where they end and begin. For one look, on
 * its thread.
 *
 * @param missing is told what could not be seen
 */
record PartitionEnds(Question question, Brokers brokers, Consumer<Trouble> missing) {

  private static final long END = -1;
  private static final long BEGINNING = -2;

  private static final Comparator<TopicPartition> BY_NAME =
      Comparator.comparing(TopicPartition::topic).thenComparing(TopicPartition::partition);

  /** The broker that leads each partition, in the order of their names. */
  Map<TopicPartition, Integer> leaders(Conversation any) throws IOException {
    List<MetadataRequestTopic> asked =
        question.topics().stream().map(name -> new MetadataRequestTopic().setName(name)).toList();
    MetadataResponseData cluster =
        any.ask(
            ApiKeys.METADATA,
            7,
            new MetadataRequestData()
                .setTopics(question.pattern() == null ? asked : null)
                .setAllowAutoTopicCreation(false),
            MetadataResponseData::new);
    for (var broker : cluster.brokers()) {
      brokers.isAt(broker.nodeId(), broker.host(), broker.port());
    }
    var told = new HashMap<String, MetadataResponseData.MetadataResponseTopic>();
    cluster.topics().forEach(topic -> told.put(topic.name(), topic));
    var leaders = new TreeMap<TopicPartition, Integer>(BY_NAME);
    List<String> read = question.among(told.keySet());
    if (read.isEmpty()) {
      missing.accept(new Trouble("TopicNotFound", "no topic matches spec.kafka.topicPattern"));
    }
    for (String name : read) {
      var topic = told.get(name);
      if (topic == null || topic.errorCode() != 0 || topic.partitions().isEmpty()) {
        missing.accept(ofTopic(name, topic == null ? 3 : topic.errorCode()));
        continue;
      }
      for (var partition : topic.partitions()) {
        if (partition.leaderId() < 0) {
          missing.accept(
              Trouble.failed(
                  "partition '%s-%d' has no leader".formatted(name, partition.partitionIndex())));
        } else {
          leaders.put(new TopicPartition(name, partition.partitionIndex()), partition.leaderId());
        }
      }
    }
    return leaders;
  }

  /** The offset of the next record that comes to each, as far as it is told. */
  Map<TopicPartition, Long> ends(Map<TopicPartition, Integer> leaders) throws InterruptedException {
    return offsets(leaders, END);
  }

  /** The offset of the first record that is left of each, as far as it is told. */
  Map<TopicPartition, Long> begins(Map<TopicPartition, Integer> leaders)
      throws InterruptedException {
    return offsets(leaders, BEGINNING);
  }

  private Map<TopicPartition, Long> offsets(Map<TopicPartition, Integer> leaders, long which)
      throws InterruptedException {
    var byLeader = new TreeMap<Integer, List<TopicPartition>>();
    leaders.forEach((partition, leader) ->
        byLeader.computeIfAbsent(leader, l -> new ArrayList<>()).add(partition));
    var offsets = new TreeMap<TopicPartition, Long>(BY_NAME);
    for (var led : byLeader.entrySet()) {
      try {
        var answer =
            brokers
                .broker(led.getKey())
                .ask(
                    ApiKeys.LIST_OFFSETS,
                    4,
                    new ListOffsetsRequestData()
                        .setReplicaId(-1)
                        .setIsolationLevel((byte) (question.committedOnly() ? 1 : 0))
                        .setTopics(byTopic(led.getValue(), which)),
                    ListOffsetsResponseData::new);
        for (var topic : answer.topics()) {
          for (var partition : topic.partitions()) {
            var name = new TopicPartition(topic.name(), partition.partitionIndex());
            if (partition.errorCode() == 0 && partition.offset() >= 0) {
              offsets.put(name, partition.offset());
            }
          }
        }
      } catch (IOException e) {
        missing.accept(Trouble.of(e));
      }
    }
    offsets.keySet().retainAll(leaders.keySet()); // nothing that was not asked for
    if (offsets.size() < leaders.size()) {
      missing.accept(
          Trouble.failed("a broker does not tell the offsets of all partitions that it leads"));
    }
    return offsets;
  }

  private static List<ListOffsetsTopic> byTopic(List<TopicPartition> partitions, long which) {
    var topics = new TreeMap<String, ListOffsetsTopic>();
    for (TopicPartition partition : partitions) {
      topics
          .computeIfAbsent(partition.topic(), name -> new ListOffsetsTopic().setName(name))
          .partitions()
          .add(
              new ListOffsetsPartition()
                  .setPartitionIndex(partition.partition())
                  .setTimestamp(which));
    }
    return List.copyOf(topics.values());
  }

  private static Trouble ofTopic(String name, int code) {
    return switch (Errors.forCode((short) code)) {
      case UNKNOWN_TOPIC_OR_PARTITION, INVALID_TOPIC_EXCEPTION ->
          new Trouble("TopicNotFound", "topic '%s' does not exist".formatted(name));
      case TOPIC_AUTHORIZATION_FAILED ->
          new Trouble(
              "AuthorizationFailed",
              "the brokers don't let it describe topic '%s'".formatted(name));
      case Errors other ->
          Trouble.failed("of topic '%s' the brokers say %s".formatted(name, other));
    };
  }
}
