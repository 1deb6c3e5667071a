package dev.kafkaapibridge.runtime.consume;

import dev.kafkaapibridge.runtime.dispatch.Dispatch;
import dev.kafkaapibridge.runtime.record.GroupStanding;
import dev.kafkaapibridge.runtime.record.SendFence;
import dev.kafkaapibridge.runtime.record.SourceRecord;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One turn after the other: poll, start what came in the ledgers, hand it over, take note of what
 * ended, pause or resume, commit. The only code that touches the consumer, with what it calls
 * ({@link Ownership}, {@link Positions}, {@link GoneRecords}, {@link Commits}); all of it on one
 * thread.
 */
public final class PollLoop {

  private static final Logger log = LoggerFactory.getLogger(PollLoop.class);

  /**
   * How long a poll may wait for records; shorter while partitions are paused, when what ends here
   * is what is waited for.
   */
  private static final Duration IDLE_POLL = Duration.ofMillis(100);

  private static final Duration BUSY_POLL = Duration.ofMillis(5);

  /** While it is learned what lies beside: until then the source stands still. */
  private static final Duration LEARNING_POLL = Duration.ofMillis(1);

  private static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(1);
  private static final Duration TO_LEAVE = Duration.ofSeconds(5);

  private final PartitionReader reader;
  private final Subscription subscription;
  private final Ownership ownership;
  private final GoneRecords goneRecords;
  private final Commits commits;
  private final Dispatch dispatcher;
  private final Pauses pauses;
  private final Supplier<Optional<FlowControl.Pause>> whyFetchNothing;
  private final SendFence fence;
  private final GroupStanding standing;
  private final Companions companions;
  private final ConsumptionView view;
  private final NotYetDue notYetDue;
  private final Clock clock;
  private volatile boolean stopping;

  PollLoop(
      PartitionReader reader,
      Subscription subscription,
      Ownership ownership,
      GoneRecords goneRecords,
      Commits commits,
      Dispatch dispatcher,
      FlowControl flowControl,
      Supplier<Optional<FlowControl.Pause>> whyFetchNothing,
      SendFence fence,
      GroupStanding standing,
      Companions companions,
      ConsumptionView view,
      NotYetDue notYetDue,
      Clock clock) {
    this.reader = reader;
    this.subscription = subscription;
    this.ownership = ownership;
    this.goneRecords = goneRecords;
    this.commits = commits;
    this.dispatcher = dispatcher;
    this.pauses = new Pauses(reader, ownership, flowControl, companions, notYetDue, view);
    this.whyFetchNothing = whyFetchNothing;
    this.fence = fence;
    this.standing = standing;
    this.companions = companions;
    this.view = view;
    this.notYetDue = notYetDue;
    this.clock = clock;
  }

  /** Runs until {@link #stop()}, then drains, commits and leaves the group. */
  public void run() {
    view.fencedBy(fence);
    reader.subscribe(subscription, ownership);
    var heartbeats = new Heartbeats(reader::metrics, fence, System::nanoTime);
    Thread watching = Thread.ofVirtual().name("heartbeats").start(heartbeats::watch);
    try {
      pollUntilStopped();
    } finally {
      drain();
      watching.interrupt();
    }
  }

  private void pollUntilStopped() {
    while (!stopping) {
      try {
        turn();
        if (ownership.waiting().isEmpty()) {
          view.connected();
        }
      } catch (KafkaException e) {
        if (!stopping) {
          view.failed(e);
          sleep(PAUSE_AFTER_FAILURE);
        }
      }
    }
  }

  /** Ends {@link #run()} from another thread. */
  public void stop() {
    stopping = true;
  }

  void turn() {
    Optional<FlowControl.Pause> whyNothing = whyFetchNothing.get();
    ownership.newcomersFetch(whyNothing.isEmpty());
    ownership.ownWaiting();
    fence.polling();
    ConsumerRecords<byte[], byte[]> records = poll(whyNothing);
    fence.polled();
    ConsumerGroupMetadata membership = reader.groupMetadata();
    standing.isMember(membership);
    takeWhatIsDue(whyNothing.isEmpty());
    for (TopicPartition partition : records.partitions()) {
      take(partition, records.records(partition));
    }
    // Behind markers and compacted records there may be nothing to read: without this, lag would
    // never reach 0.
    records
        .nextOffsets()
        .forEach((partition, next) -> {
          OwnedPartition of = ownership.of(partition);
          if (companions.beingLearned().contains(partition)) {
            companions.learnedUpTo(partition, next.offset());
          } else if (of != null && !notYetDue.waits(partition)) {
            of.reached(next);
          }
        });
    companions.endLearning(reader);
    ownership.noteEnded();
    Map<TopicPartition, String> pauses = this.pauses.say(whyNothing);
    commits.commitIfDue(reader, ownership.all());
    Map<TopicPartition, Instant> dueTimes = notYetDue.dueTimes();
    view.show(
        ownership.together().ofGroup(),
        ownership.waiting(),
        pauses,
        dueTimes,
        membership.generationId());
    companions.show(ownership.together().companions(), pauses, dueTimes);
  }

  private void take(TopicPartition partition, List<ConsumerRecord<byte[], byte[]>> records) {
    OwnedPartition of = ownership.of(partition);
    if (of == null) {
      throw new IllegalStateException(
          "records of "
              + partition
              + " were read, which is not owned: they would be lost from sight");
    }
    of.polled(records);
    if (companions.beingLearned().contains(partition)) {
      companions.learn(partition, records);
      return;
    }
    NotYetDue.Sorted sorted = notYetDue.sort(of.assignment(), records, clock.millis());
    sorted.readOnAt().ifPresent(offset -> reader.seek(partition, new OffsetAndMetadata(offset)));
    start(of, sorted.due());
  }

  /**
   * @param mayStart else what was let go of is forgotten, and nothing else
   */
  private void takeWhatIsDue(boolean mayStart) {
    for (TopicPartition partition : notYetDue.partitions()) {
      OwnedPartition of = ownership.of(partition);
      if (of == null) {
        notYetDue.forget(partition);
      } else if (companions.isCompanion(partition) ? companions.mayStart() : mayStart) {
        start(of, notYetDue.nowDue(of.assignment(), clock.millis()));
      }
    }
  }

  private void start(OwnedPartition of, List<ConsumerRecord<byte[], byte[]>> records) {
    if (records.isEmpty()) {
      return;
    }
    var started = new ArrayList<SourceRecord>(records.size());
    for (ConsumerRecord<byte[], byte[]> record : records) {
      of.start(record).ifPresent(started::add);
    }
    if (companions.isCompanion(of.partition())) {
      companions.taken(started);
    }
    dispatcher.handOver(started);
    view.count(records.size(), records.size() - started.size(), 0);
  }

  private ConsumerRecords<byte[], byte[]> poll(Optional<FlowControl.Pause> whyNothing) {
    boolean learning = !companions.beingLearned().isEmpty();
    boolean idle =
        !learning && notYetDue.partitions().containsAll(reader.paused())
            || whyNothing.equals(Optional.of(FlowControl.Pause.Paused));
    try {
      return reader.poll(idle ? IDLE_POLL : learning ? LEARNING_POLL : BUSY_POLL);
    } catch (OffsetOutOfRangeException e) {
      goneRecords.goOnWithout(e);
      return ConsumerRecords.empty();
    }
  }

  private void drain() {
    log.atInfo()
        .addKeyValue("owned", ownership.all().size())
        .log("draining: calls under way end, then the group is left");
    try {
      ownership.endAll();
      long until = System.nanoTime() + TO_LEAVE.toNanos();
      while (!commits.commitNow(reader, ownership.all()) && System.nanoTime() < until) {
        // The rebalance under way must end first, and it ends only with us.
        reader.pauseAll();
        var none = reader.poll(IDLE_POLL);
      }
    } catch (KafkaException e) {
      log.atWarn()
          .addKeyValue("cause", e.getMessage())
          .log("the last commit failed: records since the one before are sent again");
    }
    reader.close(CloseOptions.timeout(TO_LEAVE));
  }

  private static void sleep(Duration duration) {
    try {
      Thread.sleep(duration);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
