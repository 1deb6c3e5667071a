package dev.kafkaapibridge.runtime.target.http;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import okio.Buffer;
import okio.BufferedSource;

/**
 * Reads the bodies of answers, as much of them as is wanted and never more than {@code
 * maxResponseBytes}, whatever length is announced.
 */
public final class AnswerBodies {

  /** What of a body goes along with a dead letter, in bytes and so in characters at most. */
  public static final int EXCERPT = 4_096;

  private final long maxBytes;

  AnswerBodies(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  /** The whole body, or its beginning where it is larger than allowed. */
  byte[] read(BufferedSource body) throws IOException {
    body.request(maxBytes);
    return body.readByteArray(Math.min(maxBytes, body.getBuffer().size()));
  }

  /** The beginning as far as it can be had: a body that breaks off may say why. */
  byte[] beginning(BufferedSource body) {
    long wanted = Math.min(EXCERPT, maxBytes);
    try {
      body.request(wanted);
    } catch (IOException | RuntimeException e) {
      // What came before it is what there is.
    }
    var beginning = new Buffer();
    beginning.write(body.getBuffer(), Math.min(wanted, body.getBuffer().size()));
    return beginning.readByteArray();
  }

  /** As clean text: tabs and line feeds stay, every other control character is a space. */
  public static String text(byte[] bytes) {
    int length = Math.min(bytes.length, EXCERPT);
    String text = new String(bytes, 0, length, StandardCharsets.UTF_8);
    if (length == EXCERPT && text.endsWith("\uFFFD")) {
      text = text.substring(0, text.length() - 1); // a character that was cut in two
    }
    var clean = new StringBuilder(text.length());
    text.codePoints()
        .forEach(c ->
            clean.appendCodePoint(
                c != '\n'
                        && c != '\t'
                        && (Character.isISOControl(c) || Character.getType(c) == Character.FORMAT)
                    ? ' '
                    : c));
    return clean.toString();
  }

  /** Passes over what is left, as far as it may be long; whether that was all. */
  boolean drain(BufferedSource body) throws IOException {
    for (long passed = 0; !body.exhausted(); ) {
      long there = body.getBuffer().size();
      passed += there;
      if (passed > maxBytes) {
        return false;
      }
      body.skip(there);
    }
    return true;
  }
}
