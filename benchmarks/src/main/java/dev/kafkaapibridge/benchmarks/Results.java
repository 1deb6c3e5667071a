package dev.kafkaapibridge.benchmarks;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** What was measured, in a file, and the table made from it. */
final class Results {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final Path folder;
  private final List<Measurement> measurements;

  private Results(Path folder, List<Measurement> measurements) {
    this.folder = folder;
    this.measurements = measurements;
  }

  /** Goes on with what is in this folder. */
  static Results in(Path folder) throws IOException {
    Path file = folder.resolve("measurements.json");
    List<Measurement> before =
        Files.exists(file)
            ? JSON.readValue(file.toFile(), new TypeReference<ArrayList<Measurement>>() {})
            : new ArrayList<>();
    return new Results(folder, before);
  }

  void add(Measurement measurement) {
    measurements.add(measurement);
  }

  /** Median of the plain loop's warm rate, 0 while it was not measured. */
  double plainRate(String load) {
    return Spread.of(
            measurements.stream()
                .filter(m -> m.load().equals(load))
                .filter(m -> m.contestant().equals(Contestant.PLAIN.title))
                .mapToDouble(Measurement::warmRate))
        .medianOr(0);
  }

  void write() throws IOException {
    Files.createDirectories(folder);
    JSON.writerWithDefaultPrettyPrinter()
        .writeValue(folder.resolve("measurements.json").toFile(), measurements);
    Files.writeString(folder.resolve("table.md"), table());
  }

  /** In Markdown: for each load the contestants, in the order in which they were measured. */
  String table() {
    var text = new StringBuilder();
    Map<String, Map<String, List<Measurement>>> byLoad = new LinkedHashMap<>();
    measurements.forEach(m ->
        byLoad
            .computeIfAbsent(m.load(), load -> new LinkedHashMap<>())
            .computeIfAbsent(m.contestant(), contestant -> new ArrayList<>())
            .add(m));
    byLoad.forEach((load, byContestant) -> {
      text.append("### ")
          .append(load)
          .append(
              """
               in flight

              | | records/s, warm | of plain | own CPU, warm | own CPU, all | CPU with JIT and GC, warm | all | peak MiB | first record s | p50 ms | p99 ms | flaw |
              |---|---|---|---|---|---|---|---|---|---|---|---|
              """);
      double plain = plainRate(load);
      byContestant.forEach((contestant, rounds) ->
          text.append(
              "| %s (%d) | %s | %s | %s | %s | %s | %s | %s | %s | %s | %s | %s |%n"
                  .formatted(
                      contestant,
                      rounds.size(),
                      column(rounds, Measurement::warmRate, "%,.0f"),
                      plain == 0
                          ? "-"
                          : String.format(
                              Locale.ROOT,
                              "%.2f",
                              Spread.of(rounds.stream().mapToDouble(Measurement::warmRate))
                                      .medianOr(0)
                                  / plain),
                      column(rounds, Measurement::warmOwn, "%.2f"),
                      column(rounds, Measurement::own, "%.2f"),
                      column(rounds, Measurement::warmAll, "%.2f"),
                      column(rounds, Measurement::all, "%.2f"),
                      column(rounds, Measurement::residentMiB, "%.0f"),
                      column(rounds, Measurement::firstSeconds, "%.2f"),
                      column(rounds, Measurement::p50, "%.1f"),
                      column(rounds, Measurement::p99, "%.1f"),
                      String.join(
                          "; ",
                          rounds.stream()
                              .map(Measurement::flaw)
                              .filter(flaw -> !flaw.isEmpty())
                              .toList()))));
      text.append('\n');
    });
    return text.toString();
  }

  private static String column(
      List<Measurement> rounds, ToDoubleFunction<Measurement> of, String format) {
    return Spread.of(rounds.stream().mapToDouble(of)).shown(format);
  }
}
