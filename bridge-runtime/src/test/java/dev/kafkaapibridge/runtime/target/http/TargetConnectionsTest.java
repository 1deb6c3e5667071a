package dev.kafkaapibridge.runtime.target.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.runtime.target.Target;
import dev.kafkaapibridge.runtime.target.Verdict;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CyclicBarrier;
import java.util.stream.Stream;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import mockwebserver3.SocketEffect;
import okhttp3.Protocol;
import okhttp3.internal.http2.ErrorCode;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where connections lead, over which protocol, and what is never repeated behind the throttle. */
@Timeout(30)
class TargetConnectionsTest {

  private static final MockResponse OK = new MockResponse.Builder().code(200).build();

  private static final MockResponse STRANGE = new MockResponse.Builder().code(500).build();

  private final MockWebServer server = new MockWebServer();
  private final TargetUnderTest under = new TargetUnderTest();

  @AfterEach
  void stop() {
    server.close();
  }

  // Addresses.

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[::ffff:169.254.169.254]",
        "2852039166",
        "0",
        "0.0.0.0",
        "[64:ff9b::a9fe:a9fe]",
        "[2002:a9fe:a9fe::]"
      })
  void linkLocalAddressesAreNotCalledEvenWrittenAsNumbers(String host) {
    assertThat(TargetUnderTest.summary(under.send("http://" + host + "/", "")))
        .isIn("TargetMisconfigured - AddressDenied", "TargetMisconfigured - NameNotResolved");
    assertThat(under.sent).hasValue(0);
  }

  @Test
  void dnsThatChangesItsMindLeadsNowhereElse() throws Exception {
    server.start();
    var closing = new MockResponse.Builder().code(200).addHeader("Connection", "close").build();
    server.enqueue(closing);
    server.enqueue(closing);
    server.enqueue(closing);
    var local = InetAddress.getLoopbackAddress();
    var metadata = InetAddress.ofLiteral("169.254.169.254");
    var answers =
        new ArrayDeque<>(
            List.of(List.of(local), List.of(metadata), List.of(metadata, local), List.of(local)));
    under.dns = name -> answers.removeFirst();

    try (var target = under.at("http://api.test:" + server.getPort() + "/", "")) {
      var call = TargetUnderTest.call(target);
      assertThat(call.send()).isInstanceOf(Verdict.Accepted.class);
      assertThat(TargetUnderTest.summary(call.send()))
          .isEqualTo("TargetMisconfigured - AddressDenied");
      assertThat(call.send())
          .as("the other address is allowed")
          .isInstanceOf(Verdict.Accepted.class);
      assertThat(call.send()).isInstanceOf(Verdict.Accepted.class);
    }
    assertThat(under.sent).hasValue(3);
  }

  @Test
  void anUnknownHostIsAFaultOfTheConfiguration() {
    under.dns =
        name -> {
          throw new UnknownHostException(name);
        };
    assertThat(TargetUnderTest.summary(under.send("http://api.test/", "")))
        .isEqualTo("TargetMisconfigured - NameNotResolved");
  }

  // Proxies.

  @Test
  void throughAProxyAPlainCallGoesInWhole() throws Exception {
    server.start();
    server.enqueue(OK);
    assertThat(under.send("http://api.test/v1/orders", proxy()))
        .isInstanceOf(Verdict.Accepted.class);
    assertThat(server.takeRequest().getRequestLine())
        .isEqualTo("POST http://api.test/v1/orders HTTP/1.1");
  }

  @Test
  void throughAProxyTlsGoesInATunnel() throws Exception {
    var authority = new HeldCertificate.Builder().certificateAuthority(0).build();
    var certificate =
        new HeldCertificate.Builder()
            .signedBy(authority)
            .addSubjectAlternativeName("api.test")
            .build();
    server.useHttps(
        new HandshakeCertificates.Builder()
            .heldCertificate(certificate)
            .build()
            .sslSocketFactory());
    server.start();
    server.enqueue(new MockResponse.Builder().inTunnel().build());
    server.enqueue(OK);
    under.authorities = ref -> List.of(authority.certificate());

    assertThat(
            under.send(
                "https://api.test/v1/orders",
                proxy() + ", tls: {caRefs: [{kind: Secret, name: ca, key: ca.crt}]}"))
        .isInstanceOf(Verdict.Accepted.class);
    var tunnel = server.takeRequest();
    assertThat(tunnel.getRequestLine()).isEqualTo("CONNECT api.test:443 HTTP/1.1");
    assertThat(tunnel.getHeaders().get("Idempotency-Key")).as("nothing of the record").isNull();
    assertThat(server.takeRequest().getRequestLine()).isEqualTo("POST /v1/orders HTTP/1.1");
    assertThat(under.sent).as("what the API sees").hasValue(1);
  }

  @Test
  void aProxyThatWantsCredentialsIsAFaultOfTheConfiguration() throws Exception {
    server.start();
    server.enqueue(new MockResponse.Builder().code(407).build());
    assertThat(TargetUnderTest.summary(under.send("http://api.test/", proxy())))
        .isEqualTo("TargetMisconfigured 407 AuthenticationFailed");
  }

  @Test
  void soIsOneThatWantsThemForATunnel() throws Exception {
    server.start();
    server.enqueue(new MockResponse.Builder().code(407).build());
    assertThat(TargetUnderTest.summary(under.send("https://api.test/", proxy())))
        .isEqualTo("TargetMisconfigured - AuthenticationFailed");
    assertThat(server.getRequestCount()).isEqualTo(1);
  }

  @Test
  void aProxysOwnAddressIsLookedAtToo() {
    assertThat(
            TargetUnderTest.summary(
                under.send("http://api.test/", "proxyURL: 'http://169.254.169.254:80'")))
        .isEqualTo("TargetMisconfigured - AddressDenied");
    under.dns = name -> List.of(InetAddress.ofLiteral("169.254.169.254"));
    assertThat(
            TargetUnderTest.summary(
                under.send("http://api.test/", "proxyURL: 'http://egress.test:80'")))
        .isEqualTo("TargetMisconfigured - AddressDenied");
  }

  @Test
  void aProxyIsNotAskedForADeniedAddressEither() throws Exception {
    server.start();
    assertThat(TargetUnderTest.summary(under.send("http://2852039166/", proxy())))
        .isEqualTo("TargetMisconfigured - AddressDenied");
    assertThat(server.getRequestCount()).isZero();
  }

  private String proxy() {
    return "proxyURL: 'http://127.0.0.1:" + server.getPort() + "'";
  }

  // Redirects.

  @Test
  void aRedirectIsNotFollowed() throws Exception {
    server.start();
    server.enqueue(redirect(307, "/v2/orders"));
    assertThat(TargetUnderTest.summary(under.send(url(), "")))
        .isEqualTo("TargetMisconfigured 307 UnexpectedRedirect");
    assertThat(server.getRequestCount()).isEqualTo(1);
  }

  @Test
  void eachHopIsASendOfItsOwnWithTheSameRequest() throws Exception {
    server.start();
    server.enqueue(redirect(307, "/v2/orders?x=1"));
    server.enqueue(redirect(308, "/v3/orders"));
    server.enqueue(new MockResponse.Builder().code(503).build());
    server.enqueue(OK);

    try (var target = under.at(url(), "redirects: FollowSameOrigin")) {
      Target.Call call = TargetUnderTest.call(target);
      assertThat(call.send()).isEqualTo(new Verdict.Again("307", Verdict.Again.Why.Redirected));
      assertThat(server.getRequestCount()).as("the throttle comes first").isEqualTo(1);
      assertThat(call.send()).isEqualTo(new Verdict.Again("308", Verdict.Again.Why.Redirected));
      assertThat(call.send()).isInstanceOf(Verdict.TargetFailed.class);
      assertThat(call.send())
          .as("the next attempt begins anew")
          .isInstanceOf(Verdict.Accepted.class);
    }

    var first = server.takeRequest();
    assertThat(first.getUrl().encodedPath()).isEqualTo("/v1/orders");
    for (String path : List.of("/v2/orders", "/v3/orders", "/v1/orders")) {
      var next = server.takeRequest();
      assertThat(next.getUrl().encodedPath()).isEqualTo(path);
      assertThat(next.getMethod()).isEqualTo("POST");
      assertThat(next.getBody()).isEqualTo(first.getBody());
      assertThat(next.getHeaders().get("Idempotency-Key"))
          .isEqualTo(first.getHeaders().get("Idempotency-Key"));
    }
    assertThat(under.sent).hasValue(4);
  }

  @Test
  void redirectsInACircleEnd() throws Exception {
    server.start();
    for (int i = 0; i < 10; i++) {
      server.enqueue(redirect(307, "/v1/orders"));
    }
    try (var target = under.at(url(), "redirects: FollowSameOrigin")) {
      var call = TargetUnderTest.call(target);
      for (int i = 0; i < 5; i++) {
        assertThat(call.send()).isInstanceOf(Verdict.Again.class);
      }
      assertThat(TargetUnderTest.summary(call.send()))
          .isEqualTo("TargetMisconfigured 307 UnexpectedRedirect");
    }
  }

  @Test
  void noRedirectLeadsToAnotherOrigin() throws Exception {
    server.start();
    try (var elsewhere = new MockWebServer()) {
      elsewhere.start();
      server.enqueue(redirect(307, "http://127.0.0.1:" + elsewhere.getPort() + "/v1/orders"));
      assertThat(TargetUnderTest.summary(under.send(url(), "redirects: FollowSameOrigin")))
          .isEqualTo("TargetMisconfigured 307 UnexpectedRedirect");
      assertThat(elsewhere.getRequestCount()).isZero();
    }
  }

  private static MockResponse redirect(int code, String location) {
    return new MockResponse.Builder().code(code).addHeader("Location", location).build();
  }

  // Connections that are dead without having been closed.

  /**
   * Each of them would cost a call its whole timeout, and the probes of an open circuit are few.
   */
  @Test
  void whereNothingWasHeardTheOtherIdleConnectionsAreNotTriedEither() throws Exception {
    var together = new CyclicBarrier(5);
    server.setDispatcher(
        new Dispatcher() {
          @Override
          public MockResponse dispatch(RecordedRequest request) throws InterruptedException {
            if (request.getExchangeIndex() > 0) {
              return new MockResponse.Builder()
                  .onResponseStart(SocketEffect.Stall.INSTANCE)
                  .build();
            }
            try {
              return request.getConnectionIndex() < 5 && together.await() < 0 ? STRANGE : OK;
            } catch (BrokenBarrierException e) {
              return STRANGE;
            }
          }
        });
    server.start();
    try (var target = under.at(url(), "requestTimeout: 3s")) {
      assertThat(atOnce(5, target)).isEqualTo(Map.of("Accepted 200 Accepted", 5));
      var call = TargetUnderTest.call(target);
      assertThat(TargetUnderTest.summary(call.send())).isEqualTo("TargetFailed - Timeout");
      assertThat(call.send()).isInstanceOf(Verdict.Accepted.class);
    }
  }

  // HTTP/2.

  @Test
  void http2WithoutTlsManyCallsShareAConnection() throws Exception {
    server.setProtocols(List.of(Protocol.H2_PRIOR_KNOWLEDGE));
    server.start();
    for (int i = 0; i < 21; i++) {
      server.enqueue(OK);
    }
    try (var target = under.at(url(), "httpVersion: HTTP2")) {
      assertThat(TargetUnderTest.call(target).send()).isInstanceOf(Verdict.Accepted.class);
      assertThat(atOnce(20, target)).isEqualTo(Map.of("Accepted 200 Accepted", 20));
    }
    for (int i = 0; i < 21; i++) {
      var request = server.takeRequest();
      assertThat(request.getVersion()).isEqualTo("HTTP/2");
      assertThat(request.getConnectionIndex()).isZero();
    }
    assertThat(under.sent).hasValue(21);
  }

  @Test
  void aStreamThatIsRefusedIsAFailureAndNotSentAgain() throws Exception {
    server.setProtocols(List.of(Protocol.H2_PRIOR_KNOWLEDGE));
    server.start();
    server.enqueue(OK);
    server.enqueue(
        new MockResponse.Builder()
            .onRequestStart(new SocketEffect.CloseStream(ErrorCode.REFUSED_STREAM.getHttpCode()))
            .build());
    for (int i = 0; i < 3; i++) {
      server.enqueue(OK);
    }
    try (var target = under.at(url(), "httpVersion: HTTP2")) {
      var call = TargetUnderTest.call(target);
      assertThat(call.send()).isInstanceOf(Verdict.Accepted.class);
      assertThat(TargetUnderTest.summary(call.send())).isEqualTo("TargetFailed - ConnectionFailed");
      assertThat(under.sent).as("not repeated by the library").hasValue(2);
      // A busy server of this kind looks at the head of its queue before it has taken it off.
      assertThat(Stream.generate(call::send).limit(3))
          .anySatisfy(verdict -> assertThat(verdict).isInstanceOf(Verdict.Accepted.class));
    }
  }

  @Test
  void aConnectionThatIsShutDownIsLeftForANewOne() throws Exception {
    server.setProtocols(List.of(Protocol.H2_PRIOR_KNOWLEDGE));
    server.start();
    server.enqueue(
        new MockResponse.Builder()
            .code(200)
            .onResponseEnd(SocketEffect.ShutdownConnection.INSTANCE)
            .build());
    server.enqueue(OK);
    server.enqueue(OK);
    server.enqueue(OK);
    try (var target = under.at(url(), "httpVersion: HTTP2")) {
      var call = TargetUnderTest.call(target);
      var verdicts = new ArrayList<Verdict>();
      // Whether the second call meets the end of the first connection is a matter of timing.
      while (verdicts.stream().filter(Verdict.Accepted.class::isInstance).count() < 2) {
        verdicts.add(call.send());
      }
      assertThat(verdicts)
          .hasSizeBetween(2, 3)
          .allMatch(v -> v instanceof Verdict.Accepted || v instanceof Verdict.TargetFailed);
      assertThat(under.sent).hasValue(verdicts.size());
    }
  }

  @Test
  void aServerWithoutHttp2IsSaidToBeOne() throws Exception {
    try (var server =
        new HostileServer(c -> c.say("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"))) {
      Verdict verdict =
          under.send(server.url(), "httpVersion: HTTP2, requestTimeout: 2s, connectTimeout: 1s");
      assertThat(verdict).isInstanceOf(Verdict.TargetFailed.class);
      assertThat(((Verdict.TargetFailed) verdict).detail())
          .contains("spec.target.http.httpVersion");
    }
  }

  private Map<String, Integer> atOnce(int calls, HttpTarget target) throws InterruptedException {
    var verdicts = new ConcurrentLinkedQueue<String>();
    var lanes = new ArrayList<Thread>();
    for (int i = 0; i < calls; i++) {
      lanes.add(
          Thread.ofVirtual()
              .start(() ->
                  verdicts.add(TargetUnderTest.summary(TargetUnderTest.call(target).send()))));
    }
    for (Thread lane : lanes) {
      lane.join();
    }
    var counts = new TreeMap<String, Integer>();
    verdicts.forEach(verdict -> counts.merge(verdict, 1, Integer::sum));
    return counts;
  }

  private String url() {
    return "http://127.0.0.1:" + server.getPort() + "/v1/orders";
  }
}
