package dev.kafkaapibridge.runtime.consume;

import dev.kafkaapibridge.api.v1alpha1.KafkaSpec;
import dev.kafkaapibridge.runtime.cluster.KafkaCluster;
import dev.kafkaapibridge.runtime.dispatch.Dispatch;
import dev.kafkaapibridge.runtime.pace.Pace;
import dev.kafkaapibridge.runtime.quota.Purse;
import dev.kafkaapibridge.runtime.record.SendFence;
import dev.kafkaapibridge.runtime.record.SourceRecord;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
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
  private static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(1);
  private static final Duration TO_LEAVE = Duration.ofSeconds(5);

  private final Consumer<byte[], byte[]> consumer;
  private final Subscription subscription;
  private final Ownership ownership;
  private final GoneRecords goneRecords;
  private final Commits commits;
  private final Dispatch dispatcher;
  private final FlowControl flowControl;
  private final Supplier<Optional<FlowControl.Pause>> whyFetchNothing;
  private final SendFence fence;
  private final ConsumptionView view;
  private final NotYetDue notYetDue;
  private final Clock clock;
  private volatile boolean stopping;

  PollLoop(
      Consumer<byte[], byte[]> consumer,
      Subscription subscription,
      Ownership ownership,
      GoneRecords goneRecords,
      Commits commits,
      Dispatch dispatcher,
      FlowControl flowControl,
      Supplier<Optional<FlowControl.Pause>> whyFetchNothing,
      SendFence fence,
      ConsumptionView view,
      NotYetDue notYetDue,
      Clock clock) {
    this.consumer = consumer;
    this.subscription = subscription;
    this.ownership = ownership;
    this.goneRecords = goneRecords;
    this.commits = commits;
    this.dispatcher = dispatcher;
    this.flowControl = flowControl;
    this.whyFetchNothing = whyFetchNothing;
    this.fence = fence;
    this.view = view;
    this.notYetDue = notYetDue;
    this.clock = clock;
  }

  /**
   * @param connection settings that all clients share
   * @param whyFetchNothing present while nothing is to be fetched: an open circuit, a pause
   */
  public static PollLoop of(
      KafkaSpec kafka,
      String group,
      Map<String, Object> connection,
      Subscription subscription,
      Reading reading,
      KafkaCluster cluster,
      Dispatch dispatcher,
      FlowControl flowControl,
      Supplier<Optional<FlowControl.Pause>> whyFetchNothing,
      SendFence fence,
      Purse purse,
      Pace pace,
      Clock clock,
      DrainTimes drainTimes,
      ConsumptionView view) {
    var consumer =
        new KafkaConsumer<byte[], byte[]>(
            ConsumerSettings.consumer(
                kafka, group, connection, drainTimes.maxPollInterval(), flowControl.fetchSizes()));
    var positions =
        new Positions(
            TopicIds.of(cluster), group, fence, reading, view.resets(), purse, pace, clock);
    var commits = new Commits(System::nanoTime);
    var ownership =
        new Ownership(consumer, positions, commits, dispatcher, drainTimes, view, System::nanoTime);
    var goneRecords =
        new GoneRecords(
            consumer, positions, ownership, reading.whenGone(kafka), drainTimes, view.resets());
    return new PollLoop(
        consumer,
        subscription,
        ownership,
        goneRecords,
        commits,
        dispatcher,
        flowControl,
        whyFetchNothing,
        fence,
        view,
        new NotYetDue(reading),
        clock);
  }

  /** Runs until {@link #stop()}, then drains, commits and leaves the group. */
  public void run() {
    view.fencedBy(fence);
    subscription.subscribe(consumer, ownership);
    var heartbeats = new Heartbeats(consumer::metrics, fence, System::nanoTime);
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
          if (of != null && !notYetDue.waits(partition)) {
            of.reached(next);
          }
        });
    ownership.noteEnded();
    Map<TopicPartition, String> pauses = pauseAndResume(whyNothing);
    commits.commitIfDue(consumer, ownership.all());
    view.show(
        ownership.all(),
        ownership.waiting(),
        pauses,
        notYetDue.dueTimes(),
        consumer.groupMetadata().generationId());
  }

  private void take(TopicPartition partition, List<ConsumerRecord<byte[], byte[]>> records) {
    OwnedPartition of = ownership.of(partition);
    if (of == null) {
      throw new IllegalStateException(
          "records of "
              + partition
              + " were read, which is not owned: they would be lost from sight");
    }
    NotYetDue.Sorted sorted = notYetDue.sort(of.assignment(), records, clock.millis());
    sorted.readOnAt().ifPresent(offset -> consumer.seek(partition, offset));
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
      } else if (mayStart) {
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
    dispatcher.handOver(started);
    view.count(records.size(), records.size() - started.size(), 0);
  }

  private ConsumerRecords<byte[], byte[]> poll(Optional<FlowControl.Pause> whyNothing) {
    boolean idle =
        notYetDue.partitions().containsAll(consumer.paused())
            || whyNothing.equals(Optional.of(FlowControl.Pause.Paused));
    try {
      return consumer.poll(idle ? IDLE_POLL : BUSY_POLL);
    } catch (OffsetOutOfRangeException e) {
      goneRecords.goOnWithout(e);
      return ConsumerRecords.empty();
    }
  }

  /** Why partitions don't fetch from now on, of those that don't. */
  private Map<TopicPartition, String> pauseAndResume(Optional<FlowControl.Pause> whyNothing) {
    var loads = new HashMap<TopicPartition, FlowControl.Load>();
    ownership.all().forEach(of -> loads.put(of.partition(), load(of)));
    Set<TopicPartition> paused = consumer.paused();
    var wanted = new HashMap<TopicPartition, String>();
    flowControl
        .paused(loads, paused, whyNothing)
        .forEach((partition, why) -> wanted.put(partition, why.name()));
    notYetDue.partitions().forEach(partition -> wanted.put(partition, "NotDue"));
    ownership.standingStill().forEach(partition -> wanted.put(partition, "PositionUnknown"));
    consumer.pause(difference(wanted.keySet(), paused));
    consumer.resume(difference(paused, wanted.keySet()));
    return wanted;
  }

  private FlowControl.Load load(OwnedPartition of) {
    FlowControl.Load load = of.load();
    if (load.records() > 0) {
      return load;
    }
    Long end = view.end(of.partition());
    return new FlowControl.Load(0, load.bytes(), end != null && of.position() >= end);
  }

  private void drain() {
    log.atInfo()
        .addKeyValue("owned", ownership.all().size())
        .log("draining: calls under way end, then the group is left");
    try {
      ownership.endAll();
      long until = System.nanoTime() + TO_LEAVE.toNanos();
      while (!commits.commitNow(consumer, ownership.all()) && System.nanoTime() < until) {
        // The rebalance under way must end first, and it ends only with us.
        consumer.pause(consumer.assignment());
        var none = consumer.poll(IDLE_POLL);
      }
    } catch (KafkaException e) {
      log.atWarn()
          .addKeyValue("cause", e.getMessage())
          .log("the last commit failed: records since the one before are sent again");
    }
    consumer.close(CloseOptions.timeout(TO_LEAVE));
  }

  private static Set<TopicPartition> difference(
      Set<TopicPartition> of, Set<TopicPartition> without) {
    var difference = new HashSet<>(of);
    difference.removeAll(without);
    return difference;
  }

  private static void sleep(Duration duration) {
    try {
      Thread.sleep(duration);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
