package dev.kafkaapibridge.operator.bridge.observe;

import static dev.kafkaapibridge.operator.bridge.observe.Pods.fleet;
import static dev.kafkaapibridge.operator.bridge.observe.Pods.pod;
import static dev.kafkaapibridge.operator.bridge.observe.Pods.says;
import static dev.kafkaapibridge.operator.bridge.observe.Pods.silent;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.operator.bridge.observe.Fleet.Member;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ResetNewsTest {

  private final ResetNews news = new ResetNews();

  @Test
  void eachIsToldOnce() {
    assertThat(offsets(reports("a", 10))).containsExactly(10L);
    assertThat(offsets(reports("a", 10))).isEmpty();
    assertThat(offsets(reports("a", 10, 12, 13))).containsExactly(12L, 13L);
    assertThat(offsets(reports("a", 10, 12, 13), reports("b", 11))).containsExactly(11L);
    assertThat(offsets(silent(pod("a")), reports("b", 11))).isEmpty();
    assertThat(offsets(reports("a", 10, 12, 13), reports("b", 11))).isEmpty();
  }

  @Test
  void ofAPodThatWasNotSeenBeforeOnlyTheLastMinuteIsNews() {
    assertThat(
            offsets(
                says(
                    "a", "kafka.positionResets", resets("10:00:10"), "reportedAt", at("10:01:10"))))
        .hasSize(1);
    assertThat(
            offsets(
                says(
                    "b", "kafka.positionResets", resets("10:00:10"), "reportedAt", at("10:01:11"))))
        .isEmpty();
  }

  @Test
  void aPodThatIsSilentTellsNothing() {
    assertThat(offsets(silent(pod("a")))).isEmpty();
  }

  private List<Long> offsets(Member... members) {
    return news.in(fleet(members)).stream().map(PositionReset::to).toList();
  }

  /** Resets at these seconds, to offsets of the same number. */
  private static Member reports(String pod, int... seconds) {
    return says(
        pod,
        "kafka.positionResets",
        IntStream.of(seconds)
            .mapToObj(second -> reset("10:00:%02d".formatted(second), second))
            .collect(Collectors.joining(",", "[", "]")));
  }

  private static String resets(String time) {
    return "[" + reset(time, 1) + "]";
  }

  private static String reset(String time, long to) {
    return "{\"at\": %s, \"reason\": \"OffsetOutOfRange\", \"topic\": \"orders\", \"partition\": 0, \"from\": 0, \"to\": %d}"
        .formatted(at(time), to);
  }

  private static String at(String time) {
    return "\"2026-11-25T" + time + "Z\"";
  }
}
