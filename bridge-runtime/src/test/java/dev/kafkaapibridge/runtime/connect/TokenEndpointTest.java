package dev.kafkaapibridge.runtime.connect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.api.v1alpha1.CaRef;
import dev.kafkaapibridge.api.v1alpha1.KeyRef;
import dev.kafkaapibridge.api.v1alpha1.Oauth2Spec;
import dev.kafkaapibridge.api.v1alpha1.Oauth2Spec.ClientAuthentication;
import dev.kafkaapibridge.api.v1alpha1.TlsSpec;
import dev.kafkaapibridge.runtime.connect.AccessTokens.Answer;
import dev.kafkaapibridge.runtime.refs.Secrets;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
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
import org.junit.jupiter.params.provider.ValueSource;

/** A real server with TLS that answers as authorization servers do, and as they shouldn't. */
@Timeout(30)
class TokenEndpointTest {

  private static final HeldCertificate CERTIFICATE =
      new HeldCertificate.Builder().addSubjectAlternativeName("localhost").build();

  private static final TlsSpec TRUST =
      new TlsSpec(
          List.of(new CaRef(CaRef.Kind.ConfigMap, "corporate-ca", "ca.crt")),
          null,
          TlsSpec.MinVersion.TLS12);

  private final MockWebServer server = new MockWebServer();
  private String secret = "s3cret&=%";
  private List<X509Certificate> trusted = List.of(CERTIFICATE.certificate());

  @BeforeEach
  void start() throws Exception {
    server.useHttps(
        new HandshakeCertificates.Builder()
            .heldCertificate(CERTIFICATE)
            .build()
            .sslSocketFactory());
    server.start();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private Answer ask(ClientAuthentication way, List<String> scopes, String audience) {
    return endpoint(spec(way, scopes, audience)).ask();
  }

  private Oauth2Spec spec(ClientAuthentication way, List<String> scopes, String audience) {
    return new Oauth2Spec(
        "https://localhost:" + server.getPort() + "/oauth/token",
        "the client",
        new KeyRef("oauth", "secret"),
        way,
        scopes,
        audience,
        TRUST);
  }

  private TokenEndpoint endpoint(Oauth2Spec spec) {
    var secrets =
        new Secrets() {
          @Override
          public String secret(KeyRef ref) {
            return secret;
          }

          @Override
          public List<X509Certificate> authorities(CaRef ref) {
            return trusted;
          }
        };
    return new TokenEndpoint(
        spec, "spec.target.http.authentication.oauth2", secrets, Duration.ofMillis(1_500));
  }

  private Answer ask() {
    return ask(ClientAuthentication.ClientSecretBasic, List.of(), null);
  }

  private void answers(int status, String body, String... headers) {
    var response = new MockResponse.Builder().code(status).body(body);
    for (int i = 0; i < headers.length; i += 2) {
      response.addHeader(headers[i], headers[i + 1]);
    }
    server.enqueue(response.build());
  }

  @Test
  void idAndSecretTravelInTheHeader() throws Exception {
    answers(200, "{\"access_token\":\"abc.def\",\"token_type\":\"bearer\",\"expires_in\":20}");
    assertThat(ask(ClientAuthentication.ClientSecretBasic, List.of("read", "write"), "the api"))
        .isEqualTo(new Answer.Granted("abc.def", Duration.ofSeconds(20)));
    RecordedRequest request = server.takeRequest();
    assertThat(request.getMethod()).isEqualTo("POST");
    assertThat(request.getHeaders().get("Authorization"))
        .as("each written as in a form, RFC 6749, 2.3.1")
        .isEqualTo(okhttp3.Credentials.basic("the+client", "s3cret%26%3D%25"));
    assertThat(request.getBody().utf8())
        .isEqualTo("grant_type=client_credentials&scope=read+write&audience=the+api");
  }

  @ParameterizedTest
  @CsvSource({"\"NaN\",300", "0,300", "-5,300", "\"soon\",300", "1e300,86400", "0.2,1", "90,90"})
  void aLifeThatMakesNoSenseIsFiveMinutes(String life, long seconds) {
    answers(200, "{\"access_token\":\"abc\",\"expires_in\":" + life + "}");
    assertThat(ask()).isEqualTo(new Answer.Granted("abc", Duration.ofSeconds(seconds)));
  }

  @Test
  void aTokenIsNotTold() {
    answers(200, "{\"access_token\":\"canary\"}");
    assertThat(ask().toString()).doesNotContain("canary");
    assertThat(new AccessTokens.Found.Token("canary").toString()).doesNotContain("canary");
  }

  /** Without a restart, as with any file. */
  @Test
  void theAuthoritiesOfTheMomentAreTrusted() {
    var spec = spec(ClientAuthentication.ClientSecretBasic, List.of(), null);
    TokenEndpoint endpoint = endpoint(spec);
    trusted = null;
    assertThat(((Answer.Refused) endpoint.ask()).why())
        .isEqualTo(
            "The certificates of spec.target.http.authentication.oauth2.tls.caRefs are missing. Create them; a token is then asked for.");
    trusted = List.of(new HeldCertificate.Builder().build().certificate());
    assertThat(((Answer.Refused) endpoint.ask()).why()).contains("can't be trusted", "oauth2.tls");
    assertThat(server.getRequestCount()).isZero();
    trusted = List.of(CERTIFICATE.certificate());
    answers(200, "{\"access_token\":\"abc\"}");
    assertThat(endpoint.ask()).isInstanceOf(Answer.Granted.class);
  }

  @Test
  void orInTheForm() throws Exception {
    answers(200, "{\"access_token\":\"abc\"}");
    assertThat(ask(ClientAuthentication.ClientSecretPost, List.of(), null))
        .as("where the server doesn't say how long, five minutes")
        .isEqualTo(new Answer.Granted("abc", Duration.ofMinutes(5)));
    RecordedRequest request = server.takeRequest();
    assertThat(request.getHeaders().get("Authorization")).isNull();
    assertThat(request.getBody().utf8())
        .isEqualTo(
            "grant_type=client_credentials&client_id=the+client&client_secret=s3cret%26%3D%25");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          400 | {"error":"invalid_scope","error_description":"canary"} | answers 400 invalid_scope
          401 | {"error":"invalid_client","canary":"canary"}           | answers 401 invalid_client
          400 | {"error":"canary"}                                     | answers 400. Check
          403 | canary                                                 | answers 403
          500 | <html>canary</html>                                    | answers 500
          302 | canary                                                 | answers 302
          200 | canary                                                 | without a bearer token
          200 | {"access_token":""}                                    | without a bearer token
          200 | {"access_token":"canary with spaces"}                  | without a bearer token
          200 | {"access_token":"abc","token_type":"mac"}              | without a bearer token
          """)
  void aRefusalIsSaidWithoutWhatTheServerWrote(int status, String body, String says) {
    answers(status, body);
    String why = ((Answer.Refused) ask()).why();
    assertThat(why)
        .contains(says, "localhost", "spec.target.http.authentication.oauth2")
        .doesNotContain("canary", "s3cret");
  }

  @Test
  void howLongToWaitIsRead() {
    answers(429, "{}", "Retry-After", "40");
    assertThat(((Answer.Refused) ask()).retryAfter()).isEqualTo(Duration.ofSeconds(40));
    answers(503, "{}", "Retry-After", "canary");
    assertThat(((Answer.Refused) ask()).retryAfter()).isNull();
  }

  @ParameterizedTest
  @ValueSource(ints = {64 * 1024 + 1, 1_000_000})
  void aLargeAnswerIsNotReadToItsEnd(int size) {
    answers(200, "x".repeat(size));
    assertThat(((Answer.Refused) ask()).why()).contains("more than 64 KiB");
  }

  @Test
  void aServerThatIsSilentOrAwayIsSaid() {
    assertThat(((Answer.Refused) ask()).why()).contains("does not answer in time");
    server.close();
    assertThat(((Answer.Refused) ask()).why()).contains("can't be reached");
  }

  @Test
  void withoutItsSecretNobodyIsAsked() {
    secret = null;
    assertThat(((Answer.Refused) ask()).why())
        .contains("Secret 'oauth' has no key 'secret'", "oauth2.clientSecretKeyRef");
    assertThat(server.getRequestCount()).isZero();
  }
}
