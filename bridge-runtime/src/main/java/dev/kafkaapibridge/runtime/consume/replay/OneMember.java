package dev.kafkaapibridge.runtime.consume.replay;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.TopicPartition;

/**
 * Gives all partitions to one member, so that a replay has one owner, who alone counts; the others
 * stand by. Whoever has them keeps them. Made by the Kafka client.
 */
public final class OneMember implements ConsumerPartitionAssignor {

  private volatile boolean owns;

  @Override
  public String name() {
    return "kab-one-member";
  }

  @Override
  public ByteBuffer subscriptionUserData(Set<String> topics) {
    return ByteBuffer.wrap(new byte[] {(byte) (owns ? 1 : 0)});
  }

  @Override
  public void onAssignment(Assignment assignment, ConsumerGroupMetadata metadata) {
    owns = !assignment.partitions().isEmpty();
  }

  @Override
  public GroupAssignment assign(Cluster cluster, GroupSubscription group) {
    var assignments = new HashMap<String, Assignment>();
    Map<String, Subscription> members = group.groupSubscription();
    members.keySet().forEach(member -> assignments.put(member, new Assignment(List.of())));
    members.entrySet().stream()
        .min(
            Comparator.comparing((Map.Entry<String, Subscription> m) -> !owned(m.getValue()))
                .thenComparing(Map.Entry::getKey))
        .ifPresent(one ->
            assignments.put(
                one.getKey(), new Assignment(partitions(cluster, one.getValue().topics()))));
    return new GroupAssignment(assignments);
  }

  private static List<TopicPartition> partitions(Cluster cluster, List<String> topics) {
    var all = new ArrayList<TopicPartition>();
    for (String topic : topics) {
      Integer partitions = cluster.partitionCountForTopic(topic);
      for (int i = 0; i < (partitions == null ? 0 : partitions); i++) {
        all.add(new TopicPartition(topic, i));
      }
    }
    return all;
  }

  private static boolean owned(Subscription member) {
    ByteBuffer said = member.userData();
    return said != null && said.remaining() > 0 && said.get(said.position()) == 1;
  }
}
