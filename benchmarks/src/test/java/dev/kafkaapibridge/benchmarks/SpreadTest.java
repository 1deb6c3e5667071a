package dev.kafkaapibridge.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.DoubleStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpreadTest {

  @ParameterizedTest
  @CsvSource(
      nullValues = "none",
      value = {
        "'3.0', '3.0'",
        "'3.0 1.0 2.0', '2.0 (1.0-3.0)'",
        "'NaN 1.5', '1.5'",
        "'NaN', '-'",
      })
  void showsTheMedianAndHowFarApartTheRoundsAre(String figures, String shown) {
    var spread =
        Spread.of(
            DoubleStream.of(
                java.util.Arrays.stream(figures.split(" "))
                    .mapToDouble(Double::parseDouble)
                    .toArray()));

    assertThat(spread.shown("%.1f")).isEqualTo(shown);
  }
}
