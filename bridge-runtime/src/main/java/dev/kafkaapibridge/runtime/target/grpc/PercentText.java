package dev.kafkaapibridge.runtime.target.grpc;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** {@code grpc-message}: UTF-8 whose other bytes than printable ASCII are written %XX. Pure. */
final class PercentText {

  private PercentText() {}

  /** What is no such thing stays as it is. */
  static String decode(String text) {
    if (text.indexOf('%') < 0) {
      return text;
    }
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    var decoded = new ByteArrayOutputStream(bytes.length);
    for (int i = 0; i < bytes.length; i++) {
      int high = bytes[i] == '%' && i + 2 < bytes.length ? Character.digit(bytes[i + 1], 16) : -1;
      int low = high < 0 ? -1 : Character.digit(bytes[i + 2], 16);
      if (low < 0) {
        decoded.write(bytes[i]);
      } else {
        decoded.write(high << 4 | low);
        i += 2;
      }
    }
    return decoded.toString(StandardCharsets.UTF_8);
  }
}
