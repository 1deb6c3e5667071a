package dev.kafkaapibridge.api.expression;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Tells by one look at each byte that a text is one JSON value (RFC 8259, in UTF-8), and keeps
 * nothing of it. What it doesn't know at a glance (no JSON, but also deep nesting and long numbers)
 * it leaves to the parser of {@link PlainJson}, which says what is wrong: this one only saves it
 * the work. Pure.
 */
final class SureJson {

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final long EACH = 0x0101010101010101L;
  private static final long HIGHEST = 0x8080808080808080L;
  private static final long QUOTES = 0x2222222222222222L;
  private static final long BACKSLASHES = 0x5C5C5C5C5C5C5C5CL;
  private static final long SPACES = 0x2020202020202020L;

  /** Nested more deeply, it is left to the parser: one bit for each level. */
  static final int MOST_DEPTH = 64;

  /** Digits of a part of a number, and of an exponent; with more it is left to the parser. */
  private static final int MOST_DIGITS = 100;

  private static final int MOST_EXPONENT_DIGITS = 3;

  private static final byte[] TRUE = "true".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] FALSE = "false".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] NULL = "null".getBytes(StandardCharsets.US_ASCII);

  /** What a look has shown. */
  enum Look {
    /** It is no JSON, or can't be told at a glance. */
    UNSURE,
    /** JSON without a line feed or a carriage return. */
    ONE_LINE,
    /** JSON. */
    LINES
  }

  private final byte[] text;
  private int at;
  private boolean hasLines;

  /** From the outermost, a bit each: 1 for an object, 0 for an array. */
  private long nesting;

  private int depth;

  private SureJson(byte[] text) {
    this.text = text;
  }

  static Look look(byte[] text) {
    var json = new SureJson(text);
    if (!json.isOneValue()) {
      return Look.UNSURE;
    }
    // In a string there is none: there it would be no JSON.
    return json.hasLines ? Look.LINES : Look.ONE_LINE;
  }

  private boolean isOneValue() {
    do {
      skipSpace();
      if (!hasBegun()) {
        return false;
      }
    } while (isFollowed());
    return depth == 0 && at == text.length;
  }

  /** A value has been read, or the beginning of one that holds others, up to its first. */
  private boolean hasBegun() {
    while (true) {
      switch (here()) {
        case '{' -> {
          if (!hasOpened(true)) {
            return false;
          }
          if (here() == '}') {
            close();
            return true;
          }
          if (!hasName()) {
            return false;
          }
        }
        case '[' -> {
          if (!hasOpened(false)) {
            return false;
          }
          if (here() == ']') {
            close();
            return true;
          }
        }
        case '"' -> {
          return hasString();
        }
        case 't' -> {
          return has(TRUE);
        }
        case 'f' -> {
          return has(FALSE);
        }
        case 'n' -> {
          return has(NULL);
        }
        default -> {
          return hasNumber();
        }
      }
    }
  }

  /**
   * Whether another value follows the one that has been read; closes what ends with it. False with
   * something left open or left over where what follows is wrong.
   */
  private boolean isFollowed() {
    while (true) {
      skipSpace();
      if (depth == 0) {
        return false;
      }
      boolean object = (nesting & 1) != 0;
      int next = here();
      if (next == ',') {
        at++;
        skipSpace();
        return !object || hasName();
      }
      if (next != (object ? '}' : ']')) {
        return false;
      }
      close();
    }
  }

  private boolean hasOpened(boolean object) {
    if (depth == MOST_DEPTH) {
      return false;
    }
    depth++;
    nesting = nesting << 1 | (object ? 1 : 0);
    at++;
    skipSpace();
    return true;
  }

  private void close() {
    at++;
    depth--;
    nesting >>>= 1;
  }

  /** A field's name and its colon. */
  private boolean hasName() {
    if (here() != '"' || !hasString()) {
      return false;
    }
    skipSpace();
    if (here() != ':') {
      return false;
    }
    at++;
    skipSpace();
    return true;
  }

  private boolean hasString() {
    at++;
    while (true) {
      while (at + Long.BYTES <= text.length && isPlain((long) LONGS.get(text, at))) {
        at += Long.BYTES;
      }
      int next = here();
      if (next == '"') {
        at++;
        return true;
      }
      if (next < ' ') {
        return false; // or the end
      }
      if (next == '\\') {
        if (!hasEscape()) {
          return false;
        }
      } else if (next < 0x80) {
        at++;
      } else if (!hasCharacter(next)) {
        return false;
      }
    }
  }

  /** Whether eight bytes are ASCII that stands for itself in a string. */
  private static boolean isPlain(long bytes) {
    long quotes = bytes ^ QUOTES;
    long backslashes = bytes ^ BACKSLASHES;
    long special =
        bytes
            | (bytes - SPACES)
            | ((quotes - EACH) & ~quotes)
            | ((backslashes - EACH) & ~backslashes);
    return (special & HIGHEST) == 0;
  }

  private boolean hasEscape() {
    at++;
    switch (here()) {
      case '"', '\\', '/', 'b', 'f', 'n', 'r', 't' -> {
        at++;
        return true;
      }
      case 'u' -> {
        at++;
        for (int i = 0; i < 4; i++) {
          if (Character.digit(here(), 16) < 0) {
            return false;
          }
          at++;
        }
        return true;
      }
      default -> {
        return false;
      }
    }
  }

  /** One character of several bytes (RFC 3629, section 4). */
  private boolean hasCharacter(int first) {
    at++;
    if (first < 0xC2) {
      return false;
    }
    if (first < 0xE0) {
      return hasRest(1, 0x80, 0xBF);
    }
    if (first < 0xF0) {
      return hasRest(2, first == 0xE0 ? 0xA0 : 0x80, first == 0xED ? 0x9F : 0xBF);
    }
    return first < 0xF5 && hasRest(3, first == 0xF0 ? 0x90 : 0x80, first == 0xF4 ? 0x8F : 0xBF);
  }

  /** So many bytes that go on with a character; the first of them between two bounds. */
  private boolean hasRest(int bytes, int least, int greatest) {
    for (int i = 0; i < bytes; i++) {
      int next = here();
      if (i == 0 ? next < least || next > greatest : next < 0x80 || next > 0xBF) {
        return false;
      }
      at++;
    }
    return true;
  }

  private boolean hasNumber() {
    if (here() == '-') {
      at++;
    }
    boolean zero = here() == '0';
    int digits = digits();
    if (digits == 0 || digits > MOST_DIGITS || zero && digits > 1) {
      return false;
    }
    if (here() == '.') {
      at++;
      int decimals = digits();
      if (decimals == 0 || decimals > MOST_DIGITS) {
        return false;
      }
    }
    if ((here() | 0x20) == 'e') {
      at++;
      if (here() == '+' || here() == '-') {
        at++;
      }
      int exponent = digits();
      return exponent > 0 && exponent <= MOST_EXPONENT_DIGITS;
    }
    return true;
  }

  private int digits() {
    int from = at;
    while (here() >= '0' && here() <= '9') {
      at++;
    }
    return at - from;
  }

  private boolean has(byte[] literal) {
    for (byte letter : literal) {
      if (here() != letter) {
        return false;
      }
      at++;
    }
    return true;
  }

  private void skipSpace() {
    int next = here();
    while (next == ' ' || next == '\n' || next == '\r' || next == '\t') {
      hasLines |= next == '\n' || next == '\r';
      at++;
      next = here();
    }
  }

  /** -1 at the end. */
  private int here() {
    return at < text.length ? text[at] & 0xFF : -1;
  }
}
