package dev.kafkaapibridge.runtime.target.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.DynamicMessage;
import dev.kafkaapibridge.api.v1alpha1.GrpcSpec;
import dev.kafkaapibridge.runtime.Records;
import dev.kafkaapibridge.runtime.record.SourceRecord;
import dev.kafkaapibridge.runtime.target.Target;
import dev.kafkaapibridge.runtime.target.Verdict;
import io.grpc.Metadata;
import io.grpc.Status;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.SocketEffect;
import okhttp3.Protocol;
import okhttp3.internal.http2.ErrorCode;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Descriptors that the server tells, by gRPC's own reflection services. */
class ReflectionTest {

  private static final String ASKING =
      "transport: Plaintext, payload: JSONToProtobuf, serverReflection: Enabled, ";
  private static final long MINUTE = 60_000_000_000L;

  private final GrpcUnderTest under = new GrpcUnderTest();

  @ParameterizedTest
  @EnumSource(
      value = ReflectingServer.By.class,
      names = {"V1", "V1_ALPHA", "ONE_FILE_AT_A_TIME"})
  void theServerTellsTheTypesByEitherVersion(ReflectingServer.By by) throws Exception {
    try (var server = ReflectingServer.start(by);
        var target = under.at(server.address(), ASKING)) {
      assertThat(send(target)).isEqualTo(new Verdict.Accepted("OK"));
      int asked = server.questions.size();
      assertThat(asked)
          .as("questions to a service that is there")
          .isEqualTo(by == ReflectingServer.By.ONE_FILE_AT_A_TIME ? 2 : 1);
      assertThat(send(target)).isEqualTo(new Verdict.Accepted("OK"));
      assertThat(server.questions).as("what was told is kept").hasSize(asked);

      var type =
          DescriptorSet.parse(EveryKind.set())
              .method("shop.v1.Orders", "Put", GrpcSpec.Mode.Unary)
              .getInputType();
      DynamicMessage sent = DynamicMessage.parseFrom(type, lastOrder(server));
      assertThat(sent.getField(type.findFieldByName("id"))).isEqualTo("a");
    }
  }

  private static byte[] lastOrder(ReflectingServer server) {
    return server.orders.came.stream()
        .filter(came -> came.method().equals("shop.v1.Orders/Put"))
        .toList()
        .getLast()
        .message();
  }

  @Test
  void whatDoesNotFitIsRefusedAsWithADescriptorSet() throws Exception {
    try (var server = ReflectingServer.start(ReflectingServer.By.V1);
        var target = under.at(server.address(), ASKING)) {
      assertThat(GrpcUnderTest.summary(send(target, "{\"id\": {}}")))
          .isEqualTo("RecordRefused - WrongType");
    }
  }

  @Test
  void aServerWithoutReflectionHoldsRecordsAndSaysWhy() throws Exception {
    try (var server = OrdersServer.start()) {
      server.answers(Status.UNIMPLEMENTED, new Metadata());
      try (var target = under.at(server.address(), ASKING)) {
        Target.Call call = GrpcUnderTest.call(target, record("{\"id\": \"a\"}"));
        var verdict = (Verdict.TargetMisconfigured) sendThrough(call);
        assertThat(verdict.reason()).isEqualTo("DescriptorNotFound");
        assertThat(verdict.detail())
            .contains("shop.v1.Orders", "neither v1 nor v1alpha", "descriptorConfigMapKeyRef");
        assertThat(server.came)
            .extracting(OrdersServer.Came::method)
            .containsExactly(
                "grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
                "grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo");
      }
    }
  }

  @Test
  void aServiceThatTheServerDoesNotKnowIsSaid() throws Exception {
    try (var server = ReflectingServer.start(ReflectingServer.By.V1_OF_ANOTHER);
        var target = under.at(server.address(), ASKING)) {
      var verdict = (Verdict.TargetMisconfigured) send(target);
      assertThat(verdict.code()).isEqualTo("NOT_FOUND");
      assertThat(verdict.reason()).isEqualTo("DescriptorNotFound");
      assertThat(verdict.detail()).contains("shop.v1.Orders", "spec.target.grpc.service");
    }
  }

  @Test
  void aServerThatCannotAnswerIsAskedAgain() throws Exception {
    try (var server = ReflectingServer.start(ReflectingServer.By.V1);
        var target = under.at(server.address(), ASKING)) {
      Target.Call call = GrpcUnderTest.call(target, record("{\"id\": \"a\"}"));
      server.refusal = Status.UNAVAILABLE;
      assertThat(GrpcUnderTest.summary(sendThrough(call)))
          .as("weather, in which no call was made")
          .isEqualTo("TargetFailed UNAVAILABLE NotCalled");
      server.refusal = Status.PERMISSION_DENIED;
      assertThat(GrpcUnderTest.summary(sendThrough(call)))
          .isEqualTo("TargetMisconfigured PERMISSION_DENIED AuthenticationFailed");
      server.refusal = Status.INVALID_ARGUMENT;
      assertThat(GrpcUnderTest.summary(sendThrough(call)))
          .as("no record is refused for a question that is")
          .isEqualTo("TargetMisconfigured INVALID_ARGUMENT DescriptorNotFound");
      server.refusal = null;
      assertThat(sendThrough(call)).isEqualTo(new Verdict.Accepted("OK"));
    }
    int port;
    try (var socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }
    try (var target = under.at("127.0.0.1:" + port, ASKING)) {
      assertThat(GrpcUnderTest.summary(send(target))).isEqualTo("TargetFailed - NotCalled");
    }
  }

  @Test
  void manyRecordsAskOnceAndEachQuestionIsPaid() throws Exception {
    try (var server = ReflectingServer.start(ReflectingServer.By.V1);
        var target = under.at(server.address(), ASKING);
        var lanes = Executors.newVirtualThreadPerTaskExecutor()) {
      var verdicts = new ArrayList<Future<Verdict>>();
      for (int i = 0; i < 50; i++) {
        verdicts.add(lanes.submit(() -> send(target)));
      }
      for (Future<Verdict> verdict : verdicts) {
        assertThat(verdict.get()).isEqualTo(new Verdict.Accepted("OK"));
      }
      assertThat(server.questions).hasSize(1);
      assertThat(under.sent).as("the question, and the records").hasValue(51);
    }
  }

  @Test
  void aQuestionThatFailsIsTheFailureOfTheOneWhoAsks() throws Exception {
    try (var server = ReflectingServer.start(ReflectingServer.By.V1);
        var target = under.at(server.address(), ASKING);
        var lanes = Executors.newVirtualThreadPerTaskExecutor()) {
      var asked = new CountDownLatch(1);
      var goOn = new CountDownLatch(1);
      server.refusal = Status.UNAVAILABLE;
      Target.Call asking = GrpcUnderTest.call(target, record("{\"id\": \"a\"}"));
      Future<Verdict> asks =
          lanes.submit(() ->
              asking.send(() -> {
                asked.countDown();
                return await(goOn);
              }));
      assertThat(asked.await(30, TimeUnit.SECONDS)).isTrue();
      var others = new ArrayList<FutureTask<Verdict>>();
      var waiting = new ArrayList<Thread>();
      for (int i = 0; i < 10; i++) {
        Target.Call waits = GrpcUnderTest.call(target, record("{\"id\": \"a\"}"));
        var other =
            new FutureTask<>(() ->
                waits.send(() -> {
                  throw new AssertionError("nobody else's leave is used");
                }));
        others.add(other);
        waiting.add(Thread.ofVirtual().start(other));
      }
      Awaitility.await()
          .until(
              () -> waiting.stream().allMatch(one -> one.getState() == Thread.State.TIMED_WAITING));
      goOn.countDown();
      assertThat(GrpcUnderTest.summary(asks.get())).isEqualTo("TargetFailed UNAVAILABLE NotCalled");
      for (FutureTask<Verdict> other : others) {
        assertThat(other.get()).isEqualTo(new Verdict.Again("-", Verdict.Again.Why.Asked));
      }
    }
  }

  @Test
  void aQuestionWithoutAnAnswerClosesNoConnectionUnderOthersCalls() throws Exception {
    try (var server = ReflectingServer.start(ReflectingServer.By.V1);
        // Long enough for a busy machine: a call that is not answered in time closes its
        // connection.
        var target = under.at(server.address(), ASKING + "deadline: 8s");
        var lanes = Executors.newVirtualThreadPerTaskExecutor()) {
      assertThat(send(target)).isEqualTo(new Verdict.Accepted("OK"));
      server.silent = true;
      under.ahead.addAndGet(MINUTE + 1);
      Target.Call asking = GrpcUnderTest.call(target, record("{\"id\": \"a\"}"));
      Future<Verdict> asks = lanes.submit(() -> asking.send());
      while (!asks.isDone()) {
        if (server.questions.size() > 1) {
          assertThat(send(target)).isEqualTo(new Verdict.Accepted("OK"));
        }
      }
      assertThat(asks.get()).isEqualTo(new Verdict.Again("-", Verdict.Again.Why.Asked));
      assertThat(send(target)).isEqualTo(new Verdict.Accepted("OK"));
      // OkHttp pings after a stream that took too long, and where a busy machine's pong takes a
      // second, the next call goes by another connection; those under way stay on theirs.
      assertThat(target.channel().opened()).isLessThanOrEqualTo(2);
    }
  }

  @Test
  void aQuestionThatIsAnsweredBySlowDownHoldsAll() throws Exception {
    try (var server = ReflectingServer.start(ReflectingServer.By.V1);
        var target = under.at(server.address(), ASKING)) {
      assertThat(send(target)).isEqualTo(new Verdict.Accepted("OK"));
      server.refusal = Status.RESOURCE_EXHAUSTED;
      under.ahead.addAndGet(MINUTE + 1);
      assertThat(send(target)).isInstanceOf(Verdict.RateLimited.class);
      assertThat(send(target)).isEqualTo(new Verdict.Accepted("OK"));
    }
  }

  @Test
  void aServerThatRefusesEachQuestionHasFailedInTheEnd() throws Exception {
    try (var http = new MockWebServer()) {
      http.setProtocols(List.of(Protocol.H2_PRIOR_KNOWLEDGE));
      http.start();
      for (int i = 0; i < 3; i++) {
        http.enqueue(
            new MockResponse.Builder()
                .onRequestStart(
                    new SocketEffect.CloseStream(ErrorCode.REFUSED_STREAM.getHttpCode()))
                .build());
      }
      try (var target = under.at("127.0.0.1:" + http.getPort(), ASKING)) {
        Target.Call call = GrpcUnderTest.call(target, record("{\"id\": \"a\"}"));
        assertThat(call.send()).isEqualTo(new Verdict.Again("-", Verdict.Again.Why.Asked));
        assertThat(call.send()).isEqualTo(new Verdict.Again("-", Verdict.Again.Why.Asked));
        assertThat(GrpcUnderTest.summary(call.send())).isEqualTo("TargetFailed - NotCalled");
      }
    }
  }

  @Test
  void aQuestionIsMadeAsACallIs() throws Exception {
    try (var server = ReflectingServer.start(ReflectingServer.By.V1)) {
      String metadata =
          "metadata: [{name: x-tenant, value: north}, {name: authorization, secretKeyRef: {name: api, key: token}}]";
      try (var target = under.at(server.address(), ASKING + metadata)) {
        Target.Call call = GrpcUnderTest.call(target, record("{\"id\": \"a\"}"));
        assertThat(call.send(() -> false)).as("the fence is asked").isEqualTo(new Verdict.Cut("-"));
        assertThat(server.questions).isEmpty();
        assertThat(sendThrough(call)).isEqualTo(new Verdict.Accepted("OK"));
      }
      Metadata came = server.questions.getFirst().metadata();
      assertThat(came.get(Metadata.Key.of("x-tenant", Metadata.ASCII_STRING_MARSHALLER)))
          .isEqualTo("north");
      assertThat(came.get(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER)))
          .isEqualTo("the-secret");
      assertThat(came.get(Metadata.Key.of("grpc-timeout", Metadata.ASCII_STRING_MARSHALLER)))
          .isNotNull();
    }
    under.dns = name -> List.of(InetAddress.ofLiteral("169.254.169.254"));
    try (var target = under.at("orders.example.com:9090", ASKING)) {
      assertThat(GrpcUnderTest.summary(send(target)))
          .isEqualTo("TargetMisconfigured - AddressDenied");
    }
  }

  @Test
  void aServerThatTellsSomethingIncompatibleLeavesWhatIsInUse() throws Exception {
    ReflectingServer first = ReflectingServer.start(ReflectingServer.By.V1);
    int port = first.orders.port();
    try (var target = under.at(first.address(), ASKING)) {
      assertThat(send(target)).isEqualTo(new Verdict.Accepted("OK"));
      first.close();

      var note = EveryKind.order();
      note.addField(
          EveryKind.field(
              "note",
              9,
              com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Type.TYPE_STRING));
      try (var compatible =
          ReflectingServer.start(port, EveryKind.set(note), ReflectingServer.By.V1)) {
        send(target); // finds that the connection is gone, at the latest
        under.ahead.addAndGet(MINUTE + 1);
        assertThat(send(target, "{\"id\": \"a\", \"note\": \"new\"}"))
            .as("a record that was prepared by the former types is refused by them")
            .isInstanceOf(Verdict.class);
        assertThat(send(target)).isEqualTo(new Verdict.Accepted("OK"));
        assertThat(send(target, "{\"id\": \"a\", \"note\": \"new\"}"))
            .isEqualTo(new Verdict.Accepted("OK"));
        assertThat(target.setAside()).isEmpty();
      }

      var changed = EveryKind.order();
      changed.getFieldBuilder(0).setName("order_id");
      try (var other =
          ReflectingServer.start(port, EveryKind.set(changed), ReflectingServer.By.V1)) {
        send(target);
        under.ahead.addAndGet(MINUTE + 1);
        assertThat(send(target)).isEqualTo(new Verdict.Accepted("OK"));
        assertThat(other.questions).hasSize(1);
        Verdict.TargetMisconfigured aside = target.setAside().orElseThrow();
        assertThat(aside.reason()).isEqualTo("IncompatibleDescriptor");
        assertThat(aside.detail())
            .contains("shop.v1.Order: field id (1) has given its number to order_id");
        try (var restarted = under.at(other.address(), ASKING)) {
          assertThat(send(restarted, "{\"order_id\": \"a\"}"))
              .as("a process that knows no former one takes what there is")
              .isEqualTo(new Verdict.Accepted("OK"));
          assertThat(restarted.setAside()).isEmpty();
        }
      }
    }
  }

  @Test
  void whatWasToldIsKeptWhileTheServerCannotTellItAgain() throws Exception {
    try (var server = ReflectingServer.start(ReflectingServer.By.V1);
        var target = under.at(server.address(), ASKING)) {
      assertThat(send(target)).isEqualTo(new Verdict.Accepted("OK"));
      server.refusal = Status.UNIMPLEMENTED;
      under.ahead.addAndGet(10 * MINUTE + 1);
      assertThat(send(target)).isEqualTo(new Verdict.Accepted("OK"));
      int asked = server.questions.size();
      assertThat(asked).isGreaterThan(1);
      assertThat(send(target)).isEqualTo(new Verdict.Accepted("OK"));
      assertThat(server.questions).as("and it is asked again after a while").hasSize(asked);
    }
  }

  private static boolean await(CountDownLatch latch) {
    try {
      return latch.await(30, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static SourceRecord record(String json) {
    return Records.record(Records.assignment("orders", 0), 7, "k", json, new RecordHeaders());
  }

  private static Verdict send(GrpcTarget target) {
    return send(target, "{\"id\": \"a\"}");
  }

  private static Verdict send(GrpcTarget target, String json) {
    return switch (target.prepare(record(json))) {
      case Target.Prepared.Ready(var call) -> sendThrough(call);
      case Target.Prepared.Refused(var verdict) -> verdict;
      case Target.Prepared.Skipped ignored -> throw new AssertionError("skipped");
      case Target.Prepared.NotYet ignored -> throw new AssertionError("not yet");
    };
  }

  /** As a delivery does, at once where nothing is known. */
  private static Verdict sendThrough(Target.Call call) {
    for (int i = 0; i < 20; i++) {
      Verdict verdict = call.send();
      if (!(verdict instanceof Verdict.Again)) {
        return verdict;
      }
    }
    throw new AssertionError("it comes to no end");
  }
}
