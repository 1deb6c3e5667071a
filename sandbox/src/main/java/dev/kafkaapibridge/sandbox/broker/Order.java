package dev.kafkaapibridge.sandbox.broker;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A numbered record, so that from the outside one can tell what was lost, repeated or overtaken.
 *
 * @param sequence from 0, without gaps over all orders; a later record of an order has a higher one
 * @param id of the order; the key of the record
 */
public record Order(long sequence, String id) {

  /** The order that record {@code sequence} is about, where there are {@code orders} of them. */
  public static Order numbered(long sequence, int orders) {
    return new Order(sequence, "order-%05d".formatted(sequence % orders));
  }

  public byte[] key() {
    return id.getBytes(StandardCharsets.UTF_8);
  }

  /** As {@link #value()}, with enough behind it to make it {@code bytes} long. */
  public byte[] value(int bytes) {
    byte[] value = value();
    if (value.length >= bytes) {
      return value;
    }
    byte[] padded = Arrays.copyOf(value, bytes);
    Arrays.fill(padded, value.length, bytes, (byte) ' ');
    return padded;
  }

  public byte[] value() {
    return "{\"order\":\"%s\",\"sequence\":%d,\"item\":\"umbrella\",\"pieces\":%d}"
        .formatted(id, sequence, 1 + sequence % 5)
        .getBytes(StandardCharsets.UTF_8);
  }
}
