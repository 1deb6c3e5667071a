package dev.kafkaapibridge.operator.bridge.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.operator.bridge.observe.PositionReset;
import dev.kafkaapibridge.operator.kube.Notice;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PositionNoticesTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "OffsetOutOfRange | 512 | Partition 3 of topic 'orders': records from offset 512 to 1023 were not read, since retention has removed the next one; reading goes on at offset 1024, as spec.kafka.onOffsetOutOfRange says",
        "OffsetOutOfRange | | Partition 3 of topic 'orders': the next record is gone; reading goes on at offset 1024, as spec.kafka.onOffsetOutOfRange says",
        "LogTruncated | 2000 | Partition 3 of topic 'orders': its log was cut off; reading goes on at offset 1024",
        "TopicMadeAgain | | Partition 3 of topic 'orders': the topic was deleted and made again; reading goes on at offset 1024",
        "NoCommittedOffset | | Partition 3 of topic 'orders': the group had no offset for it; reading goes on at offset 1024",
        "SomethingNew | | Partition 3 of topic 'orders': it did not go on where the group had committed; reading goes on at offset 1024",
      })
  void tellsWhatHappenedAndWhereItGoesOn(String reason, Long from, String note) {
    assertThat(PositionNotices.of(List.of(reset(reason, "orders", 3, from))))
        .containsExactly(new Notice(Notice.Type.Warning, reason, "Consume", note));
  }

  @Test
  void partitionsThatShareTheFateAreOneEvent() {
    assertThat(
            PositionNotices.of(
                List.of(
                    reset("OffsetOutOfRange", "orders", 0, 1L),
                    reset("OffsetOutOfRange", "returns", 0, 1L),
                    reset("OffsetOutOfRange", "orders", 1, 7L),
                    reset("OffsetOutOfRange", "orders", 2, 9L))))
        .extracting(Notice::note)
        .satisfiesExactly(
            orders ->
                assertThat(orders)
                    .startsWith("Partition 0 of topic 'orders'")
                    .endsWith("; likewise 2 more partitions"),
            returns ->
                assertThat(returns)
                    .startsWith("Partition 0 of topic 'returns'")
                    .doesNotContain("likewise"));
  }

  private static PositionReset reset(String reason, String topic, int partition, Long from) {
    return new PositionReset(
        OffsetDateTime.parse("2026-11-25T10:00:00Z"),
        Duration.ofSeconds(3),
        reason,
        topic,
        partition,
        from,
        1024);
  }
}
