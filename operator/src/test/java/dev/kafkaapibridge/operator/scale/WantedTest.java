package dev.kafkaapibridge.operator.scale;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.operator.scale.ApiCeiling.Ceiling;
import dev.kafkaapibridge.operator.scale.ApiCeiling.Source;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** 400/s come, the API takes 200/s, and a pod manages 38/s: six pods reach the limit. */
class WantedTest {

  private static final int PARTITIONS = 12;
  private static final Demand DEMAND =
      new Demand(400, 380, 5_000, PARTITIONS, PARTITIONS, null, 0, 33);

  @ParameterizedTest
  @CsvSource({"Advertised, 6", "Declared, 6", "Learned, 7"})
  void onlyALimitThatWasFoundOutIsTried(Source source, int pods) {
    var bound = new Ceiling(200, source);

    Wanted wanted = Wanted.of(DEMAND, 38, bound, PARTITIONS, Policy.between(1, PARTITIONS));

    assertThat(wanted.out()).isEqualTo(pods);
  }
}
