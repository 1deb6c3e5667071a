package dev.kafkaapibridge.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DemoOptionsTest {

  @Test
  void withoutOptionsItRunsTheFirstExampleHere() throws Exception {
    assertThat(DemoOptions.parse())
        .isEqualTo(
            new DemoOptions("orders-to-crm", 24_000, 200, 120, SandboxOptions.Home.Here, null));
  }

  @Test
  void everyOptionCounts() throws Exception {
    assertThat(
            DemoOptions.parse(
                "--example",
                "x",
                "--records",
                "7",
                "--rate",
                "0.5",
                "--seconds",
                "30",
                "--cluster",
                "--host",
                "10.0.0.1"))
        .isEqualTo(
            new DemoOptions("x", 7, 0.5, 30, SandboxOptions.Home.CurrentContext, "10.0.0.1"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --seconds 5           | --seconds takes a number from 10.0 to 86400, not 5
          --rate fast           | --rate takes a number from 0.1 to 100000, not fast
          --records             | --records needs a value
          --example --cluster   | --example needs a value
          --cluster             | --cluster needs --host: the address by which its pods reach this machine
          --host 10.0.0.1       | --host has a meaning only with --cluster
          --speed 5             | unknown option --speed
          """)
  void aWrongCommandLineIsNamed(String commandLine, String message) {
    assertThatThrownBy(() -> DemoOptions.parse(commandLine.split(" "))).hasMessage(message);
  }

  @Test
  void thePhasesFillTheTimeAndTheQuotaIsHalfTheRate() {
    var phases = DemoPhase.of(200, 100);

    assertThat(phases.stream().mapToLong(phase -> phase.lasts().toSeconds()).sum()).isEqualTo(200);
    assertThat(phases.get(1).switches().quota().requests()).isEqualTo(100);
    assertThat(phases.get(1).switches().quota().windowMillis()).isEqualTo(2000);
  }
}
