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
import dev.kafkaapibridge.sandbox.broker.EmbeddedBroker;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Many lanes at once, and brokers that go away under them. */
@Tag("turn-2") // 61 s
@Timeout(120)
class FencedWriterLoadIT {

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
  void manyLanesShareTransactions(String protocol) throws Exception {
    try (var scene = new FencedScene(broker, "many", protocol, 1)) {
      PollingMember member = scene.member(LONG);
      FencedWriter writer = scene.writer(member.standing());
      TopicPresence topic = scene.topic();
      Assignment assignment = member.awaitOwned(0);
      assertThat(write(writer, topic, assignment, 0, "0")).isEqualTo(new Result.Written());

      long start = System.nanoTime();
      var working = new ArrayList<Future<?>>();
      for (int lane = 0; lane < 200; lane++) {
        int first = 1 + lane * 25;
        working.add(
            lanes.submit(() -> {
              for (int i = first; i < first + 25; i++) {
                assertThat(write(writer, topic, assignment, i % 3, "" + i))
                    .isEqualTo(new Result.Written());
              }
              return null;
            }));
      }
      for (Future<?> each : working) {
        each.get();
      }
      double perSecond = 5_000 / ((System.nanoTime() - start) / 1e9);

      System.out.printf("%s: 5,000 records of 200 lanes, %.0f a second%n", protocol, perSecond);
      assertThat(scene.committed()).hasSize(5_001).doesNotHaveDuplicates();
      assertThat(perSecond).isGreaterThan(100);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"classic", "consumer"})
  void whatWasSaidToBeWrittenOutlivesARestart(String protocol) throws Exception {
    try (var scene = new FencedScene(broker, "restart", protocol, 1)) {
      PollingMember member = scene.member(LONG);
      FencedWriter writer = scene.writer(member.standing());
      TopicPresence topic = scene.topic();
      Set<String> written = ConcurrentHashMap.newKeySet();
      var working = new ArrayList<Future<?>>();
      for (int lane = 0; lane < 20; lane++) {
        int first = lane * 50;
        working.add(
            lanes.submit(() -> {
              for (int i = first; i < first + 50; i++) {
                writeUntilItIs(writer, topic, member, i);
                written.add("" + i);
                Thread.sleep(20);
              }
              return null;
            }));
      }
      await().until(() -> written.size() > 100);

      broker.restart();
      for (Future<?> each : working) {
        each.get();
      }

      List<String> there = scene.committed();
      System.out.printf("%s: %d repetitions at a restart%n", protocol, there.size() - 1_000);
      assertThat(written).hasSize(1_000);
      assertThat(new HashSet<>(there)).isEqualTo(written);
    }
  }

  /** The group may be divided anew meanwhile, and give the same member its partition again. */
  private static void writeUntilItIs(
      FencedWriter writer, TopicPresence topic, PollingMember member, int number)
      throws InterruptedException {
    while (true) {
      Assignment assignment = member.awaitOwned(0);
      try {
        if (write(writer, topic, assignment, number % 3, "" + number) instanceof Result.Written) {
          return;
        }
        Thread.sleep(200);
      } catch (InterruptedException e) {
        if (!assignment.hasEnded()) {
          throw e;
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"classic", "consumer"})
  void whoCannotBeReachedIsSaidInTime(String protocol) throws Exception {
    try (var scene = new FencedScene(broker, "gone", protocol, 1)) {
      PollingMember member = scene.member(LONG);
      FencedWriter writer = scene.writer(member.standing());
      TopicPresence topic = scene.topic();
      TopicPresence known = scene.topic();
      Assignment assignment = member.awaitOwned(0);
      assertThat(write(writer, topic, assignment, 0, "a")).isEqualTo(new Result.Written());
      broker.stop();
      try {
        long start = System.nanoTime();
        Result failed = write(writer, topic, assignment, 0, "b");
        double seconds = (System.nanoTime() - start) / 1e9;
        System.out.printf("%s: unreachable, said after %.1f s: %s%n", protocol, seconds, failed);
        assertThat(failed).isInstanceOf(Result.Failed.class);
        assertThat(seconds).isLessThan(21);

        Future<Result> waiting = lanes.submit(() -> write(writer, known, assignment, 0, "c"));
        Thread.sleep(1_000);
        start = System.nanoTime();
        writer.close();
        assertThat((System.nanoTime() - start) / 1e9).as("seconds to close").isLessThan(5);
        assertThatThrownBy(() -> waiting.get(1, TimeUnit.SECONDS))
            .hasCauseInstanceOf(InterruptedException.class);
      } finally {
        broker.start();
      }
    }
  }
}
