package dev.kafkaapibridge.runtime.consume.replay;

import dev.kafkaapibridge.api.replay.ReplayOrder;
import dev.kafkaapibridge.api.v1alpha1.replay.KafkaApiBridgeReplaySpec.AlreadyReplayed;
import dev.kafkaapibridge.api.v1alpha1.replay.KafkaApiBridgeReplaySpec.Source;
import dev.kafkaapibridge.runtime.consume.replay.ReplayCounts.Fate;
import dev.kafkaapibridge.runtime.record.RecordKey;
import dev.kafkaapibridge.runtime.record.SourceRecord;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Which of the records that are read go on to be replayed: those of this bridge that the order
 * covers, that the filter lets through, that no earlier replay has had, and no more than are asked
 * for. Owns the count of them; used by the loop alone.
 */
final class Sieve {

  /** What becomes of one record. */
  sealed interface Answer {
    record Replay(SourceRecord record, String cause) implements Answer {}

    record PassOver(Fate fate, String cause) implements Answer {}

    /** What is needed to judge it isn't there yet: it is to be read again in a while. */
    record NotYet() implements Answer {}

    /** As many were chosen as are asked for. */
    record Enough() implements Answer {}
  }

  private final ReplayOrder order;
  private final Choice choice;
  private final String bridgeGroup;

  /** Also by earlier owners, as far as that was committed. */
  private long chosen;

  Sieve(ReplayOrder order, Choice choice, String bridgeGroup) {
    this.order = order;
    this.choice = choice;
    this.bridgeGroup = bridgeGroup;
  }

  /** Goes on where the partitions' marks say that it was. */
  void goOnAt(ReplayCounts counts) {
    chosen = counts.matched() - counts.already();
  }

  boolean isFull() {
    return chosen >= order.most();
  }

  Answer of(ReplayPartition of, ConsumerRecord<byte[], byte[]> read) {
    Optional<Found> found =
        order.spec().source() == Source.Topics
            ? Optional.of(Found.sourceRecord(read, of.key()))
            : Found.deadLetter(read, bridgeGroup);
    if (found.isEmpty()) {
      return new Answer.PassOver(Fate.Skipped, "");
    }
    Found record = found.get();
    if (!order.covers(record.time())) {
      return new Answer.PassOver(Fate.Outside, "");
    }
    return switch (choice.of(record.seen())) {
      case Fails -> new Answer.PassOver(Fate.Skipped, "");
      case Unjudged -> new Answer.PassOver(Fate.Unjudged, "");
      case NotYet -> new Answer.NotYet();
      case Passes -> passes(of, read.offset(), record);
    };
  }

  private Answer passes(ReplayPartition of, long offset, Found record) {
    if (of.wasReplayed(offset) && order.spec().alreadyReplayed() == AlreadyReplayed.Skip) {
      return new Answer.PassOver(Fate.Already, record.cause());
    }
    if (isFull()) {
      return new Answer.Enough();
    }
    chosen++;
    return order.isDryRun()
        ? new Answer.PassOver(Fate.Counted, record.cause())
        : new Answer.Replay(
            new SourceRecord(
                record.record(),
                of.assignment(),
                offset,
                new RecordKey.Given(record.idempotencyKey()),
                record.past()),
            record.cause());
  }
}
