package dev.kafkaapibridge.sandbox.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.sandbox.api.Call;
import dev.kafkaapibridge.sandbox.bridge.Repetitions.Crash;
import dev.kafkaapibridge.sandbox.bridge.Repetitions.Repetition;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A crash at second 10; what ended at most 3 s before it may come again. */
class RepetitionsTest {

  private static final Instant START = Instant.parse("2026-11-25T00:00:00Z");
  private static final Crash CRASH = Crash.at(START.plusSeconds(10));
  private static final Duration UNCOMMITTED = Duration.ofSeconds(3);

  @Test
  void whatEndedShortlyBeforeACrashAndComesAgainAfterItIsExplained() {
    var repetitions = Repetitions.in(List.of(accepted(8, 1), accepted(9, 2), accepted(12, 1)));

    assertThat(repetitions.all()).extracting(Repetition::sequence).containsExactly(1L);
    assertThat(repetitions.unexplained(List.of(CRASH), UNCOMMITTED)).isEmpty();
    assertThat(repetitions.secondsBefore(CRASH)).isEqualTo(Map.of(2L, 1));
  }

  @Test
  void nothingExplainsWhatEndedLongBefore() {
    var repetitions = Repetitions.in(List.of(accepted(5, 1), accepted(12, 1)));

    assertThat(repetitions.unexplained(List.of(CRASH), UNCOMMITTED)).hasSize(1);
  }

  @Test
  void nothingExplainsWhatComesAgainBefore() {
    var repetitions = Repetitions.in(List.of(accepted(8, 1), accepted(9, 1)));

    assertThat(repetitions.unexplained(List.of(CRASH), UNCOMMITTED)).hasSize(1);
  }

  @Test
  void nothingExplainsWhatFirstCameAfterwards() {
    var repetitions = Repetitions.in(List.of(accepted(15, 1), accepted(16, 1)));

    assertThat(repetitions.unexplained(List.of(CRASH), UNCOMMITTED)).hasSize(1);
  }

  @Test
  void betweenCrashesAKeyAscends() {
    var inOrder = List.of(accepted(8, 1), accepted(9, 2), accepted(12, 1), accepted(13, 2));
    var overtaken = List.of(accepted(8, 1), accepted(9, 2), accepted(12, 2), accepted(13, 1));

    assertThat(Repetitions.overtaken(inOrder, List.of(CRASH))).isEmpty();
    assertThat(Repetitions.overtaken(overtaken, List.of(CRASH))).containsExactly(overtaken.get(3));
  }

  private static Call accepted(long second, long sequence) {
    var record = new Call.Numbered("order-1", sequence);
    return new Call(
        second,
        START.plusSeconds(second),
        "POST",
        "/",
        "key-" + sequence,
        1,
        Map.of(),
        "",
        List.of(record),
        200,
        true);
  }
}
