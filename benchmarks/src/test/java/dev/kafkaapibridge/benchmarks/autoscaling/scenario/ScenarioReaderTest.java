package dev.kafkaapibridge.benchmarks.autoscaling.scenario;

import static dev.kafkaapibridge.benchmarks.autoscaling.Scenarios.plainBut;
import static dev.kafkaapibridge.benchmarks.autoscaling.Scenarios.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kafkaapibridge.benchmarks.autoscaling.scenario.ScenarioReader.InvalidScenario;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScenarioReaderTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          "partitions": 12,         |                              | partitions: is missing
          "retryAfter": false,      |                              | api.retryAfter: is missing
          "slots": 8,               |                              | pod.slots: is missing
          "seed": 7                 | "sead": 7                    | sead: unknown field
          "slots": 8                | "slots": 8, "cpu": 1         | pod.cpu: unknown field
          "partitions": 12          | "partitions": "12"           | partitions: must be a whole number from 1 to 10000, is "12"
          "partitions": 12          | "partitions": 1.5            | partitions: must be a whole number
          "partitions": 12          | "partitions": 0              | partitions: must be a whole number
          "seed": 7                 | "seed": null                 | seed: is missing
          "name": "plain"           | "name": 3                    | name: must be a string, is 3
          "retryAfter": false       | "retryAfter": "no"           | api.retryAfter: must be true or false, is "no"
          "burstSeconds": 1         | "burstSeconds": -1           | api.burstSeconds: must be a number of 0 or more, is -1
          [[0, 50]]                 | 50                           | arrivalsPerSecond: must be a list of [second, value], is 50
          [[0, 50]]                 | [[0, 50], [0, 60]]           | arrivalsPerSecond[1]: seconds must ascend
          [[0, 50]]                 | [[0, "x"]]                   | arrivalsPerSecond[0][1]: must be a number of 0 or more, is "x"
          [[0, 500]]                | [[0, 500, 1]]                | api.quotaPerSecond[0]: must be [second, value]
          [10, 20]                  | [20, 10]                     | pod.startupSeconds: max is less than min
          "minReplicas": 1          | "minReplicas": 13            | minReplicas: is more than maxReplicas
          "seed": 7                 | "seed": 7, "partitionWeights": [[0, [1, 2]]] | partitionWeights[0][1]: must be a list of 12 weights
          "seed": 7                 | "seed": 7, "poison": [{"partition": 12, "fromSecond": 1, "untilSeconds": 2}] | poison[0].partition: must be a whole number from 0 to 11, is 12
          "seed": 7                 | "seed": 7, "poison": [{"partition": 1, "untilSeconds": 2}] | poison[0].fromSecond: is missing
          "seed": 7                 | "seed": 7, "seed": 8         | not JSON: Duplicate field 'seed'
          "api": {                  | "api": 5, "other": {         | api: must be an object, is 5
          """)
  void saysWhatIsWrongAndWhere(String what, String by, String complaint) {
    String text = text(what, by == null ? "" : by);

    assertThatThrownBy(() -> ScenarioReader.read(text))
        .isInstanceOf(InvalidScenario.class)
        .hasMessageContaining(complaint);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "[]", "7", "{} {}"})
  void whatIsNoObjectIsRefused(String text) {
    assertThatThrownBy(() -> ScenarioReader.read(text)).isInstanceOf(InvalidScenario.class);
  }

  @Test
  void saysAllThatIsWrongAtOnce() {
    String text = text("\"seed\": 7", "\"sead\": 7", "\"slots\": 8", "\"slots\": 0");

    assertThatThrownBy(() -> ScenarioReader.read(text))
        .hasMessageContainingAll("seed: is missing", "sead: unknown", "pod.slots: must be");
  }

  @Test
  void whatMayBeAbsentIsNoHindrance() {
    Scenario plain = plainBut();

    assertThat(plain.declared()).isNull();
    assertThat(plain.poison()).isEmpty();
    assertThat(plain.weights()).isEmpty();
    assertThat(plain.api().outage().at(10)).isZero();
    assertThat(plain.api().parallelism().at(10)).isInfinite();
  }

  @Test
  void readsTimelines() {
    Scenario scenario =
        plainBut(
            "[[0, 500]]", "[[0, 500], [100, 50]]",
            "\"burstSeconds\": 1", "\"burstSeconds\": 1, \"outage\": [[30, true], [40, false]]");

    Steps quota = scenario.api().quota();
    assertThat(quota.at(99.9)).isEqualTo(500);
    assertThat(quota.at(100)).isEqualTo(50);
    assertThat(quota.sum(90, 110)).isEqualTo(5500);
    assertThat(quota.changesAfter(0)).isEqualTo(100);
    Steps outage = scenario.api().outage();
    assertThat(outage.at(29)).isZero();
    assertThat(outage.at(30)).isOne();
    assertThat(outage.at(40)).isZero();
  }

  @Test
  void whatIsMadeAtRandomCanBeReadAndIsTheSameForASeed() throws InvalidScenario {
    for (long seed = 1; seed <= 300; seed++) {
      String json = RandomScenarios.json(seed);

      assertThat(ScenarioReader.read(json).seed()).isEqualTo(seed);
      assertThat(RandomScenarios.json(seed)).isEqualTo(json);
    }
  }
}
