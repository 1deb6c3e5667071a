package dev.kafkaapibridge.sandbox.bridge;

import static dev.kafkaapibridge.sandbox.bridge.FencedScene.LONG;
import static dev.kafkaapibridge.sandbox.bridge.FencedScene.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.kafkaapibridge.runtime.deadletter.FencedWriter;
import dev.kafkaapibridge.runtime.deadletter.TopicPresence;
import dev.kafkaapibridge.runtime.deliver.DeadLetters.Result;
import dev.kafkaapibridge.runtime.record.Assignment;
import dev.kafkaapibridge.runtime.record.GroupStanding;
import dev.kafkaapibridge.sandbox.broker.EmbeddedBroker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a group refuses doesn't appear, with either protocol; what it agrees to does, once. */
@Tag("turn-2") // 42 s
@Timeout(120)
class FencedWriterIT {

  @TempDir static Path directory;
  static EmbeddedBroker broker;

  private final ExecutorService lanes = Executors.newVirtualThreadPerTaskExecutor();

  @BeforeAll
  static void start() {
    broker = EmbeddedBroker.start(directory);
  }

  @AfterAll
  static void stop() {
    broker.close();
  }

  @AfterEach
  void end() {
    lanes.shutdownNow();
  }

  @ParameterizedTest
  @ValueSource(strings = {"classic", "consumer"})
  void whatIsWrittenIsThereOnce(String protocol) throws Exception {
    try (var scene = new FencedScene(broker, "once", protocol, 1)) {
      PollingMember member = scene.member(LONG);
      FencedWriter writer = scene.writer(member.standing());
      Assignment assignment = member.awaitOwned(0);

      Result a = write(writer, scene.topic(), assignment, 0, "a");
      Result b = write(writer, scene.topic(), assignment, 1, "b");

      assertThat(List.of(a, b)).containsOnly(new Result.Written());
      assertThat(scene.committed()).containsExactlyInAnyOrder("a", "b");
      assertThat(broker.topics().committed(scene.group()))
          .as("once more what was, and nothing of the retry topic")
          .containsOnlyKeys(assignment.partition())
          .allSatisfy(
              (partition, at) -> assertThat(at.offset()).isEqualTo(PollingMember.COMMITTED));
    }
  }

  /** Its poll loop gets no time, so it knows nothing of its loss: the group alone can say no. */
  @ParameterizedTest
  @ValueSource(strings = {"classic", "consumer"})
  void whoStandsStillWritesNothingLate(String protocol) throws Exception {
    try (var scene = new FencedScene(broker, "still", protocol, 1)) {
      PollingMember zombie = scene.member(Duration.ofSeconds(2));
      FencedWriter late = scene.writer(zombie.standing());
      TopicPresence topic = scene.topic();
      Assignment lost = zombie.awaitOwned(0);
      assertThat(write(late, topic, lost, 0, "before")).isEqualTo(new Result.Written());
      zombie.standStill();
      PollingMember next = scene.member(LONG);
      Assignment taken = next.awaitOwned(0);

      Future<Result> r1 = lanes.submit(() -> write(late, topic, lost, 0, "r1"));
      staysUnseen(scene, "r1");

      assertThat(r1.isDone()).as("it is tried as long as the assignment seems to last").isFalse();
      zombie.goOn();
      assertThatThrownBy(() -> r1.get(10, TimeUnit.SECONDS))
          .isInstanceOf(ExecutionException.class)
          .hasCauseInstanceOf(InterruptedException.class);
      FencedWriter rightful = scene.writer(next.standing());
      assertThat(write(rightful, topic, taken, 0, "r1 of the next owner"))
          .isEqualTo(new Result.Written());
      assertThat(scene.committed()).containsExactly("before", "r1 of the next owner");
    }
  }

  /** It is a member still, but the partition is another's since the group was divided anew. */
  @ParameterizedTest
  @ValueSource(strings = {"classic", "consumer"})
  void whoWritesWithAnOldGenerationWritesNothing(String protocol) throws Exception {
    try (var scene = new FencedScene(broker, "old", protocol, 2)) {
      PollingMember member = scene.member(LONG);
      member.awaitOwned(1);
      Optional<ConsumerGroupMetadata> old = member.membership();
      PollingMember other = scene.member(LONG);
      await().atMost(Duration.ofSeconds(30)).until(() -> other.owned().size() == 1);
      await().until(() -> member.owned().size() == 1 && !member.membership().equals(old));
      TopicPartition moved = other.owned().values().iterator().next().partition();
      Assignment late = FencedScene.assignment(moved);
      var pinned = GroupStanding.forTransactions();
      pinned.isMember(old.orElseThrow());
      pinned.hasCommitted(Map.of(moved, new OffsetAndMetadata(0)));
      FencedWriter writer = scene.writer(pinned);
      TopicPresence topic = scene.topic();

      Future<Result> r1 = lanes.submit(() -> write(writer, topic, late, 0, "r1"));
      staysUnseen(scene, "r1");
      late.end();

      assertThatThrownBy(() -> r1.get(10, TimeUnit.SECONDS))
          .hasCauseInstanceOf(InterruptedException.class);
      assertThat(scene.committed()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"classic", "consumer"})
  void whatTheBrokerFindsTooLargeTakesNobodyWithIt(String protocol) throws Exception {
    try (var scene = new FencedScene(broker, "large", protocol, 1)) {
      PollingMember member = scene.member(LONG);
      FencedWriter writer = scene.writer(member.standing());
      TopicPresence topic = scene.topic();
      Assignment assignment = member.awaitOwned(0);
      var incompressible = new byte[2 * 1024 * 1024];
      new Random(7).nextBytes(incompressible);

      var good = new ArrayList<Future<Result>>();
      for (int i = 0; i < 10; i++) {
        String value = "" + i;
        good.add(lanes.submit(() -> write(writer, topic, assignment, 0, value)));
      }
      Result large = write(writer, topic, assignment, 0, incompressible);

      assertThat(large)
          .isInstanceOfSatisfying(
              Result.Failed.class,
              failed -> assertThat(failed.message()).contains("--add-config max.message.bytes="));
      for (Future<Result> each : good) {
        assertThat(each.get()).isEqualTo(new Result.Written());
      }
      assertThat(scene.committed()).hasSize(10).doesNotHaveDuplicates();
    }
  }

  /** It comes to the broker again and again, and is never to be read. */
  private static void staysUnseen(FencedScene scene, String value) {
    long before = scene.retryEnd();
    // Each try leaves a record and the mark that it is aborted.
    await().atMost(Duration.ofSeconds(20)).until(() -> scene.retryEnd() >= before + 4);
    assertThat(scene.committed()).doesNotContain(value);
  }
}
