package dev.kafkaapibridge.operator.offsets;

import java.io.IOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.message.FindCoordinatorRequestData;
import org.apache.kafka.common.message.FindCoordinatorResponseData;
import org.apache.kafka.common.message.OffsetFetchRequestData;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestTopic;
import org.apache.kafka.common.message.OffsetFetchResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;

/**
 * What a consumer group has committed, as its coordinator tells. For one look, on its thread.
 *
 * @param missing is told what could not be seen
 */
record GroupCommits(String group, Brokers brokers, Consumer<Trouble> missing) {

  /** Negative: the group has none; absent: nobody told. */
  Map<TopicPartition, Long> of(Collection<TopicPartition> partitions, Conversation any)
      throws InterruptedException {
    var committed = new HashMap<TopicPartition, Long>();
    if (partitions.isEmpty()) {
      return committed;
    }
    try {
      var coordinator =
          any.ask(
              ApiKeys.FIND_COORDINATOR,
              2,
              new FindCoordinatorRequestData().setKey(group).setKeyType((byte) 0),
              FindCoordinatorResponseData::new);
      if (coordinator.errorCode() != 0) {
        missing.accept(refused(coordinator.errorCode()));
        return committed;
      }
      brokers.isAt(coordinator.nodeId(), coordinator.host(), coordinator.port());
      var answer =
          brokers
              .broker(coordinator.nodeId())
              .ask(
                  ApiKeys.OFFSET_FETCH,
                  5,
                  new OffsetFetchRequestData().setGroupId(group).setTopics(byTopic(partitions)),
                  OffsetFetchResponseData::new);
      if (answer.errorCode() != 0) {
        missing.accept(refused(answer.errorCode()));
        return committed;
      }
      for (var topic : answer.topics()) {
        for (var partition : topic.partitions()) {
          if (partition.errorCode() == 0) {
            committed.put(
                new TopicPartition(topic.name(), partition.partitionIndex()),
                partition.committedOffset());
          }
        }
      }
    } catch (IOException e) {
      missing.accept(Trouble.of(e));
    }
    if (!committed.keySet().containsAll(partitions)) {
      missing.accept(Trouble.failed("what the group has committed is not told of all partitions"));
    }
    return committed;
  }

  private static List<OffsetFetchRequestTopic> byTopic(Collection<TopicPartition> partitions) {
    var topics = new TreeMap<String, OffsetFetchRequestTopic>();
    for (TopicPartition partition : partitions) {
      topics
          .computeIfAbsent(partition.topic(), name -> new OffsetFetchRequestTopic().setName(name))
          .partitionIndexes()
          .add(partition.partition());
    }
    return List.copyOf(topics.values());
  }

  private Trouble refused(int code) {
    Errors error = Errors.forCode((short) code);
    return error == Errors.GROUP_AUTHORIZATION_FAILED
        ? new Trouble(
            "AuthorizationFailed", "the brokers don't let it describe group '%s'".formatted(group))
        : Trouble.failed("of group '%s' the brokers say %s".formatted(group, error));
  }
}
