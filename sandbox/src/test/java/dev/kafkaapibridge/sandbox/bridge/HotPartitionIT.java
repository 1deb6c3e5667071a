package dev.kafkaapibridge.sandbox.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kafkaapibridge.api.report.StatusReport.Partition;
import dev.kafkaapibridge.sandbox.broker.EmbeddedBroker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Processes of a classic group share a topic by what its partitions bring. */
@Tag("turn-1") // 60 s
@Timeout(180)
class HotPartitionIT {

  private static final int PARTITIONS = 12;

  /** Of the log's lines, what was revoked. */
  private static final Pattern REVOKED =
      Pattern.compile("partitions revoked partitions=\"\\[([^]]*)]\"");

  @TempDir static Path directory;
  @AutoClose static EmbeddedBroker broker;

  private Scene scene;

  @BeforeAll
  static void startBroker() {
    broker = EmbeddedBroker.start(directory.resolve("broker"));
  }

  @BeforeEach
  void start(TestInfo test) {
    scene = Scene.of(broker, directory, Scene.name(test), PARTITIONS, 400);
  }

  @AfterEach
  void stop() {
    scene.close();
  }

  @Test
  void whoReadsTheHotPartitionReadsFewerAndWhatStaysIsNotRevoked() throws Exception {
    scene.producer.mostlyOfOneOrder(4);
    Thread producing =
        Thread.ofVirtual().start(() -> scene.producer.produceEvenly(Integer.MAX_VALUE, 200));
    var bridges = new ArrayList<RunningBridge>();
    try (AutoCloseable all = () -> bridges.forEach(RunningBridge::close)) {
      for (int i = 0; i < 3; i++) {
        bridges.add(bridge());
      }
      awaitSettled(bridges);
      Thread.sleep(8_000); // ends are looked at each two seconds
      List<Set<Integer>> before = awaitSettled(bridges);
      List<Integer> revocations = bridges.stream().map(each -> revoked(each).size()).toList();

      bridges.add(bridge());
      await()
          .atMost(Duration.ofSeconds(40))
          .until(() -> !bridges.getLast().status().kafka().partitions().isEmpty());
      List<Set<Integer>> after = awaitSettled(bridges);

      int hot = hotPartition();
      Map<Boolean, List<Set<Integer>>> byHeat = new HashMap<>();
      after.forEach(
          owned -> byHeat.computeIfAbsent(owned.contains(hot), is -> new ArrayList<>()).add(owned));
      assertThat(byHeat.get(false))
          .as("hot: %d, before %s, after %s", hot, before, after)
          .hasSize(3)
          .allMatch(owned -> owned.size() > byHeat.get(true).getFirst().size());
      for (int i = 0; i < 3; i++) {
        var moved = new HashSet<>(before.get(i));
        moved.removeAll(after.get(i));
        List<Integer> revoked = revoked(bridges.get(i));
        assertThat(revoked.subList(revocations.get(i), revoked.size()))
            .as(bridges.get(i).log())
            .containsExactlyInAnyOrderElementsOf(moved);
      }

      producing.interrupt();
      producing.join();
      scene.producer.produce(1); // and all before it
      scene.awaitDelivered(scene.producer.sentCount());
      bridges.forEach(bridge -> assertThat(bridge.terminate()).as(bridge::log).isZero());
    }
    assertThat(scene.api.ledger().kept()).isTrue();
    assertThat(scene.repeated()).isZero();
    assertThat(broker.topics().lag(scene.group, scene.topic)).isEqualTo(OptionalLong.of(0));
  }

  /** A rollout: pods of a build of before are members until the last of them goes. */
  @Test
  void asLongAsAMemberKnowsNumbersAloneNumbersCount() throws Exception {
    Map<String, Object> former =
        Map.of(
            "bootstrap.servers",
            broker.bootstrapServers(),
            "group.id",
            scene.group,
            "auto.offset.reset",
            "earliest",
            "heartbeat.interval.ms",
            "500",
            "partition.assignment.strategy",
            CooperativeStickyAssignor.class.getName());
    var bytes = new ByteArrayDeserializer();
    try (var bridge = bridge().awaitReady()) {
      assertThat(await().until(this::assignor, name -> !name.isEmpty())).isEqualTo("kab-load");
      try (var member = new KafkaConsumer<>(former, bytes, bytes)) {
        member.subscribe(List.of(scene.topic));
        await()
            .atMost(Duration.ofSeconds(30))
            .until(() -> {
              member.poll(Duration.ofMillis(100));
              return member.assignment().size() == PARTITIONS / 2
                  && partitions(bridge).size() == PARTITIONS / 2;
            });
        assertThat(assignor()).isEqualTo("cooperative-sticky");
      }
      await().atMost(Duration.ofSeconds(30)).until(() -> partitions(bridge).size() == PARTITIONS);
      assertThat(assignor()).isEqualTo("kab-load");
    }
  }

  private RunningBridge bridge() {
    return scene.bridge("startFrom: Earliest, groupProtocol: Classic", "");
  }

  /** What each reads, once all partitions are read and nothing has moved for three seconds. */
  private static List<Set<Integer>> awaitSettled(List<RunningBridge> bridges) {
    var last = new ArrayList<Set<Integer>>();
    await()
        .pollInterval(Duration.ofSeconds(1))
        .during(Duration.ofSeconds(3))
        .atMost(Duration.ofSeconds(60))
        .until(() -> {
          List<Set<Integer>> now = bridges.stream().map(HotPartitionIT::partitions).toList();
          boolean settled =
              now.equals(last)
                  && now.stream().noneMatch(Set::isEmpty)
                  && now.stream().mapToInt(Set::size).sum() == PARTITIONS;
          last.clear();
          last.addAll(now);
          return settled;
        });
    return last;
  }

  private static Set<Integer> partitions(RunningBridge bridge) {
    var numbers = new TreeSet<Integer>();
    for (Partition each : bridge.status().kafka().partitions()) {
      numbers.add(each.partition());
    }
    return numbers;
  }

  /** In the order of the log. */
  private List<Integer> revoked(RunningBridge bridge) {
    return REVOKED
        .matcher(bridge.log())
        .results()
        .flatMap(line -> Stream.of(line.group(1).split(", ")))
        .filter(partition -> !partition.isEmpty())
        .map(partition -> Integer.valueOf(partition.substring(scene.topic.length() + 1)))
        .toList();
  }

  private int hotPartition() {
    return broker.topics().ends(scene.topic).entrySet().stream()
        .max(Map.Entry.comparingByValue())
        .orElseThrow()
        .getKey()
        .partition();
  }

  private String assignor() throws Exception {
    return broker
        .topics()
        .admin()
        .describeConsumerGroups(List.of(scene.group))
        .describedGroups()
        .get(scene.group)
        .get()
        .partitionAssignor();
  }
}
