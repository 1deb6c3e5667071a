package dev.kafkaapibridge.runtime.target.grpc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.CodedInputStream;
import dev.kafkaapibridge.runtime.Records;
import dev.kafkaapibridge.runtime.record.Assignment;
import dev.kafkaapibridge.runtime.record.SourceRecord;
import dev.kafkaapibridge.runtime.target.KeptAnswer;
import dev.kafkaapibridge.runtime.target.Verdict;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What of gRPC's answers goes along with a verdict where {@code spec.response} asks for it. */
@Timeout(60)
class KeptMessagesTest {

  private static final String PLAIN = "transport: Plaintext, ";
  private static final String SERVER_STREAM = PLAIN + "mode: ServerStreaming, ";

  private static final byte[] SET = EveryKind.set();

  private final GrpcUnderTest under = new GrpcUnderTest();

  KeptMessagesTest() {
    under.more = ", response: {topic: b, when: Always}";
  }

  @Test
  void theOneMessageIsKeptAsItCameWithItsMetadata() {
    try (var server = OrdersServer.start()) {
      server.script = (came, call) -> OrdersServer.ok(call, new byte[] {8, 7});
      KeptAnswer kept = kept(under.send(server.address(), PLAIN));
      assertThat(kept.body()).containsExactly(8, 7);
      assertThat(kept.type()).isEqualTo("application/x-protobuf");
      assertThat(kept.headers()).containsEntry("grpc-status", "0");
      assertThat(kept.truncated()).isFalse();
    }
  }

  @Test
  void byADescriptorItIsJson() throws Exception {
    byte[] ok = EveryKind.accepted();
    under.contents = ref -> SET;
    String json =
        PLAIN + "payload: JSONToProtobuf, descriptorConfigMapKeyRef: {name: api, key: orders.pb}";
    try (var server = OrdersServer.start();
        var target = under.at(server.address(), json)) {
      var call = GrpcUnderTest.call(target, record(Records.assignment("o", 0), "{\"id\": \"a\"}"));
      server.script = (came, answer) -> OrdersServer.ok(answer, ok);
      KeptAnswer kept = kept(call.send());
      assertThat(kept.type()).isEqualTo("application/json");
      assertThat(kept.body()).asString(UTF_8).contains("\"ok\":true");

      byte[] other = {(byte) 0xFF};
      server.script = (came, answer) -> OrdersServer.ok(answer, other);
      KeptAnswer unreadable = kept(call.send());
      assertThat(unreadable.type()).isEqualTo("application/x-protobuf");
      assertThat(unreadable.body()).isEqualTo(other);
    }
  }

  @Test
  void severalMessagesAsJsonAreAList() {
    var keeping =
        new AnswerKeeping(
            KeptAnswer.Keeping.Accepted, true, m -> new String(m, UTF_8).repeat(2).getBytes(UTF_8));
    var messages = new AnswerKeeping.Messages();
    assertThat(list(keeping, messages)).isEqualTo("[]");
    messages.add("1".getBytes(UTF_8));
    messages.add("2".getBytes(UTF_8));
    assertThat(list(keeping, messages)).isEqualTo("[11,22]");
  }

  private static String list(AnswerKeeping keeping, AnswerKeeping.Messages messages) {
    Verdict verdict = keeping.in(new Verdict.Accepted("OK"), Map.of(), Map.of(), messages);
    return new String(kept(verdict).body(), UTF_8);
  }

  /** As {@code parseDelimitedFrom} of any protobuf library reads them. */
  @Test
  void allMessagesOfAnAnswerAreKeptEachBehindItsLength() throws Exception {
    try (var server = OrdersServer.start()) {
      server.script =
          (came, call) -> {
            call.sendHeaders(new Metadata());
            call.sendMessage(new byte[0]);
            call.sendMessage(new byte[300]);
            call.close(Status.OK, new Metadata());
          };
      KeptAnswer kept = kept(under.send(server.address(), SERVER_STREAM));
      assertThat(kept.type()).isEqualTo("application/x-protobuf; delimited=true");
      assertThat(kept.body()).hasSize(1 + 2 + 300);
      var in = CodedInputStream.newInstance(kept.body());
      assertThat(in.readByteArray()).isEmpty();
      assertThat(in.readByteArray()).hasSize(300);
    }
  }

  @Test
  void moreThanFourMebibytesAreNotKept() {
    try (var server = OrdersServer.start()) {
      server.script = (came, call) -> OrdersServer.ok(call, new byte[5 * 1024 * 1024]);
      KeptAnswer tooLarge = kept(under.send(server.address(), PLAIN));
      assertThat(tooLarge.body()).isEmpty();
      assertThat(tooLarge.truncated()).isTrue();

      server.script =
          (came, call) -> {
            call.sendHeaders(new Metadata());
            for (int i = 0; i < 3; i++) {
              call.sendMessage(new byte[2 * 1024 * 1024 - 10]);
            }
            call.close(Status.OK, new Metadata());
          };
      KeptAnswer tooMany = kept(under.send(server.address(), SERVER_STREAM));
      assertThat(tooMany.body()).hasSizeBetween(4_000_000, 4 * 1024 * 1024);
      assertThat(tooMany.truncated()).isTrue();
    }
  }

  @Test
  void aStatusWithoutAMessageIsAnAnswerToo() {
    try (var server = OrdersServer.start()) {
      server.answers(Status.NOT_FOUND.withDescription("no such order"), new Metadata());
      Verdict verdict = under.send(server.address(), PLAIN);
      assertThat(verdict).isInstanceOf(Verdict.RecordRefused.class);
      assertThat(kept(verdict).body()).isEmpty();
      assertThat(kept(verdict).headers()).containsEntry("grpc-message", "no such order");
    }
  }

  @Test
  void theNthAnswerOfAStreamIsThatOfTheNthRecord() throws Exception {
    try (var server = StreamsServer.start();
        var lanes = Executors.newVirtualThreadPerTaskExecutor();
        var target =
            under.at(
                server.address(),
                PLAIN + "mode: BidirectionalStreaming, stream: {acknowledgement: PerResponse}")) {
      server.script = (stream, message) -> stream.answer("to " + message);
      Assignment partition = Records.assignment("orders", 0);
      var answers = new ArrayList<Future<KeptAnswer>>();
      for (int i = 0; i < 200; i++) {
        var call = GrpcUnderTest.call(target, record(partition, "m" + i));
        answers.add(lanes.submit(() -> kept(call.send())));
      }
      for (int i = 0; i < 200; i++) {
        assertThat(answers.get(i).get(30, TimeUnit.SECONDS).body())
            .asString(UTF_8)
            .isEqualTo("to m" + i);
      }
    }
  }

  @Test
  void whereAStreamsEndEndsItsRecordsItsFirstMessageIsTheAnswerOfEach() throws Exception {
    try (var server = StreamsServer.start();
        var lanes = Executors.newVirtualThreadPerTaskExecutor();
        var target = under.at(server.address(), PLAIN + "mode: BidirectionalStreaming")) {
      var answered = new AtomicInteger();
      server.script = (stream, message) -> stream.answer("answer " + answered.incrementAndGet());
      Assignment partition = Records.assignment("orders", 0);
      var calls =
          List.of(
              GrpcUnderTest.call(target, record(partition, "a")),
              GrpcUnderTest.call(target, record(partition, "b")));
      var kept = new ArrayList<Future<KeptAnswer>>();
      calls.forEach(call -> kept.add(lanes.submit(() -> kept(call.send()))));
      for (Future<KeptAnswer> one : kept) {
        assertThat(one.get(30, TimeUnit.SECONDS).body()).asString(UTF_8).isEqualTo("answer 1");
      }
    }
  }

  private static SourceRecord record(Assignment of, String value) {
    return Records.record(of, 7, "k", value, new RecordHeaders());
  }

  private static KeptAnswer kept(Verdict verdict) {
    return Objects.requireNonNull(verdict.clues().kept(), verdict::toString);
  }
}
