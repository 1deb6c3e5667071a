package dev.kafkaapibridge.runtime.target.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.DynamicMessage;
import dev.kafkaapibridge.api.v1alpha1.GrpcSpec;
import dev.kafkaapibridge.runtime.Records;
import dev.kafkaapibridge.runtime.record.SourceRecord;
import dev.kafkaapibridge.runtime.target.Target;
import dev.kafkaapibridge.runtime.target.Verdict;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.io.ByteArrayInputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import okhttp3.tls.HeldCertificate;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Calls to gRPC's own server, over sockets. */
@Timeout(60)
class GrpcTargetTest {

  private static final String PLAIN = "transport: Plaintext, ";
  private static final String JSON =
      PLAIN + "payload: JSONToProtobuf, descriptorConfigMapKeyRef: {name: api, key: orders.pb}, ";

  private static final Verdict OK = new Verdict.Accepted("OK");

  private final GrpcUnderTest under = new GrpcUnderTest();
  private final OrdersServer server = OrdersServer.start();

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void aCallArrivesWithItsMessageMetadataAndDeadline() {
    var headers = new RecordHeaders();
    headers.add("tenant", "acme".getBytes(StandardCharsets.UTF_8));
    headers.add("digest", new byte[] {0, 1, (byte) 0xFF});
    headers.add(
        "traceparent",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01".getBytes(StandardCharsets.UTF_8));
    SourceRecord record =
        Records.record(Records.assignment("orders", 3), 7, "k", "the message", headers);
    String metadata =
        "metadata: [{name: X-Fixed, value: same}, {name: x-tenant, recordHeader: tenant}, {name: x-digest-bin, recordHeader: digest}, {name: x-place, template: '{{record.topic}}/{{record.partition}}'}, {name: authorization, secretKeyRef: {name: crm, key: token}}], deadline: 2s";
    try (var target = under.at(server.address(), PLAIN + metadata)) {
      assertThat(GrpcUnderTest.call(target, record).send()).isEqualTo(new Verdict.Accepted("OK"));
    }
    OrdersServer.Came came = server.came.getFirst();
    assertThat(came.method()).isEqualTo("shop.v1.Orders/Put");
    assertThat(came.message()).asString().isEqualTo("the message");
    assertThat(came.deadlineMillis()).isBetween(500L, 2_000L);
    assertThat(text(came, "x-fixed")).isEqualTo("same");
    assertThat(text(came, "x-tenant")).isEqualTo("acme");
    assertThat(text(came, "x-place")).isEqualTo("orders/3");
    assertThat(text(came, "authorization")).isEqualTo("the-secret");
    assertThat(text(came, "idempotency-key")).isEqualTo(record.idempotencyKey());
    assertThat(text(came, "traceparent")).startsWith("00-0af7651916cd43dd");
    assertThat(
            came.metadata().get(Metadata.Key.of("x-digest-bin", Metadata.BINARY_BYTE_MARSHALLER)))
        .containsExactly(0, 1, 0xFF);
    assertThat(under.sent).hasValue(1);
  }

  @Test
  void aValueThatMetadataCannotCarryRefusesItsRecord() {
    var headers = new RecordHeaders();
    headers.add("tenant", "\u00e4cme".getBytes(StandardCharsets.UTF_8));
    SourceRecord record = Records.record(Records.assignment("orders", 0), 7, "k", "v", headers);
    try (var target =
        under.at(server.address(), PLAIN + "metadata: [{name: x, recordHeader: tenant}]")) {
      assertThat(target.prepare(record))
          .isEqualTo(
              new Target.Prepared.Refused(
                  new Verdict.RecordRefused(
                      "-",
                      "InvalidHeader",
                      "the value for header 'x' has other characters than printable ASCII (a name that ends in -bin takes any)")));
    }
  }

  @Test
  void gzipIsReadByTheServer() {
    SourceRecord record =
        Records.record(
            Records.assignment("orders", 0), 7, "k", "x".repeat(100_000), new RecordHeaders());
    try (var target = under.at(server.address(), PLAIN + "compression: {algorithm: Gzip}")) {
      assertThat(GrpcUnderTest.call(target, record).send()).isEqualTo(new Verdict.Accepted("OK"));
    }
    assertThat(server.came.getFirst().message()).hasSize(100_000);
    assertThat(text(server.came.getFirst(), "grpc-encoding")).isEqualTo("gzip");
  }

  @ParameterizedTest
  @EnumSource(value = Status.Code.class, mode = EnumSource.Mode.EXCLUDE, names = "OK")
  void everyStatusArrivesAsItIs(Status.Code code) {
    server.answers(code.toStatus().withDescription("n\u00f6 100%"), new Metadata());
    Verdict verdict = under.send(server.address(), PLAIN);
    assertThat(verdict.code()).isEqualTo(code.name());
    if (verdict instanceof Verdict.RecordRefused refused) {
      assertThat(refused.detail())
          .isEqualTo("the server answered " + code.name() + ": n\u00f6 100%");
    }
  }

  @Test
  void aStatusAfterAMessageIsReadFromTheTrailers() {
    server.script =
        (came, call) -> {
          call.sendHeaders(new Metadata());
          call.sendMessage(new byte[10]);
          call.close(Status.ABORTED, new Metadata());
        };
    assertThat(GrpcUnderTest.summary(under.send(server.address(), PLAIN)))
        .isEqualTo("TargetFailed ABORTED ServerError");
  }

  @Test
  void aStreamOfAnswersEndsItsRecordAtItsOwnEnd() {
    String stream = "mode: ServerStreaming, ";
    server.script = (came, call) -> answers(call, 1_000, Status.OK);
    assertThat(under.send(server.address(), PLAIN + stream)).isEqualTo(new Verdict.Accepted("OK"));
    server.script = (came, call) -> answers(call, 3, Status.NOT_FOUND);
    assertThat(GrpcUnderTest.summary(under.send(server.address(), PLAIN + stream)))
        .isEqualTo("RecordRefused NOT_FOUND Refused");
    server.script = (came, call) -> answers(call, 3, null);
    assertThat(under.send(server.address(), PLAIN + stream + "deadline: 300ms"))
        .isInstanceOf(Verdict.TargetFailed.class);
    String rule = "responseRules: [{when: size(response.body) == 1, verdict: RecordRefused}]";
    server.script = (came, call) -> answers(call, 3, Status.OK);
    assertThat(under.send(server.address(), PLAIN + stream + rule))
        .as("a rule sees the first message")
        .isInstanceOf(Verdict.RecordRefused.class);
  }

  /** Messages of 1, 2, 3 ... bytes, and an end, unless that is null. */
  private static void answers(ServerCall<byte[], byte[]> call, int messages, Status end) {
    call.sendHeaders(new Metadata());
    for (int i = 1; i <= messages; i++) {
      call.sendMessage(new byte[i]);
    }
    if (end != null) {
      call.close(end, new Metadata());
    }
  }

  @Test
  void detailsSayHowLongToWaitAndWhatIsWrong() {
    var trailers = new Metadata();
    var key = Metadata.Key.of("grpc-status-details-bin", Metadata.BINARY_BYTE_MARSHALLER);
    trailers.put(key, Details.status(Details.retryInfo(0, 300_000_000)));
    server.answers(Status.RESOURCE_EXHAUSTED, trailers);
    assertThat(under.send(server.address(), PLAIN))
        .isEqualTo(new Verdict.RateLimited("RESOURCE_EXHAUSTED", Duration.ofMillis(300)));
    var other = new Metadata();
    other.put(key, Details.status(Details.badRequest("total", "is negative")));
    server.answers(Status.INVALID_ARGUMENT, other);
    assertThat(((Verdict.RecordRefused) under.send(server.address(), PLAIN)).detail())
        .isEqualTo("the server answered INVALID_ARGUMENT [total: is negative]");
  }

  @Test
  void aServerThatDoesNotAnswerIsLeftAtTheDeadline() {
    server.script = (came, call) -> {};
    long from = System.nanoTime();
    Verdict verdict = under.send(server.address(), PLAIN + "deadline: 300ms");
    assertThat(Duration.ofNanos(System.nanoTime() - from))
        .isBetween(Duration.ofMillis(290), Duration.ofSeconds(5));
    // The server may say so itself a moment before, by a status or by resetting the stream.
    assertThat(verdict.reason()).isIn("Timeout", "ServerError", "ConnectionFailed");
    assertThat(verdict).isInstanceOf(Verdict.TargetFailed.class);
  }

  /** A firewall that forgot the connection: bytes go nowhere and nobody says so. */
  @Test
  void aConnectionThatIsDeadIsLeftAfterOneCall() throws Exception {
    server.script = (came, call) -> OrdersServer.ok(call, new byte[0]);
    try (var proxy = new SilencingProxy(server.port());
        var target = under.at(proxy.address(), PLAIN + "deadline: 2s")) {
      assertThat(GrpcUnderTest.call(target).send()).isEqualTo(new Verdict.Accepted("OK"));
      proxy.silence();
      assertThat(GrpcUnderTest.call(target).send().reason()).isEqualTo("Timeout");
      assertThat(GrpcUnderTest.call(target).send()).isEqualTo(new Verdict.Accepted("OK"));
    }
  }

  @Test
  void aServerThatEndsItsConnectionsFailsNoCall() throws Exception {
    try (var hasty =
            OrdersServer.start(
                0,
                builder ->
                    builder
                        .maxConnectionAge(1, TimeUnit.SECONDS) // less is taken for so much
                        .maxConnectionAgeGrace(5, TimeUnit.SECONDS));
        var target = under.at(hasty.address(), PLAIN);
        var lanes = Executors.newVirtualThreadPerTaskExecutor()) {
      var accepted = new AtomicInteger();
      var calls = new ArrayList<Future<Verdict>>();
      for (int lane = 0; lane < 20; lane++) {
        calls.add(
            lanes.submit(() -> {
              Verdict verdict = OK;
              while (verdict.equals(OK) && hasty.connections.size() < 4) {
                verdict = oneAfterTheOther(target, 10);
                accepted.addAndGet(10);
              }
              return verdict;
            }));
      }
      for (Future<Verdict> call : calls) {
        assertThat(call.get()).isEqualTo(OK);
      }
      assertThat(hasty.came).as("each was sent once to the application").hasSize(accepted.get());
    }
  }

  /** The first verdict that is neither accepted nor "not looked at". */
  private static Verdict oneAfterTheOther(GrpcTarget target, int calls) {
    for (int i = 0; i < calls; i++) {
      Target.Call call = GrpcUnderTest.call(target);
      Verdict verdict = call.send();
      while (verdict instanceof Verdict.Again) {
        verdict = call.send();
      }
      if (!(verdict instanceof Verdict.Accepted)) {
        return verdict;
      }
    }
    return new Verdict.Accepted("OK");
  }

  /**
   * Calls that come before the server has said how many it takes at once may fail; they are sent
   * again.
   */
  @Test
  void tenStreamsAtATimeAreEnough() throws Exception {
    try (var narrow =
            OrdersServer.start(0, builder -> builder.maxConcurrentCallsPerConnection(10));
        var target = under.at(narrow.address(), PLAIN);
        var lanes = Executors.newVirtualThreadPerTaskExecutor()) {
      narrow.script =
          (came, call) -> {
            try {
              Thread.sleep(5);
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
            OrdersServer.ok(call, new byte[0]);
          };
      var calls = new ArrayList<Future<Boolean>>();
      for (int lane = 0; lane < 100; lane++) {
        calls.add(lanes.submit(() -> acceptedInTheEnd(target, 10)));
      }
      for (Future<Boolean> call : calls) {
        assertThat(call.get()).isTrue();
      }
    }
  }

  private static boolean acceptedInTheEnd(GrpcTarget target, int calls) {
    int accepted = 0;
    for (int sends = 0; accepted < calls && sends < calls * 10; sends++) {
      accepted += GrpcUnderTest.call(target).send() instanceof Verdict.Accepted ? 1 : 0;
    }
    return accepted == calls;
  }

  @Test
  void aServerThatRestartsIsCalledAgainAtOnce() throws Exception {
    try (var target = under.at(server.address(), PLAIN)) {
      assertThat(GrpcUnderTest.call(target).send()).isInstanceOf(Verdict.Accepted.class);
      int port = server.port();
      server.close();
      // What still goes out over the connection that ends was not looked at.
      assertThat(GrpcUnderTest.summary(oneAfterTheOther(target, 1)))
          .isEqualTo("TargetFailed - ConnectionFailed");
      try (var again = OrdersServer.start(port, builder -> builder)) {
        assertThat(GrpcUnderTest.call(target).send()).isInstanceOf(Verdict.Accepted.class);
        assertThat(again.came).hasSize(1);
      }
    }
  }

  @Test
  void aServerThatDiesUnderACallFailsIt() throws Exception {
    var reached = new CountDownLatch(1);
    server.script = (came, call) -> reached.countDown();
    try (var target = under.at(server.address(), PLAIN);
        var lanes = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Verdict> call = lanes.submit(() -> GrpcUnderTest.call(target).send());
      assertThat(reached.await(10, TimeUnit.SECONDS)).isTrue();
      server.close();
      assertThat(call.get()).isInstanceOf(Verdict.TargetFailed.class);
    }
  }

  @Test
  void jsonIsSentAsTheMessageThatTheDescriptorSays() throws Exception {
    under.contents = ref -> SET;
    SourceRecord record =
        Records.record(
            Records.assignment("orders", 0),
            7,
            "k",
            "{\"id\": \"o-7\", \"totalPrice\": 12.5, \"lines\": [{\"sku\": \"x\", \"pieces\": 2}]}",
            new RecordHeaders());
    try (var target = under.at(server.address(), JSON)) {
      assertThat(GrpcUnderTest.call(target, record).send()).isEqualTo(new Verdict.Accepted("OK"));
      SourceRecord bad =
          Records.record(
              Records.assignment("orders", 0), 8, "k", "{\"id\": {}}", new RecordHeaders());
      assertThat(target.prepare(bad))
          .isEqualTo(
              new Target.Prepared.Refused(
                  new Verdict.RecordRefused(
                      "-", "WrongType", "its 'id' is an object, which can't be a string")));
    }
    var type =
        DescriptorSet.parse(SET)
            .method("shop.v1.Orders", "Put", GrpcSpec.Mode.Unary)
            .getInputType();
    DynamicMessage sent = DynamicMessage.parseFrom(type, server.came.getFirst().message());
    assertThat(sent.getField(type.findFieldByName("id"))).isEqualTo("o-7");
    assertThat(sent.getField(type.findFieldByName("total_price"))).isEqualTo(12.5);
  }

  private static final byte[] SET = EveryKind.set();

  @Test
  void whileTheDescriptorIsMissingRecordsAreHeldAndNotRefused() {
    SourceRecord record =
        Records.record(
            Records.assignment("orders", 0), 7, "k", "{\"id\": \"a\"}", new RecordHeaders());
    try (var target = under.at(server.address(), JSON)) {
      Target.Call call = GrpcUnderTest.call(target, record);
      assertThat(GrpcUnderTest.summary(call.send()))
          .isEqualTo("TargetMisconfigured - DescriptorNotFound");
      under.contents = ref -> "nonsense".getBytes(StandardCharsets.UTF_8);
      assertThat(GrpcUnderTest.summary(call.send()))
          .isEqualTo("TargetMisconfigured - InvalidDescriptor");
      under.contents = ref -> SET;
      assertThat(call.send()).isEqualTo(new Verdict.Accepted("OK"));
    }
    assertThat(under.sent).hasValue(1);
  }

  @Test
  void anIncompatibleDescriptorLeavesTheOneInUse() {
    under.contents = ref -> SET;
    SourceRecord record =
        Records.record(
            Records.assignment("orders", 0), 7, "k", "{\"id\": \"a\"}", new RecordHeaders());
    try (var target = under.at(server.address(), JSON)) {
      assertThat(GrpcUnderTest.call(target, record).send()).isInstanceOf(Verdict.Accepted.class);
      var order = EveryKind.order();
      order.getFieldBuilder(0).setName("order_id");
      byte[] changed = EveryKind.set(order);
      under.contents = ref -> changed;
      assertThat(GrpcUnderTest.call(target, record).send()).isInstanceOf(Verdict.Accepted.class);
    }
  }

  @Test
  void rulesLookIntoTheAnswersMessage() throws Exception {
    under.contents = ref -> SET;
    byte[] ok = EveryKind.accepted();
    String rules =
        "responseRules: [{when: response.body.ok == false, verdict: RecordRefused, reason: NotOk}]";
    SourceRecord record =
        Records.record(
            Records.assignment("orders", 0), 7, "k", "{\"id\": \"a\"}", new RecordHeaders());
    try (var target = under.at(server.address(), JSON + rules)) {
      server.script = (came, call) -> OrdersServer.ok(call, ok);
      assertThat(GrpcUnderTest.call(target, record).send()).isInstanceOf(Verdict.Accepted.class);
      server.script = (came, call) -> OrdersServer.ok(call, new byte[0]);
      assertThat(GrpcUnderTest.summary(GrpcUnderTest.call(target, record).send()))
          .isEqualTo("RecordRefused OK NotOk");
    }
  }

  @Test
  void aLargeAnswerIsAcceptedAndNothingOfItIsKept() {
    server.script = (came, call) -> OrdersServer.ok(call, new byte[20 * 1024 * 1024]);
    assertThat(under.send(server.address(), PLAIN)).isEqualTo(new Verdict.Accepted("OK"));
    assertThat(
            under.send(
                server.address(),
                PLAIN + "responseRules: [{when: size(response.body) > 0, verdict: RecordRefused}]"))
        .as("a rule sees no message that is larger than 4 MiB")
        .isEqualTo(new Verdict.Accepted("OK"));
  }

  @Test
  void whatIsNoGrpcSaysSo() throws Exception {
    try (var http = new mockwebserver3.MockWebServer()) {
      http.setProtocols(List.of(okhttp3.Protocol.H2_PRIOR_KNOWLEDGE));
      http.start();
      String address = "127.0.0.1:" + http.getPort();
      http.enqueue(new mockwebserver3.MockResponse.Builder().code(200).body("<html>").build());
      assertThat(GrpcUnderTest.summary(under.send(address, PLAIN)))
          .isEqualTo("TargetFailed - InvalidAnswer");
      http.enqueue(new mockwebserver3.MockResponse.Builder().code(503).build());
      assertThat(GrpcUnderTest.summary(under.send(address, PLAIN)))
          .isEqualTo("TargetFailed UNAVAILABLE ServerError");
      http.enqueue(
          new mockwebserver3.MockResponse.Builder()
              .code(429)
              .setHeader("Retry-After", "7")
              .build());
      assertThat(under.send(address, PLAIN))
          .isEqualTo(new Verdict.RateLimited("RESOURCE_EXHAUSTED", Duration.ofSeconds(7)));
      http.enqueue(new mockwebserver3.MockResponse.Builder().code(401).build());
      assertThat(GrpcUnderTest.summary(under.send(address, PLAIN)))
          .isEqualTo("TargetMisconfigured UNAUTHENTICATED AuthenticationFailed");
    }
  }

  @Test
  void aCredentialIsMetadata() throws Exception {
    try (var server = OrdersServer.start()) {
      String bearer =
          "authentication: {credentialTransport: AllowPlaintext, type: BearerToken, bearerToken: {secretKeyRef: {name: api, key: token}}}";
      assertThat(under.send(server.address(), PLAIN + bearer)).isInstanceOf(Verdict.Accepted.class);
      String key =
          "authentication: {credentialTransport: AllowPlaintext, type: APIKey, apiKey: {secretKeyRef: {name: api, key: token}}}";
      assertThat(under.send(server.address(), PLAIN + key)).isInstanceOf(Verdict.Accepted.class);
      assertThat(
              server
                  .came
                  .getFirst()
                  .metadata()
                  .get(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER)))
          .isEqualTo("Bearer the-secret");
      assertThat(
              server
                  .came
                  .getLast()
                  .metadata()
                  .get(Metadata.Key.of("x-api-key", Metadata.ASCII_STRING_MARSHALLER)))
          .isEqualTo("the-secret");
    }
  }

  @Test
  void aStreamThatIsAlwaysRefusedIsAFailureInTheEnd() throws Exception {
    try (var http = new mockwebserver3.MockWebServer()) {
      http.setProtocols(List.of(okhttp3.Protocol.H2_PRIOR_KNOWLEDGE));
      http.start();
      for (int i = 0; i < 3; i++) {
        http.enqueue(
            new mockwebserver3.MockResponse.Builder()
                .onRequestStart(
                    new mockwebserver3.SocketEffect.CloseStream(
                        okhttp3.internal.http2.ErrorCode.REFUSED_STREAM.getHttpCode()))
                .build());
      }
      try (var target = under.at("127.0.0.1:" + http.getPort(), PLAIN)) {
        Target.Call call = GrpcUnderTest.call(target);
        assertThat(call.send()).isEqualTo(new Verdict.Again("-", Verdict.Again.Why.NotLookedAt));
        assertThat(call.send()).isEqualTo(new Verdict.Again("-", Verdict.Again.Why.NotLookedAt));
        assertThat(GrpcUnderTest.summary(call.send())).isEqualTo("TargetFailed - ConnectionFailed");
      }
    }
  }

  @Test
  void linkLocalAddressesAreNotCalledWhateverDnsSays() {
    under.dns = name -> List.of(InetAddress.ofLiteral("169.254.169.254"));
    assertThat(GrpcUnderTest.summary(under.send("orders.example.com:9090", PLAIN)))
        .isEqualTo("TargetMisconfigured - AddressDenied");
    under.dns = okhttp3.Dns.SYSTEM;
    assertThat(GrpcUnderTest.summary(under.send("2852039166:9090", PLAIN)))
        .as("169.254.169.254 as one number")
        .isIn("TargetMisconfigured - AddressDenied", "TargetMisconfigured - NameNotResolved");
    assertThat(under.sent).hasValue(0);
  }

  @Test
  void nobodyAtThePortIsAFailure() throws Exception {
    int port;
    try (var socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }
    assertThat(GrpcUnderTest.summary(under.send("127.0.0.1:" + port, PLAIN)))
        .isEqualTo("TargetFailed - ConnectionFailed");
  }

  @Test
  void aCallWhoseLeaveIsOverIsNotSent() {
    try (var target = under.at(server.address(), PLAIN)) {
      assertThat(GrpcUnderTest.call(target).send(() -> false)).isEqualTo(new Verdict.Cut("-"));
    }
    assertThat(server.came).isEmpty();
    assertThat(under.sent).hasValue(0);
  }

  @Test
  void theCertificateIsCheckedAgainstTheAuthoritiesAndTheName() throws Exception {
    var authority = new HeldCertificate.Builder().certificateAuthority(0).build();
    var certificate =
        new HeldCertificate.Builder()
            .addSubjectAlternativeName("orders.shop.svc")
            .signedBy(authority)
            .build();
    try (var secure =
        OrdersServer.start(
            0,
            builder ->
                builder.useTransportSecurity(
                    pem(certificate.certificatePem()), pem(certificate.privateKeyPkcs8Pem())))) {
      String tls =
          "tls: {caRefs: [{kind: ConfigMap, name: ca, key: ca.crt}], serverName: orders.shop.svc}";
      under.authorities = ref -> null;
      assertThat(GrpcUnderTest.summary(under.send(secure.address(), tls)))
          .isEqualTo("TargetMisconfigured - TLSFailed");
      var trusted = List.of(authority.certificate());
      under.authorities = ref -> trusted;
      assertThat(under.send(secure.address(), tls)).isEqualTo(new Verdict.Accepted("OK"));
      assertThat(GrpcUnderTest.summary(under.send(secure.address(), "")))
          .as("by the public authorities")
          .isEqualTo("TargetMisconfigured - TLSFailed");
      assertThat(
              ((Verdict.TargetMisconfigured)
                      under.send(
                          secure.address(),
                          "tls: {caRefs: [{kind: ConfigMap, name: ca, key: ca.crt}]}"))
                  .detail())
          .contains("other names (", "spec.target.grpc.tls.serverName");
      assertThat(under.send(secure.address(), PLAIN)).isInstanceOf(Verdict.class);
    }
  }

  private static ByteArrayInputStream pem(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII));
  }

  private static String text(OrdersServer.Came came, String name) {
    return came.metadata().get(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER));
  }
}
