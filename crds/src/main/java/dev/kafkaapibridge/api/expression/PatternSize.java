package dev.kafkaapibridge.api.expression;

import java.util.ArrayDeque;
import java.util.regex.Pattern;

/** How large a pattern becomes when RE2 compiles it. Pure. */
public final class PatternSize {

  private static final Pattern REPEAT = Pattern.compile("\\{(\\d{1,9})(?:,(\\d{0,9}))?}");

  private PatternSize() {}

  /**
   * About how many characters it has with its repeats written out, which RE2 does while it
   * compiles: those in each other multiply. Pure.
   */
  public static long writtenOut(String pattern) {
    var outer = new ArrayDeque<Long>();
    long sum = 0; // of the group that is read
    long last = 0; // of what a repeat would be of
    var repeat = REPEAT.matcher(pattern);
    for (int i = 0; i < pattern.length(); i++) {
      switch (pattern.charAt(i)) {
        case '(' -> {
          outer.push(sum);
          sum = 0;
          last = 0;
        }
        case ')' -> {
          last = sum;
          sum += outer.isEmpty() ? 0 : outer.pop();
        }
        case '{' -> {
          if (repeat.region(i, pattern.length()).lookingAt()) {
            String most = repeat.group(2);
            long times = Long.parseLong(most == null || most.isEmpty() ? repeat.group(1) : most);
            sum += last * Math.max(0, times - 1);
            last *= times;
            i = repeat.end() - 1;
          } else {
            last = 1;
            sum++;
          }
        }
        case '[' -> {
          i = endOfClass(pattern, i);
          last = 1;
          sum++;
        }
        case '\\' -> {
          int end = endOfEscape(pattern, i);
          last = 1;
          sum += pattern.startsWith("\\Q", i) ? end - i : 1;
          i = end;
        }
        default -> {
          last = 1;
          sum++;
        }
      }
      if (sum > Integer.MAX_VALUE) {
        return sum; // before it overflows
      }
    }
    return sum + outer.stream().mapToLong(Long::longValue).sum();
  }

  /** Of one character, of {@code \\x{...}}, or of all that {@code \\Q} quotes. */
  private static int endOfEscape(String pattern, int from) {
    if (pattern.startsWith("\\Q", from)) {
      int end = pattern.indexOf("\\E", from + 2);
      return end < 0 ? pattern.length() : end + 1;
    }
    int end = pattern.startsWith("\\x{", from) ? pattern.indexOf('}', from) : -1;
    return end < 0 ? from + 1 : end;
  }

  private static int endOfClass(String pattern, int from) {
    int first = pattern.startsWith("[^", from) ? from + 2 : from + 1;
    for (int i = pattern.startsWith("]", first) ? first + 1 : first; i < pattern.length(); i++) {
      if (pattern.charAt(i) == '\\') {
        i++;
      } else if (pattern.charAt(i) == ']') {
        return i;
      }
    }
    return pattern.length();
  }
}
