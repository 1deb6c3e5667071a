package dev.kafkaapibridge.runtime.record;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;

class KeyOfSeveralTest {

  private static final Uuid TOPIC = Uuid.fromString("AAAAAAAAAAEAAAAAAAAAAg");
  private static final String CLUSTER = "4L6g3nShT-eMCtK--X86sw";

  @Test
  void oneHasItsOwn() {
    var own = new IdempotencyKey(CLUSTER, TOPIC, 3, "shop.orders-to-crm");
    assertThat(ofAll(1, List.of(own), List.of(42L)))
        .isEqualTo("4bb545eb-a27b-8e07-be90-49b76989ad22");
    assertThat(ofAll(1, List.of(new RecordKey.Given("Zoë's, of 2")), List.of(7L)))
        .isEqualTo("Zoë's, of 2");
  }

  @Test
  void theOrderIsPartOfIt() {
    var own = new IdempotencyKey(CLUSTER, TOPIC, 3, "g");
    assertThat(ofAll(2, List.of(own, own), List.of(1L, 2L)))
        .isNotEqualTo(ofAll(2, List.of(own, own), List.of(2L, 1L)));
  }

  /** By the words of docs/contracts/idempotency-key.md, without a line of ours. */
  @Test
  void itIsWhatTheContractSaysOfAnyRecords() throws Exception {
    for (int seed = 0; seed < 500; seed++) {
      var random = new Random(seed);
      var keys = new ArrayList<RecordKey>();
      var offsets = new ArrayList<Long>();
      var texts = new ArrayList<String>();
      for (int i = 2 + random.nextInt(20); i > 0; i--) {
        long offset = random.nextLong() >>> (1 + random.nextInt(63));
        int partition = random.nextInt(1_000);
        if (random.nextInt(4) == 0) {
          String given = "é".repeat(random.nextInt(60)) + offset;
          keys.add(new RecordKey.Given(given));
          texts.add(given);
        } else {
          keys.add(new IdempotencyKey(CLUSTER, TOPIC, partition, "group-ü"));
          texts.add(
              uuid(String.join("\n", CLUSTER, TOPIC + "", partition + "", offset + "", "group-ü")));
        }
        offsets.add(offset);
        int last = keys.size() - 1;
        assertThat(keys.get(last).of(offset)).as("seed %d", seed).isEqualTo(texts.get(last));
      }
      // Whatever was expected of their number.
      assertThat(ofAll(random.nextInt(2 * keys.size()), keys, offsets))
          .as("seed %d", seed)
          .isEqualTo(uuid(String.join("\n", texts)));
    }
  }

  private static String ofAll(int expected, List<? extends RecordKey> keys, List<Long> offsets) {
    var all = new KeyOfSeveral(expected);
    for (int i = 0; i < keys.size(); i++) {
      all.add(keys.get(i), offsets.get(i));
    }
    return all.key();
  }

  private static String uuid(String text) throws Exception {
    byte[] hash =
        MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    hash[6] = (byte) (hash[6] & 0x0F | 0x80);
    hash[8] = (byte) (hash[8] & 0x3F | 0x80);
    var bytes = ByteBuffer.wrap(hash);
    return new UUID(bytes.getLong(), bytes.getLong()).toString();
  }
}
