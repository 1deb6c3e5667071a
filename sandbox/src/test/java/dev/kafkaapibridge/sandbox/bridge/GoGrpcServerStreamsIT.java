package dev.kafkaapibridge.sandbox.bridge;

import static dev.kafkaapibridge.sandbox.bridge.GoRun.MANY_ATTEMPTS;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.kafkaapibridge.sandbox.bridge.GoRun.Way;
import dev.kafkaapibridge.sandbox.broker.EmbeddedBroker;
import java.io.IOException;
import java.nio.file.Path;
import java.util.BitSet;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Orders that a gRPC server in another language answers with four messages each, which go to a
 * topic as they came to the stream that ended well. Where one doesn't, two have come before.
 */
@Tag("turn-2") // 77 s
@Timeout(300)
class GoGrpcServerStreamsIT {

  private static final JsonMapper JSON = new JsonMapper();
  private static final int MESSAGES = 4;

  @TempDir static Path directory;
  @AutoClose static EmbeddedBroker broker;
  static Path program;

  @BeforeAll
  static void startBroker() {
    program = GoProgram.built();
    broker = EmbeddedBroker.start(directory.resolve("broker"));
  }

  private static GoRun run(String name, String switches) {
    return new GoRun(broker, program, directory, "steps-" + name, switches).withAnswers();
  }

  @Test
  void oneThatEndsOtherwiseOrNotAtAllIsTriedAgainOrRefused() throws Exception {
    int records = Scale.of(4_000, 40_000);
    String moods =
        """
        {"Rules": [
          {"Every": 300, "At": 7, "BySequence": true, "Code": "INVALID_ARGUMENT", "Message": "no such umbrella"},
          {"Every": 1000, "At": 3, "BySequence": true, "First": true, "Hang": true},
          {"Every": 300, "At": 50, "Code": "UNAVAILABLE"},
          {"Every": 300, "At": 100, "Code": "INTERNAL"},
          {"Every": 300, "At": 150, "Code": "RESOURCE_EXHAUSTED", "RetryMillis": 50}]}
        """;
    try (var run = run("statuses", moods)) {
      run.producer.produce(records);
      run.through(run.server.address(), Way.Followed, "5s", MANY_ATTEMPTS);
      var bad = new BitSet();
      for (int sequence = 7; sequence < records; sequence += 300) {
        bad.set(sequence);
      }
      assertThat(run.deadLettered()).as("dead letters").isEqualTo(bad);
      run.assertAcceptedInOrderAllBut(bad);
      assertThat(run.server.counts().repeated()).as("accepted twice").isZero();
      assertThat(run.server.counts().calls()).isGreaterThan(records + records / 150);
      assertEachAnsweredByOneWholeStream(run, records, bad);
    }
  }

  /** Before the first message, between two, and behind the last. */
  @Test
  void oneThatIsResetInTheMiddleIsTriedAgain() throws Exception {
    int records = Scale.of(4_000, 40_000);
    try (var run = run("resets", "{\"ResetEach\": 150}")) {
      run.producer.produce(records);
      run.through(run.server.addressThatResets(), Way.Followed, "5s", MANY_ATTEMPTS);
      assertThat(run.server.counts().resets()).isGreaterThan(records / 100);
      run.assertAllAcceptedInOrder();
      assertEachAnsweredByOneWholeStream(run, records, new BitSet());
    }
  }

  /** GOAWAY every two seconds or so; what is under way has time to end. */
  @Test
  void whereConnectionsEndEveryTwoSecondsNoneFailsOrIsRepeated() throws Exception {
    int seconds = Scale.of(8, 60);
    String age = "{\"ConnectionAgeMillis\": 2000, \"GraceMillis\": 5000, \"DelayMillis\": 2}";
    try (var run = run("goaway", age)) {
      run.producer.produce(500 * seconds);
      run.through(
          run.server.address(),
          Way.Followed,
          "5s",
          "retry: {maxAttempts: 1}, rateLimit: {requests: 500, period: 1s}");
      assertThat(run.server.counts().connected()).isGreaterThanOrEqualTo(seconds / 3);
      run.assertAllAcceptedInOrder();
      assertThat(run.server.counts().calls()).as("none was sent twice").isEqualTo(500L * seconds);
      assertEachAnsweredByOneWholeStream(run, 500 * seconds, new BitSet());
    }
  }

  /** No record has two answers here: no process ended before it had committed. */
  private static void assertEachAnsweredByOneWholeStream(GoRun run, int records, BitSet bad)
      throws IOException {
    var answered = new BitSet();
    for (ConsumerRecord<byte[], byte[]> answer : run.answers()) {
      JsonNode messages = JSON.readTree(answer.value());
      assertThat(messages).as("messages").hasSize(MESSAGES);
      JsonNode first = messages.get(0);
      for (int i = 0; i < MESSAGES; i++) {
        JsonNode step = messages.get(i);
        assertThat(step.path("place").asLong()).as("%s", messages).isEqualTo(i + 1);
        assertThat(step.path("sequence")).as("%s", messages).isEqualTo(first.path("sequence"));
        assertThat(step.path("call")).as("of one call: %s", messages).isEqualTo(first.path("call"));
      }
      int sequence = first.path("sequence").asInt();
      assertThat(answered.get(sequence)).as("%d is answered twice", sequence).isFalse();
      answered.set(sequence);
    }
    var expected = new BitSet();
    expected.set(0, records);
    expected.andNot(bad);
    assertThat(answered).isEqualTo(expected);
  }
}
