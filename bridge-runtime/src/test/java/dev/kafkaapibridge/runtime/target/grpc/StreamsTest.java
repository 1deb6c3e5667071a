package dev.kafkaapibridge.runtime.target.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kafkaapibridge.runtime.Records;
import dev.kafkaapibridge.runtime.record.Assignment;
import dev.kafkaapibridge.runtime.record.SourceRecord;
import dev.kafkaapibridge.runtime.target.Target;
import dev.kafkaapibridge.runtime.target.Verdict;
import io.grpc.Metadata;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Streams to gRPC's own server, over sockets. */
@Timeout(60)
class StreamsTest {

  private static final String ONE_BY_ONE =
      "transport: Plaintext, mode: BidirectionalStreaming, stream: {acknowledgement: PerResponse}";
  private static final String TOGETHER = "transport: Plaintext, mode: ClientStreaming";
  private static final Verdict OK = new Verdict.Accepted("OK");

  private final GrpcUnderTest under = new GrpcUnderTest();
  private final Assignment partition = Records.assignment("orders", 0);
  private final ExecutorService lanes = Executors.newVirtualThreadPerTaskExecutor();
  private final StreamsServer server = StreamsServer.start();

  @AfterEach
  void stop() {
    server.close();
    lanes.shutdownNow();
  }

  private Target.Call call(GrpcTarget target, Assignment of, String value) {
    return GrpcUnderTest.call(target, record(of, value));
  }

  private static SourceRecord record(Assignment of, String value) {
    return Records.record(of, 7, "k", value, new RecordHeaders());
  }

  /** Sends one message on each of so many lanes at once. */
  private List<Future<Verdict>> sendAll(GrpcTarget target, int messages) {
    // Prepared before: a stream is not kept open for who comes late.
    var prepared = new ArrayList<Target.Call>();
    for (int i = 0; i < messages; i++) {
      prepared.add(call(target, partition, "m" + i));
    }
    var calls = new ArrayList<Future<Verdict>>();
    prepared.forEach(call -> calls.add(lanes.submit(() -> call.send())));
    return calls;
  }

  private static List<Verdict> all(List<Future<Verdict>> calls) throws Exception {
    var verdicts = new ArrayList<Verdict>();
    for (Future<Verdict> call : calls) {
      verdicts.add(call.get(30, TimeUnit.SECONDS));
    }
    return verdicts;
  }

  private static long count(List<Verdict> verdicts, Class<? extends Verdict> kind) {
    return verdicts.stream().filter(kind::isInstance).count();
  }

  /** As a delivery does, without its waits: until it is accepted or refused. */
  private static Verdict toItsEnd(Target.Call call) {
    Verdict verdict = call.send();
    for (int i = 0;
        i < 100 && (verdict instanceof Verdict.Again || verdict instanceof Verdict.TargetFailed);
        i++) {
      verdict = call.send();
    }
    return verdict;
  }

  @Test
  void theNthAnswerEndsTheNthRecordAndAPartitionHasAStreamOfItsOwn() throws Exception {
    try (var target = under.at(server.address(), ONE_BY_ONE)) {
      var ends = new ArrayList<Future<Verdict>>();
      for (int lane = 0; lane < 32; lane++) {
        String key = "k" + lane + "-";
        Assignment of = lane % 2 == 0 ? partition : Records.assignment("orders", 1);
        ends.add(
            lanes.submit(() -> {
              for (int i = 0; i < 50; i++) {
                Verdict verdict = call(target, of, key + i).send();
                if (!verdict.equals(OK)) {
                  return verdict;
                }
              }
              return OK;
            }));
      }
      assertThat(all(ends)).containsOnly(OK);
    }
    assertThat(server.messages()).hasSize(32 * 50).doesNotHaveDuplicates();
    assertThat(under.sent).hasValue(32 * 50);
    Map<String, Integer> last = new HashMap<>();
    for (StreamsServer.Stream stream : server.streams) {
      for (String message : stream.messages) {
        String[] parts = message.split("-");
        assertThat(Integer.parseInt(parts[1])).isEqualTo(last.getOrDefault(parts[0], -1) + 1);
        last.merge(parts[0], Integer.parseInt(parts[1]), Math::max);
      }
    }
  }

  @Test
  void aRuleOverAnAnswerIsAboutItsRecordAlone() throws Exception {
    server.script = (stream, message) -> stream.answer(message.equals("m3") ? "no" : "yes");
    String rule =
        ", responseRules: [{when: 'size(response.body) == 2', verdict: RecordRefused, reason: NotOk}]";
    try (var target = under.at(server.address(), ONE_BY_ONE + rule)) {
      List<Verdict> verdicts = all(sendAll(target, 8));
      assertThat(GrpcUnderTest.summary(verdicts.get(3))).isEqualTo("RecordRefused OK NotOk");
      assertThat(count(verdicts, Verdict.Accepted.class)).isEqualTo(7);
    }
  }

  /** Of eight messages that have arrived, the server answers some and then breaks the stream. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7, 8})
  void aStreamThatBreaksMakesExactlyTheUnansweredOnesTryAgain(int answered) throws Exception {
    var broken = new AtomicBoolean();
    server.script =
        (stream, message) -> {
          if (broken.get()) {
            stream.answer("");
          } else if (stream.messages.size() == 8) {
            broken.set(true);
            for (int i = 0; i < answered; i++) {
              stream.answer("");
            }
            stream.end(Status.UNAVAILABLE);
          }
        };
    try (var target = under.at(server.address(), ONE_BY_ONE)) {
      var calls = new HashMap<String, Target.Call>();
      var first = new HashMap<String, Future<Verdict>>();
      for (int i = 0; i < 8; i++) {
        Target.Call call = call(target, partition, "m" + i);
        calls.put("m" + i, call);
        first.put("m" + i, lanes.submit(() -> call.send()));
      }
      all(new ArrayList<>(first.values()));
      List<String> came = server.streams.getFirst().messages;
      var again = new ArrayList<String>();
      for (int i = 0; i < 8; i++) {
        Verdict verdict = first.get(came.get(i)).get();
        if (i < answered) {
          assertThat(verdict).isEqualTo(OK);
        } else {
          assertThat(verdict)
              .as("the first without an answer is blamed, the others are sent again")
              .isInstanceOf(i == answered ? Verdict.TargetFailed.class : Verdict.Again.class);
          again.add(came.get(i));
        }
      }
      for (String message : again) {
        assertThat(calls.get(message).send()).isEqualTo(OK);
      }
      var later =
          server.streams.stream()
              .skip(1)
              .flatMap(s -> s.messages.stream())
              .collect(Collectors.toList());
      assertThat(later).isEqualTo(again);
    }
    assertThat(under.sent).hasValue(8 + 8 - answered);
  }

  @Test
  void aServerThatEndsWellBeforeItHasAnsweredIsAskedAgainAndFailsInTheEnd() throws Exception {
    server.script = (stream, message) -> stream.end(Status.OK);
    try (var target = under.at(server.address(), ONE_BY_ONE)) {
      Target.Call call = call(target, partition, "m");
      assertThat(call.send()).isInstanceOf(Verdict.Again.class);
      assertThat(call.send()).isInstanceOf(Verdict.Again.class);
      assertThat(GrpcUnderTest.summary(call.send())).isEqualTo("TargetFailed - ConnectionFailed");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {ONE_BY_ONE, TOGETHER})
  void ofAStreamThatIsRefusedExactlyTheRecordToBlameIsRefused(String mode) throws Exception {
    server.script =
        new StreamsServer.Script() {
          @Override
          public void message(StreamsServer.Stream stream, String message) {
            if (mode.equals(ONE_BY_ONE)) {
              if (message.equals("m13")) {
                stream.end(Status.INVALID_ARGUMENT);
              } else {
                stream.answer("");
              }
            }
          }

          @Override
          public void halfClosed(StreamsServer.Stream stream) {
            stream.end(stream.messages.contains("m13") ? Status.INVALID_ARGUMENT : Status.OK);
          }
        };
    try (var target = under.at(server.address(), mode)) {
      var ends = new ArrayList<Future<Verdict>>();
      for (int i = 0; i < 40; i++) {
        Target.Call call = call(target, partition, "m" + i);
        ends.add(lanes.submit(() -> toItsEnd(call)));
      }
      List<Verdict> verdicts = all(ends);
      assertThat(GrpcUnderTest.summary(verdicts.get(13)))
          .isEqualTo("RecordRefused INVALID_ARGUMENT Refused");
      verdicts.remove(13);
      assertThat(verdicts).containsOnly(OK);
    }
    assertThat(under.sent.get()).isLessThanOrEqualTo(40 * 7);
  }

  @Test
  void theRecordsOfAStreamEndWhenItsOneAnswerComes() throws Exception {
    var arrived = new CountDownLatch(1);
    server.script =
        new StreamsServer.Script() {
          @Override
          public void message(StreamsServer.Stream stream, String message) {}

          @Override
          public void halfClosed(StreamsServer.Stream stream) {
            try {
              arrived.await();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
            stream.answer("done");
            stream.end(Status.OK);
          }
        };
    under.delivery = "{maxInFlight: 64}";
    try (var target = under.at(server.address(), TOGETHER)) {
      List<Future<Verdict>> calls = sendAll(target, 64);
      await().until(() -> server.messages().size() == 64);
      assertThat(calls).as("none ends before its stream").noneMatch(Future::isDone);
      arrived.countDown();
      assertThat(all(calls)).containsOnly(OK);
    }
    assertThat(server.streams.size()).isLessThan(20);
    assertThat(under.sent).hasValue(64);
  }

  @Test
  void aStreamThatFailsMakesExactlyItsRecordsTryAgain() throws Exception {
    var failed = new AtomicReference<StreamsServer.Stream>();
    server.script =
        new StreamsServer.Script() {
          @Override
          public void message(StreamsServer.Stream stream, String message) {}

          @Override
          public void halfClosed(StreamsServer.Stream stream) {
            stream.end(failed.compareAndSet(null, stream) ? Status.UNAVAILABLE : Status.OK);
          }
        };
    under.delivery = "{maxInFlight: 8}";
    try (var target = under.at(server.address(), TOGETHER)) {
      List<Future<Verdict>> calls = sendAll(target, 24);
      List<Verdict> verdicts = all(calls);
      for (int i = 0; i < verdicts.size(); i++) {
        boolean wasThere = failed.get().messages.contains("m" + i);
        assertThat(verdicts.get(i))
            .isInstanceOf(wasThere ? Verdict.TargetFailed.class : Verdict.Accepted.class);
      }
      assertThat(server.streams).allMatch(s -> s.messages.size() <= 8);
    }
  }

  @Test
  void aStreamIsClosedAfterSoManyRecords() throws Exception {
    String ten = ONE_BY_ONE.replace("PerResponse", "PerResponse, maxRecords: 10");
    try (var target = under.at(server.address(), ten)) {
      var ends = new ArrayList<Future<Verdict>>();
      for (int i = 0; i < 100; i++) {
        Target.Call call = call(target, partition, "m" + i);
        ends.add(lanes.submit(() -> toItsEnd(call)));
      }
      assertThat(all(ends)).containsOnly(OK);
      assertThat(server.streams).hasSize(10);
      for (StreamsServer.Stream stream : server.streams) {
        assertThat(stream.halfClosed.await(10, TimeUnit.SECONDS)).isTrue();
      }
    }
    assertThat(under.sent).hasValue(100);
  }

  @ParameterizedTest
  @ValueSource(strings = {ONE_BY_ONE, TOGETHER})
  void aServerThatEndsConnectionsFailsNoRecord(String mode) throws Exception {
    try (var hasty =
            StreamsServer.start(
                0,
                builder ->
                    builder
                        .maxConnectionAge(1, TimeUnit.SECONDS) // less is taken for so much
                        .maxConnectionAgeGrace(20, TimeUnit.SECONDS));
        var target = under.at(hasty.address(), mode)) {
      hasty.script =
          (stream, message) -> {
            if (mode.equals(ONE_BY_ONE)) {
              stream.answer("");
            }
          };
      var ends = new ArrayList<Future<Verdict>>();
      for (int lane = 0; lane < 20; lane++) {
        ends.add(lanes.submit(() -> untilConnections(3, hasty, target)));
      }
      assertThat(all(ends)).containsOnly(OK);
    }
  }

  /** One message after the other; the first verdict that is neither accepted nor "again". */
  private Verdict untilConnections(int connections, StreamsServer at, GrpcTarget target) {
    while (at.connections() < connections) {
      Target.Call call = call(target, partition, "m");
      Verdict verdict = call.send();
      while (verdict instanceof Verdict.Again) {
        verdict = call.send();
      }
      if (!verdict.equals(OK)) {
        return verdict;
      }
    }
    return OK;
  }

  /** Windows of 64 kB, and a server that reads nothing for a while. */
  @Test
  void aServerThatReadsSlowlyIsWaitedForAndNothingIsBuffered() throws Exception {
    var reads = new CountDownLatch(1);
    try (var slow =
            StreamsServer.start(0, builder -> builder.flowControlWindow(65_535).executor(lanes));
        var target = under.at(slow.address(), ONE_BY_ONE)) {
      slow.script =
          (stream, message) -> {
            try {
              reads.await();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
            stream.answer("");
          };
      String large = "x".repeat(32 * 1024);
      var calls = new ArrayList<Future<Verdict>>();
      for (int i = 0; i < 64; i++) {
        Target.Call call = call(target, partition, i + large);
        calls.add(lanes.submit(() -> call.send()));
      }
      await()
          .during(Duration.ofMillis(300))
          .atMost(Duration.ofSeconds(10))
          .until(() -> under.sent.get() >= 1 && under.sent.get() <= 6);
      assertThat(calls).noneMatch(Future::isDone);
      reads.countDown();
      assertThat(all(calls)).containsOnly(OK);
      assertThat(slow.messages()).hasSize(64);
    }
  }

  @Test
  void aMessageThatIsNotAnsweredInTimeFailsAndTheOthersAreSentAgain() throws Exception {
    server.script =
        (stream, message) -> {
          if (stream.messages.indexOf("m0") < 0) {
            stream.answer("");
          }
        };
    try (var target = under.at(server.address(), ONE_BY_ONE + ", deadline: 2s")) {
      Future<Verdict> hangs = lanes.submit(() -> call(target, partition, "m0").send());
      await().until(() -> server.messages().contains("m0"));
      Thread.sleep(1_000); // so that the other one has time left when the first is late
      Target.Call other = call(target, partition, "m1");
      Future<Verdict> innocent = lanes.submit(() -> other.send());
      await().until(() -> server.messages().contains("m1"));
      assertThat(GrpcUnderTest.summary(hangs.get())).isEqualTo("TargetFailed - Timeout");
      assertThat(innocent.get()).isInstanceOf(Verdict.Again.class);
      assertThat(other.send()).isEqualTo(OK);
    }
  }

  @Test
  void aServerThatRestartsIsCalledAgain() throws Exception {
    try (var target = under.at(server.address(), ONE_BY_ONE)) {
      assertThat(call(target, partition, "a").send()).isEqualTo(OK);
      int port = server.port();
      server.close();
      assertThat(all(sendAll(target, 5)))
          .allMatch(v -> v instanceof Verdict.TargetFailed || v instanceof Verdict.Again);
      try (var again = StreamsServer.start(port, builder -> builder)) {
        assertThat(toItsEnd(call(target, partition, "b"))).isEqualTo(OK);
        assertThat(again.messages()).contains("b");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {ONE_BY_ONE, TOGETHER})
  void whatTheServerSaysBeforeAnyMessageIsAboutAll(String mode) throws Exception {
    server.script = (stream, message) -> stream.end(Status.UNAUTHENTICATED);
    try (var target = under.at(server.address(), mode)) {
      assertThat(all(sendAll(target, 5))).allMatch(v -> v instanceof Verdict.TargetMisconfigured);
    }
    try (var target = under.at("127.0.0.1:1", mode)) {
      assertThat(all(sendAll(target, 5)))
          .allMatch(v -> GrpcUnderTest.summary(v).equals("TargetFailed - ConnectionFailed"));
    }
  }

  @Test
  void moreAnswersThanMessagesEndTheStream() throws Exception {
    server.script =
        (stream, message) -> {
          stream.answer("");
          if (message.equals("a")) {
            stream.answer("");
          }
        };
    try (var target = under.at(server.address(), ONE_BY_ONE)) {
      assertThat(call(target, partition, "a").send()).isEqualTo(OK);
      assertThat(toItsEnd(call(target, partition, "b"))).isEqualTo(OK);
    }
  }

  @Test
  void whatItsFenceHoldsBackIsNotWritten() {
    try (var target = under.at(server.address(), ONE_BY_ONE)) {
      assertThat(call(target, partition, "a").send()).isEqualTo(OK);
      assertThat(call(target, partition, "b").send(() -> false)).isInstanceOf(Verdict.Cut.class);
      assertThat(call(target, partition, "c").send()).isEqualTo(OK);
    }
    assertThat(server.messages()).containsExactly("a", "c");
    assertThat(under.sent).hasValue(2);
  }

  @Test
  void aStreamIsHalfClosedWhenItsPartitionIsLost() throws Exception {
    try (var target = under.at(server.address(), ONE_BY_ONE)) {
      assertThat(call(target, partition, "a").send()).isEqualTo(OK);
      partition.end();
      assertThat(server.streams.getFirst().halfClosed.await(10, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void atItsEndTheBridgeClosesItsStreams() throws Exception {
    try (var target = under.at(server.address(), ONE_BY_ONE)) {
      assertThat(call(target, partition, "a").send()).isEqualTo(OK);
    }
    assertThat(server.streams.getFirst().halfClosed.await(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void aStreamIsClosedAfterSoLong() throws Exception {
    String second = ONE_BY_ONE.replace("PerResponse", "PerResponse, maxDuration: 1s");
    try (var target = under.at(server.address(), second)) {
      assertThat(call(target, partition, "a").send()).isEqualTo(OK);
      assertThat(server.streams.getFirst().halfClosed.await(10, TimeUnit.SECONDS)).isTrue();
      assertThat(call(target, partition, "b").send()).isEqualTo(OK);
    }
    assertThat(server.streams).hasSize(2);
  }

  /** In both directions, and yet only the end counts. */
  @Test
  void answersBeforeTheEndMeanNothingWhereTheEndCounts() throws Exception {
    server.script =
        new StreamsServer.Script() {
          @Override
          public void message(StreamsServer.Stream stream, String message) {
            stream.answer("");
            stream.answer("");
          }

          @Override
          public void halfClosed(StreamsServer.Stream stream) {
            stream.end(stream.messages.contains("m0") ? Status.UNAVAILABLE : Status.OK);
          }
        };
    String both = "transport: Plaintext, mode: BidirectionalStreaming";
    try (var target = under.at(server.address(), both)) {
      assertThat(all(sendAll(target, 1))).hasOnlyElementsOfType(Verdict.TargetFailed.class);
      assertThat(call(target, partition, "other").send()).isEqualTo(OK);
    }
  }

  @Test
  void eachMessageAsksOnceForLeaveWhenItIsWritten() throws Exception {
    var asked = new AtomicInteger();
    try (var target = under.at(server.address(), ONE_BY_ONE)) {
      var calls = new ArrayList<Future<Verdict>>();
      for (int i = 0; i < 50; i++) {
        Target.Call call = call(target, partition, "m" + i);
        calls.add(lanes.submit(() -> call.send(() -> asked.incrementAndGet() > 0)));
      }
      assertThat(all(calls)).containsOnly(OK);
    }
    assertThat(asked).hasValue(50);
  }

  @Test
  void aStreamHasTheMetadataOfItsFirstRecordAndNoKeyOrDeadlineOfOne() throws Exception {
    String place = ", metadata: [{name: x-place, template: '{{record.value}}'}]";
    under.record = "{valueFormat: String}";
    try (var target = under.at(server.address(), ONE_BY_ONE + place)) {
      assertThat(call(target, partition, "first").send()).isEqualTo(OK);
      assertThat(call(target, partition, "second").send()).isEqualTo(OK);
    }
    Metadata metadata = server.streams.getFirst().metadata;
    assertThat(metadata.get(Metadata.Key.of("x-place", Metadata.ASCII_STRING_MARSHALLER)))
        .isEqualTo("first");
    assertThat(metadata.keys()).doesNotContain("idempotency-key", "grpc-timeout");
    assertThat(new HashSet<>(server.messages())).containsExactlyInAnyOrder("first", "second");
    assertThat(Collections.frequency(server.messages(), "first")).isEqualTo(1);
  }
}
