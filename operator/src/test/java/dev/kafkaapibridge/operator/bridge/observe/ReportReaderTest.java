package dev.kafkaapibridge.operator.bridge.observe;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kafkaapibridge.operator.bridge.observe.PodReport.Circuit;
import java.time.OffsetDateTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A pod's report is the word of whoever chose its image. */
class ReportReaderTest {

  @Test
  void takesWhatTheOperatorNeeds() {
    PodReport report = Pods.report();

    assertThat(report.specHash()).isEqualTo(Pods.SPEC);
    assertThat(report.lag()).isEqualTo(10);
    assertThat(report.partitions()).isEqualTo(2);
    assertThat(report.generation()).isEqualTo(4);
    assertThat(report.startedAt()).isEqualTo(OffsetDateTime.parse("2026-11-25T10:00:01Z"));
    assertThat(report.circuit()).isEqualTo(Circuit.Closed);
    assertThat(report.kafka().ok()).isTrue();
    assertThat(report.missing()).isEmpty();
  }

  @Test
  void passesOverWhatItDoesNotKnow() {
    assertThat(Pods.report("weather", "\"fine\"", "kafka.moon", "[1]")).isEqualTo(Pods.report());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "<html>",
        "[]",
        "null",
        "7",
        "{}",
        "{\"version\": 2, \"specHash\": \"00000000000000aa\"}",
        "{\"version\": 1, \"specHash\": \"../../etc\"}",
      })
  void refusesWhatIsNoReport(String body) {
    assertThatThrownBy(() -> ReportReader.read(body.getBytes(UTF_8)))
        .isInstanceOf(ReportReader.Unreadable.class);
  }

  @Test
  void readsAReportThatSaysNextToNothing() throws Exception {
    PodReport report =
        ReportReader.read("{\"version\": 1, \"specHash\": \"00000000000000aa\"}".getBytes(UTF_8));

    assertThat(report.kafka().ok()).isFalse();
    assertThat(report.kafka().reason()).isEqualTo("NotReported");
    assertThat(report.generation()).isNull();
    assertThat(report.circuit()).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Unreachable          | SchemaRegistryUnavailable | can't be reached",
        "AuthenticationFailed | SchemaRegistryUnavailable | refuses the credentials",
        "CredentialsMissing   | SchemaRegistryUnavailable | its credentials are missing",
        "TLSFailed            | SchemaRegistryUnavailable | is not trusted",
        "AddressDenied        | SchemaRegistryUnavailable | link-local",
        "Failing              | SchemaRegistryUnavailable | answers with errors",
        "InvalidAnswer        | SchemaRegistryUnavailable | Correct flavor or the URL",
        "InvalidSchema        | SchemaInvalid             | can't be used",
        "SubjectNotFound      | SchemaInvalid             | spec.target.http.body.schema",
      })
  void aRegistryThatCannotTellASchemaIsAReferenceThatIsMissing(
      String state, String reason, String says) {
    String reference =
        "[{\"kind\": \"SchemaRegistry\", \"name\": \"https://registry:8081\", \"key\": \"id 7\", \"field\": \"spec.record.schemaRegistry\", \"state\": \"%s\"}]"
            .formatted(state);
    assertThat(Pods.report("references", reference).missing())
        .singleElement()
        .satisfies(missing -> {
          assertThat(missing.reason()).isEqualTo(reason);
          assertThat(missing.message()).contains(says, "id 7");
        });
    assertThat(Pods.report("references", reference.replace(state, "Found")).missing()).isEmpty();
    assertThat(Pods.report("references", reference.replace(state, "Dancing")).missing()).isEmpty();
  }

  @Test
  void aKeyOfABindingIsNamedWithWhatToWrite() {
    String reference =
        "[{\"kind\": \"Secret\", \"name\": \"access\", \"key\": \"securityProtocol\", \"field\": \"spec.kafka.bindingSecretRef\", \"state\": \"Invalid\"}]";
    assertThat(Pods.report("references", reference).missing())
        .singleElement()
        .satisfies(missing -> {
          assertThat(missing.reason()).isEqualTo("SecretInvalid");
          assertThat(missing.message())
              .isEqualTo(
                  "Secret 'access' holds nothing that can be used in key 'securityProtocol' (spec.kafka.bindingSecretRef): write PLAINTEXT, SSL, SASL_PLAINTEXT or SASL_SSL there, the last one for PLAIN, whose password travels as it is");
        });
  }

  @ParameterizedTest
  @CsvSource({
    "kafka.partitions, '[{\"lag\": 5}, {}]'",
    "kafka.partitions, '[{\"lag\": -5}]'",
    "kafka.partitions, '[{\"lag\": 9223372036854775807}]'",
    "kafka.partitions, '[{\"lag\": 1e300}]'",
    "kafka.partitions, '[{\"lag\": \"7\"}]'",
    "kafka.partitions, '[{\"lag\": 999999999999999}, {\"lag\": 999999999999999}]'",
  })
  void anUnknownOrAbsurdLagIsNone(String field, String value) {
    assertThat(Pods.report(field, value).lag()).isNull();
  }

  @Test
  void soManyLagsThatTheirSumDoesNotFitAreNone() {
    String lags = "[" + "{\"lag\": 999999999999999},".repeat(9_999) + "{\"lag\": 1}]";

    assertThat(Pods.report("kafka.partitions", lags).lag()).isNull();
  }

  @Test
  void moreThanTenThousandPartitionsAreNoReport() {
    assertThat(Pods.report("kafka.partitions", "[" + "{},".repeat(9_999) + "{}]").partitions())
        .isEqualTo(10_000);
    byte[] one = Pods.json("kafka.partitions", "[" + "{},".repeat(10_000) + "{}]").getBytes(UTF_8);

    assertThatThrownBy(() -> ReportReader.read(one))
        .isInstanceOf(ReportReader.Unreadable.class)
        .hasMessage("it reports more than 10000 partitions");
  }

  @ParameterizedTest
  @CsvSource({"-1", "5000000000", "'\"4\"'", "1.5", "null"})
  void anAbsurdGenerationIsNone(String value) {
    assertThat(Pods.report("kafka.generation", value).generation()).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "'\"yesterday\"'",
    "5",
    "null",
    "'\"2026-13-45T99:00:00Z\"'",
    "'\"+100000-01-01T00:00:00Z\"'",
    "'\"0001-01-01T00:00:00Z\"'"
  })
  void aTimeThatIsNoneIsNone(String value) {
    assertThat(Pods.report("kafka.startedAt", value).startedAt()).isNull();
  }

  @Test
  void cleansAndCutsWords() {
    PodReport report =
        Pods.report(
            "kafka.health.ok",
            "false",
            "kafka.health.reason",
            "\"rm -rf /\"",
            "kafka.health.message",
            "\"line\\n\\u001b[2Jline " + "x".repeat(5000) + "\"");

    assertThat(report.kafka().reason()).isEqualTo("NotReported");
    assertThat(report.kafka().message()).startsWith("line [2Jline").hasSize(600).endsWith("…");
  }

  @Test
  void namesEachMissingReference() {
    PodReport report =
        Pods.report(
            "references",
            """
            [{"kind": "Secret", "name": "crm", "key": "token", "field": "spec.a", "state": "ObjectNotFound"},
             {"kind": "Secret", "name": "crm", "key": "token", "field": "spec.b", "state": "KeyNotFound"},
             {"kind": "ConfigMap", "name": "ca", "key": "ca.crt", "field": "spec.c", "state": "ObjectNotFound"},
             {"kind": "ConfigMap", "name": "ca", "key": "ca.crt", "field": "spec.e", "state": "Invalid"},
             {"kind": "Secret", "name": "crm", "key": "ok", "field": "spec.d", "state": "Found"}]\
            """);

    assertThat(report.missing())
        .containsExactly(
            new PodReport.Missing("SecretNotFound", "Secret 'crm' was not found (spec.a)"),
            new PodReport.Missing("SecretKeyNotFound", "Secret 'crm' has no key 'token' (spec.b)"),
            new PodReport.Missing("ConfigMapNotFound", "ConfigMap 'ca' was not found (spec.c)"),
            new PodReport.Missing(
                "ConfigMapInvalid",
                "ConfigMap 'ca' holds nothing that can be used in key 'ca.crt' (spec.e)"));
  }

  @ParameterizedTest
  @CsvSource({"'\"orders dlt\"'", "5", "'\"a/b\"'"})
  void aTopicThatCannotBeOneIsNone(String value) {
    assertThat(Pods.report("deadLetter.topic", value).deadLetterTopic()).isNull();
  }
}
