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

  /** While partitions move less is called, and a probe may be limited just then. */
  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        // believed, what was too much before, accepted beside a 429, settled, what is too much now
        "138, 133, 80,  false, 133",
        "138, 133, 136, false, 136",
        "138, -,   80,  false, 138",
        "-,   -,   80,  false, 80",
        "355, 138, 150, false, 150", // the belief had grown, for nobody was limited
        "138, 133, 80,  true,  80", // the limit has fallen
        "138, 133, 150, true,  150",
      })
  void whatIsTooMuchIsNotMeasuredWhilePartitionsMove(
      @Nullable Double believed,
      @Nullable Double before,
      double accepted,
      boolean settled,
      double tooMuch) {
    var ceiling = new ApiCeiling(believed, before, NOW.minusSeconds(60), NOW, null);

    ApiCeiling after =
        ceiling.after(limited(accepted), BACKLOGGED, SAMPLE, settled, false, 10, null, null);

    assertThat(after.opposedRate()).isEqualTo(tooMuch);
    assertThat(after.refutedAt()).isNull();
  }

  @Test
  void aBeliefThatBeganWhilePartitionsMovedRisesWithThem() {
    var unknown = new ApiCeiling(null, null, null, null, null);
    ApiCeiling first = unknown.after(limited(80), BACKLOGGED, SAMPLE, false, false, 10, null, null);
    ApiCeiling more =
        first.after(heldBack(133), BACKLOGGED, later(20), false, false, 20, null, null);
    ApiCeiling same = more.after(heldBack(135), BACKLOGGED, later(40), true, false, 20, null, null);
    assertThat(same.learned()).isEqualTo(135);

    ApiCeiling raised =
        more.after(heldBack(160), BACKLOGGED, later(40), true, false, 20, null, null);
    assertThat(raised.learned()).as("a seventh more, and it was accepted").isNull();
    assertThat(raised.refutedAt()).isEqualTo(later(40).at());
  }

  private static Sample later(int seconds) {
    return new Sample(NOW.plusSeconds(seconds), 3, List.of(), List.of(), true);
  }

  @ParameterizedTest
  @CsvSource({"80, Learned, 80", "300, Declared, 250"})
  void whatIsDeclaredBoundsWhatIsLearned(double learned, ApiCeiling.Source source, double holds) {
    var ceiling = new ApiCeiling(learned, null, null, NOW, null);

    assertThat(ceiling.holds(null, Policy.between(1, 24).declared(250)))
        .isEqualTo(new Ceiling(holds, source));
  }

  private static Readings heldBack(double accepted) {
    return readings(accepted, 0);
  }

  private static Readings limited(double accepted) {
    return readings(accepted, 2);
  }

  private static Readings readings(double accepted, double throttled) {
    return new Readings(
        3, 3, accepted, accepted, throttled, 0, 9, .1, 2, 0, .5, 0, Set.of(), 15 * accepted, null);
  }
}
