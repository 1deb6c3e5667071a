package dev.kafkaapibridge.operator.bridge.report;

import static dev.kafkaapibridge.operator.bridge.observe.Pods.fleet;
import static dev.kafkaapibridge.operator.bridge.observe.Pods.says;
import static dev.kafkaapibridge.operator.bridge.observe.Pods.seen;
import static dev.kafkaapibridge.operator.bridge.observe.Pods.settled;
import static dev.kafkaapibridge.operator.bridge.report.ConditionType.ScalingActive;
import static dev.kafkaapibridge.operator.bridge.report.ConditionType.ScalingLimited;
import static dev.kafkaapibridge.operator.bridge.report.Situations.condition;
import static dev.kafkaapibridge.operator.bridge.report.Situations.running;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.api.v1alpha1.KafkaApiBridgeStatus;
import dev.kafkaapibridge.operator.bridge.observe.Observation;
import dev.kafkaapibridge.operator.scale.Decision.Limit;
import dev.kafkaapibridge.operator.scale.Regime;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A limit is told when it has been one for half a minute, unless something else changes too. */
class CalmedWordTest {

  private static final Observation TWO = seen(settled(2), fleet(says("a"), says("b")));

  private final CalmedWord calm = CalmedWord.ofScalingLimited();
  private final Situations bridge = running().limited(2, Limit.None);
  private KafkaApiBridgeStatus written = bridge.see(TWO);

  @Test
  void whatGoesToAndFroIsNotTold() {
    for (int i = 0; i < 20; i++) {
      assertThat(after10s(i % 2 == 0 ? Limit.Max : Limit.None)).isEqualTo("DesiredWithinRange");
    }
  }

  @Test
  void whatLastsIsToldAndSoIsItsEnd() {
    after10s(Limit.Max);
    after10s(Limit.Max);
    assertThat(after10s(Limit.Max)).isEqualTo("DesiredWithinRange");
    assertThat(after10s(Limit.Max)).isEqualTo("TooManyReplicas");

    after10s(Limit.None);
    after10s(Limit.None);
    assertThat(after10s(Limit.None)).isEqualTo("TooManyReplicas");
    assertThat(after10s(Limit.None)).isEqualTo("DesiredWithinRange");
  }

  @Test
  void aProcessThatHasJustBegunGoesByWhatWasWritten() {
    after10s(Limit.Max);

    assertThat(look(CalmedWord.ofScalingLimited(), 2, Limit.Max)).isEqualTo("DesiredWithinRange");
  }

  @Test
  void withAnotherNumberOrAnotherSpecItIsToldAtOnce() {
    assertThat(look(calm, 3, Limit.Max)).isEqualTo("TooManyReplicas");
    bridge.generation(2);
    assertThat(look(calm, 3, Limit.None)).isEqualTo("DesiredWithinRange");
  }

  @Test
  void aWayOfCountingThatGoesToAndFroIsNotToldEither() {
    CalmedWord regimes = CalmedWord.ofScalingActive();
    for (int i = 0; i < 20; i++) {
      Regime regime = i % 2 == 0 ? Regime.ApiBound : Regime.Tracking;
      bridge.after(Duration.ofSeconds(10));
      KafkaApiBridgeStatus fresh = bridge.decided(2, regime, Limit.None, "demand 80/s").see(TWO);
      written = regimes.settle(written, fresh, bridge.now());

      assertThat(condition(written, ScalingActive).reason()).isEqualTo("Tracking");
    }
  }

  private String after10s(Limit limit) {
    bridge.after(Duration.ofSeconds(10));
    return look(calm, 2, limit);
  }

  private String look(CalmedWord with, int replicas, Limit limit) {
    KafkaApiBridgeStatus fresh = bridge.limited(replicas, limit).see(TWO);
    written = with.settle(written, fresh, bridge.now());
    return condition(written, ScalingLimited).reason();
  }
}
