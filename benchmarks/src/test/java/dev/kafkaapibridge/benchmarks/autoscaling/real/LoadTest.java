package dev.kafkaapibridge.benchmarks.autoscaling.real;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LoadTest {

  @Test
  void whatTheOverloadHasLeftCanBeMadeGood() {
    List<Stretch> stretches = Load.BEYOND.stretches(600);
    assertThat(stretches)
        .containsExactly(
            new Stretch("overload", 400, 0, 600), new Stretch("recovery", 100, 600, 2100));
    int sent = stretches.stream().mapToInt(s -> s.perSecond() * s.seconds()).sum();
    assertThat(sent).isLessThan(Load.API_TAKES * stretches.getLast().until());
  }

  @Test
  void withinTheLimitNoStretchHasAsManyAsTheApiTakes() {
    assertThat(Load.WITHIN.stretches(300))
        .allSatisfy(s -> assertThat(s.perSecond()).isLessThan(Load.API_TAKES))
        .last()
        .satisfies(s -> assertThat(s.seconds()).isGreaterThan(300));
  }

  @ParameterizedTest
  @EnumSource
  void aStretchBeginsWhereTheOneBeforeEnds(Load load) {
    List<Stretch> stretches = load.stretches(60);
    int end = 0;
    for (Stretch stretch : stretches) {
      assertThat(stretch.from()).isEqualTo(end);
      end = stretch.until();
    }
    assertThat(end).isEqualTo((int) (load.units() * 60));
    assertThat(Load.named(load.title())).contains(load);
  }
}
