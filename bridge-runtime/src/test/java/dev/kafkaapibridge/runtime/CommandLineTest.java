package dev.kafkaapibridge.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CommandLineTest {

  @Test
  void aFileAloneIsEnough() throws Exception {
    assertThat(CommandLine.parse("/etc/bridge.yaml"))
        .isEqualTo(
            new CommandLine(
                false, Path.of("/etc/bridge.yaml"), 8080, "0.0.0.0", Path.of("/etc/refs"), null));
  }

  @Test
  void everyOptionCounts() throws Exception {
    assertThat(
            CommandLine.parse(
                "--port",
                "0",
                "--address",
                "127.0.0.2",
                "--refs",
                "r",
                "--started-at",
                "2026-11-01T00:00:00Z",
                "b.yaml"))
        .isEqualTo(
            new CommandLine(
                false,
                Path.of("b.yaml"),
                0,
                "127.0.0.2",
                Path.of("r"),
                Instant.parse("2026-11-01T00:00:00Z")));
  }

  @Test
  void aGroupIsDeletedByAWordInFront() throws Exception {
    assertThat(CommandLine.parse("delete-group", "b.yaml").deletesGroup()).isTrue();
    assertThat(CommandLine.parse("b.yaml").deletesGroup()).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
                                  | FILE is missing
          --port 70000 b.yaml     | --port takes a number from 0 to 65535, not 70000
          --port                  | --port needs a value
          --prot 1 b.yaml         | unknown option --prot
          a.yaml b.yaml           | one FILE only: b.yaml
          --started-at now b.yaml | --started-at takes a time such as 2026-11-01T00:00:00Z, not now
          """)
  void whatCannotBeUnderstoodIsNamed(String arguments, String message) {
    String[] split = arguments == null ? new String[0] : arguments.split(" ");
    assertThatThrownBy(() -> CommandLine.parse(split)).hasMessage(message);
  }
}
