package dev.kafkaapibridge.runtime.deliver;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class GateTest {

  private static final Duration RARELY = Duration.ofMinutes(5);

  private long now;
  private final Gate gate = new Gate(() -> now);

  @Test
  void closedForATimeItOpensByItself() {
    gate.close(pass(), Duration.ofSeconds(2), RARELY);

    assertThat(waitOf(gate.enter())).isEqualTo(Duration.ofSeconds(2));
    after(Duration.ofSeconds(2));
    pass();
    pass();
  }

  @Test
  void closedForLongItLetsOneProbeThroughInEachInterval() {
    gate.close(pass(), Duration.ofHours(1), RARELY);

    assertThat(waitOf(gate.enter())).isEqualTo(RARELY);
    after(RARELY);
    assertThat(pass().probe()).isTrue();
    assertThat(waitOf(gate.enter())).as("one only").isEqualTo(RARELY);
  }

  @Test
  void aProbeThatWasNotSentIsGivenBack() {
    gate.close(pass(), Duration.ofHours(1), RARELY);
    after(RARELY);

    gate.giveBack(pass());

    assertThat(pass().probe()).isTrue();
  }

  @Test
  void aShorterWaitDoesNotOpenItEarlier() {
    Gate.Pass first = pass();
    Gate.Pass second = pass();
    assertThat(gate.close(first, Duration.ofSeconds(30), RARELY)).isTrue();
    assertThat(gate.close(second, Duration.ofSeconds(1), RARELY))
        .as("of the same batch: no news")
        .isFalse();

    after(Duration.ofSeconds(1));
    assertThat(waitOf(gate.enter())).isEqualTo(Duration.ofSeconds(29));
  }

  /** Sixty calls may be under way; one of them may be told to slow down when it is over. */
  @Test
  void whatOpenedItIsNoAnswerToAnOldCallThatClosesItAgain() {
    Gate.Pass first = pass();
    Gate.Pass old = pass();
    gate.close(first, Duration.ofSeconds(1), RARELY);
    after(Duration.ofSeconds(1));
    Gate.Pass between = pass();

    assertThat(gate.close(old, Duration.ofHours(1), RARELY)).isTrue();

    assertThat(gate.open(between)).as("it was let through before").isFalse();
    assertThat(gate.enter()).isInstanceOf(Gate.Entry.Wait.class);
  }

  @Test
  void aSuccessOpensItOnlyIfItsCallWasLetThroughSinceItClosed() {
    Gate.Pass sentBefore = pass();
    gate.close(pass(), Duration.ofHours(1), RARELY);

    assertThat(gate.open(sentBefore)).isFalse();
    assertThat(gate.enter()).isInstanceOf(Gate.Entry.Wait.class);

    after(RARELY);
    assertThat(gate.open(pass())).isTrue();
    assertThat(pass().probe()).isFalse();
  }

  private Gate.Pass pass() {
    return ((Gate.Entry.Go) gate.enter()).pass();
  }

  private static Duration waitOf(Gate.Entry entry) {
    return ((Gate.Entry.Wait) entry).time();
  }

  private void after(Duration time) {
    now += time.toNanos();
  }
}
