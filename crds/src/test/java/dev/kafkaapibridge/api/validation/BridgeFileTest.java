package dev.kafkaapibridge.api.validation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.api.report.SpecHash;
import dev.kafkaapibridge.api.v1alpha1.KafkaSpec;
import dev.kafkaapibridge.api.validation.BridgeFile.Reading.Refused;
import dev.kafkaapibridge.api.validation.BridgeFile.Reading.Sound;
import java.time.Duration;
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
  void whatIsNotServedYetIsRefusedWithASentence() {
    var sound = (Sound) BridgeFile.read(MINIMAL + "  delivery: {batch: {maxRecords: 5}}\n");

    assertThat(NotYetServed.usesIn(sound.tree()))
        .extracting(Violation::toString)
        .isEqualTo(
            List.of(
                "spec.delivery.batch: is not served by this version yet (batches) (leave it out)"));
  }

  @Test
  void theHashNamesWhatPodsReadAndNothingElse() {
    String hash = hash(MINIMAL);

    assertThat(hash(MINIMAL + "  replicas: 7\n  autoscaling: {maxReplicas: 20}\n")).isEqualTo(hash);
    assertThat(hash(MINIMAL + "  delivery: {maxInFlight: 65}\n")).isNotEqualTo(hash);
  }

  private static String hash(String yaml) {
    return SpecHash.of(((Sound) BridgeFile.read(yaml)).tree().get("spec"));
  }
}
