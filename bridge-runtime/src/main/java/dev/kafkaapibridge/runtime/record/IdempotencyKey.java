package dev.kafkaapibridge.runtime.record;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import org.apache.kafka.common.Uuid;

/**
 * The name by which an API recognises a record that it has seen: a UUID of version 8 (RFC 9562,
 * section 5.8) made from SHA-256 over the record's coordinates. A frozen contract, see
 * docs/contracts/idempotency-key.md. The topic's id is part of it, so that a topic that was deleted
 * and made again yields keys the API has not seen.
 */
public final class IdempotencyKey {

  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.ISO_8859_1);

  private final byte[] prefix;
  private final byte[] suffix;
  private final MessageDigest sha256;

  /** For one partition; used by the thread that made it. */
  public IdempotencyKey(String clusterId, Uuid topicId, int partition, String group) {
    prefix =
        (clusterId + "\n" + topicId + "\n" + partition + "\n").getBytes(StandardCharsets.UTF_8);
    suffix = ("\n" + group).getBytes(StandardCharsets.UTF_8);
    sha256 = sha256();
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  public String of(long offset) {
    sha256.update(prefix);
    sha256.update(Long.toString(offset).getBytes(StandardCharsets.ISO_8859_1));
    sha256.update(suffix);
    return uuid(sha256.digest());
  }

  /** Of several records together, in their order: the same ones have the same, one has its own. */
  public static String ofAll(List<String> keys) {
    if (keys.size() == 1) {
      return keys.getFirst();
    }
    return uuid(sha256().digest(String.join("\n", keys).getBytes(StandardCharsets.UTF_8)));
  }

  private static String uuid(byte[] sha256) {
    sha256[6] = (byte) (sha256[6] & 0x0F | 0x80);
    sha256[8] = (byte) (sha256[8] & 0x3F | 0x80);
    // Written by hand, for it is done for each record.
    var text = new byte[36];
    int at = 0;
    for (int i = 0; i < 16; i++) {
      if (at == 8 || at == 13 || at == 18 || at == 23) {
        text[at++] = '-';
      }
      text[at++] = HEX[sha256[i] >> 4 & 0xF];
      text[at++] = HEX[sha256[i] & 0xF];
    }
    return new String(text, StandardCharsets.ISO_8859_1);
  }
}
