package dev.kafkaapibridge.runtime.target.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.api.certificates.ClientCertificate;
import dev.kafkaapibridge.api.certificates.Identity;
import dev.kafkaapibridge.api.v1alpha1.KeyRef;
import dev.kafkaapibridge.runtime.refs.Secrets;
import dev.kafkaapibridge.runtime.target.Target;
import dev.kafkaapibridge.runtime.target.Verdict;
import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each way in, as an API that checks it sees it. */
@Timeout(30)
class TargetCredentialsTest {

  private static final HeldCertificate AUTHORITY =
      new HeldCertificate.Builder().certificateAuthority(0).build();
  private static final HeldCertificate CLIENTS =
      new HeldCertificate.Builder().certificateAuthority(0).build();
  private static final String TRUST =
      "tls: {caRefs: [{kind: ConfigMap, name: corporate-ca, key: ca.crt}]}, ";

  private final MockWebServer server = new MockWebServer();
  private final TargetUnderTest under = new TargetUnderTest();
  private final Map<KeyRef, String> secrets = new HashMap<>();

  @BeforeEach
  void local() {
    under.dns = name -> List.of(InetAddress.getLoopbackAddress());
    under.authorities = ref -> List.of(AUTHORITY.certificate());
    under.secrets = secrets::get;
    secrets.put(new KeyRef("api", "username"), "Jürgen");
    secrets.put(new KeyRef("api", "password"), "a:b c");
    secrets.put(new KeyRef("api", "token"), "first");
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private String serve(boolean asksForCertificate) throws Exception {
    HeldCertificate certificate =
        new HeldCertificate.Builder()
            .signedBy(AUTHORITY)
            .addSubjectAlternativeName("api.test")
            .build();
    server.useHttps(
        new HandshakeCertificates.Builder()
            .heldCertificate(certificate)
            .addTrustedCertificate(CLIENTS.certificate())
            .build()
            .sslSocketFactory());
    if (asksForCertificate) {
      server.requireClientAuth();
    }
    server.setDispatcher(
        new Dispatcher() {
          @Override
          public MockResponse dispatch(RecordedRequest request) {
            return new MockResponse.Builder().code(200).build();
          }
        });
    server.start();
    return "https://api.test:" + server.getPort() + "/";
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          type: Basic, basic: {secretRef: {name: api}}                            | Authorization | Basic SsO8cmdlbjphOmIgYw==
          type: BearerToken, bearerToken: {secretKeyRef: {name: api, key: token}} | Authorization | Bearer first
          type: APIKey, apiKey: {secretKeyRef: {name: api, key: token}}           | X-API-Key     | first
          type: APIKey, apiKey: {header: X-Key, secretKeyRef: {name: api, key: token}} | X-Key    | first
          """)
  void aCredentialStandsInItsHeader(String authentication, String header, String value)
      throws Exception {
    assertThat(under.send(serve(false), TRUST + "authentication: {" + authentication + "}"))
        .isEqualTo(new Verdict.Accepted("200"));
    assertThat(server.takeRequest().getHeaders().values(header)).containsExactly(value);
  }

  /** OkHttp itself takes none of these, and says so with the whole of it. */
  @Test
  void aCredentialBeyondAsciiIsSentAsItIs() throws Exception {
    secrets.put(new KeyRef("api", "token"), "clé–\uFFFD");
    String authentication =
        "authentication: {type: APIKey, apiKey: {secretKeyRef: {name: api, key: token}}}";
    assertThat(under.send(serve(false), TRUST + authentication))
        .isEqualTo(new Verdict.Accepted("200"));
    assertThat(server.takeRequest().getHeaders().values("X-API-Key")).containsExactly("clé–\uFFFD");
  }

  @Test
  void aCredentialThatWouldBeAnotherHeaderIsNotSentNorTold() throws Exception {
    secrets.put(new KeyRef("api", "token"), "canary\r\nX-Admin: yes");
    String authentication =
        "authentication: {type: APIKey, apiKey: {secretKeyRef: {name: api, key: token}}}";
    assertThat(under.send(serve(false), TRUST + authentication))
        .isInstanceOfSatisfying(
            Verdict.TargetMisconfigured.class,
            held ->
                assertThat(held.detail()).contains("control characters").doesNotContain("canary"));
    assertThat(server.getRequestCount()).isZero();
  }

  @Test
  void aTokenThatWasExchangedIsInTheNextAttempt() throws Exception {
    try (var target =
        under.at(
            serve(false),
            TRUST
                + "authentication: {type: BearerToken, bearerToken: {secretKeyRef: {name: api, key: token}}}")) {
      Target.Call call = TargetUnderTest.call(target);
      call.send();
      secrets.put(new KeyRef("api", "token"), "second");
      call.send();
      assertThat(server.takeRequest().getHeaders().get("Authorization")).isEqualTo("Bearer first");
      assertThat(server.takeRequest().getHeaders().get("Authorization")).isEqualTo("Bearer second");
    }
  }

  @Test
  void thePodsOwnTokenIsABearerTokenAndTheNextAttemptHasTheNextOne() throws Exception {
    var tokens = new ArrayDeque<>(List.of("pod.1", "pod.2"));
    under.secrets =
        new Secrets() {
          @Override
          public String secret(KeyRef ref) {
            return null;
          }

          @Override
          public String serviceAccountToken() {
            return tokens.poll();
          }
        };
    try (var target =
        under.at(
            serve(false),
            TRUST
                + "authentication: {type: ServiceAccountToken, serviceAccountToken: {audience: ledger}}")) {
      Target.Call call = TargetUnderTest.call(target);
      call.send();
      call.send();
      assertThat(server.takeRequest().getHeaders().get("Authorization")).isEqualTo("Bearer pod.1");
      assertThat(server.takeRequest().getHeaders().get("Authorization")).isEqualTo("Bearer pod.2");
      var missing = (Verdict.TargetMisconfigured) call.send();
      assertThat(missing.reason()).isEqualTo("AuthenticationFailed");
      assertThat(missing.detail()).contains("'ledger'", "serviceAccountToken");
      assertThat(server.getRequestCount()).isEqualTo(2);
    }
  }

  @Test
  void withoutItsCredentialNoCallIsMadeAndTheFieldIsNamed() throws Exception {
    String url = serve(false);
    secrets.remove(new KeyRef("api", "password"));
    var missing =
        (Verdict.TargetMisconfigured)
            under.send(
                url, TRUST + "authentication: {type: Basic, basic: {secretRef: {name: api}}}");
    assertThat(missing.reason()).isEqualTo("AuthenticationFailed");
    assertThat(missing.detail())
        .isEqualTo(
            "Secret 'api' has no key 'password' (spec.target.http.authentication.basic.secretRef). Create it; the call is then made.");
    secrets.put(new KeyRef("api", "token"), "two\nlines");
    var unfit =
        (Verdict.TargetMisconfigured)
            under.send(
                url,
                TRUST
                    + "authentication: {type: BearerToken, bearerToken: {secretKeyRef: {name: api, key: token}}}");
    assertThat(unfit.detail()).contains("bearerToken.secretKeyRef").doesNotContain("lines");
    assertThat(server.getRequestCount()).isZero();
    assertThat(under.sent).hasValue(0);
  }

  @Test
  void aClientCertificateIsShownAndTheNextOneByTheNextConnection() throws Exception {
    String url = serve(true);
    String mutual =
        TRUST + "authentication: {type: MutualTLS, mutualTLS: {certificateSecretRef: {name: own}}}";
    try (var target = under.at(url, mutual)) {
      Target.Call call = TargetUnderTest.call(target);
      var missing = (Verdict.TargetMisconfigured) call.send();
      assertThat(missing.reason()).isEqualTo("AuthenticationFailed");
      assertThat(missing.detail()).contains("Secret 'own'", "tls.crt");

      ClientCertificate first = client();
      under.identities = ref -> new Identity.Shown(first);
      assertThat(call.send()).isEqualTo(new Verdict.Accepted("200"));
      assertThat(shown()).isEqualTo(first.chain().getFirst());
      ClientCertificate next = client();
      under.identities = ref -> new Identity.Shown(next);
      assertThat(call.send()).isEqualTo(new Verdict.Accepted("200"));
      assertThat(shown()).isEqualTo(next.chain().getFirst());
    }
  }

  private Object shown() throws InterruptedException {
    return server.takeRequest().getHandshake().peerCertificates().getFirst();
  }

  private static ClientCertificate client() {
    HeldCertificate held =
        new HeldCertificate.Builder().commonName("orders").signedBy(CLIENTS).build();
    return new ClientCertificate(List.of(held.certificate()), held.keyPair().getPrivate());
  }
}
