package dev.kafkaapibridge.runtime.consume.replay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.runtime.Seeds;
import dev.kafkaapibridge.runtime.consume.replay.ReplayCounts.Fate;
import dev.kafkaapibridge.runtime.record.Assignment;
import dev.kafkaapibridge.runtime.record.IdempotencyKey;
import dev.kafkaapibridge.runtime.record.SendFence;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;

class ReplayPartitionTest {

  private static final Uuid TOPIC = Uuid.randomUuid();

  /** Whoever goes on from any commit counts every record once. */
  @Test
  void goingOnFromWhateverWasCommittedCountsEachRecordOnce() {
    Seeds.each(
        2_000,
        random -> {
          int records = 1 + random.nextInt(60);
          var fates = new ArrayList<Fate>();
          for (int i = 0; i < records; i++) {
            fates.add(Fate.values()[random.nextInt(Fate.values().length)]);
          }
          ReplayPartition partition = at(mark(records), 0);
          while (!partition.isRead() || !partition.isQuiet()) {
            var underWay = new ArrayList<Long>();
            while (!partition.isRead() && random.nextInt(8) > 0) {
              long offset = partition.next();
              Fate fate = fates.get((int) offset);
              if (fate == Fate.Replayed || fate == Fate.Failed) {
                partition.begin(offset, "");
                underWay.add(offset);
              } else {
                partition.passOver(offset, fate, "");
              }
            }
            Collections.shuffle(underWay, random);
            boolean killed = random.nextInt(3) == 0;
            int ends = killed ? random.nextInt(underWay.size() + 1) : underWay.size();
            for (long offset : underWay.subList(0, ends)) {
              partition.ended(offset, fates.get((int) offset));
            }
            partition.advance();
            if (killed) {
              var committed = partition.toCommit();
              partition = at(ReplayMark.decode(committed.metadata()), committed.offset());
            }
          }
          partition.advance();

          ReplayCounts wanted =
              fates.stream()
                  .map(fate -> ReplayCounts.of(fate, ""))
                  .reduce(ReplayCounts.NONE, ReplayCounts::plus);
          assertThat(partition.mark().counts()).isEqualTo(wanted);
          assertThat(partition.remaining()).isZero();
          for (int i = 0; i < records; i++) {
            assertThat(partition.wasReplayed(i)).isEqualTo(fates.get(i).isReplayed());
          }
        });
  }

  @Test
  void offsetsWithoutRecordsArePassed() {
    ReplayPartition partition = at(mark(10), 0);
    partition.passOver(3, Fate.Skipped, "");
    partition.reached(40);
    partition.advance();

    assertThat(partition.isRead()).isTrue();
    assertThat(partition.remaining()).isZero();
    assertThat(partition.toCommit().offset()).isEqualTo(10);
  }

  @Test
  void whatWasGivenBackIsNotCounted() {
    ReplayPartition partition = at(mark(3), 0);
    partition.begin(0, "");
    partition.begin(1, "");
    partition.ended(1, Fate.Replayed);
    partition.advance();

    assertThat(partition.toCommit().offset()).isZero();
    assertThat(partition.mark().counts()).isEqualTo(ReplayCounts.NONE);
  }

  private static ReplayMark mark(long end) {
    return new ReplayMark(
        TOPIC, "uid", Instant.EPOCH, end, ReplayCounts.NONE, new ReplayedOffsets());
  }

  private static ReplayPartition at(ReplayMark mark, long offset) {
    var fence = new SendFence(Duration.ofMinutes(1), Duration.ofMinutes(1), System::nanoTime);
    var partition = new TopicPartition("dlt", 0);
    return new ReplayPartition(
        new Assignment(partition, fence),
        new IdempotencyKey("cluster", TOPIC, 0, "group"),
        mark,
        offset,
        true);
  }
}
