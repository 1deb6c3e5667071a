package dev.kafkaapibridge.benchmarks.autoscaling.real;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The command line of {@link RealTime}.
 *
 * @param unitSeconds how long the busiest stretch lasts
 * @param save folder for what was seen each second; empty: nowhere
 */
record Options(Load load, int unitSeconds, List<Contestant> contestants, Optional<Path> save) {

  static final String USAGE =
      """
      usage: benchmarks/autoscaling/real [--load beyond|within] [--unit SECONDS] [--contestants managed,external,plain] [--save FOLDER]
        --load: more records than the API takes and then fewer (beyond, the default), or always fewer (within)
        --unit: how long most records come; 60 to 3600, default 600. Each contestant takes %s times as long, %s times with within.\
      """
          .formatted(Load.BEYOND.units(), Load.WITHIN.units());

  /**
   * @throws IllegalArgumentException with a sentence for whoever wrote it
   */
  static Options parse(List<String> arguments) {
    Load load = Load.BEYOND;
    int unit = 600;
    List<Contestant> contestants = List.of(Contestant.values());
    Optional<Path> save = Optional.empty();
    for (int i = 0; i < arguments.size(); i += 2) {
      String name = arguments.get(i);
      if (i + 1 == arguments.size()) {
        throw new IllegalArgumentException(name + " lacks its value");
      }
      String value = arguments.get(i + 1);
      switch (name) {
        case "--load" -> load = load(value);
        case "--unit" -> unit = seconds(value);
        case "--contestants" -> contestants = contestants(value);
        case "--save" -> save = Optional.of(Path.of(value));
        default -> throw new IllegalArgumentException("unknown option: " + name);
      }
    }
    return new Options(load, unit, contestants, save);
  }

  private static Load load(String title) {
    return Load.named(title)
        .orElseThrow(() -> new IllegalArgumentException("unknown load: " + title));
  }

  private static int seconds(String value) {
    if (!value.matches("[0-9]{2,4}")
        || Integer.parseInt(value) < 60
        || Integer.parseInt(value) > 3600) {
      throw new IllegalArgumentException("--unit must be 60 to 3600 seconds, is " + value);
    }
    return Integer.parseInt(value);
  }

  private static List<Contestant> contestants(String titles) {
    var contestants = new ArrayList<Contestant>();
    for (String title : titles.split(",", -1)) {
      contestants.add(
          Contestant.named(title)
              .orElseThrow(() -> new IllegalArgumentException("unknown contestant: " + title)));
    }
    return List.copyOf(contestants);
  }
}
