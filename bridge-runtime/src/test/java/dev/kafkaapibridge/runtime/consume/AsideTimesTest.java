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

  private final AsideTimes times = new AsideTimes(DELAY, 7);
  private long end = 1_007;

  @Test
  void tellsWhenWhatWasReadWasWritten() {
    times.polled(List.of(record(7, 0), record(8, 5), record(9, 70)));

    assertThat(times.writtenAt(7)).isEqualTo(START);
    assertThat(times.writtenAt(8)).isEqualTo(START.plusSeconds(5));
    assertThat(times.writtenAt(9)).isEqualTo(START.plusSeconds(70));
    assertThat(times.writtenAt(10)).as("not read yet").isNull();
  }

  @Test
  void anOffsetWithoutARecordBelongsToTheNextRecord() {
    times.polled(List.of(record(8, 0), record(12, 3_600)));

    assertThat(times.writtenAt(7)).isEqualTo(START);
    assertThat(times.writtenAt(9)).as("a transaction's marker").isEqualTo(after(3_600));
  }

  @Test
  void ofWhatIsThereAsMuchIsDueAsWasWrittenBeforeTheDelay() {
    times.polled(List.of(record(7, 0)));
    for (int second = 10; second <= 1_200; second += 10) {
      end = 7 + 2 * second;
      times.ended(end, after(second));
    }
    assertThat(due(8, 1_200)).as("of ten minutes two a second").isCloseTo(1_200, within(3L));
    assertThat(due(8, 605)).as("of five seconds").isCloseTo(9, within(3L));
    assertThat(due(8, 600)).isZero();
    assertThat(due(1_300, 1_200)).as("these were started").isZero();
  }

  /** As where an outage diverts all records into it. */
  @Test
  void allOfABurstIsDueWhenItsTimeHasCome() {
    times.polled(List.of(record(7, 0)));
    for (int second = 10; second <= 3_600; second += 10) {
      end = 7 + 1_000 * Math.min(second, 60);
      times.ended(end, after(second));
    }
    assertThat(due(8, 700)).isEqualTo(59_999);
    assertThat(due(8, 630)).isCloseTo(30_000, within(10L));
  }

  @Test
  void whatLayThereBeforeCountsAsWrittenEvenlySinceTheFirstThatIsRead() {
    times.ended(1_007, after(1_200));
    assertThat(times.due(7, 1_007, after(1_200))).as("nothing was read").isNull();

    times.polled(List.of(record(7, 0)));

    assertThat(due(7, 1_200)).isCloseTo(500, within(3L));
  }

  @Test
  void nothingIsDueWhereNothingIs() {
    assertThat(times.due(7, 7, START)).isZero();
    assertThat(times.writtenAt(7)).isNull();
  }

  /** Nobody polls meanwhile: all wait for the first's time. */
  @Test
  void aLongDelayIsKnownToAPartOfIt() {
    Duration day = Duration.ofHours(24);
    var times = new AsideTimes(day, 0);
    times.polled(List.of(record(0, 0)));
    for (int second = 10; second <= 40 * 3_600; second += 10) {
      times.ended(second, after(second)); // one a second
      if (second % 3_600 == 0) {
        long due = times.due(1, second, after(second));
        assertThat(due).isCloseTo(Math.max(0, second - day.toSeconds()), within(1_300L));
      }
    }
  }

  @Test
  void recordsThatSayOddThingsOfTheirTimeLeaveFewMarks() {
    for (int offset = 7; offset < 100_000; offset++) {
      times.polled(List.of(record(offset, offset % 2 == 0 ? -1_800_000_000L : 1_000_000_000L)));
    }
    assertThat(due(50_000, 10)).isBetween(0L, 1_007L);
  }

  @Test
  void fewMarksTellTheTimesOfManyRecords() {
    Seeds.each(
        50,
        random -> {
          var times = new AsideTimes(DELAY, 0);
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
          int longest = 4 * second / AsideTimes.MOST_MARKS + 4;
          long moment = second / 2;
          long due = times.due(0, log.size(), after(moment).plus(DELAY));
          assertThat(written(log, (int) Math.max(0, due - 1)))
              .isCloseTo(moment, within((long) longest));
          for (int offset = 0; offset < log.size(); offset += random.nextInt(300) + 1) {
            assertThat(times.writtenAt(offset))
                .isBetween(after(written(log, offset) - longest), after(written(log, offset)));
          }
        });
  }

  private long due(long position, long second) {
    return times.due(position, end, after(second));
  }

  private static long written(List<ConsumerRecord<byte[], byte[]>> log, int offset) {
    return Duration.between(START, Instant.ofEpochMilli(log.get(offset).timestamp())).toSeconds();
  }

  private static Instant after(long seconds) {
    return START.plusSeconds(seconds);
  }

  private static ConsumerRecord<byte[], byte[]> record(long offset, long second) {
    Instant written = START.plusSeconds(second);
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
        new RecordHeaders(),
        Optional.of(0));
  }
}
