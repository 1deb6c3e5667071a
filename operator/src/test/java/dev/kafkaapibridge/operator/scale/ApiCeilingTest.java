package dev.kafkaapibridge.operator.scale;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.kafkaapibridge.operator.scale.ApiCeiling.Ceiling;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When being held back says something of the API. */
class ApiCeilingTest {

  private static final Instant NOW = Instant.parse("2026-11-01T08:00:00Z");
  private static final Sample SAMPLE = new Sample(NOW, 3, List.of(), List.of(), true);
  private static final Demand BACKLOGGED = new Demand(300, 300, 9_000, 12, 12, null, 0, 25);

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        // declared, accepted, seconds since a 429, the ceiling that is learned
        "-,          80,       -,                   80",
        "250,        80,       -,                   -", // one pod's share, others leave theirs
        "250,        240,      -,                   240",
        "250,        80,       60,                  80",
        "250,        80,       180,                 -",
      })
  void podsThatHoldBackLearnTheCeiling(
      @Nullable Double declared,
      double accepted,
      @Nullable Integer secondsSince429,
      @Nullable Double learned) {
    Instant opposedAt = secondsSince429 == null ? null : NOW.minusSeconds(secondsSince429);
    var before = new ApiCeiling(null, null, opposedAt, opposedAt, null);

    ApiCeiling after =
        before.after(heldBack(accepted), BACKLOGGED, SAMPLE, true, false, 15, declared, null);

    assertThat(after.learned()).isEqualTo(learned);
  }

  /** However often it is looked. */
  @Test
  void aLowerLimitIsBelievedHalfwayInFifteenSeconds() {
    var before = new ApiCeiling(120.0, null, NOW, NOW, null);
    ApiCeiling atOnce = after(before, 15);
    ApiCeiling inThree = after(after(after(before, 5), 5), 5);

    assertThat(atOnce.learned()).isEqualTo(100);
    assertThat(inThree.learned()).isCloseTo(100, within(1e-9));
  }

  private static ApiCeiling after(ApiCeiling before, double elapsed) {
    return before.after(heldBack(80), BACKLOGGED, SAMPLE, true, false, elapsed, null, null);
  }

  /**
   * Rates that were learned at a limit rise step by step once it is gone, and hold back meanwhile.
   */
  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        // seconds since a 429, since the belief was given up, the ceiling that is learned
        "45, 30, -", // the belief went, and no 429 has come since
        "90, 60, -",
        "20, 60, 80", // one has
      })
  void aBeliefThatWasGivenUpReturnsBya429Only(
      int since429, int sinceRefuted, @Nullable Double learned) {
    Instant opposedAt = NOW.minusSeconds(since429);
    var before = new ApiCeiling(null, null, opposedAt, opposedAt, NOW.minusSeconds(sinceRefuted));

    ApiCeiling after = before.after(heldBack(80), BACKLOGGED, SAMPLE, true, false, 15, null, null);

    assertThat(after.learned()).isEqualTo(learned);
  }

  @ParameterizedTest
  @CsvSource({"80, Learned, 80", "300, Declared, 250"})
  void whatIsDeclaredBoundsWhatIsLearned(double learned, ApiCeiling.Source source, double holds) {
    var ceiling = new ApiCeiling(learned, null, null, NOW, null);

    assertThat(ceiling.holds(null, Policy.between(1, 24).declared(250)))
        .isEqualTo(new Ceiling(holds, source));
  }

  private static Readings heldBack(double accepted) {
    return new Readings(
        3, 3, accepted, accepted, 0, 0, 9, .1, 2, 0, .5, 0, Set.of(), 15 * accepted, null);
  }
}
