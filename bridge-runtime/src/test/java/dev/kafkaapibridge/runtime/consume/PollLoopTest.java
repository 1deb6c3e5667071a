package dev.kafkaapibridge.runtime.consume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kafkaapibridge.api.v1alpha1.DeliverySpec.Ordering;
import dev.kafkaapibridge.api.v1alpha1.KafkaSpec.OnOffsetOutOfRange;
import dev.kafkaapibridge.runtime.Records;
import dev.kafkaapibridge.runtime.consume.ConsumptionView.PartitionView;
import dev.kafkaapibridge.runtime.deliver.KeyTurns;
import dev.kafkaapibridge.runtime.deliver.Outcome;
import dev.kafkaapibridge.runtime.deliver.Slots;
import dev.kafkaapibridge.runtime.dispatch.Dispatcher;
import dev.kafkaapibridge.runtime.pace.Pace;
import dev.kafkaapibridge.runtime.quota.Purse;
import dev.kafkaapibridge.runtime.record.Assignment;
import dev.kafkaapibridge.runtime.record.GroupStanding;
import dev.kafkaapibridge.runtime.record.IdempotencyKey;
import dev.kafkaapibridge.runtime.record.SendFence;
import dev.kafkaapibridge.runtime.record.SourceRecord;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.LogTruncationException;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Turn after turn with Kafka's own mock of a consumer, and deliveries that wait for leave. */
@Timeout(30)
class PollLoopTest {

  private static final TopicPartition P0 = new TopicPartition("orders", 0);
  private static final TopicPartition P1 = new TopicPartition("orders", 1);
  private static final FlowControl WINDOW = new FlowControl(40, 1_000_000, 10);

  /** What the cluster says of its topic. */
  private static final class Cluster implements TopicIds {
    Uuid id = new Uuid(1, 2);
    boolean reachable = true;
    int asked;

    @Override
    public String cluster() {
      return "cluster";
    }

    @Override
    public void askAnew(Collection<String> topics) {
      asked++;
      if (!reachable) {
        throw new TimeoutException("no answer");
      }
    }

    @Override
    public Uuid of(String topic) {
      askAnew(List.of(topic));
      return id;
    }

    @Override
    public @Nullable Uuid known(String topic) {
      return id;
    }
  }

  /** A member whose group keeps offsets also of partitions that aren't its own any more. */
  private static final class Member extends MockConsumer<byte[], byte[]> {
    final Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();

    /** Where it stands when it has read a marker of a transaction, which is no record. */
    final Map<TopicPartition, OffsetAndMetadata> standsAt = new HashMap<>();

    Member() {
      super("none");
    }

    @Override
    public synchronized ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
      ConsumerRecords<byte[], byte[]> records = super.poll(timeout);
      return records.isEmpty() ? new ConsumerRecords<>(Map.of(), standsAt) : records;
    }

    /** The mock remembers pauses of partitions that it has not any more; the real one doesn't. */
    @Override
    public synchronized Set<TopicPartition> paused() {
      var paused = new HashSet<>(super.paused());
      paused.retainAll(assignment());
      return paused;
    }

    @Override
    public void commitSync(Map<TopicPartition, OffsetAndMetadata> commit, Duration timeout) {
      offsets.putAll(commit);
    }

    @Override
    public synchronized Map<TopicPartition, OffsetAndMetadata> committed(
        Set<TopicPartition> partitions) {
      var known = new HashMap<>(offsets);
      known.keySet().retainAll(partitions);
      return known;
    }
  }

  private final Member consumer = new Member();
  private final Cluster cluster = new Cluster();
  private long now;
  private Optional<FlowControl.Pause> whyFetchNothing = Optional.empty();
  private final SendFence fence =
      new SendFence(Duration.ofMinutes(5), Duration.ofSeconds(45), () -> now);
  private final ConsumptionView view = new ConsumptionView(Clock.systemUTC());

  private final Semaphore leave = new Semaphore(0);
  private final ConcurrentLinkedQueue<SourceRecord> sent = new ConcurrentLinkedQueue<>();
  private boolean deaf;
  private final Slots slots = new Slots(100);
  private final Dispatcher dispatcher =
      new Dispatcher(Ordering.Unordered, slots, KeyTurns.NONE, this::deliver);

  private @Nullable Ownership ownership;

  @Test
  void whatEndedBeforeARevocationIsCommittedAndWhatIsLostIsNot() {
    PollLoop loop = loop(OnOffsetOutOfRange.Earliest);
    consumer.rebalance(List.of(P0, P1));
    add(P0, 0, 3);
    add(P1, 0, 3);
    loop.turn();
    leave.release(6);
    await().until(() -> leave.availablePermits() == 0 && sent.size() == 6);

    consumer.rebalance(List.of(P1));
    assertThat(committed(P0)).isEqualTo(3);
    assertThat(committed(P1)).isNull();
    consumer.losePartitions(List.of(P1));

    assertThat(committed(P1)).as("it may be another's by now").isNull();
    loop.turn();
    assertThat(ownership.all()).isEmpty();
  }

  @Test
  void aRevocationWaitsForCallsUnderWayAndALossCutsThem() {
    PollLoop loop = loop(OnOffsetOutOfRange.Earliest);
    consumer.rebalance(List.of(P0, P1));
    add(P0, 0, 1);
    add(P1, 0, 1);
    loop.turn();
    await().until(() -> sent.size() == 2);

    // For an hour at most, says the bound; the test has less.
    consumer.losePartitions(List.of(P1));
    Thread.ofVirtual()
        .start(() -> {
          await().until(() -> sent.stream().anyMatch(record -> record.assignment().hasEnded()));
          leave.release(1);
        });
    consumer.rebalance(List.of());

    assertThat(committed(P0)).isEqualTo(1);
    assertThat(committed(P1)).isNull();
    assertThat(view.totals().interrupted()).isEqualTo(1);
  }

  @Test
  void whatOutlivesItsAssignmentIsNoEndOfTheNextOne() {
    PollLoop loop = loop(OnOffsetOutOfRange.Earliest);
    deaf = true; // to being cut
    consumer.rebalance(List.of(P0));
    add(P0, 0, 1);
    loop.turn();
    await().until(() -> sent.size() == 1);
    consumer.losePartitions(List.of(P0));
    consumer.rebalance(List.of(P0));
    add(P0, 0, 1);
    loop.turn();
    await().until(() -> sent.size() == 2);

    leave.release(2);
    await().until(() -> slots.taken() == 0);
    loop.turn();

    assertThat(ownership.of(P0).load()).isEqualTo(new FlowControl.Load(0, 0));
    assertThat(ownership.of(P0).ledger().committable()).isEqualTo(1);
  }

  @Test
  void aFullPartitionIsPausedAndGoesOnOnceThereIsRoom() {
    PollLoop loop = loop(OnOffsetOutOfRange.Earliest);
    consumer.rebalance(List.of(P0, P1));
    add(P0, 0, 20);
    add(P1, 0, 1);
    loop.turn();
    assertThat(consumer.paused()).containsExactly(P0);
    assertThat(pauseOf(P0)).isEqualTo("PartitionWindowFull");

    leave.release(21);
    await()
        .until(() -> {
          loop.turn();
          return consumer.paused().isEmpty();
        });
    add(P0, 20, 1);
    await()
        .until(() -> {
          loop.turn();
          return sent.size() == 22;
        });
  }

  @Test
  void whatIsNotDueWaitsWithItsPartitionAloneAndIsNeitherSentNorPassed() {
    var time = new AtomicLong();
    var clock =
        new Clock() {
          @Override
          public ZoneId getZone() {
            return ZoneOffset.UTC;
          }

          @Override
          public Clock withZone(ZoneId zone) {
            return this;
          }

          @Override
          public Instant instant() {
            return Instant.ofEpochMilli(time.get());
          }
        };
    // Due at 100 for each offset, in the first partition.
    var reading =
        new Reading() {
          @Override
          public SourceRecord of(
              ConsumerRecord<byte[], byte[]> read, Assignment assignment, IdempotencyKey key) {
            return Reading.SOURCE.of(read, assignment, key);
          }

          @Override
          public long dueAt(ConsumerRecord<byte[], byte[]> read) {
            return read.partition() == 0 ? read.offset() * 100 : 0;
          }
        };
    PollLoop loop = loop(OnOffsetOutOfRange.Earliest, reading, clock);
    consumer.rebalance(List.of(P0, P1));
    add(P0, 0, 5);
    add(P1, 0, 3);
    leave.release(100);
    time.set(150);
    await()
        .until(() -> {
          loop.turn();
          return sent.size() == 5;
        });
    assertThat(consumer.paused()).containsExactly(P0);
    assertThat(pauseOf(P0)).isEqualTo("NotDue");
    now += 2_000_000_000;
    loop.turn();
    assertThat(committed(P0)).isEqualTo(2);
    assertThat(committed(P1)).isEqualTo(3);

    time.set(350);
    await()
        .until(() -> {
          loop.turn();
          return sent.size() == 7;
        });
    time.set(1000);
    await()
        .until(() -> {
          loop.turn();
          return sent.size() == 8 && consumer.paused().isEmpty();
        });
    now += 2_000_000_000;
    loop.turn();
    assertThat(committed(P0)).isEqualTo(5);

    add(P0, 50, 1);
    loop.turn();
    assertThat(consumer.paused()).containsExactly(P0);
    whyFetchNothing = Optional.of(FlowControl.Pause.Paused);
    consumer.rebalance(List.of(P1));
    loop.turn();
    assertThat(consumer.paused()).as("it is another's by now").containsExactly(P1);
  }

  @Test
  void nothingIsFetchedWhileNothingCanBeSentAndThenAllIs() {
    PollLoop loop = loop(OnOffsetOutOfRange.Earliest);
    consumer.rebalance(List.of(P0));
    whyFetchNothing = Optional.of(FlowControl.Pause.NothingCanBeSent);
    loop.turn();
    assertThat(consumer.paused()).containsExactly(P0);

    whyFetchNothing = Optional.empty();
    loop.turn();
    assertThat(consumer.paused()).isEmpty();
  }

  @Test
  void whatIsAssignedDuringAPauseIsNotFetchedByThePollThatAssignsIt() {
    PollLoop loop = loop(OnOffsetOutOfRange.Earliest);
    whyFetchNothing = Optional.of(FlowControl.Pause.Paused);
    loop.turn();
    consumer.rebalance(List.of(P0));
    add(P0, 0, 3);
    leave.release(3);

    loop.turn();
    loop.turn();
    assertThat(sent).isEmpty();

    whyFetchNothing = Optional.empty();
    await()
        .until(() -> {
          loop.turn();
          return sent.size() == 3;
        });
  }

  @Test
  void behindWhatNobodyCanReadTheCommitGoesOn() {
    PollLoop loop = loop(OnOffsetOutOfRange.Earliest);
    consumer.rebalance(List.of(P0));
    add(P0, 0, 1);
    add(P0, 7, 1); // six in between are gone, or are markers
    leave.release(2);
    await()
        .until(() -> {
          loop.turn();
          return ownership.of(P0).ledger().committable() == 8;
        });
    assertThat(sent).hasSize(2);

    consumer.standsAt.put(P0, new OffsetAndMetadata(14));
    loop.turn();
    assertThat(ownership.of(P0).ledger().committable()).isEqualTo(14);
  }

  @Test
  void aTopicMadeAgainIsReadFromItsFirstRecord() {
    PollLoop loop = loop(OnOffsetOutOfRange.Earliest);
    consumer.rebalance(List.of(P0));
    add(P0, 0, 3);
    loop.turn();
    leave.release(3);
    await().until(() -> sent.size() == 3 && leave.availablePermits() == 0);
    SourceRecord before = sent.peek();

    cluster.id = new Uuid(3, 4);
    loop.turn();

    assertThat(before.assignment().hasEnded()).isTrue();
    assertThat(committed(P0)).as("it would be an offset of the new one").isNull();
    assertThat(consumer.position(P0)).isZero();
    add(P0, 0, 1);
    await()
        .until(() -> {
          loop.turn();
          return sent.size() == 4;
        });
    assertThat(sent).extracting(SourceRecord::idempotencyKey).doesNotHaveDuplicates();
  }

  @Test
  void anOffsetThatWasCommittedForAnotherTopicMeansNothing() {
    var other = CommitMetadata.nothingEnded(new Uuid(5, 6), null, null);
    consumer.offsets.put(P0, new OffsetAndMetadata(9, other.encode(9).text()));

    PollLoop loop = loop(OnOffsetOutOfRange.Earliest);
    consumer.rebalance(List.of(P0));
    loop.turn();

    assertThat(ownership.of(P0).position()).isZero();
    assertThat(resets()).containsExactly(PositionReset.Reason.TopicMadeAgain);
  }

  @Test
  void anOffsetOfOursThatNamesNoTopicIsTakenForAnotherTopics() {
    consumer.offsets.put(P0, new OffsetAndMetadata(9, "kab1;e=7"));
    consumer.offsets.put(P1, new OffsetAndMetadata(9, "")); // set by a person's command

    PollLoop loop = loop(OnOffsetOutOfRange.Earliest);
    consumer.rebalance(List.of(P0, P1));
    loop.turn();

    assertThat(ownership.of(P0).position()).as("reading again loses nothing").isZero();
    assertThat(ownership.of(P1).position()).isEqualTo(9);
  }

  @Test
  void whereTheClusterCannotBeAskedNothingIsReadUntilItCan() {
    PollLoop loop = loop(OnOffsetOutOfRange.Earliest);
    cluster.reachable = false;
    consumer.rebalance(List.of(P0));
    assertThat(consumer.paused()).containsExactly(P0);

    cluster.reachable = true;
    loop.turn();
    assertThat(consumer.paused()).isEmpty();
    assertThat(ownership.all()).hasSize(1);
  }

  @Test
  void whileOnePartitionWaitsForTheClusterTheOthersGoOnAndTheGroupIsPolled() {
    PollLoop loop = loop(OnOffsetOutOfRange.Earliest);
    consumer.rebalance(List.of(P0));
    loop.turn();
    cluster.reachable = false; // or its topic was deleted
    consumer.rebalance(List.of(P0, P1));
    add(P0, 0, 1);
    leave.release();
    cluster.asked = 0;
    await()
        .until(() -> {
          loop.turn();
          return ownership.of(P0).ledger().committable() == 1;
        });
    now = Duration.ofMinutes(1).toNanos();
    loop.turn();

    assertThat(committed(P0)).isEqualTo(1);
    assertThat(cluster.asked).as("not in each turn").isEqualTo(2);
    assertThat(consumer.paused()).containsExactly(P1);
    assertThat(view.snapshot().failure()).isNotNull();
    assertThat(view.snapshot().partitions()).hasSize(2);
    assertThat(pauseOf(P1)).isEqualTo("PositionUnknown");
    view.endsAre(Map.of(P0, 30L, P1, 30L));
    assertThat(view.snapshot().partitions())
        .extracting(view::lag)
        .as("unknown is not zero, and what is known is said")
        .filteredOn(Objects::isNull)
        .hasSize(1);

    cluster.reachable = true;
    now += Newcomers.LATER.toNanos();
    loop.turn();
    assertThat(ownership.all()).hasSize(2);
    assertThat(consumer.paused()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"Earliest, 5", "Latest, 30"})
  void whereRetentionHasTakenTheNextRecordReadingGoesOnWhereTheSpecSays(
      OnOffsetOutOfRange policy, long position) {
    PollLoop loop = loop(policy);
    consumer.rebalance(List.of(P0));
    loop.turn();
    consumer.updateBeginningOffsets(Map.of(P0, 5L));
    consumer.setPollException(new OffsetOutOfRangeException(Map.of(P0, 0L)));
    loop.turn();

    assertThat(ownership.of(P0).position()).isEqualTo(position);
    assertThat(ownership.of(P0).ledger().committable()).isEqualTo(position);
    assertThat(resets()).contains(PositionReset.Reason.OffsetOutOfRange);
  }

  @Test
  void orNothingIsReadUntilSomebodyDecides() {
    PollLoop loop = loop(OnOffsetOutOfRange.Stop);
    consumer.rebalance(List.of(P0, P1));
    consumer.setPollException(new OffsetOutOfRangeException(Map.of(P0, 0L)));
    loop.turn();
    add(P1, 0, 1);
    loop.turn();

    assertThat(consumer.paused()).containsExactly(P0);
    assertThat(view.snapshot().failure()).isNotNull();
    await().until(() -> sent.size() == 1);
  }

  @Test
  void whereTheLogWasCutOffReadingGoesOnAtTheCutWithoutWhatHadEnded() {
    PollLoop loop = loop(OnOffsetOutOfRange.Earliest);
    consumer.rebalance(List.of(P0));
    add(P0, 0, 8);
    loop.turn();
    await().until(() -> sent.size() == 8);
    Thread.ofVirtual()
        .start(() -> {
          await().until(() -> sent.peek().assignment().hasEnded());
          leave.release(8);
        });
    consumer.setPollException(
        new LogTruncationException(Map.of(P0, 8L), Map.of(P0, new OffsetAndMetadata(6))));
    loop.turn();

    assertThat(ownership.of(P0).position()).isEqualTo(6);
    assertThat(resets()).contains(PositionReset.Reason.LogTruncated);
  }

  @Test
  void partitionsThatWereCutOffWaitForTheirCallsTogether() {
    PollLoop loop = loop(OnOffsetOutOfRange.Earliest);
    consumer.rebalance(List.of(P0, P1));
    add(P0, 0, 1);
    add(P1, 0, 1);
    loop.turn();
    await().until(() -> sent.size() == 2);
    Thread.ofVirtual()
        .start(() -> {
          await().until(() -> sent.stream().allMatch(record -> record.assignment().hasEnded()));
          leave.release(2);
        });
    consumer.setPollException(
        new LogTruncationException(
            Map.of(P0, 1L, P1, 1L),
            Map.of(P0, new OffsetAndMetadata(1), P1, new OffsetAndMetadata(1))));
    loop.turn(); // not for an hour each

    assertThat(ownership.all()).extracting(OwnedPartition::position).containsExactly(1L, 1L);
  }

  @Test
  void aTurnOpensTheFenceThatHadShut() {
    PollLoop loop = loop(OnOffsetOutOfRange.Earliest);
    now = Duration.ofMinutes(10).toNanos();
    fence.heard(now);
    assertThat(fence.isOpen()).isFalse();
    loop.turn();
    assertThat(fence.isOpen()).isTrue();
  }

  @Test
  void aHeartbeatAnsweredWithinAPollDoesNot() {
    PollLoop loop = loop(OnOffsetOutOfRange.Earliest);
    now = Duration.ofMinutes(10).toNanos();
    consumer.schedulePollTask(() -> fence.heard(now));
    loop.turn();
    assertThat(fence.isOpen()).as("that poll may know nothing of it").isFalse();
    loop.turn();
    assertThat(fence.isOpen()).isTrue();
  }

  @Test
  void aLoopThatIsStoppedWaitsForItsCallsCommitsAndLeaves() throws Exception {
    PollLoop loop = loop(OnOffsetOutOfRange.Earliest);
    consumer.schedulePollTask(() -> consumer.rebalance(List.of(P0)));
    consumer.schedulePollTask(() -> add(P0, 0, 2));
    Thread running = Thread.ofVirtual().start(loop::run);
    await().until(() -> sent.size() == 2);

    loop.stop();
    await().until(() -> sent.peek().assignment().hasEnded());
    assertThat(consumer.closed()).isFalse();
    leave.release(2);
    running.join();

    assertThat(committed(P0)).isEqualTo(2);
    assertThat(consumer.closed()).isTrue();
  }

  private Outcome deliver(SourceRecord record) {
    sent.add(record);
    if (deaf) {
      leave.acquireUninterruptibly();
      return new Outcome.Delivered();
    }
    try {
      leave.acquire();
      return new Outcome.Delivered();
    } catch (InterruptedException e) {
      return new Outcome.Interrupted();
    }
  }

  private PollLoop loop(OnOffsetOutOfRange policy) {
    return loop(policy, Reading.SOURCE, Clock.systemUTC());
  }

  private PollLoop loop(OnOffsetOutOfRange policy, Reading reading, Clock clock) {
    consumer.updateBeginningOffsets(new HashMap<>(Map.of(P0, 0L, P1, 0L)));
    consumer.updateEndOffsets(new HashMap<>(Map.of(P0, 30L, P1, 30L)));
    var standing = GroupStanding.unasked();
    var commits = new Commits(standing, () -> now);
    var drainTimes = new DrainTimes(Duration.ofHours(1), Duration.ofHours(3));
    var positions =
        new Positions(
            cluster,
            "group",
            fence,
            reading,
            Companions.NONE,
            view.resets(),
            new Purse(null, () -> 0),
            Pace.none(),
            Clock.systemUTC());
    var reader = PartitionReader.of(consumer);
    var owns =
        new Ownership(
            reader, Companions.NONE, positions, commits, dispatcher, drainTimes, view, () -> now);
    var gone = new GoneRecords(reader, positions, owns, policy, drainTimes, view.resets());
    ownership = owns;
    var subscription = new Subscription.Topics(List.of("orders"));
    subscription.subscribe(consumer, owns);
    return new PollLoop(
        reader,
        subscription,
        owns,
        gone,
        commits,
        dispatcher,
        WINDOW,
        () -> whyFetchNothing,
        fence,
        standing,
        Companions.NONE,
        view,
        new NotYetDue(reading),
        clock);
  }

  private void add(TopicPartition partition, long from, int records) {
    var any = Records.assignment(partition.topic(), partition.partition());
    for (long offset = from; offset < from + records; offset++) {
      consumer.addRecord(Records.record(any, offset, "key-" + offset).record());
    }
  }

  private @Nullable Long committed(TopicPartition partition) {
    OffsetAndMetadata at = consumer.offsets.get(partition);
    return at == null ? null : at.offset();
  }

  private List<PositionReset.Reason> resets() {
    return view.resets().last().stream().map(PositionReset::reason).toList();
  }

  private @Nullable String pauseOf(TopicPartition partition) {
    return view.snapshot().partitions().stream()
        .filter(of -> of.partition().equals(partition))
        .findFirst()
        .map(PartitionView::pause)
        .orElse(null);
  }
}
