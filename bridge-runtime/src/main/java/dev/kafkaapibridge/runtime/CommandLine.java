package dev.kafkaapibridge.runtime;

import java.nio.file.Path;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was asked for on the command line.
 *
 * @param deletesGroup whether the bridge's consumer group is to be deleted, instead of running it
 * @param port 0: any that is free
 * @param refs folder of Secrets and ConfigMaps as files
 * @param startedAt when the bridge started for the first time, so that startFrom no longer applies;
 *     null: unknown
 */
record CommandLine(
    boolean deletesGroup,
    Path file,
    int port,
    String address,
    Path refs,
    @Nullable Instant startedAt) {

  static final String USAGE =
      """
      usage: java -jar bridge-runtime.jar [--port 8080] [--address 0.0.0.0] [--refs DIR] [--started-at TIME] FILE
             java -jar bridge-runtime.jar delete-group [--refs DIR] FILE
             java -jar bridge-runtime.jar dead-letters list|show|export -f FILE ...

        delete-group       deletes the bridge's consumer group and its offsets, instead of running the bridge
        dead-letters       shows what lies in the bridge's dead-letter topic
        FILE               a KafkaApiBridge, the very YAML that kubectl apply takes
        --port PORT        of /healthz, /readyz, /metrics and /status; 0 takes any free one and prints it
        --address ADDRESS  that the port is opened on
        --refs DIR         Secrets and ConfigMaps as files, DIR/secret/NAME/KEY; default: refs beside FILE
        --started-at TIME  the bridge has run before, since then (2026-11-01T00:00:00Z): a missing offset means the
                           earliest record, and spec.kafka.startFrom doesn't apply
      """;

  /** A command line that can't be understood. */
  static final class Unusable extends Exception {
    Unusable(String message) {
      super(message);
    }
  }

  static CommandLine parse(String... arguments) throws Unusable {
    var left = new ArrayDeque<>(List.of(arguments));
    boolean deletesGroup = "delete-group".equals(left.peekFirst());
    if (deletesGroup) {
      left.removeFirst();
    }
    int port = 8080;
    String address = "0.0.0.0";
    Path refs = null;
    Path file = null;
    Instant startedAt = null;
    while (!left.isEmpty()) {
      String argument = left.removeFirst();
      switch (argument) {
        case "--port" -> port = port(value(argument, left));
        case "--address" -> address = value(argument, left);
        case "--refs" -> refs = Path.of(value(argument, left));
        case "--started-at" -> startedAt = time(value(argument, left));
        default -> {
          if (argument.startsWith("-") || file != null) {
            throw new Unusable(
                (argument.startsWith("-") ? "unknown option " : "one FILE only: ") + argument);
          }
          file = Path.of(argument);
        }
      }
    }
    if (file == null) {
      throw new Unusable("FILE is missing");
    }
    return new CommandLine(
        deletesGroup,
        file,
        port,
        address,
        refs != null ? refs : file.toAbsolutePath().resolveSibling("refs"),
        startedAt);
  }

  private static String value(String option, ArrayDeque<String> left) throws Unusable {
    String value = left.pollFirst();
    if (value == null) {
      throw new Unusable(option + " needs a value");
    }
    return value;
  }

  private static int port(String text) throws Unusable {
    try {
      int port = Integer.parseInt(text);
      if (port >= 0 && port <= 65535) {
        return port;
      }
    } catch (NumberFormatException e) {
      // falls through to the one message
    }
    throw new Unusable("--port takes a number from 0 to 65535, not " + text);
  }

  private static Instant time(String text) throws Unusable {
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeParseException e) {
      throw new Unusable("--started-at takes a time such as 2026-11-01T00:00:00Z, not " + text);
    }
  }
}
