package dev.kafkaapibridge.operator.bridge.observe;

import static dev.kafkaapibridge.operator.bridge.observe.Pods.fleet;
import static dev.kafkaapibridge.operator.bridge.observe.Pods.pod;
import static dev.kafkaapibridge.operator.bridge.observe.Pods.says;
import static dev.kafkaapibridge.operator.bridge.observe.Pods.silent;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.operator.bridge.observe.Fleet.Member;
import org.junit.jupiter.api.Test;

class DeadLetterCountTest {

  private final DeadLetterCount count = new DeadLetterCount();

  @Test
  void addsUpOverPodsAndRestarts() {
    assertThat(count.total(null, fleet(wrote("a", 3, "one"), wrote("b", 4, "one")))).isEqualTo(7);
    assertThat(count.total(7L, fleet(wrote("a", 5, "one"), wrote("b", 4, "one")))).isEqualTo(9);
    // b's process began anew
    assertThat(count.total(9L, fleet(wrote("a", 5, "one"), wrote("b", 1, "two")))).isEqualTo(10);
    // a is gone, c came
    assertThat(count.total(10L, fleet(wrote("b", 1, "two"), wrote("c", 2, "one")))).isEqualTo(12);
  }

  @Test
  void aPodThatIsSilentForAWhileIsNotCountedTwice() {
    count.total(null, fleet(wrote("a", 3, "one")));
    assertThat(count.total(3L, fleet(silent(pod("a"))))).isEqualTo(3);
    assertThat(count.total(3L, fleet(wrote("a", 4, "one")))).isEqualTo(4);
  }

  @Test
  void aNewOperatorGoesOnFromTheStatus() {
    assertThat(count.total(100L, fleet(wrote("a", 30, "one")))).isEqualTo(100);
    assertThat(count.total(100L, fleet(wrote("a", 31, "one")))).isEqualTo(101);
  }

  @Test
  void aNewOperatorFindsWhatWasWrittenWithoutIt() {
    assertThat(count.total(10L, fleet(wrote("a", 30, "one")))).isEqualTo(30);
  }

  @Test
  void nobodySpeaksNothingIsKnown() {
    assertThat(count.total(null, fleet())).isNull();
    assertThat(count.total(5L, fleet())).isEqualTo(5);
  }

  @Test
  void theStatusMayLagBehind() {
    count.total(null, fleet(wrote("a", 3, "one")));
    count.total(null, fleet(wrote("a", 8, "one")));
    assertThat(count.total(3L, fleet(wrote("a", 9, "one")))).isEqualTo(9);
  }

  @Test
  void aPodThatCountsWhatItLikesGetsNowhere() {
    Long total = null;
    for (int i = 0; i < 20; i++) {
      total = count.total(total, fleet(wrote("a", 999_999_999_999_999L, "process-" + i)));
    }
    assertThat(total).isEqualTo(1_000_000_000_000_000L);
  }

  private static Member wrote(String pod, long records, String process) {
    return says(pod, "deadLetter.records", "" + records, "processStartedAt", "\"" + process + "\"");
  }
}
