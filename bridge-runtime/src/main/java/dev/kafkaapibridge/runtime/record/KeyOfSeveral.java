package dev.kafkaapibridge.runtime.record;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * The idempotency key of several records in one request, which their own keys make in their order:
 * the same ones have the same, one has its own (docs/contracts/idempotency-key.md). Their keys
 * become texts side by side and nothing else, by one digest: made each by itself, they were a tenth
 * of what a batch costs. For one thread.
 */
public final class KeyOfSeveral {

  private final MessageDigest sha256 = IdempotencyKey.sha256();
  private final byte[] hash = new byte[IdempotencyKey.SHA_256_BYTES];

  /** A line for each key. */
  private byte[] lines;

  private int length;
  private int keys;

  /**
   * @param expected how many there will be
   */
  public KeyOfSeveral(int expected) {
    lines = new byte[expected * (IdempotencyKey.LENGTH + 1)];
  }

  /** The next one's key. */
  public void add(RecordKey key, long offset) {
    switch (key) {
      case IdempotencyKey own -> {
        makeRoom(IdempotencyKey.LENGTH + 1);
        own.write(offset, sha256, hash, lines, length);
        length += IdempotencyKey.LENGTH;
      }
      case RecordKey.Given(var text) -> {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        makeRoom(bytes.length + 1);
        System.arraycopy(bytes, 0, lines, length, bytes.length);
        length += bytes.length;
      }
    }
    lines[length++] = '\n';
    keys++;
  }

  private void makeRoom(int bytes) {
    if (lines.length - length < bytes) {
      lines = Arrays.copyOf(lines, Math.max(2 * lines.length, length + bytes));
    }
  }

  /** Of those that were added, one at the least. */
  public String key() {
    int joined = length - 1; // without the last line's end
    if (keys == 1) {
      return new String(lines, 0, joined, StandardCharsets.UTF_8);
    }
    sha256.update(lines, 0, joined);
    IdempotencyKey.digest(sha256, hash);
    var text = new byte[IdempotencyKey.LENGTH];
    IdempotencyKey.writeUuid(hash, text, 0);
    return new String(text, StandardCharsets.ISO_8859_1);
  }
}
