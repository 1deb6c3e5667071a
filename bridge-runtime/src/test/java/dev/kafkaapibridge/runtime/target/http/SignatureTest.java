package dev.kafkaapibridge.runtime.target.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.api.v1alpha1.KeyRef;
import dev.kafkaapibridge.api.v1alpha1.SigningSpec;
import dev.kafkaapibridge.runtime.Records;
import dev.kafkaapibridge.runtime.target.Verdict;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import okhttp3.MediaType;
import okhttp3.Request;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Signatures as APIs that are known ask for them, and as they check them. */
class SignatureTest {

  private static final KeyRef SECRET = new KeyRef("signing", "secret");
  private static final Clock CLOCK =
      Clock.fixed(Instant.ofEpochSecond(1_614_265_330), ZoneOffset.UTC);

  @AutoClose private final MockWebServer server = new MockWebServer();
  private final TargetUnderTest under = new TargetUnderTest();
  private final Map<KeyRef, String> secrets = new HashMap<>();

  SignatureTest() {
    under.secrets = secrets::get;
  }

  private static SigningSpec spec(String fields) {
    return TargetUnderTest.spec(
            "https://api.example.com/",
            "signing: {secretKeyRef: {name: signing, key: secret}, " + fields + "}",
            "{}")
        .target()
        .http()
        .signing();
  }

  private SecretHeaders.Added signed(String fields, Request request) {
    return new Signature(spec(fields), secrets::get, CLOCK).of(request);
  }

  private static Request.Builder request(String body) {
    return new Request.Builder()
        .url("https://api.example.com/v1/a%2Fb?c=d%20e")
        .post(
            new OneShotBody(
                MediaType.get("application/json"), body.getBytes(StandardCharsets.UTF_8)));
  }

  /**
   * The first row is the example of GitHub's documentation of webhooks, the second that of the
   * Standard Webhooks specification, the third test case 2 of RFC 4231.
   */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          It's a Secret to Everybody           | Hello, World! | value: 'sha256={signature}' | sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17
          MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw     | {"test": 2432232314} | secretEncoding: Base64, content: '{header.webhook-id}.{timestamp}.{body}', encoding: Base64, value: 'v1,{signature}', timestampHeader: webhook-timestamp | v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=
          4a656665                             | what do ya want for nothing? | secretEncoding: Hex, algorithm: HmacSHA512 | 164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737
          """)
  void knownSignatures(String secret, String body, String fields, String header) {
    secrets.put(SECRET, secret);
    Request bare = request(body).header("webhook-id", "msg_p5jXN8AQM9LWM0D4loKWxJek").build();
    var signed = ((SecretHeaders.Added.To) signed(fields, bare)).request();
    assertThat(signed.header("X-Signature")).isEqualTo(header);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {method} {path}                       | POST /v1/a%2Fb?c=d%20e
          {header.host}/{header.CONTENT-TYPE}   | api.example.com/application/json
          {header.X-One},{header.X-None},       | 1,,
          {timestamp}#{header.x-at}#            | 1614265330#1614265330#
          {body}{body}                          | 7777
          é{body}                               | é77
          """)
  void placesAreFilledByWhatIsSent(String content, String meant) throws Exception {
    secrets.put(SECRET, "s");
    Request bare = request("77").header("X-One", "1").build();
    var signed =
        ((SecretHeaders.Added.To) signed("content: '" + content + "', timestampHeader: X-At", bare))
            .request();
    assertThat(signed.header("X-Signature"))
        .isEqualTo(hmac("s", meant.getBytes(StandardCharsets.UTF_8)));
    assertThat(signed.header("X-At")).isEqualTo("1614265330");
  }

  @ParameterizedTest
  @CsvSource({
    "UnixSeconds, 1614265330",
    "UnixMilliseconds, 1614265330000",
    "RFC3339, 2021-02-25T15:02:10Z"
  })
  void theTimeOfSigning(String format, String written) {
    secrets.put(SECRET, "s");
    String fields = "value: 't={timestamp},v1={signature}', timestampFormat: " + format;
    var signed = ((SecretHeaders.Added.To) signed(fields, request("a").build())).request();
    assertThat(signed.header("X-Signature")).startsWith("t=" + written + ",v1=");
  }

  @ParameterizedTest
  @CsvSource({"Text, ''", "Base64, no base64!", "Hex, abc", "Base64, ''"})
  void aSecretThatCannotBeReadIsSaidAndNothingIsSent(String encoding, String secret) {
    if (!secret.isEmpty()) {
      secrets.put(SECRET, secret);
    }
    var missing =
        (SecretHeaders.Added.Missing) signed("secretEncoding: " + encoding, request("a").build());
    assertThat(missing.verdict().reason()).isEqualTo("AuthenticationFailed");
    assertThat(missing.verdict().detail())
        .contains("'signing'", "'secret'", "spec.target.http.signing")
        .doesNotContain("base64!");
  }

  /** What the API checks is what came: compressed, to the place it came to, with this secret. */
  @Test
  void whatArrivesIsWhatWasSignedAlsoWhenTheSecretIsExchanged() throws Exception {
    server.enqueue(new MockResponse.Builder().code(503).build());
    server.enqueue(
        new MockResponse.Builder().code(307).addHeader("Location", "/there?x=y").build());
    server.enqueue(new MockResponse.Builder().code(200).build());
    server.start();
    String fields =
        "redirects: FollowSameOrigin, compression: {algorithm: Gzip, minBytes: 1}, "
            + "headers: [{name: X-Token, secretKeyRef: {name: api, key: token}}], "
            + "signing: {secretKeyRef: {name: signing, key: secret}, content: \"{method} {path} {header.x-token} {header.content-encoding}\\n{body}\"}";
    secrets.put(new KeyRef("api", "token"), "t");
    try (var target = under.at(server.url("/here").toString(), fields)) {
      var call =
          TargetUnderTest.call(target, Records.record(Records.assignment("orders", 0), 7, "a"));
      secrets.put(SECRET, "first");
      assertThat(call.send()).isInstanceOf(Verdict.TargetFailed.class);
      assertSigned(server.takeRequest(), "first", "/here");
      secrets.put(SECRET, "second");
      assertThat(call.send()).isInstanceOf(Verdict.Again.class);
      assertSigned(server.takeRequest(), "second", "/here");
      assertThat(call.send()).isEqualTo(new Verdict.Accepted("200"));
      assertSigned(server.takeRequest(), "second", "/there?x=y");
    }
  }

  private static void assertSigned(RecordedRequest request, String secret, String path)
      throws GeneralSecurityException {
    byte[] body = request.getBody().toByteArray();
    byte[] head = ("POST " + path + " t gzip\n").getBytes(StandardCharsets.UTF_8);
    byte[] content = new byte[head.length + body.length];
    System.arraycopy(head, 0, content, 0, head.length);
    System.arraycopy(body, 0, content, head.length, body.length);
    assertThat(request.getHeaders().get("X-Signature")).isEqualTo(hmac(secret, content));
  }

  private static String hmac(String secret, byte[] content) throws GeneralSecurityException {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
    return HexFormat.of().formatHex(mac.doFinal(content));
  }
}
