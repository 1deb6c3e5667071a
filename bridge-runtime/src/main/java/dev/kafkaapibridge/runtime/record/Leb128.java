package dev.kafkaapibridge.runtime.record;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * Numbers as commits carry them: unsigned LEB128, small numbers in few bytes, and as text in
 * base64url without padding. Pure.
 */
public final class Leb128 {

  private Leb128() {}

  /**
   * @param number not negative
   */
  public static void write(ByteArrayOutputStream bytes, long number) {
    long rest = number;
    while (rest >= 0x80) {
      bytes.write((int) (rest & 0x7F | 0x80));
      rest >>>= 7;
    }
    bytes.write((int) rest);
  }

  /**
   * @throws IllegalArgumentException if the bytes end within a number, or one is larger than any
   */
  public static List<Long> read(byte[] bytes) {
    var numbers = new ArrayList<Long>();
    long number = 0;
    int shift = 0;
    for (byte b : bytes) {
      if (shift > 56) {
        throw new IllegalArgumentException("a number larger than any");
      }
      number |= (long) (b & 0x7F) << shift;
      shift += 7;
      if (b >= 0) {
        numbers.add(number);
        number = 0;
        shift = 0;
      }
    }
    if (shift != 0) {
      throw new IllegalArgumentException("ends in the middle of a number");
    }
    return numbers;
  }

  /** The numbers, none of them negative, as text. */
  public static String encode(List<Long> numbers) {
    var bytes = new ByteArrayOutputStream();
    numbers.forEach(number -> write(bytes, number));
    return text(bytes.toByteArray());
  }

  public static String text(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /**
   * @throws IllegalArgumentException if the text is not of this kind
   */
  public static List<Long> decode(String text) {
    return read(Base64.getUrlDecoder().decode(text));
  }
}
