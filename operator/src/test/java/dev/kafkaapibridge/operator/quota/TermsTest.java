package dev.kafkaapibridge.operator.quota;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class TermsTest {

  private static final Duration SECOND = Duration.ofSeconds(1);

  @Test
  void aPartHasItsShareOfTheBurst() {
    assertThat(new Terms(100, SECOND, 50).part(33)).isEqualTo(new Terms(33, SECOND, 16));
    assertThat(new Terms(100, SECOND, 0).part(33)).isEqualTo(new Terms(33, SECOND, 0));
    assertThat(new Terms(100, SECOND, 2).part(33)).isEqualTo(new Terms(33, SECOND, 1));
    assertThat(new Terms(10_000_000, SECOND, 10_000_000).part(9_999_999).burst())
        .isEqualTo(9_999_999);
  }

  @Test
  void ofDeclarationsThatDifferTheLowestRateCounts() {
    var slow = new Terms(90, SECOND, 500);
    var slowByTheMinute = new Terms(5_000, Duration.ofMinutes(1), 0);
    var strict = new Terms(100, SECOND, 0);
    var burst = new Terms(100, SECOND, 10);
    assertThat(List.of(burst, slow, strict, slowByTheMinute).stream().sorted(Terms.LOWEST_FIRST))
        .containsExactly(slowByTheMinute, slow, strict, burst);
  }

  @Test
  void inAnotherPeriodItIsRoundedUp() {
    assertThat(new Terms(100, Duration.ofMinutes(1), 0).in(new Terms(7, SECOND, 0))).isEqualTo(2);
    assertThat(new Terms(7, SECOND, 0).in(new Terms(1, Duration.ofMinutes(1), 0))).isEqualTo(420);
  }

  @Test
  void whatWasSentCountsForAPeriodOrUntilTheBucketIsFull() {
    assertThat(new Terms(100, SECOND, 0).memory()).isEqualTo(SECOND);
    assertThat(new Terms(100, SECOND, 50).memory()).isEqualTo(SECOND);
    assertThat(new Terms(100, SECOND, 500).memory()).isEqualTo(Duration.ofSeconds(5));
  }

  @Test
  void isReadAsItWasWritten() {
    for (Terms terms : List.of(new Terms(1, SECOND, 0), new Terms(33, Duration.ofHours(24), 16))) {
      assertThat(Terms.read(terms.written())).contains(terms);
    }
    for (String odd : List.of("", "0/1000ms+0", "5/0ms+1", "5/1000ms", "x5/1000ms+1", "5/1s+1")) {
      assertThat(Terms.read(odd)).as(odd).isEmpty();
    }
  }
}
