package dev.kafkaapibridge.benchmarks.autoscaling.real;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class FiguresTest {

  private static final List<Sample> SAMPLES =
      List.of(
          new Sample(0, 0, 0, 0, 1, 1),
          new Sample(10, 4000, 2000, 5, 3, 3),
          new Sample(20, 8000, 4000, 5, 3, 3),
          new Sample(30, 8000, 8000, 9, 2, 3),
          new Sample(400, 8000, 8010, 9, 4, 4));

  @Test
  void whatIsSeenHoldsUntilTheNextLook() {
    assertThat(Figures.of(SAMPLES))
        .isEqualTo(
            new Figures(
                2000 * 10 + 4000 * 10, (10 + 30 + 30 + 3 * 370) / 3600.0, 9, 8010, 4, 3, 1, 0));
  }

  @Test
  void aStretchKnowsNothingOfWhatWasBefore() {
    assertThat(Figures.of(SAMPLES.subList(1, 3)))
        .isEqualTo(new Figures(2000 * 10, 30 / 3600.0, 0, 2000, 3, 0, 0, 4000));
  }

  @Test
  void aChangeOfDirectionAfterFiveMinutesIsNoFlap() {
    assertThat(Figures.of(SAMPLES.subList(3, 5)).flaps()).isZero();
    assertThat(Figures.of(SAMPLES.subList(2, 5)).flaps()).isZero();
  }

  @Test
  void nothingSeenIsNoFigure() {
    assertThatThrownBy(() -> Figures.of(List.of())).hasMessage("nothing was seen: []");
  }
}
