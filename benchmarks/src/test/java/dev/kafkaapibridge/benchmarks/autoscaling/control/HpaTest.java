package dev.kafkaapibridge.benchmarks.autoscaling.control;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HpaTest {

  private final Hpa hpa = new Hpa(1, 50);

  @Test
  void growsByFourPodsOrDoublesInFifteenSeconds() {
    int pods = 1;
    int[] expected = {5, 10, 20, 40, 50};
    for (int i = 0; i < expected.length; i++) {
      pods = hpa.decide(15 * (i + 1), pods, 50);
      assertThat(pods).isEqualTo(expected[i]);
    }
  }

  @Test
  void shrinksToTheGreatestRecommendationOfFiveMinutes() {
    assertThat(hpa.decide(0, 10, 10)).isEqualTo(10);
    assertThat(hpa.decide(15, 10, 4)).isEqualTo(10);
    assertThat(hpa.decide(150, 10, 6)).isEqualTo(10);
    assertThat(hpa.decide(299, 10, 2)).isEqualTo(10);
    assertThat(hpa.decide(300, 10, 2)).isEqualTo(6);
    assertThat(hpa.decide(449, 6, 2)).isEqualTo(6);
    assertThat(hpa.decide(450, 6, 2)).isEqualTo(2);
  }

  @Test
  void staysWithinItsBounds() {
    assertThat(new Hpa(3, 5).decide(0, 4, 90)).isEqualTo(5);
    var low = new Hpa(3, 5);
    low.decide(0, 5, 0);
    assertThat(low.decide(301, 5, 0)).isEqualTo(3);
  }
}
