package dev.kafkaapibridge.runtime.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.api.v1alpha1.CaRef;
import dev.kafkaapibridge.api.v1alpha1.NameRef;
import dev.kafkaapibridge.api.v1alpha1.SchemaRegistrySpec;
import dev.kafkaapibridge.api.v1alpha1.SchemaRegistrySpec.Flavor;
import dev.kafkaapibridge.api.v1alpha1.TlsSpec;
import dev.kafkaapibridge.runtime.schema.SchemaFetch.Fetched;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RegistryClientTest {

  private static final SchemaKey SEVEN = new SchemaKey(SchemaKey.Kind.Id, "7");

  private final MockWebServer server = new MockWebServer();
  private final Map<String, MockResponse> answers = new ConcurrentHashMap<>();
  private final Map<String, String> secrets = new HashMap<>();
  private List<X509Certificate> authorities;

  @BeforeEach
  void answer() {
    server.setDispatcher(
        new Dispatcher() {
          @Override
          public MockResponse dispatch(RecordedRequest request) {
            MockResponse answer = answers.get(request.getTarget());
            return answer == null ? response(500, "") : answer;
          }
        });
  }

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void aSchemaWithAllThatItRefersTo() throws Exception {
    server.start();
    answers.put(
        "/registry/schemas/ids/7",
        response(
            200,
            "{\"schemaType\": \"PROTOBUF\", \"schema\": \"main\", \"references\": [{\"name\": \"b.proto\", \"subject\": \":.ctx:b/c\", \"version\": 2}, {\"name\": \"a.proto\", \"subject\": \"a\", \"version\": 1}]}"));
    answers.put(
        "/registry/subjects/:.ctx:b%2Fc/versions/2",
        response(
            200,
            "{\"schema\": \"b\", \"references\": [{\"name\": \"a.proto\", \"subject\": \"a\", \"version\": 1}]}"));
    answers.put("/registry/subjects/a/versions/1", response(200, "{\"schema\": \"a\"}"));

    assertThat(fetch(SEVEN, "/registry", Flavor.Confluent))
        .isEqualTo(
            new Fetched.Whole(
                new SchemaText(
                    "main", Map.of("a.proto", "a", "b.proto", "b"), SchemaText.Type.PROTOBUF)));
    assertThat(
            ((Fetched.Whole) fetch(SEVEN, "/registry", Flavor.Confluent))
                .schema()
                .imports()
                .keySet())
        .as("each after what it needs")
        .containsExactly("a.proto", "b.proto");
  }

  @Test
  void theLatestOfASubject() throws Exception {
    server.start();
    answers.put(
        "/subjects/orders%2Fbody/versions/latest",
        response(200, "{\"schemaType\": \"JSON\", \"schema\": \"{}\"}"));
    answers.put("/subjects/none/versions/latest", response(404, "{\"error_code\": 40401}"));
    String v3 = "/apis/registry/v3/groups/default/artifacts/orders/versions/branch=latest/content";
    answers.put(v3, response(200, "{}"));
    answers.put(v3.replace("/content", "/references"), response(200, "[]"));
    answers.put("/apis/registry/v2/groups/default/artifacts/orders", response(200, "{}"));

    assertThat(latest("orders/body", "/", Flavor.Confluent))
        .isEqualTo(new Fetched.Whole(new SchemaText("{}", Map.of(), SchemaText.Type.JSON)));
    assertThat(latest("none", "/", Flavor.Confluent)).isInstanceOf(Fetched.NotThere.class);
    for (String url : new String[] {"/", "/apis/registry/v2"}) {
      assertThat(latest("orders", url, Flavor.Apicurio))
          .isEqualTo(new Fetched.Whole(new SchemaText("{}", Map.of(), null)));
    }
  }

  private Fetched latest(String subject, String url, Flavor flavor) {
    var spec = new SchemaRegistrySpec(server.url(url).toString(), flavor, null, null);
    try (var client = new RegistryClient(spec, ref -> secrets.get(ref.key()), ref -> authorities)) {
      return SchemaFetch.ofSubject(subject, client);
    }
  }

  @Test
  void aSchemaByItsGuid() throws Exception {
    server.start();
    answers.put(
        "/schemas/guids/89791762-2336-4186-9674-299b90a802e2",
        response(200, "{\"schema\": \"s\"}"));
    var guid = new SchemaKey(SchemaKey.Kind.Guid, "89791762-2336-4186-9674-299b90a802e2");
    assertThat(fetch(guid, "/", Flavor.Confluent))
        .isEqualTo(new Fetched.Whole(new SchemaText("s", Map.of(), SchemaText.Type.AVRO)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          /                  | /apis/registry/v3 | /content
          /apis/registry/v3/ | /apis/registry/v3 | /content
          /apis/registry/v2  | /apis/registry/v2 | ''
          """)
  void apicuriosPaths(String url, String base, String content) throws Exception {
    server.start();
    answers.put(base + "/ids/contentIds/7", response(200, "main"));
    answers.put(
        base + "/ids/contentIds/7/references",
        response(
            200,
            "[{\"groupId\": null, \"artifactId\": \"a\", \"version\": \"1\", \"name\": \"A\"}]"));
    answers.put(base + "/groups/default/artifacts/a/versions/1" + content, response(200, "a"));
    answers.put(base + "/groups/default/artifacts/a/versions/1/references", response(200, "[]"));
    assertThat(fetch(new SchemaKey(SchemaKey.Kind.ContentId, "7"), url, Flavor.Apicurio))
        .isEqualTo(new Fetched.Whole(new SchemaText("main", Map.of("A", "a"), null)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      nullValues = "nothing",
      textBlock =
          """
          404 | {"error_code": 40403, "message": "Schema 7 not found"} | NotThere
          404 | {"error_code": 404, "message": "HTTP 404 Not Found"}  | InvalidAnswer
          404 | <html>no such page</html>                              | InvalidAnswer
          401 | {"error_code": 40101}                                  | AuthenticationFailed
          403 | ``                                                     | AuthenticationFailed
          500 | {"error_code": 50001}                                  | Failing
          503 | ``                                                     | Failing
          429 | ``                                                     | Failing
          302 | ``                                                     | Failing
          200 | <html>welcome</html>                                   | InvalidAnswer
          200 | ``                                                     | InvalidAnswer
          200 | {"schema": 5}                                          | InvalidAnswer
          200 | null                                                   | InvalidAnswer
          """)
  void whatIsNoSchemaIsNoWordAboutTheRecordUnlessTheRegistrySaysSo(
      int status, String body, String becomes) throws Exception {
    server.start();
    answers.put(
        "/schemas/ids/7",
        response(status, body).newBuilder().addHeader("Location", "/elsewhere").build());
    assertThat(reason(fetch(SEVEN, "/", Flavor.Confluent))).isEqualTo(becomes);
  }

  @Test
  void aReferenceThatIsMissingIsNoWordAboutTheSchema() throws Exception {
    server.start();
    answers.put(
        "/schemas/ids/7",
        response(
            200,
            "{\"schema\": \"x\", \"references\": [{\"name\": \"a\", \"subject\": \"a\", \"version\": 1}]}"));
    answers.put("/subjects/a/versions/1", response(404, "{\"error_code\": 40403}"));
    assertThat(reason(fetch(SEVEN, "/", Flavor.Confluent))).isEqualTo("InvalidSchema");
  }

  @Test
  void itIsSlowOrDownOrTalksWithoutEnd() throws Exception {
    server.start();
    answers.put(
        "/schemas/ids/7",
        response(200, "{\"schema\": \"x\"}")
            .newBuilder()
            .headersDelay(3, TimeUnit.SECONDS)
            .build());
    long from = System.nanoTime();
    assertThat(reason(fetch(SEVEN, "/", Flavor.Confluent))).isEqualTo("Unreachable");
    assertThat(Duration.ofNanos(System.nanoTime() - from)).isLessThan(Duration.ofMillis(2_500));

    answers.put("/schemas/ids/7", response(200, " ".repeat(RegistryClient.MAX_BYTES + 1)));
    assertThat(reason(fetch(SEVEN, "/", Flavor.Confluent))).isEqualTo("InvalidAnswer");

    String url = server.url("/").toString();
    server.close();
    assertThat(reason(fetch(SEVEN, new SchemaRegistrySpec(url, Flavor.Confluent, null, null))))
        .isEqualTo("Unreachable");
    assertThat(
            reason(
                fetch(
                    SEVEN,
                    new SchemaRegistrySpec(
                        "http://169.254.169.254/", Flavor.Confluent, null, null))))
        .isEqualTo("AddressDenied");
  }

  @Test
  void credentialsAreThoseOfTheMoment() throws Exception {
    server.setDispatcher(
        new Dispatcher() {
          @Override
          public MockResponse dispatch(RecordedRequest request) {
            return "Basic dTpuZXc=".equals(request.getHeaders().get("Authorization"))
                ? response(200, "{\"schema\": \"x\"}")
                : response(401, "");
          }
        });
    server.start();
    var spec =
        new SchemaRegistrySpec(
            server.url("/").toString(), Flavor.Confluent, new NameRef("registry"), null);
    try (var client = client(spec)) {
      assertThat(reason(SchemaFetch.of(SEVEN, client))).isEqualTo("CredentialsMissing");
      secrets.put("username", "u");
      secrets.put("password", "old");
      assertThat(reason(SchemaFetch.of(SEVEN, client))).isEqualTo("AuthenticationFailed");
      secrets.put("password", "new");
      assertThat(SchemaFetch.of(SEVEN, client)).isInstanceOf(Fetched.Whole.class);
    }
  }

  @Test
  void overTlsItIsTrustedByTheAuthoritiesThatAreNamed() throws Exception {
    var certificate = new HeldCertificate.Builder().addSubjectAlternativeName("localhost").build();
    server.useHttps(
        new HandshakeCertificates.Builder()
            .heldCertificate(certificate)
            .build()
            .sslSocketFactory());
    server.start();
    answers.put("/schemas/ids/7", response(200, "{\"schema\": \"x\"}"));
    String url = "https://localhost:" + server.getPort();
    assertThat(reason(fetch(SEVEN, new SchemaRegistrySpec(url, Flavor.Confluent, null, null))))
        .isEqualTo("TLSFailed");
    var tls =
        new TlsSpec(
            List.of(new CaRef(CaRef.Kind.ConfigMap, "ca", "ca.crt")),
            null,
            TlsSpec.MinVersion.TLS12);
    try (var client = client(new SchemaRegistrySpec(url, Flavor.Confluent, null, tls))) {
      assertThat(reason(SchemaFetch.of(SEVEN, client))).as("not there yet").isEqualTo("TLSFailed");
      authorities = List.of(certificate.certificate());
      assertThat(SchemaFetch.of(SEVEN, client)).isInstanceOf(Fetched.Whole.class);
    }
  }

  private Fetched fetch(SchemaKey schema, String path, Flavor flavor) {
    return fetch(schema, new SchemaRegistrySpec(server.url(path).toString(), flavor, null, null));
  }

  private Fetched fetch(SchemaKey schema, SchemaRegistrySpec spec) {
    try (var client = client(spec)) {
      return SchemaFetch.of(schema, client);
    }
  }

  private RegistryClient client(SchemaRegistrySpec spec) {
    return new RegistryClient(
        spec, ref -> secrets.get(ref.key()), ref -> authorities, Duration.ofSeconds(1));
  }

  private static String reason(Fetched fetched) {
    return switch (fetched) {
      case Fetched.Whole ignored -> "Whole";
      case Fetched.NotThere ignored -> "NotThere";
      case Fetched.InVain(var why) -> why.reason();
    };
  }

  private static MockResponse response(int status, String body) {
    return new MockResponse.Builder().code(status).body(body).build();
  }
}
