package dev.kafkaapibridge.runtime.target.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.runtime.Records;
import dev.kafkaapibridge.runtime.record.Assignment;
import dev.kafkaapibridge.runtime.record.SourceRecord;
import dev.kafkaapibridge.runtime.target.Target.Prepared;
import dev.kafkaapibridge.runtime.target.Verdict;
import java.nio.charset.StandardCharsets;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import mockwebserver3.SocketEffect;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class HttpTargetTest {

  private final MockWebServer server = new MockWebServer();
  private final Assignment assignment = Records.assignment("orders", 0);
  private final SourceRecord record = Records.record(assignment, 7, "a");
  private final TargetUnderTest under = new TargetUnderTest();
  private String secret = "the-secret";

  @BeforeEach
  void start() throws Exception {
    server.start();
    under.secrets = ref -> secret;
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void theValueIsPostedAsItIsWithHeadersAndTheIdempotencyKey() throws Exception {
    server.enqueue(new MockResponse.Builder().code(201).build());
    var headers = new RecordHeaders();
    headers.add("traceparent", "00-abc-def-01".getBytes(StandardCharsets.UTF_8));
    var withHeaders = Records.record(assignment, 7, "a", "{\"name\":\"Zoë\"}", headers);

    Verdict verdict =
        send(
            withHeaders,
            "headers: [{name: X-Tenant, value: shop}, {name: traceparent, recordHeader: traceparent}, {name: X-Absent, recordHeader: absent}, {name: X-Key, secretKeyRef: {name: s, key: k}}], body: {contentType: application/json}");

    assertThat(verdict).isEqualTo(new Verdict.Accepted("201"));
    RecordedRequest request = server.takeRequest();
    assertThat(request.getMethod()).isEqualTo("POST");
    assertThat(request.getUrl().encodedPath()).isEqualTo("/v1/orders");
    assertThat(request.getBody().utf8()).isEqualTo("{\"name\":\"Zoë\"}");
    assertThat(request.getHeaders().get("Content-Type")).isEqualTo("application/json");
    assertThat(request.getHeaders().get("X-Tenant")).isEqualTo("shop");
    assertThat(request.getHeaders().get("traceparent")).isEqualTo("00-abc-def-01");
    assertThat(request.getHeaders().get("X-Absent")).isNull();
    assertThat(request.getHeaders().get("X-Key")).isEqualTo("the-secret");
    assertThat(request.getHeaders().get("Accept-Encoding")).isEqualTo("identity");
    assertThat(request.getHeaders().get("Idempotency-Key")).isEqualTo(record.idempotencyKey());
  }

  @Test
  void everyAttemptCarriesTheSameKeyAndIsSentOnce() throws Exception {
    server.enqueue(new MockResponse.Builder().code(503).addHeader("Retry-After", "0").build());
    server.enqueue(new MockResponse.Builder().code(200).build());

    try (var target = target("")) {
      var call = ((Prepared.Ready) target.prepare(record)).call();
      assertThat(call.send()).isInstanceOf(Verdict.RateLimited.class);
      assertThat(server.getRequestCount()).as("the library repeats nothing by itself").isEqualTo(1);
      assertThat(call.send()).isInstanceOf(Verdict.Accepted.class);
    }

    assertThat(server.takeRequest().getHeaders().get("Idempotency-Key"))
        .isEqualTo(server.takeRequest().getHeaders().get("Idempotency-Key"));
    assertThat(under.sent.get()).isEqualTo(2);
  }

  @Test
  void aLargeBodyIsCompressedAndASmallOneIsNot() throws Exception {
    server.enqueue(new MockResponse.Builder().code(200).build());
    server.enqueue(new MockResponse.Builder().code(200).build());

    try (var target = target("compression: {algorithm: Gzip, minBytes: 100}")) {
      TargetUnderTest.call(target, large()).send();
      TargetUnderTest.call(target, record).send();
    }

    RecordedRequest large = server.takeRequest();
    assertThat(large.getHeaders().get("Content-Encoding")).isEqualTo("gzip");
    assertThat(large.getBodySize()).isLessThan(100);
    try (var source = new okio.GzipSource(new okio.Buffer().write(large.getBody()))) {
      assertThat(okio.Okio.buffer(source).readUtf8()).isEqualTo("x".repeat(1_000));
    }
    RecordedRequest small = server.takeRequest();
    assertThat(small.getHeaders().get("Content-Encoding")).isNull();
  }

  /** The second send is Delivery's, so it pays the throttle as each does. */
  @Test
  void aTargetThatDoesNotReadGzipIsSentPlainBodiesFromThenOn() throws Exception {
    server.enqueue(new MockResponse.Builder().code(415).build());
    server.enqueue(new MockResponse.Builder().code(200).build());
    server.enqueue(new MockResponse.Builder().code(200).build());

    try (var target = target("compression: {algorithm: Gzip, minBytes: 100}")) {
      var call = TargetUnderTest.call(target, large());
      assertThat(call.send()).isEqualTo(new Verdict.Again("415", Verdict.Again.Why.NotDecoded));
      assertThat(under.sent.get()).as("nothing is sent behind the throttle's back").isEqualTo(1);
      assertThat(call.send()).isEqualTo(new Verdict.Accepted("200"));
      assertThat(TargetUnderTest.call(target, large()).send())
          .as("remembered for the target")
          .isEqualTo(new Verdict.Accepted("200"));
    }

    RecordedRequest compressed = server.takeRequest();
    RecordedRequest plain = server.takeRequest();
    assertThat(compressed.getHeaders().get("Content-Encoding")).isEqualTo("gzip");
    assertThat(plain.getHeaders().get("Content-Encoding")).isNull();
    assertThat(plain.getBody().utf8()).isEqualTo("x".repeat(1_000));
    assertThat(plain.getHeaders().get("Idempotency-Key"))
        .isEqualTo(compressed.getHeaders().get("Idempotency-Key"));
    assertThat(server.takeRequest().getHeaders().get("Content-Encoding")).isNull();
  }

  @Test
  void a415ToAPlainBodyRefusesTheRecord() {
    server.enqueue(new MockResponse.Builder().code(415).build());
    assertThat(send(record, "compression: {algorithm: Gzip, minBytes: 100}"))
        .isInstanceOf(Verdict.RecordRefused.class);
  }

  @Test
  void getAndDeleteAreSentWithoutABody() throws Exception {
    for (String method : new String[] {"GET", "DELETE"}) {
      server.enqueue(new MockResponse.Builder().code(503).addHeader("Retry-After", "0").build());
      assertThat(send(record, "method: " + method + ", body: {mode: None}"))
          .isInstanceOf(Verdict.RateLimited.class);
      RecordedRequest request = server.takeRequest();
      assertThat(request.getMethod()).isEqualTo(method);
      assertThat(request.getBodySize()).isZero();
      assertThat(request.getHeaders().get("Idempotency-Key")).isEqualTo(record.idempotencyKey());
    }
    assertThat(server.getRequestCount()).as("the library repeats nothing").isEqualTo(2);
  }

  private SourceRecord large() {
    return Records.record(assignment, 8, "a", "x".repeat(1_000), new RecordHeaders());
  }

  @Test
  void aMendedSecretReachesARecordThatIsHeld() throws Exception {
    secret = null;
    server.enqueue(new MockResponse.Builder().code(401).build());
    server.enqueue(new MockResponse.Builder().code(200).build());

    try (var target = target("headers: [{name: X-Key, secretKeyRef: {name: crm, key: api-key}}]")) {
      var call = ((Prepared.Ready) target.prepare(record)).call();
      assertThat(call.send())
          .isEqualTo(
              new Verdict.TargetMisconfigured(
                  "-",
                  "AuthenticationFailed",
                  "Secret 'crm' has no key 'api-key' (spec.target.http.headers[0].secretKeyRef). Create it; the call is then made."));
      assertThat(under.sent.get()).as("no call without its credential").isZero();
      secret = "old";
      assertThat(call.send()).isInstanceOf(Verdict.TargetMisconfigured.class);
      secret = "new";
      assertThat(call.send()).isInstanceOf(Verdict.Accepted.class);
    }

    assertThat(server.takeRequest().getHeaders().get("X-Key")).isEqualTo("old");
    assertThat(server.takeRequest().getHeaders().get("X-Key")).isEqualTo("new");
  }

  @Test
  void aRecordCannotWriteHeadersOfItsOwn() {
    var headers = new RecordHeaders();
    headers.add("tenant", "a\r\nX-Admin: true".getBytes(StandardCharsets.UTF_8));

    try (var target = target("headers: [{name: X-Tenant, recordHeader: tenant}]")) {
      var prepared = target.prepare(Records.record(assignment, 7, "a", "{}", headers));
      assertThat(prepared)
          .isEqualTo(
              new Prepared.Refused(
                  new Verdict.RecordRefused(
                      "-",
                      "InvalidHeader",
                      "the value for header 'X-Tenant' has control characters")));
    }
  }

  @Test
  void anAnswerThatIsTooLargeIsHungUpOnAndItsStatusHolds() {
    server.enqueue(new MockResponse.Builder().code(200).body("x".repeat(1_000_000)).build());
    assertThat(send(record, "maxResponseBytes: 1000")).isEqualTo(new Verdict.Accepted("200"));
  }

  @Test
  void aRuleSeesTheBodyAndNoMoreOfItThanAllowed() {
    String rules =
        "responseRules: [{when: response.body.ok == false, verdict: RecordRefused, reason: NotOk}], ";
    var body = new MockResponse.Builder().code(200).body("{\"ok\": false}").build();
    server.enqueue(body);
    assertThat(TargetUnderTest.summary(send(record, rules))).isEqualTo("RecordRefused 200 NotOk");
    server.enqueue(body);
    assertThat(send(record, rules + "maxResponseBytes: 8"))
        .as("half an object is text")
        .isEqualTo(new Verdict.Accepted("200"));
  }

  @Test
  void aBodyThatBreaksOffIsNoAnswerWhereRulesLookAtIt() {
    server.enqueue(
        new MockResponse.Builder()
            .code(200)
            .body("{\"ok\": false}")
            .onResponseBody(new SocketEffect.CloseSocket())
            .build());
    assertThat(
            TargetUnderTest.summary(
                send(record, "responseRules: [{when: response.body.ok, verdict: Accepted}]")))
        .isEqualTo("TargetFailed 200 InvalidAnswer");
  }

  @Test
  void theBeginningOfARefusalGoesAlongWhereItWasAskedFor() {
    String answer = "no\u0000stock\u0007\n\t" + "é".repeat(5_000);
    server.enqueue(new MockResponse.Builder().code(422).body(answer).build());
    assertThat(((Verdict.RecordRefused) send(record, "")).clues()).isEqualTo(Verdict.Clues.NONE);

    under.delivery = "{deadLetter: {responseBody: Truncated}}";
    server.enqueue(new MockResponse.Builder().code(422).body(answer).build());
    String beginning = ((Verdict.RecordRefused) send(record, "")).clues().answer();
    assertThat(beginning).startsWith("no stock \n\té").endsWith("é").hasSizeLessThan(4_097);

    server.enqueue(new MockResponse.Builder().code(200).body(answer).build());
    assertThat(send(record, "")).isEqualTo(new Verdict.Accepted("200"));
    server.enqueue(new MockResponse.Builder().code(500).build());
    assertThat(((Verdict.TargetFailed) send(record, "")).clues()).isEqualTo(Verdict.Clues.NONE);
  }

  @Test
  void noAnswerInTimeFailsTheTarget() {
    server.enqueue(new MockResponse.Builder().onResponseStart(SocketEffect.Stall.INSTANCE).build());
    assertThat(send(record, "requestTimeout: 200ms, connectTimeout: 100ms"))
        .isInstanceOfSatisfying(
            Verdict.TargetFailed.class, v -> assertThat(v.reason()).isEqualTo("Timeout"));
  }

  @Test
  void anInterruptCutsTheCall() throws Exception {
    server.enqueue(new MockResponse.Builder().onResponseStart(SocketEffect.Stall.INSTANCE).build());
    var verdict = new Verdict[1];
    Thread lane = Thread.ofVirtual().start(() -> verdict[0] = send(record, ""));
    server.takeRequest();

    lane.interrupt();
    lane.join();

    assertThat(verdict[0]).isInstanceOf(Verdict.Cut.class);
  }

  private Verdict send(SourceRecord of, String fields) {
    try (var target = target(fields)) {
      return TargetUnderTest.call(target, of).send();
    }
  }

  private HttpTarget target(String fields) {
    return under.at(server.url("/v1/orders").toString(), fields);
  }
}
