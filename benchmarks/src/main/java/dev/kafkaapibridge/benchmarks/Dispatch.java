package dev.kafkaapibridge.benchmarks;

import dev.kafkaapibridge.sandbox.process.Folders;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * One record, one call: all contestants on the same broker, API and records, one after the other in
 * each round, so that what disturbs the machine disturbs all of them.
 */
public final class Dispatch {

  static final String USAGE =
      """
      usage: scripts/benchmark dispatch [--latencies 0,10,100] [--rounds 3] [--records 60000] [--steady 5]
                                        [--contestants NAME,...] [--before JAR]
                                        [--flags "JVM FLAGS"] [--into FOLDER]

        --latencies    milliseconds that the API takes
        --rounds       each contestant is measured so often; the table shows the median
        --records      in the topic before a contestant starts
        --steady       seconds at half the plain loop's rate, for the time from append to 2xx; 0: none
        --contestants  of: %s
        --before       another build of the bridge, which the contestant 'before' runs
        --flags        for all contestants' JVMs, besides %s
        --into         folder of the results; rounds are added to those that are there
      """;

  private static final Set<String> KNOWN =
      Pattern.compile("(?m)^ +(--[a-z]+) ")
          .matcher(USAGE)
          .results()
          .map(option -> option.group(1))
          .collect(Collectors.toUnmodifiableSet());

  private Dispatch() {}

  public static void main(String[] arguments) throws Exception {
    try {
      run(options(arguments));
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage());
      System.exit(2);
    }
  }

  private static void run(Map<String, String> options) throws Exception {
    List<Contestant> contestants = contestants(options.get("contestants"));
    int rounds = number(options, "rounds", 3);
    int records = number(options, "records", 60_000);
    int steady = number(options, "steady", 5);
    Path into = Path.of(options.getOrDefault("into", "benchmarks/results/latest"));
    Path root = Path.of(System.getProperty("kab.root", "."));
    String flags = options.getOrDefault("flags", "").strip();
    List<String> more = flags.isEmpty() ? List.of() : List.of(flags.split(" +"));

    var results = Results.in(into);
    Path scratch = Files.createTempDirectory("benchmark");
    Path jar = root.resolve("bridge-runtime/target/bridge-runtime.jar");
    Path before = Path.of(options.getOrDefault("before", jar.toString()));
    // A run leaves gigabytes there.
    try (AutoCloseable rest = () -> Folders.delete(scratch);
        var arena = new Arena(root, scratch, jar, before, more)) {
      for (int round = 0; round < rounds; round++) {
        for (String latency : options.getOrDefault("latencies", "0,10,100").split(",")) {
          var load = Load.of(records, Integer.parseInt(latency), steady);
          for (Contestant contestant : turn(contestants, round)) {
            Duration bound = Duration.ofSeconds(contestant == Contestant.SEQUENTIAL ? 6 : 30);
            var measured =
                arena.measure(
                    contestant,
                    load,
                    contestant == Contestant.SEQUENTIAL ? 0 : results.plainRate(load.name()) / 2,
                    bound);
            results.add(measured);
            System.err.printf(
                Locale.ROOT,
                "%-36s %-14s %7.0f/s own %.3f all %.3f warm, %4.0f MiB, first %.2f s, p50 %.1f p99 %.1f ms %s%n",
                measured.contestant(),
                measured.load(),
                measured.warmRate(),
                measured.warmOwn(),
                measured.warmAll(),
                measured.residentMiB(),
                measured.firstSeconds(),
                measured.p50(),
                measured.p99(),
                measured.flaw());
          }
        }
      }
    }
    results.write();
    System.out.println(results.table());
  }

  /**
   * Each round begins with another; the plain loop, whose rate is half of what follows, is first.
   */
  private static List<Contestant> turn(List<Contestant> contestants, int round) {
    var turned = new ArrayList<>(contestants);
    Collections.rotate(turned, -round);
    return turned;
  }

  private static List<Contestant> contestants(@org.jspecify.annotations.Nullable String names) {
    if (names == null) {
      return Contestant.USUAL;
    }
    return java.util.Arrays.stream(names.split(","))
        .map(name -> Contestant.valueOf(name.toUpperCase(Locale.ROOT).replace('-', '_')))
        .toList();
  }

  private static int number(Map<String, String> options, String name, int otherwise) {
    String value = options.get(name);
    return value == null ? otherwise : Integer.parseInt(value);
  }

  private static Map<String, String> options(String... arguments) {
    var options = new HashMap<String, String>();
    for (int i = 0; i < arguments.length; i += 2) {
      boolean known = KNOWN.contains(arguments[i]);
      if (!known || i + 1 == arguments.length) {
        throw new IllegalArgumentException(
            USAGE.formatted(
                String.join(
                    ", ",
                    java.util.Arrays.stream(Contestant.values())
                        .map(c -> c.name().toLowerCase(Locale.ROOT))
                        .toList()),
                String.join(" ", Arena.FLAGS)));
      }
      options.put(arguments[i].substring(2), arguments[i + 1]);
    }
    return options;
  }
}
