package dev.kafkaapibridge.runtime.consume.replay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.api.replay.ReplayOrder;
import dev.kafkaapibridge.runtime.Records;
import dev.kafkaapibridge.runtime.consume.replay.ReplayCounts.Fate;
import dev.kafkaapibridge.runtime.record.Assignment;
import dev.kafkaapibridge.runtime.record.IdempotencyKey;
import dev.kafkaapibridge.runtime.record.SourceRecord;
import java.time.Instant;
import java.util.Map;
import java.util.stream.LongStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;

class SieveTest {

  private static final Assignment ASSIGNMENT = Records.assignment("orders", 0);

  private final ReplayedOffsets replayed = new ReplayedOffsets();
  private final ReplayPartition partition =
      new ReplayPartition(
          ASSIGNMENT,
          new IdempotencyKey("cluster", Uuid.ONE_UUID, 0, "bridge"),
          new ReplayMark(Uuid.ONE_UUID, "uid", Instant.EPOCH, 100, ReplayCounts.NONE, replayed),
          0,
          true);

  @Test
  void whatPassesGoesOnUnderItsOwnKeyAndOneGenerationOn() {
    assertThat(sieve("", Choice.ALL).of(partition, record(7)))
        .isInstanceOfSatisfying(
            Sieve.Answer.Replay.class,
            goes -> {
              SourceRecord record = goes.record();
              assertThat(record.offset()).isEqualTo(7);
              assertThat(record.assignment()).isSameAs(ASSIGNMENT);
              assertThat(record.idempotencyKey()).isEqualTo(partition.key().of(7));
              assertThat(record.past().generation()).isEqualTo(1);
            });
  }

  @Test
  void whatTheFilterSaysOfARecordIsWhatBecomesOfIt() {
    assertThat(answer(Choice.Answer.Fails)).isEqualTo(new Sieve.Answer.PassOver(Fate.Skipped, ""));
    assertThat(answer(Choice.Answer.Unjudged))
        .isEqualTo(new Sieve.Answer.PassOver(Fate.Unjudged, ""));
    assertThat(answer(Choice.Answer.NotYet)).isEqualTo(new Sieve.Answer.NotYet());
  }

  private Sieve.Answer answer(Choice.Answer filter) {
    return sieve("", record -> filter).of(partition, record(7));
  }

  /** Nor is its filter asked, which may have to wait for a schema. */
  @Test
  void whatIsOutsideOfTheWindowIsNoPartOfIt() {
    Choice never =
        record -> {
          throw new AssertionError("asked of " + record.offset());
        };
    var sieve = sieve(", \"window\": {\"since\": \"2100-01-01T00:00:00Z\"}", never);
    assertThat(sieve.of(partition, record(7)))
        .isEqualTo(new Sieve.Answer.PassOver(Fate.Outside, ""));
  }

  @Test
  void whatAnEarlierReplayHadIsCountedAndPassedOverUnlessItIsAskedForAgain() {
    replayed.add(7);
    assertThat(sieve("", Choice.ALL).of(partition, record(7)))
        .isEqualTo(new Sieve.Answer.PassOver(Fate.Already, ""));
    assertThat(sieve(", \"alreadyReplayed\": \"Repeat\"", Choice.ALL).of(partition, record(7)))
        .isInstanceOf(Sieve.Answer.Replay.class);
  }

  @Test
  void noMoreAreChosenThanAreAskedForAlsoAfterAnotherOwner() {
    var sieve = sieve(", \"maxRecords\": 5", Choice.ALL);
    sieve.goOnAt(new ReplayCounts(4, 9, 0, 2, 1, 1, Map.of()));
    replayed.add(50);

    var answers = LongStream.range(0, 4).mapToObj(at -> sieve.of(partition, record(at))).toList();
    assertThat(answers.subList(0, 3)).hasOnlyElementsOfType(Sieve.Answer.Replay.class);
    assertThat(answers.get(3)).isEqualTo(new Sieve.Answer.Enough());
    assertThat(sieve.isFull()).isTrue();
    assertThat(sieve.of(partition, record(50)))
        .as("costs none of them")
        .isEqualTo(new Sieve.Answer.PassOver(Fate.Already, ""));
  }

  @Test
  void aDryRunCountsWhatItWouldReplay() {
    var sieve = sieve(", \"dryRun\": \"Enabled\", \"maxRecords\": 1", Choice.ALL);
    assertThat(sieve.of(partition, record(0)))
        .isEqualTo(new Sieve.Answer.PassOver(Fate.Counted, ""));
    assertThat(sieve.of(partition, record(1))).isEqualTo(new Sieve.Answer.Enough());
  }

  private static Sieve sieve(String more, Choice choice) {
    String window =
        more.contains("window") ? "" : ", \"window\": {\"since\": \"2000-01-01T00:00:00Z\"}";
    String order =
        """
        {"uid": "uid", "name": "again", "startedAt": "2099-01-01T00:00:00Z", "createdAt": "2099-01-01T00:00:00Z",
         "spec": {"bridgeRef": {"name": "bridge"}, "source": "Topics"%s%s}}
        """
            .formatted(window, more);
    return new Sieve(ReplayOrder.read(order).orElseThrow(), choice, "bridge");
  }

  private static ConsumerRecord<byte[], byte[]> record(long offset) {
    return Records.record(ASSIGNMENT, offset, "a").record();
  }
}
