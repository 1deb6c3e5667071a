package dev.kafkaapibridge.runtime.consume;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.runtime.Records;
import dev.kafkaapibridge.runtime.Seeds;
import dev.kafkaapibridge.runtime.record.Assignment;
import dev.kafkaapibridge.runtime.record.IdempotencyKey;
import dev.kafkaapibridge.runtime.record.SourceRecord;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

/** Records that wait for their time, against a log of random due times, polled at random. */
class NotYetDueTest {

  /** Due when its timestamp says. */
  private static final Reading BY_TIMESTAMP =
      new Reading() {
        @Override
        public SourceRecord of(
            ConsumerRecord<byte[], byte[]> read, Assignment assignment, IdempotencyKey key) {
          return new SourceRecord(read, assignment, key);
        }

        @Override
        public long dueAt(ConsumerRecord<byte[], byte[]> read) {
          return read.timestamp();
        }
      };

  private final Assignment assignment = Records.assignment("orders.retry.1", 0);

  @Test
  void allComeInTheirOrderNoneBeforeItsTimeAndNoneLate() {
    Seeds.each(
        300,
        random -> {
          var log = new ArrayList<ConsumerRecord<byte[], byte[]>>();
          long last = 0;
          for (int offset = 0; offset < 1 + random.nextInt(900); offset++) {
            last += random.nextInt(20) - 2; // clocks of several writers
            log.add(
                record(offset, last, random.nextInt(50) == 0 ? 300_000 : random.nextInt(4_000)));
          }
          var notYetDue = new NotYetDue(BY_TIMESTAMP);
          var taken = new ArrayList<ConsumerRecord<byte[], byte[]>>();
          int position = 0;
          for (long now = 0; now <= last + 20; now += random.nextInt(30)) {
            List<ConsumerRecord<byte[], byte[]>> due =
                new ArrayList<>(notYetDue.nowDue(assignment, now));
            if (!notYetDue.waits(assignment.partition()) && position < log.size()) {
              var polled =
                  log.subList(position, Math.min(log.size(), position + 1 + random.nextInt(600)));
              position += polled.size();
              var sorted = notYetDue.sort(assignment, polled, now);
              due.addAll(sorted.due());
              position = (int) sorted.readOnAt().orElse(position);
            }
            for (ConsumerRecord<byte[], byte[]> record : due) {
              assertThat(record.offset()).isEqualTo(taken.size());
              assertThat(record.timestamp()).isLessThanOrEqualTo(now);
              taken.add(record);
            }
          }
          for (int turns = 0; turns < 2_000 && taken.size() < log.size(); turns++) {
            taken.addAll(notYetDue.nowDue(assignment, Long.MAX_VALUE));
            if (!notYetDue.waits(assignment.partition()) && position < log.size()) {
              taken.addAll(log.subList(position, log.size()));
              position = log.size();
            }
          }
          assertThat(taken).isEqualTo(log);
        });
  }

  @Test
  void aHeadThatIsTooLargeToKeepIsWaitedForAndReadAnew() {
    var notYetDue = new NotYetDue(BY_TIMESTAMP);
    var large = List.of(record(7, 100, 1_000_000));
    var sorted = notYetDue.sort(assignment, large, 50);
    assertThat(sorted.due()).isEmpty();
    assertThat(sorted.readOnAt()).hasValue(7);

    assertThat(notYetDue.nowDue(assignment, 99)).isEmpty();
    assertThat(notYetDue.waits(assignment.partition())).isTrue();
    assertThat(notYetDue.nowDue(assignment, 100)).isEmpty();
    assertThat(notYetDue.waits(assignment.partition())).isFalse();
  }

  @Test
  void whatAnEarlierOwnershipLeftIsForgotten() {
    var notYetDue = new NotYetDue(BY_TIMESTAMP);
    notYetDue.sort(assignment, List.of(record(7, 100, 10)), 50);

    assertThat(notYetDue.nowDue(Records.assignment("orders.retry.1", 0), 200)).isEmpty();
    assertThat(notYetDue.waits(assignment.partition())).isFalse();
  }

  private ConsumerRecord<byte[], byte[]> record(long offset, long dueAt, int bytes) {
    var like = Records.record(assignment, offset, "key").record();
    return new ConsumerRecord<>(
        like.topic(),
        like.partition(),
        offset,
        dueAt,
        like.timestampType(),
        3,
        bytes,
        like.key(),
        like.value(),
        like.headers(),
        like.leaderEpoch());
  }
}
