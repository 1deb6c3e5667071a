package dev.kafkaapibridge.sandbox.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kafkaapibridge.runtime.cluster.KafkaCluster;
import dev.kafkaapibridge.runtime.consume.replay.GroupVisit;
import dev.kafkaapibridge.runtime.consume.replay.OneMember;
import dev.kafkaapibridge.sandbox.broker.EmbeddedBroker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Offsets of replays on a broker that forgets those of a group after a minute without members. */
@Tag("turn-1") // 64 s
@Timeout(180)
class ReplayMemoryIT {

  private static final Map<TopicPartition, OffsetAndMetadata> OFFSETS =
      Map.of(
          new TopicPartition("orders", 0), new OffsetAndMetadata(3, "of the source"),
          new TopicPartition("shop.dlt", 0), new OffsetAndMetadata(5, "of dead letters"));

  @TempDir Path directory;

  @Test
  void aGroupThatIsVisitedKeepsItsOffsetsAndOneThatIsOnlyCommittedForDoesNot() throws Exception {
    try (var broker =
            EmbeddedBroker.start(
                directory,
                List.of(),
                Map.of(
                    "offsets.retention.minutes", "1",
                    "offsets.retention.check.interval.ms", "1000"));
        var cluster =
            new KafkaCluster(
                () -> Map.of("bootstrap.servers", broker.bootstrapServers()),
                IsolationLevel.READ_UNCOMMITTED)) {
      cluster.connect();
      broker.topics().create("orders", 1);
      broker.topics().create("shop.dlt", 1);
      List.of("visited", "committed", "left").forEach(group -> commit(broker, group));
      var visit = new GroupVisit(cluster, "visited", () -> member(broker, "visited"));

      TimeUnit.SECONDS.sleep(40);
      assertThat(visit.make()).isTrue();
      cluster.commitForEmptyGroup("committed", OFFSETS);
      assertThat(cluster.hasMembers("visited")).as("it has left").isFalse();
      await()
          .atMost(Duration.ofSeconds(50))
          .until(() ->
              cluster.committed("left").isEmpty() && cluster.committed("committed").isEmpty());

      assertThat(cluster.committed("visited")).as("to the letter").isEqualTo(OFFSETS);
      assertThat(new GroupVisit(cluster, "left", () -> member(broker, "left")).make()).isFalse();
      try (var other = joined(broker, "visited")) {
        assertThat(visit.make()).as("it doesn't disturb a member").isFalse();
        assertThat(other.assignment()).hasSize(2);
      }
    }
  }

  private static void commit(EmbeddedBroker broker, String group) {
    try (var consumer = joined(broker, group)) {
      consumer.commitSync(OFFSETS);
    }
  }

  private static KafkaConsumer<byte[], byte[]> joined(EmbeddedBroker broker, String group) {
    var consumer = new KafkaConsumer<byte[], byte[]>(member(broker, group));
    consumer.subscribe(Set.of("orders", "shop.dlt"));
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() ->
            consumer.poll(Duration.ofMillis(100)) != null && consumer.assignment().size() == 2);
    return consumer;
  }

  private static Map<String, Object> member(EmbeddedBroker broker, String group) {
    return new HashMap<>(
        Map.of(
            "bootstrap.servers",
            broker.bootstrapServers(),
            "group.id",
            group,
            "group.protocol",
            "classic",
            "partition.assignment.strategy",
            OneMember.class.getName(),
            "enable.auto.commit",
            false,
            "auto.offset.reset",
            "earliest",
            "key.deserializer",
            ByteArrayDeserializer.class.getName(),
            "value.deserializer",
            ByteArrayDeserializer.class.getName()));
  }
}
