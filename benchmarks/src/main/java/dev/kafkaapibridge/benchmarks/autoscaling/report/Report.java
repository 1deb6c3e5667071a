package dev.kafkaapibridge.benchmarks.autoscaling.report;

import dev.kafkaapibridge.benchmarks.autoscaling.report.Ratios.Pair;
import dev.kafkaapibridge.benchmarks.autoscaling.scenario.Scenario;
import dev.kafkaapibridge.benchmarks.autoscaling.world.Measured;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A folder with {@code report.md} and a plot of each scenario. */
public final class Report {

  /** With whom the others are compared. */
  private static final String BASELINE = "keda-hpa";

  private final StringBuilder text = new StringBuilder();

  private Report() {}

  /**
   * @param outcomes those of a scenario one after the other
   */
  public static void write(Path folder, List<Outcome> outcomes) throws IOException {
    Files.createDirectories(folder);
    Map<Scenario, List<Outcome>> byScenario = new LinkedHashMap<>();
    outcomes.forEach(
        each -> byScenario.computeIfAbsent(each.scenario(), s -> new ArrayList<>()).add(each));
    var report = new Report();
    report.add("# Autoscaling%n%n");
    report.ratios(byScenario);
    for (var each : byScenario.entrySet()) {
      String plot = each.getKey().name().replaceAll("[^A-Za-z0-9.-]", "_") + ".svg";
      Files.writeString(folder.resolve(plot), Plot.of(each.getKey(), each.getValue()));
      report.scenario(each.getKey(), each.getValue(), plot);
    }
    Files.writeString(folder.resolve("report.md"), report.text);
  }

  private void ratios(Map<Scenario, List<Outcome>> byScenario) {
    Map<String, List<Pair>> pairs = new LinkedHashMap<>();
    for (List<Outcome> outcomes : byScenario.values()) {
      Measured baseline = baseline(outcomes);
      for (Outcome each : outcomes) {
        if (baseline != null && !each.controller().equals(BASELINE)) {
          pairs
              .computeIfAbsent(each.controller(), c -> new ArrayList<>())
              .add(new Pair(each.measured(), baseline));
        }
      }
    }
    if (pairs.isEmpty()) {
      return;
    }
    add(
        "Geometric means of the ratios to %s over %d scenarios, both sides plus one for 429s, flaps and lag.%n%n",
        BASELINE, byScenario.size());
    add(
        "| | 429s | pod-hours | lag integral | flaps | most lag | most pod-hours |%n|---|---|---|---|---|---|---|%n");
    pairs.forEach((controller, of) -> {
      Ratios ratios = Ratios.of(of);
      add(
          "| %s | %.3f | %.2f | %.2f | %.2f | %.2f | %.2f |%n",
          controller,
          ratios.throttled(),
          ratios.podHours(),
          ratios.lag(),
          ratios.flaps(),
          ratios.mostLag(),
          ratios.mostPodHours());
    });
  }

  private static @Nullable Measured baseline(List<Outcome> outcomes) {
    return outcomes.stream()
        .filter(each -> each.controller().equals(BASELINE))
        .map(Outcome::measured)
        .findFirst()
        .orElse(null);
  }

  private void scenario(Scenario scenario, List<Outcome> outcomes, String plot) {
    add(
        "%n## %s%n%n![records that wait, pods, 429s and what was delivered](%s)%n%n",
        scenario.name(), plot);
    add(
        "| | lag integral | age p99 s | pod-hours | most pods | 429s | flaps | recovery s | undelivered |%n|---|---|---|---|---|---|---|---|---|%n");
    for (Outcome each : outcomes) {
      Measured measured = each.measured();
      Double recovery = measured.recoverySeconds();
      add(
          "| %s | %,.0f | %.1f | %.2f | %d | %,d | %d | %s | %,d |%n",
          each.controller(),
          measured.lagIntegral(),
          measured.ageP99(),
          measured.podHours(),
          measured.peakReplicas(),
          measured.throttled(),
          measured.flaps(),
          recovery == null ? "never" : String.format(Locale.ROOT, "%.0f", recovery),
          measured.undelivered());
    }
  }

  private void add(String format, Object... values) {
    text.append(String.format(Locale.ROOT, format, values));
  }
}
