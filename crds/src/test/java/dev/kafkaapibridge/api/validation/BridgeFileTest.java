package dev.kafkaapibridge.api.validation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.api.report.SpecHash;
import dev.kafkaapibridge.api.v1alpha1.KafkaSpec;
import dev.kafkaapibridge.api.validation.BridgeFile.Reading.Refused;
import dev.kafkaapibridge.api.validation.BridgeFile.Reading.Sound;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BridgeFileTest {

  static final String MINIMAL =
      """
      apiVersion: kafka-api-bridge.dev/v1alpha1
      kind: KafkaApiBridge
      metadata:
        name: orders-to-crm
      spec:
        kafka:
          bootstrapServers: kafka:9092
          topics: [orders]
        target:
          http:
            url: https://crm.example.com/v1/orders
      """;

  @Test
  void elevenLinesAreABridgeWithEveryDefaultFilledIn() {
    var sound = (Sound) BridgeFile.read(MINIMAL);

    assertThat(sound.bridge().spec().kafka().startFrom()).isEqualTo(KafkaSpec.StartFrom.Latest);
    assertThat(sound.bridge().spec().target().http().requestTimeout())
        .isEqualTo(Duration.ofSeconds(30));
    assertThat(sound.bridge().spec().delivery().retry().httpStatusCodes()).contains("502-504");
    assertThat(NotYetServed.usesIn(sound.tree())).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          topics: [orders]                        | topic: [orders]            | spec.kafka.topic                | did you mean "topics"
          topics: [orders]                        | topics: [orders, orders]   | spec.kafka.topics[1]            | Duplicate value: "orders"
          topics: [orders]                        | topics: orders             | spec.kafka.topics               | must be of type array
          bootstrapServers: kafka:9092            | bootstrapServers: kafka    | spec.kafka.bootstrapServers     | should match
          url: https://crm.example.com/v1/orders  | method: POST               | spec.target.http.url            | Required value
          url: https://crm.example.com/v1/orders  | url: http://169.254.1.1/   | spec.target.http.url            | Forbidden: `url` must not address a link-local
          bootstrapServers: kafka:9092            | bootstrapServers: k:99999  | spec.kafka.bootstrapServers     | a port is between 1 and 65535
          topics: [orders]                        | topicPattern: (?P<x>a)     | spec.kafka.topicPattern         | write what both RE2 and Java understand
          topics: [orders]                        | topics: [default.orders-to-crm.dlt] | spec.kafka.topics      | this bridge's own dead-letter topic
          https://crm.example.com/v1/orders       | https://a..b/              | spec.target.http.url            | neither a name nor an address
          https://crm.example.com/v1/orders       | https://crm:99999/         | spec.target.http.url            | a port is between 1 and 65535
          url: https://crm.example.com/v1/orders  | {url: 'http://a', proxyURL: 'http://p:99999'} | spec.target.http.proxyURL | a port is between 1 and 65535
          url: https://crm.example.com/v1/orders  | {url: 'http://a', proxyURL: 'http://p', httpVersion: HTTP2} | spec.target.http.httpVersion | can't go through a proxy
          url: https://crm.example.com/v1/orders  | {url: 'http://a', responseRules: [{when: response.stats == 1, verdict: Accepted}]} | spec.target.http.responseRules[0].when | response.status
          url: https://crm.example.com/v1/orders  | {url: 'http://a', responseRules: [{when: response.status, verdict: Accepted}]} | spec.target.http.responseRules[0].when | must be true or false
          v1/orders                               | v1/{record.key}            | spec.target.http.url            | undeclared reference to 'record'; there are key, value, headers
          https://crm.example.com/v1/orders       | 'https://{key}.b/'         | spec.target.http.url            | in path and query only
          kind: KafkaApiBridge                    | kind: KafkaBridge          | kind                            | write kind: KafkaApiBridge
          apiVersion: kafka                       | apiVersion: [              | <file>                          | this is not YAML
          """)
  void aMistakeIsNamedByFieldRuleAndFix(String was, String is, String field, String says) {
    var refused = (Refused) BridgeFile.read(MINIMAL.replace(was, is));

    assertThat(refused.violations())
        .anySatisfy(violation -> {
          assertThat(violation.field()).isEqualTo(field);
          assertThat(violation.toString()).contains(says);
        });
  }

  @Test
  void portsThatStandInABindingCannotBeLimitedTo() {
    String bound =
        MINIMAL.replace("bootstrapServers: kafka:9092", "bindingSecretRef: {name: access}");
    assertThat(BridgeFile.read(bound)).isInstanceOf(Sound.class);
    assertThat(
            ((Refused) BridgeFile.read(bound + "  networkPolicy: {mode: IngressAndEgress}\n"))
                .violations())
        .singleElement()
        .satisfies(violation -> {
          assertThat(violation.field()).isEqualTo("spec.networkPolicy.mode");
          assertThat(violation.fix()).contains("IngressOnly");
        });
  }

  @Test
  void aTopicOfTheBridgesOwnIsNeitherReadNorTakesAnswers() {
    String retries =
        "  delivery: {ordering: Unordered, retry: {mode: Topics, topics: [{delay: 1m}]}}\n";
    String loop = MINIMAL.replace("topics: [orders]", "topics: [default.orders-to-crm.retry.1]");
    assertThat(BridgeFile.read(loop)).isInstanceOf(BridgeFile.Reading.Sound.class);
    assertThat(((Refused) BridgeFile.read(loop + retries)).violations())
        .extracting(Violation::field)
        .containsExactly("spec.kafka.topics");
    for (String topic : List.of("dlt", "retry.1")) {
      String answers =
          "  response: {topic: default.orders-to-crm.%s, correlationHeader: id}\n".formatted(topic);
      assertThat(((Refused) BridgeFile.read(MINIMAL + retries + answers)).violations())
          .extracting(Violation::field)
          .containsExactly("spec.response.topic");
    }
  }

  @Test
  void aRuleOverItemsOfABatchKnowsTheItemAlone() {
    String batch =
        "  delivery: {batch: {partialFailure: PerItemStatus, items: {rules: [{when: %s, verdict: Accepted}]}}}\n";
    assertThat(BridgeFile.read(MINIMAL + batch.formatted("item.ok")))
        .isInstanceOf(BridgeFile.Reading.Sound.class);
    var refused = (Refused) BridgeFile.read(MINIMAL + batch.formatted("response.status == 200"));
    assertThat(refused.violations())
        .singleElement()
        .satisfies(violation -> {
          assertThat(violation.field()).isEqualTo("spec.delivery.batch.items.rules[0].when");
          assertThat(violation.message()).contains("there are item");
        });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          headers: [{name: A, value: b}, {name: X-T, template: 't-{{record.tenant}}'}]  | spec.target.http.headers[1].template | undeclared reference
          headers: [{name: X-T, template: '{{record.key + 1}}'}]          | spec.target.http.headers[0].template | found no matching overload
          headers: [{name: X-T, template: '{{record.key'}]                | spec.target.http.headers[0].template | has no '}}'
          body: {mode: Template, template: '{"a": {{record.value}'}       | spec.target.http.body.template       | has no '}}'
          body: {mode: Template, template: '{"a": 1{{record.offset}}}'}   | spec.target.http.body.template       | it is no JSON at line 1
          """)
  void anExpressionThatCannotBeUsedIsNamedWithItsField(String fields, String field, String says) {
    String yaml = MINIMAL.replace("url: https", fields + "\n      url: https");

    var refused = (Refused) BridgeFile.read(yaml);

    assertThat(refused.violations())
        .singleElement()
        .satisfies(violation -> {
          assertThat(violation.field()).isEqualTo(field);
          assertThat(violation.message()).contains(says);
          assertThat(violation.fix()).isNotEmpty();
        });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          address: 'orders:99999'                                     | spec.target.grpc.address              | a port is between 1 and 65535
          address: 'a..b:80'                                          | spec.target.grpc.address              | neither a name nor an address
          metadata: [{name: content-type, value: a}]                  | spec.target.grpc.metadata[0].name     | no metadata of that name
          metadata: [{name: 'a!', value: a}]                          | spec.target.grpc.metadata[0].name     | no metadata of that name
          metadata: [{name: a, template: '{{record.kye}}'}]           | spec.target.grpc.metadata[0].template | undeclared reference
          responseRules: [{when: response.status == 7, verdict: Accepted}] | spec.target.grpc.responseRules[0].when | found no matching overload
          responseRules: [{when: response.trailer == '', verdict: Accepted}] | spec.target.grpc.responseRules[0].when | response.code, response.message
          """)
  void aMistakeOfAGrpcTargetIsNamedWithItsField(String mistake, String field, String says) {
    var refused = (Refused) BridgeFile.read(grpc(mistake));

    assertThat(refused.violations())
        .singleElement()
        .satisfies(violation -> {
          assertThat(violation.field()).isEqualTo(field);
          assertThat(violation.toString()).contains(says);
        });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          deadline: 5s                                | 0
          mode: Unary                                 | 0
          mode: ServerStreaming                       | 0
          mode: BidirectionalStreaming, stream: {maxRecords: 7} | 0
          serverReflection: Enabled                   | 0
          """)
  void whatOfGrpcIsNotServedYet(String fields, int uses) {
    var sound = (Sound) BridgeFile.read(grpc(fields));

    assertThat(NotYetServed.usesIn(sound.tree()))
        .hasSize(uses)
        .allSatisfy(
            use -> assertThat(use.toString()).contains("is not served by this version yet"));
  }

  private static String grpc(String fields) {
    String address = fields.startsWith("address") ? "" : "address: 'orders:9090', ";
    return MINIMAL.replaceFirst(
        "http:\\s+url: [^\\n]+",
        "grpc: {" + address + "service: shop.v1.Orders, method: Put, " + fields + "}");
  }

  @Test
  void aTemplateThatIsNotJsonIsFreeWithAnotherContentType() {
    String yaml =
        MINIMAL.replace(
            "url: https",
            "body: {mode: Template, contentType: text/plain, template: 'n={{record.offset}}'}\n      url: https");

    assertThat(BridgeFile.read(yaml)).isInstanceOf(Sound.class);
  }

  @Test
  void aliasesCannotMakeASmallTextHugeOrEndless() {
    var bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
    for (int i = 1; i < 10; i++) {
      bomb.append(
          "a%d: &a%d [%s]\n"
              .formatted(i, i, String.join(", ", Collections.nCopies(9, "*a" + (i - 1)))));
    }

    assertThat(BridgeFile.read(bomb.toString()).toString())
        .contains("nested too deeply, or its aliases make it too large");
    assertThat(BridgeFile.read("x: &a [*a, *a]").toString())
        .contains("nested too deeply, or its aliases make it too large");
  }

  @Test
  void whatIsNotServedYetIsRefusedWithASentence() {
    var sound =
        (Sound)
            BridgeFile.read(
                MINIMAL + "  observability: {tracing: {otlpEndpoint: 'http://otel:4317'}}\n");

    assertThat(NotYetServed.usesIn(sound.tree()))
        .extracting(Violation::toString)
        .isEqualTo(
            List.of(
                "spec.observability.tracing: is not served by this version yet (traces) (leave it out)"));
  }

  @Test
  void theHashNamesWhatPodsReadAndNothingElse() {
    String hash = hash(MINIMAL);

    assertThat(hash(MINIMAL + "  replicas: 7\n  autoscaling: {maxReplicas: 20}\n")).isEqualTo(hash);
    assertThat(hash(MINIMAL + "  state: Paused\n")).as("taken up while they run").isEqualTo(hash);
    assertThat(hash(MINIMAL + "  delivery: {maxInFlight: 65}\n")).isNotEqualTo(hash);
  }

  private static String hash(String yaml) {
    return SpecHash.of(((Sound) BridgeFile.read(yaml)).tree().get("spec"));
  }
}
