package dev.kafkaapibridge.runtime.letters;

import dev.kafkaapibridge.api.validation.Gep2257;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What {@code dead-letters} was asked for. Pure.
 *
 * @param refs folder of Secrets and ConfigMaps as files
 * @param since which failed then or later
 * @param until which failed before
 * @param causes empty: any
 * @param statuses empty: any
 * @param limit so many at the most
 */
public record LetterQuery(
    What what,
    Path file,
    Path refs,
    Optional<Instant> since,
    Optional<Instant> until,
    Set<String> causes,
    Set<String> statuses,
    long limit) {

  /** What of which letters. */
  public sealed interface What {
    /** A line for each, without what the record holds. */
    record Overview() implements What {}

    /** A line for each, with all that there is. */
    record Whole() implements What {}

    /** All of one, by where it lies in the dead-letter topic. */
    record One(int partition, long offset) implements What {}
  }

  /** A command line that can't be understood. */
  public static final class Unusable extends Exception {
    Unusable(String message) {
      super(message);
    }
  }

  public static final String USAGE =
      """
      usage: java -jar bridge-runtime.jar dead-letters list   -f FILE [--refs DIR] [FILTER ...]
             java -jar bridge-runtime.jar dead-letters export -f FILE [--refs DIR] [FILTER ...]
             java -jar bridge-runtime.jar dead-letters show   -f FILE [--refs DIR] PARTITION@OFFSET

        list               one JSON object a line: where it lies, its key, why it is there, where it came from
        export             the same with all headers and the value
        show               one of them, laid out for reading
        -f FILE            a KafkaApiBridge, the very YAML that kubectl apply takes: brokers, credentials, topic
        --refs DIR         Secrets and ConfigMaps as files, DIR/secret/NAME/KEY; default: refs beside FILE
        --since TIME       failed then or later: 2026-11-01T00:00:00Z, or so long ago: 90m
        --until TIME       failed before
        --cause WORD       Refused, AttemptsExhausted, TooOld, CircuitOpen; may stand several times
        --status STATUS    HTTP status or gRPC code of the last call, - where there was no answer; may stand several times
        --limit N          no more than N

      Commits nothing and joins no group. Exit codes: 0 done, 1 the brokers or the topic say no, 2 not understood.
      """;

  private static final Pattern PLACE = Pattern.compile("(\\d{1,9})@(\\d{1,18})");

  /**
   * @param arguments behind {@code dead-letters}
   */
  public static LetterQuery parse(List<String> arguments, Instant now) throws Unusable {
    var left = new ArrayDeque<>(arguments);
    String verb = left.isEmpty() ? "" : left.removeFirst();
    if (!Set.of("list", "export", "show").contains(verb)) {
      throw new Unusable("dead-letters list, export or show, not '" + verb + "'");
    }
    Path file = null;
    Path refs = null;
    Optional<Instant> since = Optional.empty();
    Optional<Instant> until = Optional.empty();
    var causes = new HashSet<String>();
    var statuses = new HashSet<String>();
    long limit = Long.MAX_VALUE;
    Optional<What.One> place = Optional.empty();
    boolean filtered = false;
    while (!left.isEmpty()) {
      String argument = left.removeFirst();
      filtered |= argument.startsWith("--") && !argument.equals("--refs");
      switch (argument) {
        case "-f" -> file = Path.of(value(argument, left));
        case "--refs" -> refs = Path.of(value(argument, left));
        case "--since" -> since = Optional.of(time(argument, left, now));
        case "--until" -> until = Optional.of(time(argument, left, now));
        case "--cause" -> causes.add(value(argument, left));
        case "--status" -> statuses.add(value(argument, left));
        case "--limit" -> limit = limit(value(argument, left));
        default -> place = Optional.of(place(verb, argument));
      }
    }
    if (file == null) {
      throw new Unusable("-f FILE is missing");
    }
    if (verb.equals("show") && (place.isEmpty() || filtered)) {
      throw new Unusable("show takes one PARTITION@OFFSET, such as 0@17, and no filter");
    }
    What what =
        switch (verb) {
          case "list" -> new What.Overview();
          case "export" -> new What.Whole();
          default -> place.orElseThrow();
        };
    return new LetterQuery(
        what,
        file,
        refs != null ? refs : file.toAbsolutePath().resolveSibling("refs"),
        since,
        until,
        Set.copyOf(causes),
        Set.copyOf(statuses),
        limit);
  }

  /** Whether the letter is one of those that are asked for. */
  boolean takes(Letter letter) {
    Instant failedAt = letter.failedAt();
    return since.map(time -> !failedAt.isBefore(time)).orElse(true)
        && until.map(failedAt::isBefore).orElse(true)
        && (causes.isEmpty() || letter.header("kab-cause").map(causes::contains).orElse(false))
        && (statuses.isEmpty()
            || letter.header("kab-status").map(statuses::contains).orElse(false));
  }

  private static String value(String option, ArrayDeque<String> left) throws Unusable {
    String value = left.pollFirst();
    if (value == null) {
      throw new Unusable(option + " needs a value");
    }
    return value;
  }

  private static What.One place(String verb, String argument) throws Unusable {
    Matcher matcher = PLACE.matcher(argument);
    if (argument.startsWith("-") || !verb.equals("show")) {
      throw new Unusable("unknown option " + argument);
    }
    if (!matcher.matches()) {
      throw new Unusable("show takes PARTITION@OFFSET, such as 0@17, not " + argument);
    }
    return new What.One(Integer.parseInt(matcher.group(1)), Long.parseLong(matcher.group(2)));
  }

  private static long limit(String text) throws Unusable {
    try {
      long limit = Long.parseLong(text);
      if (limit > 0) {
        return limit;
      }
    } catch (NumberFormatException e) {
      // falls through to the one message
    }
    throw new Unusable("--limit takes a number from 1 on, not " + text);
  }

  private static Instant time(String option, ArrayDeque<String> left, Instant now) throws Unusable {
    String text = value(option, left);
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException e) {
      // so long ago, then
    }
    try {
      return now.minus(Gep2257.parse(text));
    } catch (IllegalArgumentException e) {
      throw new Unusable(
          option + " takes a time such as 2026-11-01T00:00:00Z, or 90m ago, not " + text);
    }
  }
}
