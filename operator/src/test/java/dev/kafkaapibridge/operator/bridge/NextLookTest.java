package dev.kafkaapibridge.operator.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.operator.bridge.ReplicaDecision.Cause;
import dev.kafkaapibridge.operator.scale.Decision;
import dev.kafkaapibridge.operator.scale.Decision.Figures;
import dev.kafkaapibridge.operator.scale.Decision.Limit;
import dev.kafkaapibridge.operator.scale.Memory;
import dev.kafkaapibridge.operator.scale.Regime;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NextLookTest {

  @ParameterizedTest
  @CsvSource({"PT-3S, 2", "PT0S, 2", "PT20S, 2", "PT60S, 6", "PT5M, 15", "PT10H, 15"})
  void aDeletionThatTakesItsTimeIsLookedAtSeldomer(Duration since, int seconds) {
    assertThat(NextLook.leaving(since)).hasSeconds(seconds);
  }

  @ParameterizedTest
  @CsvSource({
    "Managed, Tracking, 5",
    "Managed, ApiDown, 5",
    "Managed, Idle, 10",
    "External, Tracking, 10",
    "ObserveOnly, Tracking, 10",
    "Managed,, 10",
  })
  void podsWithWorkAreAskedOftenerWhereTheOperatorCountsThem(
      Cause cause, @Nullable Regime regime, int seconds) {
    Decision counted =
        regime == null
            ? null
            : new Decision(
                3, regime, Limit.None, false, Figures.none(), "nothing new", Memory.empty());

    assertThat(NextLook.usual(new ReplicaDecision(3, cause, Limit.None, "so", 3, counted)))
        .hasSeconds(seconds);
  }
}
