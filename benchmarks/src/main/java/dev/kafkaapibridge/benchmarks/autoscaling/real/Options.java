package dev.kafkaapibridge.benchmarks.autoscaling.real;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The command line of {@link RealTime}.
 *
 * @param overloadSeconds how long twice as many records come as the API takes
 * @param save folder for what was seen each second; empty: nowhere
 */
record Options(int overloadSeconds, List<Contestant> contestants, Optional<Path> save) {

  static final String USAGE =
      """
      usage: benchmarks/autoscaling/real [--overload SECONDS] [--contestants managed,external,plain] [--save FOLDER]
        --overload: 60 to 3600; default: 600. Each contestant takes three and a half times as long.\
      """;

  /**
   * @throws IllegalArgumentException with a sentence for whoever wrote it
   */
  static Options parse(List<String> arguments) {
    int overload = 600;
    List<Contestant> contestants = List.of(Contestant.values());
    Optional<Path> save = Optional.empty();
    for (int i = 0; i < arguments.size(); i += 2) {
      String name = arguments.get(i);
      if (!List.of("--overload", "--contestants", "--save").contains(name)) {
        throw new IllegalArgumentException("unknown option: " + name);
      }
      if (i + 1 == arguments.size()) {
        throw new IllegalArgumentException(name + " lacks its value");
      }
      String value = arguments.get(i + 1);
      switch (name) {
        case "--overload" -> overload = seconds(value);
        case "--contestants" -> contestants = contestants(value);
        default -> save = Optional.of(Path.of(value));
      }
    }
    return new Options(overload, contestants, save);
  }

  private static int seconds(String value) {
    if (!value.matches("[0-9]{2,4}")
        || Integer.parseInt(value) < 60
        || Integer.parseInt(value) > 3600) {
      throw new IllegalArgumentException("--overload must be 60 to 3600 seconds, is " + value);
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
