package dev.kafkaapibridge.runtime.consume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.kafkaapibridge.runtime.Seeds;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class AsideTimesTest {

  private static final String TOPIC = "orders.retry.1";
  private static final Duration DELAY = Duration.ofMinutes(10);
  private static final Instant START = Instant.parse("2026-11-30T09:00:00Z");

  private final AsideTimes times =
      new AsideTimes(new RetryReading(List.of(new RetryReading.Topic(TOPIC, DELAY))));

  @Test
  void tellsWhenWhatWasReadWasWritten() {
    times.polled(List.of(record(7, 0), record(8, 5), record(9, 70)));

    assertThat(times.writtenAt(7)).isEqualTo(START);
    assertThat(times.writtenAt(8)).isEqualTo(START.plusSeconds(5));
    assertThat(times.writtenAt(9)).isEqualTo(START.plusSeconds(70));
    assertThat(times.writtenAt(10)).as("not read yet").isNull();
  }

  @Test
  void ofWhatWasNotReadAsMuchIsDueAsWasWrittenBeforeTheDelay() {
    times.polled(List.of(record(0, 0)));

    // Written evenly since: after 15 min a third of it is older than ten.
    assertThat(share(Duration.ofMinutes(15))).isEqualTo(1 / 3.0, within(.001));
    assertThat(share(Duration.ofMinutes(20))).isEqualTo(1 / 2.0, within(.001));
    assertThat(share(Duration.ofMinutes(10))).as("this one just is").isZero();
    assertThat(share(Duration.ofMinutes(2))).as("nothing is").isZero();
  }

  @Test
  void nothingIsSaidOfAPartitionThatWasNotRead() {
    assertThat(share(DELAY.multipliedBy(9))).isZero();
    assertThat(times.writtenAt(0)).isNull();
  }

  @Test
  void fewMarksTellTheTimeOfManyRecords() {
    Seeds.each(
        50,
        random -> {
          var times =
              new AsideTimes(new RetryReading(List.of(new RetryReading.Topic(TOPIC, DELAY))));
          var log = new ArrayList<ConsumerRecord<byte[], byte[]>>();
          int second = 0;
          for (int offset = 0; offset < 5_000; offset++) {
            second += random.nextInt(4);
            log.add(record(offset, second));
          }
          for (int from = 0; from < log.size(); ) {
            int to = Math.min(log.size(), from + 1 + random.nextInt(400));
            times.polled(log.subList(from, to));
            from = to - (to < log.size() ? random.nextInt(to - from) : 0); // some come again
          }
          int longest = 2 * second / AsideTimes.MOST_MARKS + 4;
          for (int offset = 0; offset < log.size(); offset += random.nextInt(300) + 1) {
            Instant written = Instant.ofEpochMilli(log.get(offset).timestamp());
            assertThat(times.writtenAt(offset))
                .isBetween(written.minusSeconds(2 * longest), written);
          }
        });
  }

  private double share(Duration later) {
    return times.dueShare(START.plus(later));
  }

  private static ConsumerRecord<byte[], byte[]> record(long offset, long second) {
    Instant written = START.plusSeconds(second);
    var headers = new RecordHeaders();
    headers.add("kab-retry-due-at", Long.toString(written.plus(DELAY).toEpochMilli()).getBytes());
    return new ConsumerRecord<>(
        TOPIC,
        0,
        offset,
        written.toEpochMilli(),
        TimestampType.LOG_APPEND_TIME,
        0,
        0,
        new byte[0],
        new byte[0],
        headers,
        Optional.of(0));
  }
}
