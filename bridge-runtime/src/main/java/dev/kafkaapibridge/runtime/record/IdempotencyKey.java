package dev.kafkaapibridge.runtime.record;

import java.nio.charset.StandardCharsets;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.apache.kafka.common.Uuid;

/**
 * The name by which an API recognises a record that it has seen: a UUID of version 8 (RFC 9562,
 * section 5.8) made from SHA-256 over the record's coordinates. A frozen contract, see
 * docs/contracts/idempotency-key.md. The topic's id is part of it, so that a topic that was deleted
 * and made again yields keys the API has not seen. Made when it is asked for: a text for each
 * record that waits would be twice as much to keep as its key in Kafka. Pure.
 */
public final class IdempotencyKey implements RecordKey {

  /** Characters of a key. */
  static final int LENGTH = 36;

  static final int SHA_256_BYTES = 32;

  /** Copied, and not used otherwise. */
  private static final MessageDigest SHA_256 = lookedUp();

  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.ISO_8859_1);

  private final byte[] prefix;
  private final byte[] suffix;

  /** For one partition. */
  public IdempotencyKey(String clusterId, Uuid topicId, int partition, String group) {
    prefix =
        (clusterId + "\n" + topicId + "\n" + partition + "\n").getBytes(StandardCharsets.UTF_8);
    suffix = ("\n" + group).getBytes(StandardCharsets.UTF_8);
  }

  /** A new one. To copy one costs half of what it costs to look one up by its name. */
  static MessageDigest sha256() {
    try {
      return (MessageDigest) SHA_256.clone();
    } catch (CloneNotSupportedException e) {
      return lookedUp();
    }
  }

  private static MessageDigest lookedUp() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  @Override
  public String of(long offset) {
    var text = new byte[LENGTH];
    write(offset, sha256(), new byte[SHA_256_BYTES], text, 0);
    return new String(text, StandardCharsets.ISO_8859_1);
  }

  /**
   * Writes the key of a record's offset, for who makes many.
   *
   * @param sha256 as new, and so afterwards
   * @param hash room for one
   */
  void write(long offset, MessageDigest sha256, byte[] hash, byte[] text, int at) {
    sha256.update(prefix);
    updateDecimal(sha256, offset, hash);
    sha256.update(suffix);
    digest(sha256, hash);
    writeUuid(hash, text, at);
  }

  /** The offset's digits, which are fewer than a hash has bytes. */
  private static void updateDecimal(MessageDigest sha256, long offset, byte[] room) {
    int from = room.length;
    long rest = offset;
    do {
      room[--from] = (byte) ('0' + rest % 10);
      rest /= 10;
    } while (rest > 0);
    sha256.update(room, from, room.length - from);
  }

  static void digest(MessageDigest sha256, byte[] hash) {
    try {
      int ignored = sha256.digest(hash, 0, hash.length);
    } catch (DigestException e) {
      throw new IllegalStateException("32 bytes are enough for SHA-256", e);
    }
  }

  static void writeUuid(byte[] sha256, byte[] text, int from) {
    sha256[6] = (byte) (sha256[6] & 0x0F | 0x80);
    sha256[8] = (byte) (sha256[8] & 0x3F | 0x80);
    // Written by hand, for it is done for each record.
    int at = from;
    for (int i = 0; i < 16; i++) {
      if (i == 4 || i == 6 || i == 8 || i == 10) {
        text[at++] = '-';
      }
      text[at++] = HEX[sha256[i] >> 4 & 0xF];
      text[at++] = HEX[sha256[i] & 0xF];
    }
  }
}
