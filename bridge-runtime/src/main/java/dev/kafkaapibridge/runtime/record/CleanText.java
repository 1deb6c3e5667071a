package dev.kafkaapibridge.runtime.record;

/**
 * Text from outside, made fit for headers, logs and status: no control characters, bounded. Pure.
 */
public final class CleanText {

  private CleanText() {}

  /**
   * @param maxCharacters longer text is cut there
   */
  public static String of(String text, int maxCharacters) {
    var clean = new StringBuilder(Math.min(text.length(), maxCharacters));
    text.codePoints()
        .limit(maxCharacters)
        .forEach(c ->
            clean.appendCodePoint(
                Character.isISOControl(c)
                        || Character.getType(c) == Character.FORMAT
                        || Character.getType(c) == Character.SURROGATE
                    ? ' '
                    : c));
    return clean.toString();
  }
}
