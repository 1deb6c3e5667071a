package dev.kafkaapibridge.sandbox.broker;

import java.nio.charset.StandardCharsets;

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

  public byte[] value() {
    return value(0);
  }

  /**
   * As {@link #value()}, of an item whose name is as long as makes it {@code bytes} at the least.
   */
  public byte[] value(int bytes) {
    String start = "{\"order\":\"%s\",\"sequence\":%d,\"item\":\"umbrella".formatted(id, sequence);
    String end = "\",\"pieces\":%d}".formatted(1 + sequence % 5);
    int missing = Math.max(0, bytes - start.length() - end.length());
    return (start + ".".repeat(missing) + end).getBytes(StandardCharsets.UTF_8);
  }

  /** As {@link #value()}, with a note. */
  public byte[] noted(String note) {
    String whole = new String(value(), StandardCharsets.UTF_8);
    return (whole.substring(0, whole.length() - 1) + ",\"note\":\"" + note + "\"}")
        .getBytes(StandardCharsets.UTF_8);
  }
}
