package dev.kafkaapibridge.operator.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReplicasTest {

  @ParameterizedTest
  @CsvSource({
    // mode, asked, min, max, decided
    "Disabled, 0, 1, 10, 0",
    "Disabled, 25, 1, 10, 25",
    "External, 0, 1, 10, 0",
    "External, 25, 1, 10, 25",
    "Managed, 3, 1, 10, 3",
    "Managed, 0, 1, 10, 1",
    "Managed, 1, 2, 10, 2",
    "Managed, 25, 2, 10, 10",
    "Managed, 25, 4, 4, 4",
  })
  void decides(String mode, int asked, int min, int max, int decided) {
    String yaml =
        Bridges.MINIMAL
            + "  replicas: %d\n  autoscaling: {mode: %s, minReplicas: %d, maxReplicas: %d}\n"
                .formatted(asked, mode, min, max);

    assertThat(Replicas.decide(Bridges.accepted(yaml).spec())).isEqualTo(decided);
  }
}
