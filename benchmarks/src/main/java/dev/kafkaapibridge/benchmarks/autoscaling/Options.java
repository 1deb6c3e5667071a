package dev.kafkaapibridge.benchmarks.autoscaling;

import dev.kafkaapibridge.benchmarks.autoscaling.control.Contestant;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The command line of {@link Run}.
 *
 * @param random how many scenarios are made besides those of the files
 * @param seed of the first of them; the others follow it
 * @param explain whether each run tells what it looked like and why, each 15 s, on stderr
 * @param save folder into which they are written; null: nowhere
 * @param report folder for ratios, tables and plots; null: none is written
 */
record Options(
    List<Path> files,
    List<Contestant> controllers,
    int random,
    long seed,
    @Nullable Path save,
    @Nullable Path report,
    boolean explain) {

  static final String USAGE =
      "usage: benchmarks/autoscaling/run SCENARIO.json... [--controllers "
          + Contestant.titles()
          + "]\n"
          + "       benchmarks/autoscaling/run --random N [--seed S] [--save FOLDER] [--controllers"
          + " ...]\n"
          + "       --report FOLDER: ratios to keda-hpa, a table and a plot of each scenario\n"
          + "       --explain: each run tells on stderr what it looks like and why, each 15 s";

  private static final List<String> NAMES =
      List.of("--controllers", "--random", "--seed", "--save", "--report");

  /** What can't be understood. */
  static final class Wrong extends Exception {
    Wrong(String message) {
      super(message);
    }
  }

  static Options parse(List<String> args) throws Wrong {
    var files = new ArrayList<Path>();
    List<Contestant> controllers = List.of(Contestant.values());
    int random = 0;
    long seed = 1;
    Path save = null;
    Path report = null;
    boolean explain = false;
    for (int i = 0; i < args.size(); i++) {
      String arg = args.get(i);
      if (!arg.startsWith("--")) {
        files.add(Path.of(arg));
        continue;
      }
      if (arg.equals("--explain")) {
        explain = true;
        continue;
      }
      int equals = arg.indexOf('=');
      String name = equals < 0 ? arg : arg.substring(0, equals);
      if (!NAMES.contains(name)) {
        throw new Wrong("unknown option: " + name);
      }
      if (equals < 0 && i + 1 == args.size()) {
        throw new Wrong(name + " lacks its value");
      }
      String value = equals < 0 ? args.get(++i) : arg.substring(equals + 1);
      switch (name) {
        case "--controllers" -> controllers = controllers(value);
        case "--random" -> random = (int) number(name, value, 1, 10_000);
        case "--seed" -> seed = number(name, value, Long.MIN_VALUE / 2, Long.MAX_VALUE / 2);
        case "--report" -> report = Path.of(value);
        default -> save = Path.of(value);
      }
    }
    if (files.isEmpty() && random == 0) {
      throw new Wrong("no scenario given");
    }
    return new Options(List.copyOf(files), controllers, random, seed, save, report, explain);
  }

  private static long number(String name, String value, long least, long most) throws Wrong {
    try {
      long number = Long.parseLong(value);
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw new Wrong(
        name + " must be a whole number from " + least + " to " + most + ", is " + value);
  }

  private static List<Contestant> controllers(String names) throws Wrong {
    var chosen = new ArrayList<Contestant>();
    for (String name : names.split(",")) {
      Contestant contestant = Contestant.named(name.strip());
      if (contestant == null) {
        throw new Wrong("unknown controller: " + name + "; known: " + Contestant.titles());
      }
      if (!chosen.contains(contestant)) {
        chosen.add(contestant);
      }
    }
    return List.copyOf(chosen);
  }
}
