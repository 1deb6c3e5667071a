package dev.kafkaapibridge.sandbox.view;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.sandbox.BridgeState;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import org.jline.utils.AttributedString;
import org.junit.jupiter.api.Test;

class ScreenTest {

  private static final Snapshot NOW =
      new Snapshot(
          "orders-to-crm",
          "good weather",
          Duration.ofSeconds(75),
          12_345,
          200.4,
          12_000,
          180,
          42,
          3,
          7,
          OptionalLong.of(345),
          new BridgeState(
              true,
              List.of(
                  new BridgeState.Condition(
                      "Ready", "True", "Running", "1 of 1 replicas are ready"),
                  new BridgeState.Condition("Reconciling", "False", "Done", ""),
                  new BridgeState.Condition("TargetHealthy", "False", "CircuitOpen", "it fails")),
              1L,
              1L,
              null,
              300L,
              null),
          List.of(
              new Snapshot.PodLine(
                  "orders-to-crm-bridge-abc", "Running", true, 2, "127.0.1.2", "circuit Open")));

  @Test
  void theScreenShowsEverythingThatMatters() {
    List<String> lines =
        Screen.lines(NOW, List.of(0L, 100L, 345L), List.of("kubectl get kab -w"), 120).stream()
            .map(AttributedString::toString)
            .toList();

    assertThat(lines)
        .containsExactly(
            "orders-to-crm  01:15  good weather",
            "",
            "produced     12,345      200/s        lag           345  ▁▃█",
            "delivered    12,000      180/s        replicas  1 ready of 1, ? desired",
            "429              42        3/s        failed    7",
            "",
            "Ready           True    Running                1 of 1 replicas are ready",
            "Reconciling     False   Done                   ",
            "TargetHealthy   False   CircuitOpen            it fails",
            "",
            "pod orders-to-crm-bridge-abc  Running, ready  restarts 2  127.0.1.2  circuit Open",
            "",
            "kubectl get kab -w");
  }

  @Test
  void noLineIsWiderThanTheTerminal() {
    assertThat(Screen.lines(NOW, List.of(), List.of("x".repeat(200)), 60))
        .allSatisfy(line -> assertThat(line.columnLength()).isLessThan(60));
  }

  @Test
  void withoutATerminalThereIsALineNowAndThen() {
    var bytes = new ByteArrayOutputStream();
    try (var view = LiveView.inLines(new PrintStream(bytes, true, StandardCharsets.UTF_8))) {
      view.announce("-- good weather");
      view.show(NOW);
      view.show(NOW); // too soon for another
      view.conclude(List.of("lost 0"));
    }

    assertThat(bytes.toString(StandardCharsets.UTF_8))
        .isEqualTo(
            """
            -- good weather
            01:15  produced 12,345  delivered 12,000 (180/s)  lag 345  429s 42  failed 7  \
            replicas 1 ready of 1, ? desired  Ready=True TargetHealthy=False

            lost 0
            """);
  }
}
