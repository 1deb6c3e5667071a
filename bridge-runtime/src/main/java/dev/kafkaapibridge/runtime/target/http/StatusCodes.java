package dev.kafkaapibridge.runtime.target.http;

import java.util.BitSet;
import java.util.List;

/** A list such as {@code ["200-299", "409"]}. Pure. */
final class StatusCodes {

  private final BitSet codes = new BitSet(600);

  StatusCodes(List<String> ranges) {
    for (String range : ranges) {
      int dash = range.indexOf('-');
      int from = Integer.parseInt(dash < 0 ? range : range.substring(0, dash));
      int to = Integer.parseInt(dash < 0 ? range : range.substring(dash + 1));
      codes.set(Math.min(from, to), Math.max(from, to) + 1);
    }
  }

  boolean contains(int code) {
    return code >= 0 && codes.get(code);
  }
}
