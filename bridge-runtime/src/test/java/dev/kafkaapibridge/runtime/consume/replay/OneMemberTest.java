package dev.kafkaapibridge.runtime.consume.replay;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor.Assignment;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor.GroupSubscription;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor.Subscription;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.junit.jupiter.api.Test;

class OneMemberTest {

  private static final Node NODE = new Node(0, "kafka", 9092);
  private static final Cluster CLUSTER =
      new Cluster("id", List.of(NODE), List.of(of("dlt", 0), of("dlt", 1)), Set.of(), Set.of());

  @Test
  void oneHasAllAndTheOthersNothing() {
    Map<String, Assignment> assigned = assign(Map.of("b", false, "a", false, "c", false));

    assertThat(assigned.get("a").partitions()).hasSize(2);
    assertThat(assigned.get("b").partitions()).isEmpty();
    assertThat(assigned.get("c").partitions()).isEmpty();
  }

  @Test
  void whoHasThemKeepsThem() {
    Map<String, Assignment> assigned = assign(Map.of("a", false, "b", true));

    assertThat(assigned.get("b").partitions()).hasSize(2);
    assertThat(assigned.get("a").partitions()).isEmpty();
  }

  private static Map<String, Assignment> assign(Map<String, Boolean> members) {
    var subscriptions = new HashMap<String, Subscription>();
    members.forEach((member, owns) -> {
      var one = new OneMember();
      if (owns) {
        one.onAssignment(
            new Assignment(List.of(new org.apache.kafka.common.TopicPartition("dlt", 0))), null);
      }
      subscriptions.put(
          member, new Subscription(List.of("dlt"), one.subscriptionUserData(Set.of("dlt"))));
    });
    return new OneMember().assign(CLUSTER, new GroupSubscription(subscriptions)).groupAssignment();
  }

  private static PartitionInfo of(String topic, int partition) {
    return new PartitionInfo(topic, partition, NODE, new Node[] {NODE}, new Node[] {NODE});
  }
}
