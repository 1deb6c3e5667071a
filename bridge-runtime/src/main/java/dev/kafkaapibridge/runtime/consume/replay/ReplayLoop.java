package dev.kafkaapibridge.runtime.consume.replay;

import dev.kafkaapibridge.api.replay.ReplayOrder;
import dev.kafkaapibridge.api.v1alpha1.KafkaSpec;
import dev.kafkaapibridge.runtime.cluster.KafkaCluster;
import dev.kafkaapibridge.runtime.consume.ConsumerSettings;
import dev.kafkaapibridge.runtime.consume.DrainTimes;
import dev.kafkaapibridge.runtime.consume.FlowControl;
import dev.kafkaapibridge.runtime.consume.Heartbeats;
import dev.kafkaapibridge.runtime.consume.KafkaFailure;
import dev.kafkaapibridge.runtime.consume.replay.ReplayCounts.Fate;
import dev.kafkaapibridge.runtime.consume.replay.ReplayProgress.Phase;
import dev.kafkaapibridge.runtime.deliver.Outcome;
import dev.kafkaapibridge.runtime.dispatch.Dispatch;
import dev.kafkaapibridge.runtime.dispatch.Ended;
import dev.kafkaapibridge.runtime.record.Assignment;
import dev.kafkaapibridge.runtime.record.SendFence;
import dev.kafkaapibridge.runtime.record.SourceRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
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
 * One replay, as a member of the replays' group: polls, hands over what is to be replayed, counts
 * what has ended, commits. Does so only while the group has given it all partitions, and stands by
 * otherwise. One thread owns all of it; others may ask for {@link #progress()}.
 */
public final class ReplayLoop implements ConsumerRebalanceListener {

  private static final Logger log = LoggerFactory.getLogger(ReplayLoop.class);

  private static final Duration IDLE_POLL = Duration.ofMillis(100);
  private static final Duration BUSY_POLL = Duration.ofMillis(5);
  private static final Duration ASK_AGAIN = Duration.ofSeconds(1);
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration TO_LEAVE = Duration.ofSeconds(5);
  private static final long COMMIT_EVERY = Duration.ofSeconds(1).toNanos();

  /** Records that wait for one that has not ended, of a partition; each takes a few bytes. */
  private static final int MOST_ENTRIES = 10_000;

  /**
   * @param group of the replays
   * @param bridgeGroup of the bridge
   * @param topics that are read
   * @param connection settings that all clients share
   * @param lanes where records go that are replayed
   * @param waits whether nothing is to be fetched
   * @param window records under way at once
   */
  public record Setting(
      KafkaSpec kafka,
      String group,
      String bridgeGroup,
      List<String> topics,
      Map<String, Object> connection,
      KafkaCluster cluster,
      FlowControl.FetchSizes fetchSizes,
      DrainTimes drainTimes,
      Dispatch lanes,
      BooleanSupplier waits,
      int window) {}

  private final ReplayOrder order;
  private final Sieve sieve;
  private final Setting setting;
  private final Consumer<byte[], byte[]> consumer;
  private final SendFence fence;
  private final ReplayStart start;
  private final Map<TopicPartition, ReplayPartition> owned = new HashMap<>();

  /** Assigned, and not asked yet where it begins. */
  private final Set<TopicPartition> waiting = new HashSet<>();

  /** Whose next record can't be judged yet, and when it is to be read again. */
  private final Map<TopicPartition, Long> notBefore = new HashMap<>();

  private boolean superseded;
  private boolean finished;

  private long committedAt;
  private volatile boolean stopping;
  private volatile ReplayProgress progress =
      ReplayProgress.of(Phase.Joining, "Joining the group of the replays");

  public ReplayLoop(ReplayOrder order, Choice choice, Setting setting) {
    this.order = order;
    this.sieve = new Sieve(order, choice, setting.bridgeGroup());
    this.setting = setting;
    fence =
        new SendFence(
            setting.drainTimes().maxPollInterval(),
            ConsumerSettings.classicSessionTimeout(setting.kafka()),
            System::nanoTime);
    start = new ReplayStart(setting.cluster(), order, setting.bridgeGroup(), fence);
    consumer =
        new KafkaConsumer<>(
            ReplayMember.settings(
                setting.kafka(),
                setting.group(),
                setting.connection(),
                setting.drainTimes().maxPollInterval(),
                setting.fetchSizes()));
  }

  public ReplayOrder order() {
    return order;
  }

  public ReplayProgress progress() {
    return progress;
  }

  /** Ends {@link #run()} from another thread. */
  public void stop() {
    stopping = true;
  }

  /** Runs until {@link #stop()}, also when all is replayed: others must not begin it again. */
  public void run() {
    consumer.subscribe(setting.topics(), this);
    var heartbeats = new Heartbeats(consumer::metrics, fence, System::nanoTime);
    Thread watching = Thread.ofVirtual().name("replay-heartbeats").start(heartbeats::watch);
    try {
      while (!stopping) {
        try {
          turn();
        } catch (KafkaException e) {
          ReplayProgress last = progress;
          var why = KafkaFailure.health(e);
          progress =
              new ReplayProgress(
                  last.phase(), why.reason(), why.message(), last.counts(), last.remaining());
          sleep(ASK_AGAIN);
        }
      }
    } finally {
      end();
      watching.interrupt();
    }
  }

  private void turn() {
    startWhatWaits();
    fence.polling();
    ConsumerRecords<byte[], byte[]> records = poll();
    fence.polled();
    for (TopicPartition partition : records.partitions()) {
      take(partition, records.records(partition));
    }
    records
        .nextOffsets()
        .forEach((partition, next) -> {
          ReplayPartition of = owned.get(partition);
          // Beyond what was put back there is more to read.
          if (of != null && consumer.position(partition) == next.offset()) {
            of.reached(next.offset());
          }
        });
    noteEnded();
    owned.values().forEach(ReplayPartition::advance);
    boolean done = isDone();
    if (done || System.nanoTime() - committedAt >= COMMIT_EVERY) {
      commit();
    }
    if (done && !finished) {
      finished = true;
      log.atInfo().addKeyValue("replay", order.name()).log("the replay is complete");
    }
    pauseAndResume();
    show();
  }

  private ConsumerRecords<byte[], byte[]> poll() {
    boolean busy = owned.values().stream().anyMatch(of -> !of.isQuiet());
    try {
      return consumer.poll(busy ? BUSY_POLL : IDLE_POLL);
    } catch (OffsetOutOfRangeException e) {
      // Retention has taken what was to be read next.
      consumer
          .beginningOffsets(e.offsetOutOfRangePartitions().keySet(), PATIENCE)
          .forEach((partition, first) -> {
            consumer.seek(partition, first);
            ReplayPartition of = owned.get(partition);
            if (of != null) {
              of.reached(first);
            }
          });
      return ConsumerRecords.empty();
    }
  }

  private void take(TopicPartition partition, List<ConsumerRecord<byte[], byte[]>> records) {
    ReplayPartition of = owned.get(partition);
    if (of == null) {
      throw new IllegalStateException("records of " + partition + " were read, which is not owned");
    }
    var started = new ArrayList<SourceRecord>();
    for (ConsumerRecord<byte[], byte[]> record : records) {
      if (record.offset() >= of.mark().end()) {
        of.reached(of.mark().end());
        break;
      }
      if (record.offset() < of.next()) {
        continue; // read again from the beginning: it has ended
      }
      if (!takes(of, record, started)) {
        consumer.seek(partition, record.offset());
        break;
      }
    }
    if (!started.isEmpty()) {
      setting.lanes().handOver(started);
    }
  }

  /** False: this record is to be read again. */
  private boolean takes(
      ReplayPartition of, ConsumerRecord<byte[], byte[]> read, List<SourceRecord> started) {
    return switch (sieve.of(of, read)) {
      case Sieve.Answer.Replay(var record, var cause) -> {
        of.begin(read.offset(), cause);
        started.add(record);
        yield true;
      }
      case Sieve.Answer.PassOver(var fate, var cause) -> {
        of.passOver(read.offset(), fate, cause);
        yield true;
      }
      case Sieve.Answer.NotYet ignored -> {
        notBefore.put(of.partition(), System.nanoTime() + ASK_AGAIN.toNanos());
        yield false;
      }
      case Sieve.Answer.Enough ignored -> false;
    };
  }

  private void noteEnded() {
    for (Ended ended : setting.lanes().takeEnded()) {
      ReplayPartition of = owned.get(ended.assignment().partition());
      if (of != null && of.assignment() == ended.assignment() && ended.outcome().isEnd()) {
        of.ended(
            ended.record().offset(),
            switch (ended.outcome()) {
              case Outcome.Delivered ignored -> Fate.Replayed;
              case Outcome.Skipped ignored -> Fate.Skipped;
              default -> Fate.Failed;
            });
      }
    }
  }

  private boolean isDone() {
    return !owned.isEmpty()
        && waiting.isEmpty()
        && owned.values().stream().allMatch(ReplayPartition::isQuiet)
        && (sieve.isFull() || owned.values().stream().allMatch(ReplayPartition::isRead));
  }

  private void commit() {
    List<ReplayPartition> news = owned.values().stream().filter(ReplayPartition::hasNews).toList();
    if (!news.isEmpty()) {
      consumer.commitSync(
          news.stream()
              .collect(Collectors.toMap(ReplayPartition::partition, ReplayPartition::toCommit)),
          PATIENCE);
      news.forEach(ReplayPartition::committed);
    }
    committedAt = System.nanoTime();
  }

  private void pauseAndResume() {
    int underWay = owned.values().stream().mapToInt(ReplayPartition::size).sum();
    boolean all =
        setting.waits().getAsBoolean()
            || underWay >= setting.window()
            || sieve.isFull()
            || superseded;
    var paused = new HashSet<TopicPartition>();
    for (TopicPartition partition : consumer.assignment()) {
      ReplayPartition of = owned.get(partition);
      if (all || of == null || of.isRead() || of.size() >= MOST_ENTRIES || waits(partition)) {
        paused.add(partition);
      }
    }
    consumer.pause(paused);
    consumer.resume(
        consumer.assignment().stream().filter(partition -> !paused.contains(partition)).toList());
  }

  /** Else the same records would be fetched on and on, for as long as the registry is away. */
  private boolean waits(TopicPartition partition) {
    Long until = notBefore.get(partition);
    return until != null && System.nanoTime() - until < 0;
  }

  private void show() {
    if (superseded) {
      progress =
          ReplayProgress.of(
              Phase.StandingBy, "Superseded", "A later replay has begun, so this one is over");
      return;
    }
    if (owned.isEmpty()) {
      if (waiting.isEmpty() && progress.phase() != Phase.Joining) {
        progress = ReplayProgress.of(Phase.StandingBy, "Another pod runs it");
      }
      return;
    }
    long remaining = owned.values().stream().mapToLong(ReplayPartition::remaining).sum();
    Phase phase = finished ? Phase.Finished : Phase.Running;
    String message = finished && sieve.isFull() ? "It has reached spec.maxRecords" : "";
    progress = new ReplayProgress(phase, phase.name(), message, counts(), remaining);
  }

  private ReplayCounts counts() {
    return owned.values().stream()
        .map(of -> of.mark().counts())
        .reduce(ReplayCounts.NONE, ReplayCounts::plus);
  }

  private void startWhatWaits() {
    if (waiting.isEmpty() || superseded) {
      return;
    }
    Map<TopicPartition, OffsetAndMetadata> committed = new HashMap<>();
    consumer
        .committed(waiting, PATIENCE)
        .forEach((partition, at) -> {
          if (at != null) {
            committed.put(partition, at);
          }
        });
    switch (start.of(waiting, committed)) {
      case ReplayStart.Answer.Superseded ignored -> superseded = true;
      case ReplayStart.Answer.Go(var partitions) -> {
        partitions.forEach(of -> owned.put(of.partition(), of));
        try {
          commit(); // the bounds, before a record is read
        } catch (KafkaException e) {
          owned.clear();
          throw e;
        }
        waiting.clear();
        partitions.forEach(of -> consumer.seek(of.partition(), of.next()));
        sieve.goOnAt(counts());
      }
    }
  }

  @Override
  public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
    if (stopping) {
      consumer.pause(partitions);
      return;
    }
    // Where they begin is asked outside of the poll. Until then they have some position, and rest.
    waiting.addAll(partitions);
    consumer.pause(partitions);
    partitions.forEach(partition -> consumer.seek(partition, 0));
    progress =
        partitions.isEmpty()
            ? ReplayProgress.of(Phase.StandingBy, "Another pod runs it")
            : ReplayProgress.of(Phase.Running, "Starting", "Its bounds are being asked for");
  }

  @Override
  public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
    letGo(true);
  }

  @Override
  public void onPartitionsLost(Collection<TopicPartition> partitions) {
    letGo(false);
  }

  /** Nothing new starts, calls under way end or are cut, and what ended is committed. */
  private void letGo(boolean commit) {
    Set<Assignment> assignments =
        owned.values().stream().map(ReplayPartition::assignment).collect(Collectors.toSet());
    assignments.forEach(Assignment::end);
    setting.lanes().awaitEnd(assignments, setting.drainTimes().calls());
    noteEnded();
    owned.values().forEach(ReplayPartition::advance);
    try {
      if (commit) {
        commit();
      }
    } catch (KafkaException e) {
      log.atWarn()
          .addKeyValue("cause", e.getMessage())
          .log("the replay's last commit failed: records since the one before are sent again");
    } finally {
      owned.clear();
      waiting.clear();
      notBefore.clear();
      finished = false;
    }
  }

  private void end() {
    try {
      letGo(true);
    } finally {
      consumer.close(CloseOptions.timeout(TO_LEAVE));
    }
  }

  private static void sleep(Duration duration) {
    try {
      Thread.sleep(duration);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
