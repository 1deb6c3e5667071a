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
    return "{\"order\":\"%s\",\"sequence\":%d,\"item\":\"umbrella\",\"pieces\":%d}"
        .formatted(id, sequence, 1 + sequence % 5)
        .getBytes(StandardCharsets.UTF_8);
  }
}
