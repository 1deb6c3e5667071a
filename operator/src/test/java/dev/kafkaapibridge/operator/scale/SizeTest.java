package dev.kafkaapibridge.operator.scale;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SizeTest {

  @ParameterizedTest(name = "{0}/s by {1}/s at {2}, {3} partitions: {4}")
  @CsvSource({
    // Nothing to do.
    "0, 20, 1, 24, 0",
    // Just enough, and a little more than enough.
    "100, 20, 1, 0, 5",
    "101, 20, 1, 0, 6",
    "100, 20, .9, 0, 6",
    // Nine pods would leave some with three of 24 partitions, as eight do; twelve have two each.
    "180, 20, 1, 24, 12",
    "160, 20, 1, 24, 8",
    // One each, where that is not much more; where evenness would cost 1.7 times as much, it is
    // left.
    "290, 20, 1, 24, 24",
    "24, 20, 1, 24, 2",
    "270, 20, 1, 24, 14",
    // One partition is more than a pod manages: no division makes it even.
    "1000, 20, 1, 10, 50",
    // However much is asked for, it is a number.
    "1e12, 1e-3, .9, 24, 1000000"
  })
  void aPartitionIsNotDivided(
      double perSecond, double perPod, double load, int partitions, int pods) {
    assertThat(Size.of(perSecond, perPod, load, partitions)).isEqualTo(pods);
  }

  @ParameterizedTest
  @CsvSource({
    "20, 1, 24, 6", // three neighbours at most
    "20, 4, 24, 24", // none
    "20, 0, 24, 1" // idle neighbours do no harm
  })
  void neighboursOfAHotPartitionAreThinnedOut(
      double perPod, double median, int partitions, int pods) {
    assertThat(Size.thinnedOut(perPod, median, partitions)).isEqualTo(pods);
  }
}
