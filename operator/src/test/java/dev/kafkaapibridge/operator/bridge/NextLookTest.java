package dev.kafkaapibridge.operator.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NextLookTest {

  @ParameterizedTest
  @CsvSource({"PT-3S, 2", "PT0S, 2", "PT20S, 2", "PT60S, 6", "PT5M, 15", "PT10H, 15"})
  void aDeletionThatTakesItsTimeIsLookedAtSeldomer(Duration since, int seconds) {
    assertThat(NextLook.leaving(since)).hasSeconds(seconds);
  }
}
