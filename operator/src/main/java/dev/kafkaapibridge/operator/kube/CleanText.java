package dev.kafkaapibridge.operator.kube;

/**
 * Text from elsewhere, made fit for conditions, events and logs: one line, no control characters,
 * nothing that a terminal would obey or that turns the direction of writing, bounded.
 */
public final class CleanText {

  private CleanText() {}

  /** At most {@code max} characters, the last of them an ellipsis where something was cut. */
  public static String of(String text, int max) {
    var clean = new StringBuilder(Math.min(text.length(), max));
    boolean space = false;
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      i += Character.charCount(c);
      switch (Character.getType(c)) {
        case Character.CONTROL,
            Character.LINE_SEPARATOR,
            Character.PARAGRAPH_SEPARATOR,
            Character.SPACE_SEPARATOR ->
            space = !clean.isEmpty();
        case Character.FORMAT,
            Character.SURROGATE,
            Character.PRIVATE_USE,
            Character.UNASSIGNED -> {}
        default -> {
          int length = Character.charCount(c) + (space ? 1 : 0);
          if (clean.length() + length > max) {
            return cut(clean, max);
          }
          if (space) {
            clean.append(' ');
            space = false;
          }
          clean.appendCodePoint(c);
        }
      }
    }
    return clean.toString();
  }

  private static String cut(StringBuilder clean, int max) {
    int end = Math.min(clean.length(), max - 1);
    if (end > 0 && Character.isHighSurrogate(clean.charAt(end - 1))) {
      end--;
    }
    return clean.substring(0, end) + "…";
  }
}
