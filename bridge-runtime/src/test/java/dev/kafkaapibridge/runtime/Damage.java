package dev.kafkaapibridge.runtime;

import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Makes of a good text what accidents and malice make of it: parts that are missing, doubled, cut
 * off, exchanged with another text's, and characters that nobody expects.
 */
public final class Damage {

  private static final List<String> UNEXPECTED =
      List.of(
          "",
          "\0",
          "\n",
          "\r\n",
          "\r\n\r\n",
          "\t",
          " ",
          ";",
          "=",
          ",",
          "-",
          "/",
          "..",
          "%",
          "%2e",
          "{",
          "}",
          "{{",
          "}}",
          "[",
          "]",
          "(",
          "\"",
          "'",
          "\\",
          "0",
          "-1",
          "1e999",
          "9223372036854775807",
          "9223372036854775808",
          "99999999999999999999999999",
          "null",
          "é",
          "日",
          "\uFFFD",
          "\uD800",
          "\u0085",
          "\u2028",
          "😀");

  private Damage() {}

  /** One of the texts, damaged in up to five places. */
  public static String of(List<String> good, RandomGenerator random) {
    var text = new StringBuilder(one(good, random));
    for (int places = random.nextInt(6); places > 0; places--) {
      int from = random.nextInt(text.length() + 1);
      int to = Math.min(text.length(), from + random.nextInt(1, 9));
      switch (random.nextInt(7)) {
        case 0 -> text.delete(from, to);
        case 1 -> text.insert(from, text.substring(from, to).repeat(random.nextInt(1, 20)));
        case 2 -> text.setLength(from);
        case 3 -> text.insert(from, one(UNEXPECTED, random));
        case 4 -> text.replace(from, to, one(UNEXPECTED, random));
        case 5 -> {
          String other = one(good, random);
          text.replace(from, text.length(), other.substring(random.nextInt(other.length() + 1)));
        }
        default -> {
          if (from < text.length()) {
            text.setCharAt(from, (char) random.nextInt(0x80));
          }
        }
      }
    }
    return text.toString();
  }

  private static String one(List<String> of, RandomGenerator random) {
    return of.get(random.nextInt(of.size()));
  }
}
