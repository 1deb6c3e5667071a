package dev.kafkaapibridge.api.expression;

/**
 * What a search for a text in another takes, which compares at each place: of {@code aaab} in many
 * {@code a}, four steps for each. Searches likewise, and pays as it goes.
 */
final class Searching {

  /** Characters between two payments. */
  private static final int STRETCH = 4_096;

  private Searching() {}

  /** Pays for going through all of the text; says how often it is found, no two overlapping. */
  static long of(String text, String sought, Spending spending) {
    spending.work(text.length() + sought.length());
    if (sought.isEmpty()) {
      return text.length() + 1L;
    }
    char first = sought.charAt(0);
    long found = 0;
    long steps = 0;
    for (int at = text.indexOf(first); at >= 0; at = text.indexOf(first, at)) {
      int same = 1;
      while (same < sought.length()
          && at + same < text.length()
          && text.charAt(at + same) == sought.charAt(same)) {
        same++;
      }
      steps += same;
      if (steps >= STRETCH) {
        spending.work(steps);
        steps = 0;
      }
      boolean whole = same == sought.length();
      found += whole ? 1 : 0;
      at += whole ? same : 1;
    }
    spending.work(steps);
    return found;
  }
}
