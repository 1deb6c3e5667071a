package dev.kafkaapibridge.runtime.schema;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import com.networknt.schema.regex.RegularExpression;
import com.networknt.schema.regex.RegularExpressionFactory;
import dev.kafkaapibridge.api.expression.PatternSize;

/**
 * The patterns of JSON Schemas, in time that the length of the text bounds whatever the pattern: by
 * RE2. What RE2 doesn't know (a look ahead, a reference back) is tried by steps, and only so many.
 * Pure.
 */
final class BoundedPatterns implements RegularExpressionFactory {

  /** So large a pattern is tried by steps too. */
  private static final int MAX_PROGRAM = 10_000;

  /** A fraction of a second. */
  static final int MAX_STEPS = 10_000_000;

  /**
   * A text that takes too many steps. An error, since the library logs exceptions with a part of
   * the text on their way. Costs no stack trace.
   */
  static final class TooCostly extends Error {
    TooCostly() {
      super("a pattern takes too many steps", null, false, false);
    }
  }

  @Override
  public RegularExpression getRegularExpression(String pattern) {
    try {
      if (PatternSize.writtenOut(pattern) <= MAX_PROGRAM) {
        Pattern linear = Pattern.compile(inRe2(pattern));
        if (linear.programSize() <= MAX_PROGRAM) {
          return text -> linear.matcher(text).find();
        }
      }
    } catch (PatternSyntaxException e) {
      // Then by steps, or it is no pattern at all.
    }
    // As in ECMAScript, the end is the end, and not before a line's.
    boolean ends = pattern.endsWith("$") && !pattern.endsWith("\\$");
    java.util.regex.Pattern backtracking =
        java.util.regex.Pattern.compile(
            ends ? pattern.substring(0, pattern.length() - 1) + "\\z" : pattern);
    return text -> backtracking.matcher(new Counted(text, new int[1], 0, text.length())).find();
  }

  /** ECMAScript writes a character as {@code &#92;u0041}, RE2 as {@code &#92;x{0041}}. */
  private static String inRe2(String pattern) {
    var written = new StringBuilder(pattern.length());
    for (int i = 0; i < pattern.length(); i++) {
      char c = pattern.charAt(i);
      if (c != '\\' || i + 1 == pattern.length()) {
        written.append(c);
        continue;
      }
      char escaped = pattern.charAt(++i);
      if (escaped == 'u' && i + 5 <= pattern.length()) {
        written.append("\\x{").append(pattern, i + 1, i + 5).append('}');
        i += 4;
      } else {
        written.append(c).append(escaped);
      }
    }
    return written.toString();
  }

  /** A text that counts how often it is looked at. Owned by one match. */
  private record Counted(String text, int[] steps, int from, int to) implements CharSequence {
    @Override
    public int length() {
      return to - from;
    }

    @Override
    public char charAt(int index) {
      if (++steps[0] > MAX_STEPS) {
        throw new TooCostly();
      }
      return text.charAt(from + index);
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      return new Counted(text, steps, from + start, from + end);
    }

    @Override
    public String toString() {
      return text.substring(from, to);
    }
  }
}
