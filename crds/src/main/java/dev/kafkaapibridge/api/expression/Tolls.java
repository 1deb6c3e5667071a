package dev.kafkaapibridge.api.expression;

import com.google.re2j.Pattern;
import dev.cel.runtime.ConcatenatedListView;
import dev.kafkaapibridge.api.expression.Expression.Reason;
import java.util.Collection;
import java.util.List;

/**
 * What each of CEL's functions costs, by the ids of their overloads, paid before it begins. A
 * function that isn't named here makes nothing longer than what it is given.
 */
final class Tolls {

  /** What it takes to compile a part of a pattern, in characters gone through. */
  private static final int COMPILING = 16;

  private Tolls() {}

  static void pay(String overload, Object[] args, Spending spending) {
    switch (overload) {
      case "add_string", "add_bytes" -> spending.make(size(args[0]) + size(args[1]));
      case "add_list" -> {
        // What a loop has gathered grows in its place.
        var gathered = args[0] instanceof ConcatenatedListView<?> ? List.of() : list(args[0]);
        spending.make(Weight.OF_ONE * ((long) gathered.size() + list(args[1]).size()));
      }
      case "equals", "not_equals" ->
          spending.work(Weight.ofCommon(args[0], args[1], spending.workLeft()));
      case "in_list" -> {
        for (Object item : list(args[1])) {
          spending.work(1 + Weight.ofCommon(item, args[0], spending.workLeft()));
        }
      }
      // Its hash, and of one that isn't there the text for the message.
      case "in_map" -> spending.work(1 + spending.weight(args[0]));
      case "index_map" -> spending.work(1 + spending.weight(args[1]));
      case "contains_string",
          "string_index_of_string",
          "string_index_of_string_int",
          "string_last_index_of_string",
          "string_last_index_of_string_int" ->
          Searching.of(text(args[0]), text(args[1]), spending);
      case "string_char_at_int" -> {
        spending.work(size(args[0]));
        spending.make(2);
      }
      case "string_substring_int_int" -> {
        spending.work(size(args[0]));
        long characters = Math.max(0, (long) args[2] - Math.max(0, (long) args[1]));
        spending.make(Math.min(size(args[0]), 2 * Math.min(characters, Integer.MAX_VALUE)));
      }
      case "string_replace_string_string", "string_replace_string_string_int" ->
          payForReplacing(args, spending);
      case "string_split_string", "string_split_string_int" -> {
        long found = Searching.of(text(args[0]), text(args[1]), spending);
        // A piece is an object of its own.
        spending.make(size(args[0]) + 32 * (1 + atMost(found, args, 2)));
      }
      case "list_join" -> payForJoining(list(args[0]), 0, spending);
      case "list_join_string" -> payForJoining(list(args[0]), size(args[1]), spending);
      case "strings_quote" -> spending.make(2 * size(args[0]) + 2);
      case "base64_encode_bytes" -> spending.make(size(args[0]) / 3 * 4 + 4);
      case "string_to_bytes" -> spending.make(3 * size(args[0]));
      case "size_string",
          "string_size",
          "starts_with_string",
          "ends_with_string",
          "string_to_int64",
          "string_to_uint64",
          "string_to_double",
          "string_to_bool",
          "string_to_timestamp",
          "string_to_duration" ->
          spending.work(size(args[0]));
      default -> {
        if (overload.startsWith("less_") || overload.startsWith("greater_")) {
          spending.work(Math.min(size(args[0]), size(args[1])));
        } else {
          for (Object arg : args) {
            spending.make(size(arg));
          }
        }
      }
    }
  }

  private static void payForReplacing(Object[] args, Spending spending) {
    long found = atMost(Searching.of(text(args[0]), text(args[1]), spending), args, 3);
    long longer = Math.max(0, size(args[2]) - size(args[1]));
    spending.make(
        size(args[0]) + (found > 0 && longer > 0 ? Math.multiplyExact(found, longer) : 0));
  }

  private static void payForJoining(Collection<?> items, long separator, Spending spending) {
    spending.make(spending.weight(items) + separator * items.size());
  }

  /** A limit that is less than none is none. */
  private static long atMost(long found, Object[] args, int limit) {
    return args.length > limit && (long) args[limit] >= 0
        ? Math.min(found, (long) args[limit])
        : found;
  }

  /** CEL's {@code matches}, in time that is paid for: RE2 may look at all of a pattern for each. */
  static boolean matches(String text, String pattern, Spending spending) {
    spending.work(pattern.length());
    long parts = PatternSize.writtenOut(pattern);
    if (parts > Expression.MAX_ITERATIONS) {
      throw patternTooLarge();
    }
    spending.work(COMPILING * parts);
    Pattern compiled = Pattern.compile(pattern);
    if (compiled.programSize() > Expression.MAX_ITERATIONS) {
      throw patternTooLarge();
    }
    spending.work((text.length() + 1L) * compiled.programSize());
    return compiled.matcher(text).find();
  }

  private static Spending.Overspent patternTooLarge() {
    return new Spending.Overspent(
        Reason.ExpressionTooCostly,
        "has a pattern of more than %d parts".formatted(Expression.MAX_ITERATIONS));
  }

  private static long size(Object value) {
    return value instanceof Collection<?> ? Weight.OF_ONE : Weight.of(value, Long.MAX_VALUE);
  }

  private static String text(Object value) {
    return (String) value;
  }

  private static Collection<?> list(Object value) {
    return (Collection<?>) value;
  }
}
