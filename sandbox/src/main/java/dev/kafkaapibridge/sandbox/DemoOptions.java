package dev.kafkaapibridge.sandbox;

import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was asked for on the demo's command line.
 *
 * @param example folder in {@code examples/}
 * @param records to produce; at least 1
 * @param rate records a second; above 0
 * @param seconds of the guided part, before the rest is drained; at least 10
 * @param home where pods run
 * @param host by which pods of the user's own cluster reach this machine
 */
record DemoOptions(
    String example,
    int records,
    double rate,
    int seconds,
    SandboxOptions.Home home,
    @Nullable String host) {

  /** A command line that can't be used. */
  static final class Unusable extends Exception {
    private static final long serialVersionUID = 1L;

    Unusable(String message) {
      super(message);
    }
  }

  static DemoOptions parse(String... arguments) throws Unusable {
    var left = new ArrayDeque<>(List.of(arguments));
    String example = "orders-to-crm";
    int records = 0;
    double rate = 200;
    int seconds = 120;
    var home = SandboxOptions.Home.Here;
    String host = null;
    while (!left.isEmpty()) {
      String option = left.removeFirst();
      switch (option) {
        case "--example" -> example = value(option, left);
        case "--records" -> records = (int) number(option, left, 1, 10_000_000);
        case "--rate" -> rate = number(option, left, 0.1, 100_000);
        case "--seconds" -> seconds = (int) number(option, left, 10, 86_400);
        case "--cluster" -> home = SandboxOptions.Home.CurrentContext;
        case "--host" -> host = value(option, left);
        default -> throw new Unusable("unknown option " + option);
      }
    }
    boolean cluster = home == SandboxOptions.Home.CurrentContext;
    if (cluster != (host != null)) {
      throw new Unusable(
          cluster
              ? "--cluster needs --host: the address by which its pods reach this machine"
              : "--host has a meaning only with --cluster");
    }
    return new DemoOptions(
        example, records > 0 ? records : (int) (rate * seconds), rate, seconds, home, host);
  }

  private static String value(String option, ArrayDeque<String> left) throws Unusable {
    String value = left.pollFirst();
    if (value == null || value.startsWith("--")) {
      throw new Unusable(option + " needs a value");
    }
    return value;
  }

  private static double number(String option, ArrayDeque<String> left, double least, double most)
      throws Unusable {
    String text = value(option, left);
    try {
      double number = Double.parseDouble(text);
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // falls through to the one message
    }
    throw new Unusable(
        "%s takes a number from %.1f to %.0f, not %s".formatted(option, least, most, text));
  }
}
