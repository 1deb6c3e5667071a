package dev.kafkaapibridge.runtime.deliver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.runtime.Seeds;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class BatchSizeTest {

  private long now;

  @Test
  void whatTheApiTakesIsFoundAndKept() {
    Seeds.each(
        300,
        random -> {
          int maxRecords = random.nextInt(2, 1_000);
          int maxBytes = random.nextInt(2_000, 2_000_000);
          int takesRecords = random.nextInt(1, 1_000);
          int takesBytes = random.nextInt(1_000, 2_000_000);
          int recordBytes = random.nextInt(50, 1_000);
          var size = new BatchSize(maxRecords, maxBytes, () -> now);
          int refused = 0;
          int last = 0;
          for (int i = 0; i < 300; i++) {
            BatchSize.Room room = size.room();
            assertThat(room.records()).isBetween(1, maxRecords);
            assertThat(room.bytes()).isBetween(1, maxBytes);
            int records = Math.clamp(room.bytes() / recordBytes, 1, room.records());
            int bytes = records * recordBytes;
            if (records > 1 && (records > takesRecords || bytes > takesBytes)) {
              size.tooLarge(records, bytes);
              refused++;
            } else {
              size.accepted(records, bytes, true);
              last = records;
            }
          }
          int best =
              Math.clamp(
                  Math.min(Math.min(takesBytes, maxBytes) / recordBytes, takesRecords),
                  1,
                  maxRecords);
          assertThat(last).as("of %d", best).isGreaterThanOrEqualTo(best * 8 / 10);
          assertThat(refused).as("refused for their size").isLessThan(30);
        });
  }

  @Test
  void whatWasTooLargeIsTriedAgainAfterTenMinutes() {
    var size = new BatchSize(100, 1_000_000, () -> now);
    size.tooLarge(100, 10_000);
    for (int i = 0; i < 100; i++) {
      size.accepted(size.room().records(), 100 * size.room().records(), true);
    }
    assertThat(size.room().records()).isEqualTo(99);

    now += Duration.ofMinutes(11).toNanos();
    for (int i = 0; i < 3; i++) {
      size.accepted(size.room().records(), 100 * size.room().records(), true);
    }
    assertThat(size.room().records()).isEqualTo(100);
  }

  @Test
  void callsThatBeganBeforeItWasLoweredLowerItNoFurther() {
    var size = new BatchSize(100, 1_000_000, () -> now);
    size.tooSlow(100, 10_000);
    assertThat(size.room().records()).isEqualTo(50);
    size.tooSlow(25, 2_500);
    assertThat(size.room().records()).isEqualTo(50);
  }
}
