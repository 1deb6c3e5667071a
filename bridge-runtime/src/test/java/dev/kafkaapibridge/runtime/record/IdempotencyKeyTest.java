package dev.kafkaapibridge.runtime.record;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;

class IdempotencyKeyTest {

  private static final Uuid TOPIC = Uuid.fromString("AAAAAAAAAAEAAAAAAAAAAg");

  /** The vectors of docs/contracts/idempotency-key.md, computed there with sha256sum. */
  @Test
  void keysAreThoseThatTheContractShows() {
    var key = new IdempotencyKey("4L6g3nShT-eMCtK--X86sw", TOPIC, 3, "shop.orders-to-crm");

    assertThat(key.of(42)).isEqualTo("4bb545eb-a27b-8e07-be90-49b76989ad22");
    assertThat(key.of(43)).isEqualTo("7246fba0-82ce-8000-bf99-16e95aceaa6f");
    assertThat(UUID.fromString(key.of(42)).version()).isEqualTo(8);
    assertThat(UUID.fromString(key.of(42)).variant()).isEqualTo(2);
  }

  @Test
  void everyCoordinateIsPartOfIt() {
    String key = new IdempotencyKey("c", TOPIC, 3, "g").of(42);

    assertThat(key)
        .isNotEqualTo(new IdempotencyKey("d", TOPIC, 3, "g").of(42))
        .isNotEqualTo(new IdempotencyKey("c", new Uuid(3, 4), 3, "g").of(42))
        .isNotEqualTo(new IdempotencyKey("c", TOPIC, 4, "g").of(42))
        .isNotEqualTo(new IdempotencyKey("c", TOPIC, 3, "h").of(42))
        .isNotEqualTo(new IdempotencyKey("c", TOPIC, 3, "g").of(43));
  }
}
