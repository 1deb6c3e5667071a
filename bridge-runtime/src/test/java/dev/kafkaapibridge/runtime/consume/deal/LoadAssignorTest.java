package dev.kafkaapibridge.runtime.consume.deal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor.Assignment;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor.GroupSubscription;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor.Subscription;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LoadAssignorTest {

  private static final Set<String> ORDERS = Set.of("orders");

  private final Loads loads = new Loads(System::nanoTime);
  private final LoadAssignor assignor = new LoadAssignor();

  @Test
  void itKnowsWhatTheConsumerIsGiven() {
    Map<String, Object> settings =
        Map.of(
            "bootstrap.servers",
            "localhost:9092",
            "key.deserializer",
            ByteArrayDeserializer.class,
            "value.deserializer",
            ByteArrayDeserializer.class,
            ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
            List.of(LoadAssignor.class.getName(), CooperativeStickyAssignor.class.getName()),
            Loads.CONFIG,
            loads);
    var config = new ConsumerConfig(settings);
    ConsumerPartitionAssignor made =
        ConsumerPartitionAssignor.getAssignorInstances(
                config.getList(ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG),
                config.originals(Map.of("client.id", "a")))
            .getFirst();
    loads.learn(Map.of(orders(2), new Brings(4, 5)));

    assertThat(Word.read(made.subscriptionUserData(ORDERS)))
        .containsExactly(Map.entry(orders(2), new Brings(4, 5)));
    assertThat(config.unused()).as("told of at each start").doesNotContain(Loads.CONFIG);
  }

  @Test
  void itIsAsCooperativeAsTheLibrarys() {
    assertThat(assignor.supportedProtocols())
        .isEqualTo(new CooperativeStickyAssignor().supportedProtocols())
        .contains(ConsumerPartitionAssignor.RebalanceProtocol.COOPERATIVE);
  }

  @Test
  void whatIsKnownTravelsWithAPartition() {
    ByteBuffer known =
        Word.written(Map.of(orders(0), new Brings(7, 8), orders(1), new Brings(7, 8)));
    Map<String, Assignment> assigned =
        assign(
            Map.of(
                "a", member(List.of("orders"), known, List.of(orders(0)), 3),
                "b", member(List.of("orders"), null, List.of(), 3)));
    assertThat(assigned.get("b").partitions()).containsExactly(orders(1));

    var taker = new LoadAssignor();
    taker.configure(Map.of(Loads.CONFIG, loads));
    taker.onAssignment(assigned.get("b"), generation(4));
    assertThat(loads.known(ORDERS)).containsExactly(Map.entry(orders(1), new Brings(7, 8)));
  }

  @Test
  void whatWhoLeavesKnewIsKnownToWhoLeads() {
    ByteBuffer known = Word.written(Map.of(orders(0), new Brings(7, 8)));
    ByteBuffer others = Word.written(Map.of(orders(1), new Brings(1, 0)));
    Subscription stays = member(List.of("orders"), others, List.of(orders(1)), 3);
    assign(Map.of("a", stays, "b", member(List.of("orders"), known, List.of(orders(0)), 3)));
    assignor.onAssignment(new Assignment(List.of(orders(1))), generation(3));

    Map<String, Assignment> assigned = assign(Map.of("a", stays));

    assertThat(Word.read(assigned.get("a").userData()))
        .containsExactly(Map.entry(orders(0), new Brings(7, 8)));
  }

  @Test
  void whatAnotherBuildSaysIsNoReasonToFail() {
    ByteBuffer strange = ByteBuffer.wrap(new byte[] {9, 1, 2, 3});
    Map<String, Assignment> assigned =
        assign(
            Map.of(
                "a", member(List.of("orders"), strange, List.of(orders(0), orders(1)), 3),
                "b", member(List.of("orders"), null, List.of(), -1)));
    assertThat(assigned.get("a").partitions()).hasSize(1);

    assignor.onAssignment(new Assignment(List.of(orders(0)), strange), generation(4));
  }

  /** A topic is added while pods are replaced: the cooperative rule holds then too. */
  @Test
  void whereTopicsDifferNobodyGetsOneThatHeDoesNotReadNorWhatAnotherHas() {
    var members =
        Map.of(
            "a",
                member(
                    List.of("orders"),
                    Word.written(Map.of(orders(0), new Brings(900, 0))),
                    List.of(orders(0), orders(1)),
                    3),
            "b", member(List.of("orders", "returns"), null, List.of(), -1),
            "c", member(List.of("returns"), null, List.of(), -1));
    Map<String, Assignment> assigned = assign(members);

    var given = new ArrayList<TopicPartition>();
    assigned.forEach((name, each) -> {
      given.addAll(each.partitions());
      assertThat(each.partitions())
          .allMatch(partition -> members.get(name).topics().contains(partition.topic()));
      if (!name.equals("a")) {
        assertThat(each.partitions()).doesNotContain(orders(0), orders(1));
      }
    });
    assertThat(given).contains(new TopicPartition("returns", 0), new TopicPartition("returns", 1));
  }

  @Test
  void whereTopicsHaveNothingInCommonEachIsReadByItsOwn() {
    Map<String, Assignment> assigned =
        assign(
            Map.of(
                "a", member(List.of("orders"), null, List.of(), -1),
                "b", member(List.of("returns"), null, List.of(), -1)));

    assertThat(assigned.get("a").partitions()).containsExactlyInAnyOrder(orders(0), orders(1));
    assertThat(assigned.get("b").partitions())
        .containsExactlyInAnyOrder(
            new TopicPartition("returns", 0), new TopicPartition("returns", 1));
  }

  @Test
  void aTopicThatIsNotThereIsPassedOver() {
    Map<String, Assignment> assigned =
        assign(Map.of("a", member(List.of("orders", "gone"), null, List.of(), -1)));

    assertThat(assigned.get("a").partitions()).containsExactlyInAnyOrder(orders(0), orders(1));
  }

  @Test
  void aPlanStandsAsLongAsNobodyElseHasDecided() {
    Map<String, Assignment> first = assign(both(3));
    assignor.onAssignment(first.get("a"), generation(4));
    TopicPartition stays = first.get("a").partitions().getFirst();
    TopicPartition moves = stays.equals(orders(0)) ? orders(1) : orders(0);
    Map<String, Subscription> swapped = each(moves, stays, 4);
    assertThat(assign(swapped).get("a").partitions()).as("by plan, it is to move").isEmpty();

    assignor.onAssignment(new Assignment(List.of()), generation(5));
    Map<String, Assignment> later = assign(each(moves, stays, 6));
    assertThat(later.get("a").partitions()).as("by who decided then").containsExactly(moves);
    assertThat(later.get("b").partitions()).containsExactly(stays);
  }

  /** It joins again then, and another decides. */
  @Test
  void aRoundThatCameToNothingIsNotTakenForTheOneThatFollowed() {
    TopicPartition stays = assign(both(3)).get("a").partitions().getFirst();
    TopicPartition moves = stays.equals(orders(0)) ? orders(1) : orders(0);
    assignor.subscriptionUserData(ORDERS);
    assignor.onAssignment(new Assignment(List.of(moves)), generation(5));

    assertThat(assign(each(moves, stays, 5)).get("a").partitions()).containsExactly(moves);
  }

  private static Map<String, Subscription> both(int generation) {
    var both = List.of(orders(0), orders(1));
    return Map.of(
        "a", member(List.of("orders"), null, both, generation),
        "b", member(List.of("orders"), null, List.of(), -1));
  }

  private static Map<String, Subscription> each(
      TopicPartition ofA, TopicPartition ofB, int generation) {
    return Map.of(
        "a", member(List.of("orders"), null, List.of(ofA), generation),
        "b", member(List.of("orders"), null, List.of(ofB), generation));
  }

  private static ConsumerGroupMetadata generation(int id) {
    return new ConsumerGroupMetadata("shop.orders", id, "a", Optional.empty());
  }

  private Map<String, Assignment> assign(Map<String, Subscription> members) {
    var nodes = new Node[] {new Node(0, "kafka", 9092)};
    var partitions = new ArrayList<PartitionInfo>();
    for (String topic : List.of("orders", "returns")) {
      for (int i = 0; i < 2; i++) {
        partitions.add(new PartitionInfo(topic, i, nodes[0], nodes, nodes));
      }
    }
    var cluster = new Cluster("id", List.of(nodes), partitions, Set.of(), Set.of());
    return assignor
        .assign(cluster, new GroupSubscription(new HashMap<>(members)))
        .groupAssignment();
  }

  private static Subscription member(
      List<String> topics, @Nullable ByteBuffer says, List<TopicPartition> owns, int generation) {
    return new Subscription(topics, says, owns, generation, Optional.empty());
  }

  private static TopicPartition orders(int partition) {
    return new TopicPartition("orders", partition);
  }
}
