package dev.kafkaapibridge.benchmarks;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Arrays;
import java.util.Locale;

/**
 * What the API reads from a record's first bytes: which record it is, whose it is, and when it was
 * appended. Fixed columns, so that reading it costs the API next to nothing. Pure.
 *
 * @param record its number in the run, from 0
 * @param key the number of its key
 * @param turn the number of this record among those of its key, from 0
 * @param appended microseconds since 1970 at which it was handed to the producer
 */
public record Stamp(int record, int key, int turn, long appended) {

  /** Bytes that it takes. */
  public static final int LENGTH = 9 + 7 + 9 + 16 + 1;

  /** A value of {@code bytes} bytes that begins with this. */
  public byte[] toValue(int bytes) {
    byte[] value = new byte[Math.max(bytes, LENGTH)];
    Arrays.fill(value, (byte) 'x');
    String text = String.format(Locale.ROOT, "%08d %06d %08d %016d ", record, key, turn, appended);
    byte[] head = text.getBytes(US_ASCII);
    System.arraycopy(head, 0, value, 0, head.length);
    return value;
  }

  /** The same as a JSON string, which is that many bytes with its quotes. */
  public byte[] toJson(int bytes) {
    byte[] value = toValue(Math.max(bytes, LENGTH + 2) - 2);
    byte[] json = new byte[value.length + 2];
    json[0] = json[json.length - 1] = '"';
    System.arraycopy(value, 0, json, 1, value.length);
    return json;
  }

  /** Where the digits of a byte come from: an array, or a buffer of the server's. */
  @FunctionalInterface
  public interface Digits {
    byte at(int index);
  }

  /**
   * @throws NumberFormatException if these are not the first bytes of a value made here
   */
  public static Stamp read(Digits bytes) {
    return new Stamp(
        (int) number(bytes, 0, 8),
        (int) number(bytes, 9, 6),
        (int) number(bytes, 16, 8),
        number(bytes, 25, 16));
  }

  private static long number(Digits bytes, int from, int digits) {
    long number = 0;
    for (int i = from; i < from + digits; i++) {
      int digit = bytes.at(i) - '0';
      if (digit < 0 || digit > 9) {
        throw new NumberFormatException("a record that was not made for this run");
      }
      number = number * 10 + digit;
    }
    return number;
  }
}
