package dev.kafkaapibridge.runtime.consume;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.api.v1alpha1.DeliverySpec.Ordering;
import dev.kafkaapibridge.runtime.Seeds;
import dev.kafkaapibridge.runtime.deliver.Outcome;
import dev.kafkaapibridge.runtime.dispatch.Ended;
import dev.kafkaapibridge.runtime.dispatch.Lane;
import dev.kafkaapibridge.runtime.dispatch.Lanes;
import dev.kafkaapibridge.runtime.pace.Pace;
import dev.kafkaapibridge.runtime.pace.PartitionPace;
import dev.kafkaapibridge.runtime.quota.Purse;
import dev.kafkaapibridge.runtime.record.Assignment;
import dev.kafkaapibridge.runtime.record.IdempotencyKey;
import dev.kafkaapibridge.runtime.record.SendFence;
import dev.kafkaapibridge.runtime.record.SourceRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

/**
 * Everything between a poll and a commit, in random order and on one thread: polls, ends, commits
 * that fail, revocations that a rebalance forbids to commit, lost partitions, crashes, topics that
 * are made again, logs that are cut off, compaction. Beside ledger, lanes, window and metadata runs
 * a model that only knows which entries of which log have ended. {@code -Dkab.trials=100000} runs
 * so many lives, CI fewer.
 */
class ConsumptionModelTest {

  @Test
  void nothingIsLostNothingOvertakesAndNothingIsRepeatedWithoutReason() {
    Seeds.each(20_000, random -> new World(random).live());
  }

  /** What was written once: another log's record at the same offset is another entry. */
  private record Entry(int id, long offset, String key, int epoch) {}

  /** A partition as the broker has it. */
  private static final class Log {
    Uuid topicId = Uuid.randomUuid();
    final NavigableMap<Long, Entry> entries = new TreeMap<>();
    long end;
    int epoch;

    /** The first offset beyond an epoch, where a reader of that epoch must not be beyond. */
    long endOf(int ofEpoch) {
      return entries.values().stream()
          .filter(entry -> entry.epoch() > ofEpoch)
          .mapToLong(Entry::offset)
          .findFirst()
          .orElse(end);
    }

    Optional<Integer> epochBelow(long offset) {
      return Optional.ofNullable(entries.lowerEntry(offset)).map(at -> at.getValue().epoch());
    }
  }

  private static final class World {
    private static final FlowControl WINDOW = new FlowControl(24, 1_000_000, 12);
    private static final int SLOTS = 4;

    private final RandomGenerator random;
    private final Ordering ordering;
    private final Map<TopicPartition, Log> logs = new HashMap<>();
    private final SendFence fence =
        new SendFence(Duration.ofHours(1), Duration.ofHours(1), () -> 0L);

    // What the group's coordinator holds, and what had ended when it was told.
    private final Map<TopicPartition, OffsetAndMetadata> committed = new HashMap<>();
    private final Map<TopicPartition, Set<Entry>> endedAtCommit = new HashMap<>();

    private int written;

    // What the API has seen.
    private final Set<Entry> ended = new HashSet<>();

    // The process.
    private Lanes lanes;
    private final Map<TopicPartition, OwnedPartition> owned = new HashMap<>();
    private final Map<TopicPartition, Long> positions = new HashMap<>();
    private final Map<TopicPartition, Set<Entry>> heardOf = new HashMap<>();
    private Set<TopicPartition> paused = Set.of();
    private final List<Lane> underWay = new ArrayList<>();
    private final Map<SourceRecord, Entry> handedOver = new java.util.IdentityHashMap<>();
    private final Map<Assignment, Map<String, Long>> sentLast = new HashMap<>();

    World(RandomGenerator random) {
      this.random = random;
      this.ordering = Ordering.values()[random.nextInt(3)];
      this.lanes = new Lanes(ordering);
      for (int p = random.nextInt(1, 3); p > 0; p--) {
        var partition = new TopicPartition("orders", p);
        logs.put(partition, new Log());
        write(partition, random.nextInt(12));
        own(partition);
      }
    }

    void live() {
      for (int step = random.nextInt(10, 60); step > 0; step--) {
        TopicPartition any = any();
        int what = random.nextInt(22);
        switch (what) {
          case 0, 1, 2, 3 -> poll();
          case 4, 5, 6, 7, 8, 9 -> send();
          case 10, 11, 12, 13 -> endOne();
          case 14 -> write(any, random.nextInt(8));
          case 15, 16 -> commit(owned.keySet(), random.nextInt(4) > 0);
          case 17 -> revoke(any, random.nextInt(4) > 0);
          case 18 -> lose(any);
          case 19 -> crash();
          case 20 -> cutOff(any);
          default -> makeAgain(any);
        }
        check();
      }
      for (int round = 0; round < 500 && !done(); round++) {
        poll();
        send();
        endOne();
        check();
      }
      commit(owned.keySet(), true);
      logs.forEach((partition, log) -> {
        assertThat(ended).as("delivered").containsAll(log.entries.values());
        assertThat(committed.get(partition).offset()).as("lag reaches 0").isEqualTo(log.end);
        assertThat(owned.get(partition).load()).isEqualTo(new FlowControl.Load(0, 0));
        assertThat(owned.get(partition).ledger().held()).isZero();
      });
      assertThat(handedOver).as("records that never came back").isEmpty();
      assertThat(lanes.next()).isNull();
    }

    private boolean done() {
      return handedOver.isEmpty()
          && logs.entrySet().stream()
              .allMatch(log -> positions.get(log.getKey()) == log.getValue().end);
    }

    private void check() {
      owned.forEach((partition, of) ->
          assertThat(of.ledger().committable())
              .as("committable, of %s", partition)
              .isLessThanOrEqualTo(firstNotEnded(partition)));
      int load = owned.values().stream().mapToInt(of -> of.load().records()).sum();
      assertThat(load).isLessThan(WINDOW.maxRecords() + 2 * 6).isEqualTo(handedOver.size());
    }

    private long firstNotEnded(TopicPartition partition) {
      Log log = logs.get(partition);
      return log.entries.values().stream()
          .filter(entry -> !ended.contains(entry))
          .mapToLong(Entry::offset)
          .findFirst()
          .orElse(Long.MAX_VALUE);
    }

    // ---- the broker

    private void write(TopicPartition partition, int records) {
      Log log = logs.get(partition);
      for (int i = 0; i < records; i++) {
        // Compaction's gaps, transactions' markers.
        log.end += random.nextInt(6) == 0 ? random.nextInt(1, 30) : 0;
        String key = random.nextInt(8) == 0 ? null : "key-" + random.nextInt(4);
        log.entries.put(log.end, new Entry(written++, log.end, key, log.epoch));
        log.end++;
      }
    }

    /** An unclean leader: what stood beyond an offset is gone, other records take its place. */
    private void cutOff(TopicPartition partition) {
      Log log = logs.get(partition);
      if (log.entries.isEmpty()) {
        return;
      }
      // Not below the first record: what was committed there carries no epoch to tell it by.
      long cut = log.end - random.nextLong(Math.min(log.end - log.entries.firstKey(), 12) + 1);
      log.entries.tailMap(cut, true).clear();
      log.end = cut;
      log.epoch++;
      write(partition, random.nextInt(1, 8));
      if (positions.get(partition) > cut) {
        OwnedPartition before = letGo(partition, false, true);
        long from = Math.min(cut, before.ledger().committable());
        begin(partition, from, log.epochBelow(from), before.knownUpTo(cut), -1);
      }
    }

    private void makeAgain(TopicPartition partition) {
      letGo(partition, false, true);
      logs.put(partition, new Log());
      // The group may still have the offset of the topic that is gone.
      if (random.nextBoolean()) {
        committed.remove(partition);
      }
      write(partition, random.nextInt(20));
      own(partition);
    }

    // ---- the process

    private void own(TopicPartition partition) {
      Log log = logs.get(partition);
      OffsetAndMetadata from = committed.get(partition);
      heardOf.put(partition, new HashSet<>(endedAtCommit.getOrDefault(partition, Set.of())));
      CommitMetadata known =
          from == null ? null : CommitMetadata.decode(from.offset(), from.metadata());
      if (from == null || !known.topicId().equals(log.topicId)) {
        endedAtCommit.remove(partition);
        heardOf.put(partition, new HashSet<>());
        begin(
            partition,
            0,
            Optional.empty(),
            CommitMetadata.nothingEnded(log.topicId, null, null),
            -1);
        return;
      }
      long valid = from.leaderEpoch().map(log::endOf).orElse(log.end);
      begin(partition, from.offset(), from.leaderEpoch(), known, from.offset());
      if (from.offset() > valid) {
        OwnedPartition before = owned.remove(partition);
        begin(partition, valid, log.epochBelow(valid), before.knownUpTo(valid), -1);
      }
    }

    private void begin(
        TopicPartition partition,
        long from,
        Optional<Integer> epoch,
        CommitMetadata known,
        long at) {
      Log log = logs.get(partition);
      positions.put(partition, from);
      owned.put(
          partition,
          new OwnedPartition(
              new Assignment(partition, fence),
              log.topicId,
              new IdempotencyKey("cluster", log.topicId, partition.partition(), "group"),
              Reading.SOURCE,
              from,
              epoch,
              known,
              at,
              new Purse(null, () -> 0).open(partition, null),
              PartitionPace.open(Pace.none(), null, () -> 0)));
    }

    private void poll() {
      for (TopicPartition partition : owned.keySet()) {
        if (paused.contains(partition)) {
          continue;
        }
        Log log = logs.get(partition);
        List<Entry> read =
            log.entries.tailMap(positions.get(partition), true).values().stream()
                .limit(random.nextInt(1, 6))
                .toList();
        for (Entry entry : read) {
          positions.put(partition, entry.offset() + 1);
          start(partition, entry);
        }
        if (log.entries.tailMap(positions.get(partition), true).isEmpty()) {
          positions.put(partition, log.end);
        }
        long position = positions.get(partition);
        owned.get(partition).reached(new OffsetAndMetadata(position, log.epochBelow(position), ""));
      }
      var loads = new HashMap<TopicPartition, FlowControl.Load>();
      owned.forEach((partition, of) -> loads.put(partition, of.load()));
      paused = Set.copyOf(WINDOW.paused(loads, paused, Optional.empty()).keySet());
    }

    private void start(TopicPartition partition, Entry entry) {
      Optional<SourceRecord> started = owned.get(partition).start(recordOf(partition, entry));
      if (started.isEmpty()) {
        assertThat(ended).as("skipped, so it must have ended: %s", entry).contains(entry);
        return;
      }
      assertThat(endedAtCommit.getOrDefault(partition, Set.of()))
          .as("ended before the last commit, so it must not be sent again: %s", entry)
          .doesNotContain(entry);
      handedOver.put(started.get(), entry);
      lanes.add(started.get());
    }

    /** Workers take up what is ready. */
    private void send() {
      while (underWay.size() < SLOTS) {
        Lane lane = lanes.next();
        if (lane == null) {
          return;
        }
        SourceRecord record = lane.head();
        String order = orderOf(record);
        if (order != null) {
          assertThat(underWay)
              .as("two at once of what must stay in order")
              .noneMatch(other ->
                  other.head().assignment() == record.assignment()
                      && order.equals(orderOf(other.head())));
          Long last =
              sentLast
                  .computeIfAbsent(record.assignment(), any -> new HashMap<>())
                  .put(order, record.offset());
          assertThat(last == null || last < record.offset()).as("overtaken").isTrue();
        }
        underWay.add(lane);
      }
    }

    private String orderOf(SourceRecord record) {
      return switch (ordering) {
        case Key -> record.record().key() == null ? null : new String(record.record().key());
        case Partition -> "all";
        case Unordered -> null;
      };
    }

    private void endOne() {
      if (!underWay.isEmpty()) {
        end(underWay.remove(random.nextInt(underWay.size())), false);
        noteEnded();
      }
    }

    private void end(Lane lane, boolean cut) {
      Outcome outcome =
          cut
              ? new Outcome.Interrupted()
              : random.nextInt(5) == 0 ? new Outcome.Discarded() : new Outcome.Delivered();
      if (outcome.isEnd()) {
        Entry entry = handedOver.get(lane.head());
        assertThat(entry).as("it was handed over and has not ended").isNotNull();
        ended.add(entry);
      }
      lanes.finish(lane, outcome);
    }

    private void noteEnded() {
      for (Ended end : lanes.takeEnded()) {
        Entry entry = handedOver.remove(end.record());
        assertThat(entry).as("it comes back once").isNotNull();
        OwnedPartition of = owned.get(end.assignment().partition());
        if (of != null && of.assignment() == end.assignment()) {
          if (end.outcome().isEnd()) {
            heardOf.get(end.assignment().partition()).add(entry);
          }
          of.end(end);
        }
      }
    }

    private void commit(Set<TopicPartition> partitions, boolean succeeds) {
      for (TopicPartition partition : partitions) {
        OwnedPartition of = owned.get(partition);
        boolean news = of.hasNews();
        OffsetAndMetadata commit = of.toCommit(true);
        if (!news) {
          assertThat(committed.get(partition)).as("no news").isNotNull();
          assertThat(committed.get(partition).offset()).isEqualTo(commit.offset());
        }
        if (succeeds) {
          committed.put(partition, commit);
          of.wasCommitted();
          endedAtCommit.put(partition, new HashSet<>(heardOf.get(partition)));
        }
      }
    }

    private OwnedPartition letGo(TopicPartition partition, boolean commits, boolean callsEnd) {
      OwnedPartition of = owned.get(partition);
      of.assignment().end();
      lanes.giveBackReady(Set.of(of.assignment()));
      for (Lane lane : List.copyOf(underWay)) {
        if (lane.head().assignment() == of.assignment()) {
          underWay.remove(lane);
          end(lane, !callsEnd || random.nextInt(4) == 0);
        }
      }
      assertThat(lanes.of(Set.of(of.assignment()))).as("lanes that stay behind").isEmpty();
      noteEnded();
      commit(commits ? Set.of(partition) : Set.of(), true);
      owned.remove(partition);
      return of;
    }

    private void revoke(TopicPartition partition, boolean commits) {
      letGo(partition, commits, true);
      own(partition);
    }

    private void lose(TopicPartition partition) {
      letGo(partition, false, false);
      own(partition);
    }

    private void crash() {
      // What the API has accepted of what was under way, the process never heard of.
      underWay.forEach(lane -> {
        if (random.nextBoolean()) {
          ended.add(handedOver.get(lane.head()));
        }
      });
      underWay.clear();
      handedOver.clear();
      lanes = new Lanes(ordering);
      Set<TopicPartition> all = Set.copyOf(owned.keySet());
      owned.clear();
      paused = Set.of();
      all.forEach(this::own);
    }

    private TopicPartition any() {
      return List.copyOf(owned.keySet()).get(random.nextInt(owned.size()));
    }

    private static ConsumerRecord<byte[], byte[]> recordOf(TopicPartition partition, Entry entry) {
      byte[] key = entry.key() == null ? null : entry.key().getBytes();
      return new ConsumerRecord<>(
          partition.topic(),
          partition.partition(),
          entry.offset(),
          0L,
          TimestampType.CREATE_TIME,
          key == null ? -1 : key.length,
          0,
          key,
          null,
          new RecordHeaders(),
          Optional.of(entry.epoch()));
    }
  }
}
