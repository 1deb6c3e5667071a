package dev.kafkaapibridge.runtime.record;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.UUID;
import org.apache.kafka.common.Uuid;

/**
 * The name by which an API recognises a record that it has seen: a UUID of version 8 (RFC 9562,
 * section 5.8) made from SHA-256 over the record's coordinates. A frozen contract, see
 * docs/contracts/idempotency-key.md. The topic's id is part of it, so that a topic that was deleted
 * and made again yields keys the API has not seen.
 */
public final class IdempotencyKey {

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
    sha256.update(Long.toString(offset).getBytes(StandardCharsets.US_ASCII));
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
    ByteBuffer digest = ByteBuffer.wrap(sha256);
    long high = digest.getLong() & 0xFFFFFFFFFFFF0FFFL | 0x8000L;
    long low = digest.getLong() & 0x3FFFFFFFFFFFFFFFL | 0x8000000000000000L;
    return new UUID(high, low).toString();
  }
}
