package dev.kafkaapibridge.runtime.consume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kafkaapibridge.api.v1alpha1.DeliverySpec.Ordering;
import dev.kafkaapibridge.api.v1alpha1.KafkaSpec.OnOffsetOutOfRange;
import dev.kafkaapibridge.runtime.Records;
import dev.kafkaapibridge.runtime.deliver.KeyOrder;
import dev.kafkaapibridge.runtime.deliver.Outcome;
import dev.kafkaapibridge.runtime.deliver.Slots;
import dev.kafkaapibridge.runtime.dispatch.Dispatcher;
import dev.kafkaapibridge.runtime.pace.Pace;
import dev.kafkaapibridge.runtime.quota.Purse;
import dev.kafkaapibridge.runtime.record.Assignment;
import dev.kafkaapibridge.runtime.record.GroupStanding;
import dev.kafkaapibridge.runtime.record.Past;
import dev.kafkaapibridge.runtime.record.SendFence;
import dev.kafkaapibridge.runtime.record.SourceRecord;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A poll loop of one source partition and the partition of its retry topic. */
@Timeout(30)
class RetryTopicCompanionsTest {

  private static final TopicPartition SOURCE = new TopicPartition("orders", 0);
  private static final TopicPartition ASIDE = new TopicPartition("g.retry.1", 0);

  /** What the group keeps, and each commit's partitions. */
  private final Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();

  private final List<Set<TopicPartition>> commits = new ArrayList<>();
  private final Map<TopicPartition, OffsetAndMetadata> withoutOrder = new HashMap<>();
  private final Set<TopicPartition> mute = new HashSet<>();
  private long end;

  private final MockConsumer<byte[], byte[]> member =
      new MockConsumer<>("none") {
        @Override
        public void commitSync(Map<TopicPartition, OffsetAndMetadata> commit, Duration timeout) {
          offsets.putAll(commit);
          commits.add(Set.copyOf(commit.keySet()));
        }

        @Override
        public synchronized Map<TopicPartition, OffsetAndMetadata> committed(
            Set<TopicPartition> partitions) {
          var known = new HashMap<>(offsets);
          known.keySet().retainAll(partitions);
          return known;
        }

        @Override
        public ConsumerGroupMetadata groupMetadata() {
          return new ConsumerGroupMetadata("g", 1, "member", Optional.empty());
        }
      };

  private final MockConsumer<byte[], byte[]> along = new MockConsumer<>("none");
  private final Slots slots = new Slots(4);
  private final KeyOrder order = new KeyOrder(1, slots, System::nanoTime);
  private final Queue<String> sent = new ConcurrentLinkedQueue<>();
  private final Queue<Assignment> assignments = new ConcurrentLinkedQueue<>();
  private final Dispatcher dispatcher = new Dispatcher(Ordering.Key, slots, order, this::deliver);
  private PollLoop loop;

  @BeforeEach
  void begin() {
    member.updateBeginningOffsets(Map.of(SOURCE, 0L, ASIDE, 0L));
    member.updateEndOffsets(Map.of(SOURCE, 30L));
    along.updateBeginningOffsets(Map.of(ASIDE, 0L));
    loop = loop();
  }

  @Test
  void whatLiesThereIsKnownBeforeAnythingIsSentAndReadFromItsPlaceAgain() {
    end = 2;
    offsets.put(ASIDE, new OffsetAndMetadata(0));
    assign();
    add(member, SOURCE, 5, "a");
    add(member, SOURCE, 6, "b");
    loop.turn();
    loop.turn();
    assertThat(sent).as("nobody knows yet whose keys wait").isEmpty();

    add(along, ASIDE, 0, "a");
    add(along, ASIDE, 1, "c");
    loop.turn();
    await().until(() -> sent.contains("orders b"));
    assertThat(sent).doesNotContain("orders a");

    add(along, ASIDE, 0, "a");
    add(along, ASIDE, 1, "c");
    loop.turn();
    await().until(() -> sent.contains("g.retry.1 a") && sent.contains("g.retry.1 c"));
    assertThat(before("g.retry.1 a")).doesNotContain("orders a");
  }

  @Test
  void bothAreCommittedInOneRequestAndLetGoOfTogether() {
    assign();
    loop.turn();
    add(member, SOURCE, 0, "a");
    add(along, ASIDE, 0, "b");
    loop.turn();
    await().until(() -> sent.size() == 2);

    member.schedulePollTask(() -> member.rebalance(List.of()));
    loop.turn();

    assertThat(commits.getLast()).containsExactlyInAnyOrder(SOURCE, ASIDE);
    assertThat(offsets.get(SOURCE).offset()).isEqualTo(1);
    assertThat(offsets.get(ASIDE).offset()).isEqualTo(1);
    assertThat(along.assignment()).isEmpty();
    assertThat(assignments).allMatch(Assignment::hasEnded);
  }

  /** Of its records, or of one of a companion's. */
  @Test
  void whereAWriteEndedNobodyKnowsHowAllIsOwnedAnew() {
    assign();
    loop.turn();
    add(along, ASIDE, 0, "b");
    loop.turn();
    await().until(() -> sent.size() == 1);
    Assignment before = assignments.element();
    end = 2; // it was written after all
    before.end();

    loop.turn();
    add(member, SOURCE, 0, "z");
    loop.turn();
    assertThat(sent).as("it isn't known whether one of 'z' lies there").doesNotContain("orders z");
    add(along, ASIDE, 1, "z");
    loop.turn();
    add(along, ASIDE, 1, "z");
    loop.turn();
    await().until(() -> sent.contains("g.retry.1 z"));
    assertThat(before("g.retry.1 z")).doesNotContain("orders z");
    assertThat(offsets.get(ASIDE).offset()).isEqualTo(1);
  }

  @Test
  void readingGoesOnWhereItWasWithoutOrder() {
    withoutOrder.put(ASIDE, new OffsetAndMetadata(7));
    offsets.put(ASIDE, new OffsetAndMetadata(3));
    assign();
    loop.turn();
    assertThat(along.position(ASIDE)).isEqualTo(7);
  }

  /** Its leader is away, say, or it may not be read. */
  @Test
  void aPartitionOfARetryTopicThatTellsNothingKeepsOnlyItsOwnSourceFromBeingRead() {
    var other = new TopicPartition("orders", 1);
    var otherAside = new TopicPartition("g.retry.1", 1);
    offsets.put(other, new OffsetAndMetadata(0));
    member.updateEndOffsets(Map.of(SOURCE, 30L, other, 30L));
    member.updateBeginningOffsets(Map.of(otherAside, 0L));
    along.updateBeginningOffsets(Map.of(otherAside, 0L));
    mute.add(ASIDE);
    offsets.put(SOURCE, new OffsetAndMetadata(0));
    member.schedulePollTask(() -> member.rebalance(List.of(SOURCE, other)));
    loop.turn();

    await()
        .until(() -> {
          loop.turn();
          return along.assignment().contains(otherAside);
        });
    add(member, other, 0, "a");
    await()
        .until(() -> {
          loop.turn();
          return sent.contains("orders a");
        });
    assertThat(member.paused()).containsExactly(SOURCE);

    mute.clear();
    await()
        .until(() -> {
          loop.turn();
          return member.paused().isEmpty();
        });
  }

  private List<String> before(String one) {
    List<String> all = List.copyOf(sent);
    return all.subList(0, all.indexOf(one));
  }

  private void assign() {
    offsets.put(SOURCE, new OffsetAndMetadata(0));
    member.schedulePollTask(() -> member.rebalance(List.of(SOURCE)));
    loop.turn();
    commits.clear();
  }

  private static void add(
      MockConsumer<byte[], byte[]> consumer, TopicPartition partition, long offset, String key) {
    var any = Records.assignment(partition.topic(), partition.partition());
    consumer.addRecord(Records.record(any, offset, key).record());
  }

  private Outcome deliver(SourceRecord record) {
    Outcome outcome = new Outcome.Interrupted();
    try {
      outcome =
          switch (order.await(record)) {
            case Now -> {
              assignments.add(record.assignment());
              sent.add(record.assignment().partition().topic() + " " + Records.key(record));
              yield new Outcome.Delivered();
            }
            case Behind -> {
              order.goesAside(record);
              yield new Outcome.PutAside();
            }
            case Never -> new Outcome.Interrupted();
          };
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return outcome;
  }

  /** Everything that is in the retry topic is due. */
  private static final Reading READING =
      (read, assignment, key) ->
          new SourceRecord(
              read,
              assignment,
              read.offset(),
              key,
              new Past(0, Optional.empty(), 0, read.topic().equals(ASIDE.topic()) ? 1 : 0));

  private PollLoop loop() {
    var view = new ConsumptionView(Clock.systemUTC());
    var flow = FlowControl.of(4, 1_000_000);
    var companions =
        new RetryTopicCompanions(
            List.of(ASIDE.topic()),
            order,
            new RetryTopicCompanions.Brokers() {
              @Override
              public void makeRoom(int partition) {}

              @Override
              public Map<TopicPartition, Long> ends(Collection<TopicPartition> partitions) {
                if (partitions.stream().anyMatch(mute::contains)) {
                  throw new KafkaException("no answer in time");
                }
                return partitions.stream().collect(Collectors.toMap(p -> p, p -> end));
              }

              @Override
              public Map<TopicPartition, OffsetAndMetadata> committedWithoutOrder() {
                return withoutOrder;
              }
            },
            flow,
            Optional::empty,
            new ConsumptionView(Clock.systemUTC()));
    var fence = new SendFence(Duration.ofHours(1), Duration.ofHours(1), System::nanoTime);
    var positions =
        new Positions(
            new OneCluster(),
            "g",
            fence,
            READING,
            companions,
            view.resets(),
            new Purse(null, () -> 0),
            Pace.none(),
            Clock.systemUTC());
    var reader = new CompanionReader(member, along);
    var standing = GroupStanding.forTransactions();
    var committing = new Commits(standing, System::nanoTime);
    var drainTimes = new DrainTimes(Duration.ofSeconds(5), Duration.ofHours(3));
    var owns =
        new Ownership(
            reader,
            companions,
            positions,
            committing,
            dispatcher,
            drainTimes,
            view,
            System::nanoTime);
    var gone =
        new GoneRecords(
            reader, positions, owns, OnOffsetOutOfRange.Earliest, drainTimes, view.resets());
    var subscription = new Subscription.Topics(List.of(SOURCE.topic()));
    subscription.subscribe(member, owns);
    return new PollLoop(
        reader,
        subscription,
        owns,
        gone,
        committing,
        dispatcher,
        flow,
        Optional::empty,
        fence,
        standing,
        companions,
        view,
        new NotYetDue(READING),
        Clock.systemUTC());
  }

  private static final class OneCluster implements TopicIds {
    @Override
    public String cluster() {
      return "cluster";
    }

    @Override
    public void askAnew(Collection<String> topics) {}

    @Override
    public Uuid of(String topic) {
      return new Uuid(1, 2);
    }

    @Override
    public Uuid known(String topic) {
      return new Uuid(1, 2);
    }
  }
}
