package dev.kafkaapibridge.runtime.consume;

import dev.kafkaapibridge.api.v1alpha1.KafkaSpec;
import dev.kafkaapibridge.runtime.cluster.KafkaCluster;
import dev.kafkaapibridge.runtime.dispatch.Dispatch;
import dev.kafkaapibridge.runtime.pace.Pace;
import dev.kafkaapibridge.runtime.quota.Purse;
import dev.kafkaapibridge.runtime.record.GroupStanding;
import dev.kafkaapibridge.runtime.record.SendFence;
import dev.kafkaapibridge.runtime.record.SourceRecord;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
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
  private static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(1);
  private static final Duration TO_LEAVE = Duration.ofSeconds(5);

  private final PartitionReader reader;
  private final Subscription subscription;
  private final Ownership ownership;
  private final GoneRecords goneRecords;
  private final Commits commits;
  private final Dispatch dispatcher;
  private final FlowControl flowControl;
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
    this.flowControl = flowControl;
    this.whyFetchNothing = whyFetchNothing;
    this.fence = fence;
    this.standing = standing;
    this.companions = companions;
    this.view = view;
    this.notYetDue = notYetDue;
    this.clock = clock;
  }

  /**
   * What a loop reads, and whither it leads.
   *
   * @param connection settings that all clients share
   * @param whyFetchNothing present while nothing is to be fetched: an open circuit, a pause
   * @param standing is told of what is committed, and as whom
   * @param companions goes with what the group assigns
   */
  public record Setting(
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
      GroupStanding standing,
      Companions companions,
      Purse purse,
      Pace pace,
      Clock clock,
      DrainTimes drainTimes,
      ConsumptionView view) {

    private PartitionReader reader() {
      Map<String, Object> settings =
          ConsumerSettings.consumer(
              kafka, group, connection, drainTimes.maxPollInterval(), flowControl.fetchSizes());
      var member = new KafkaConsumer<byte[], byte[]>(settings);
      return companions
          .fetchSizes()
          .<PartitionReader>map(fetch ->
              new CompanionReader(
                  member, new KafkaConsumer<>(ConsumerSettings.ofNoGroup(settings, fetch))))
          .orElseGet(() -> PartitionReader.of(member));
    }
  }

  public static PollLoop of(Setting setting) {
    PartitionReader reader = setting.reader();
    var positions =
        new Positions(
            TopicIds.of(setting.cluster()),
            setting.group(),
            setting.fence(),
            setting.reading(),
            setting.companions(),
            setting.view().resets(),
            setting.purse(),
            setting.pace(),
            setting.clock());
    var commits = new Commits(setting.standing(), System::nanoTime);
    var ownership =
        new Ownership(
            reader,
            setting.companions(),
            positions,
            commits,
            setting.dispatcher(),
            setting.drainTimes(),
            setting.view(),
            System::nanoTime);
    var goneRecords =
        new GoneRecords(
            reader,
            positions,
            ownership,
            setting.reading().whenGone(setting.kafka()),
            setting.drainTimes(),
            setting.view().resets());
    return new PollLoop(
        reader,
        setting.subscription(),
        ownership,
        goneRecords,
        commits,
        setting.dispatcher(),
        setting.flowControl(),
        setting.whyFetchNothing(),
        setting.fence(),
        setting.standing(),
        setting.companions(),
        setting.view(),
        new NotYetDue(setting.reading()),
        setting.clock());
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
    standing.isMember(reader.groupMetadata());
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
    Map<TopicPartition, String> pauses = pauseAndResume(whyNothing);
    commits.commitIfDue(reader, ownership.all());
    Map<TopicPartition, Instant> dueTimes = notYetDue.dueTimes();
    view.show(
        ownership.ofGroup(),
        ownership.waiting(),
        pauses,
        dueTimes,
        reader.groupMetadata().generationId());
    companions.show(ownership.companions(), pauses, dueTimes);
  }

  private void take(TopicPartition partition, List<ConsumerRecord<byte[], byte[]>> records) {
    OwnedPartition of = ownership.of(partition);
    if (of == null) {
      throw new IllegalStateException(
          "records of "
              + partition
              + " were read, which is not owned: they would be lost from sight");
    }
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
    boolean idle =
        companions.beingLearned().isEmpty() && notYetDue.partitions().containsAll(reader.paused())
            || whyNothing.equals(Optional.of(FlowControl.Pause.Paused));
    try {
      return reader.poll(idle ? IDLE_POLL : BUSY_POLL);
    } catch (OffsetOutOfRangeException e) {
      goneRecords.goOnWithout(e);
      return ConsumerRecords.empty();
    }
  }

  /** Why partitions don't fetch from now on, of those that don't. */
  private Map<TopicPartition, String> pauseAndResume(Optional<FlowControl.Pause> whyNothing) {
    var loads = new HashMap<TopicPartition, FlowControl.Load>();
    ownership.ofGroup().forEach(of -> loads.put(of.partition(), load(of)));
    var loadsOfCompanions = new HashMap<TopicPartition, FlowControl.Load>();
    ownership.companions().forEach(of -> loadsOfCompanions.put(of.partition(), of.load()));
    Set<TopicPartition> paused = reader.paused();
    var wanted = new HashMap<TopicPartition, String>();
    flowControl
        .paused(loads, paused, whyNothing)
        .forEach((partition, why) -> wanted.put(partition, why.name()));
    companions
        .pauses(loadsOfCompanions, paused)
        .forEach((partition, why) -> wanted.put(partition, why.name()));
    wanted.keySet().removeAll(companions.beingLearned());
    notYetDue.partitions().forEach(partition -> wanted.put(partition, "NotDue"));
    ownership.standingStill().forEach(partition -> wanted.put(partition, "PositionUnknown"));
    reader.pause(difference(wanted.keySet(), paused));
    reader.resume(difference(paused, wanted.keySet()));
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
