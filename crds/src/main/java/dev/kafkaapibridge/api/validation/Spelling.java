package dev.kafkaapibridge.api.validation;

import java.util.Comparator;
import java.util.List;

/** The known name that a mistyped one was meant to be. */
final class Spelling {

  private Spelling() {}

  /** "did you mean ...?", or the known names where none is near. */
  static String suggestion(String written, List<String> known) {
    return known.stream()
        .min(Comparator.comparingInt(name -> distance(written, name)))
        .filter(name -> distance(written, name) <= Math.max(2, name.length() / 3))
        .map(name -> "did you mean \"" + name + "\"?")
        .orElseGet(
            () -> known.isEmpty() ? "leave it out" : "known here: " + String.join(", ", known));
  }

  /** Edits from one to the other, letter case aside (Levenshtein). */
  private static int distance(String a, String b) {
    int[] previous = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      previous[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int[] current = new int[b.length() + 1];
      current[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        boolean same =
            Character.toLowerCase(a.charAt(i - 1)) == Character.toLowerCase(b.charAt(j - 1));
        current[j] =
            Math.min(Math.min(current[j - 1], previous[j]) + 1, previous[j - 1] + (same ? 0 : 1));
      }
      previous = current;
    }
    return previous[b.length()];
  }
}
