package dev.kafkaapibridge.runtime.consume;

import dev.kafkaapibridge.runtime.cluster.KafkaCluster;
import dev.kafkaapibridge.runtime.quota.Purse;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupNotEmptyException;
import org.apache.kafka.common.errors.UnknownMemberIdException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commits the bridge's start position for every partition that is there, before this process joins
 * the group. Of several pods that start at once the last to write before one has joined counts:
 * from then on the group has members, the broker refuses such writes, and the others find what is
 * there.
 */
public final class FirstStart {

  private static final Logger log = LoggerFactory.getLogger(FirstStart.class);

  private FirstStart() {}

  /**
   * @param startedBefore the status or the command line says that the bridge has started before
   */
  public static void commitStartPosition(
      KafkaCluster cluster,
      Subscription subscription,
      String group,
      StartPosition asked,
      boolean startedBefore) {
    List<String> topics = subscription.among(cluster.topics());
    List<TopicPartition> partitions = cluster.partitions(topics);
    Map<TopicPartition, OffsetAndMetadata> committed = cluster.committed(group);
    boolean groupHasOffsets = partitions.stream().anyMatch(committed::containsKey);
    if (!StartPosition.isFirstStart(startedBefore, groupHasOffsets) || partitions.isEmpty()) {
      return;
    }
    var offsets = new HashMap<TopicPartition, OffsetAndMetadata>();
    offsets(cluster, partitions, asked)
        .forEach((partition, offset) -> {
          // Whoever joins finds how many share a rate limit, and need not wait until all know it.
          var metadata =
              CommitMetadata.nothingEnded(
                  cluster.topicId(partition.topic()), Purse.atFirstStart(partitions.size()), null);
          offsets.put(partition, new OffsetAndMetadata(offset, metadata.encode(offset).text()));
        });
    try {
      cluster.commitForEmptyGroup(group, offsets);
      log.atInfo()
          .addKeyValue("group", group)
          .addKeyValue("from", asked)
          .addKeyValue("partitions", offsets.size())
          .log("first start: position committed");
    } catch (UnknownMemberIdException | GroupNotEmptyException e) {
      log.atInfo().addKeyValue("group", group).log("first start: another pod was first");
    }
  }

  /** Commits what another group has committed, where that is further on than this one is. */
  public static void goOnWhereAnotherIs(
      KafkaCluster cluster, Subscription subscription, String group, String other) {
    Map<TopicPartition, OffsetAndMetadata> here = cluster.committed(group);
    var further = new HashMap<>(cluster.committed(other));
    further
        .entrySet()
        .removeIf(there ->
            subscription.among(List.of(there.getKey().topic())).isEmpty()
                || here.containsKey(there.getKey())
                    && here.get(there.getKey()).offset() >= there.getValue().offset());
    if (further.isEmpty()) {
      return;
    }
    try {
      cluster.commitForEmptyGroup(group, further);
    } catch (UnknownMemberIdException | GroupNotEmptyException e) {
      log.atInfo().addKeyValue("group", group).log("another pod has joined before");
    }
  }

  private static Map<TopicPartition, Long> offsets(
      KafkaCluster cluster, List<TopicPartition> partitions, StartPosition asked) {
    return switch (asked) {
      case StartPosition.Earliest() -> cluster.offsets(partitions, OffsetSpec.earliest());
      case StartPosition.Latest() -> cluster.endOffsets(partitions);
      case StartPosition.AtTime(long epochMillis) -> {
        var offsets = new HashMap<>(cluster.endOffsets(partitions));
        // A partition without a record of that time or later answers -1: then its end.
        cluster
            .offsets(partitions, OffsetSpec.forTimestamp(epochMillis))
            .forEach((partition, at) ->
                offsets.computeIfPresent(partition, (p, end) -> at < 0 ? end : at));
        yield offsets;
      }
    };
  }
}
