package dev.kafkaapibridge.runtime.transform;

import org.jspecify.annotations.Nullable;

/**
 * What W3C Trace Context (Recommendation of 23 November 2021) allows in {@code traceparent} and
 * {@code tracestate}. A record's own are passed on where they are valid; the rest is nobody's
 * trace. Pure.
 */
public final class TraceContext {

  public static final String PARENT = "traceparent";
  public static final String STATE = "tracestate";

  private static final int PARENT_LENGTH = 55;
  private static final int MAX_STATE_LENGTH = 512;

  private TraceContext() {}

  /** Section 3.2.2: version, trace id, parent id, flags; later versions may add to the end. */
  public static boolean isParent(byte @Nullable [] text) {
    if (text == null
        || text.length < PARENT_LENGTH
        || text[2] != '-'
        || text[35] != '-'
        || text[52] != '-'
        || !isHex(text, 0, 2)
        || !isHex(text, 3, 35)
        || !isHex(text, 36, 52)
        || !isHex(text, 53, 55)
        || isAll(text, 3, 35, '0')
        || isAll(text, 36, 52, '0')
        || isAll(text, 0, 2, 'f')) {
      return false;
    }
    return text.length == PARENT_LENGTH
        || !isAll(text, 0, 2, '0') && text[PARENT_LENGTH] == '-' && isPrintable(text);
  }

  /** Section 3.3: a list of members in printable ASCII, of which 512 characters are passed on. */
  public static boolean isState(byte @Nullable [] text) {
    return text != null && text.length > 0 && text.length <= MAX_STATE_LENGTH && isPrintable(text);
  }

  private static boolean isHex(byte[] text, int from, int to) {
    for (int i = from; i < to; i++) {
      if (!(text[i] >= '0' && text[i] <= '9' || text[i] >= 'a' && text[i] <= 'f')) {
        return false;
      }
    }
    return true;
  }

  private static boolean isAll(byte[] text, int from, int to, char c) {
    for (int i = from; i < to; i++) {
      if (text[i] != c) {
        return false;
      }
    }
    return true;
  }

  private static boolean isPrintable(byte[] text) {
    for (byte b : text) {
      if (b < 0x20 || b > 0x7E) {
        return false;
      }
    }
    return true;
  }
}
