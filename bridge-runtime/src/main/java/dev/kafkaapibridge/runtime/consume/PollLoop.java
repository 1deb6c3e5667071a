package dev.kafkaapibridge.runtime.consume;

import dev.kafkaapibridge.api.v1alpha1.KafkaSpec;
import dev.kafkaapibridge.runtime.cluster.KafkaCluster;
import dev.kafkaapibridge.runtime.dispatch.Dispatcher;
import dev.kafkaapibridge.runtime.dispatch.Ended;
import dev.kafkaapibridge.runtime.record.Assignment;
import dev.kafkaapibridge.runtime.record.SendFence;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One turn after the other: poll, start what came in the ledgers, hand it over, take note of what
 * ended, pause or resume, commit. The only code that touches the consumer, and the only owner of
 * the ledgers; lanes report through {@link Dispatcher#takeEnded()}.
 */
public final class PollLoop implements ConsumerRebalanceListener {

  private static final Logger log = LoggerFactory.getLogger(PollLoop.class);

  /**
   * How long a poll may wait for records; shorter while partitions are paused, when what ends here
   * is what is waited for.
   */
  private static final Duration IDLE_POLL = Duration.ofMillis(100);

  private static final Duration BUSY_POLL = Duration.ofMillis(5);
  private static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(1);

  private final Consumer<byte[], byte[]> consumer;
  private final Subscription subscription;
  private final Positions positions;
  private final Commits commits;
  private final Dispatcher dispatcher;
  private final FlowControl flowControl;
  private final BooleanSupplier mayFetch;
  private final SendFence fence;
  private final DrainTimes drainTimes;
  private final ConsumptionView view;

  private final Map<TopicPartition, OwnedPartition> owned = new HashMap<>();
  private volatile boolean stopping;

  PollLoop(
      Consumer<byte[], byte[]> consumer,
      Subscription subscription,
      Positions positions,
      Commits commits,
      Dispatcher dispatcher,
      FlowControl flowControl,
      BooleanSupplier mayFetch,
      SendFence fence,
      DrainTimes drainTimes,
      ConsumptionView view) {
    this.consumer = consumer;
    this.subscription = subscription;
    this.positions = positions;
    this.commits = commits;
    this.dispatcher = dispatcher;
    this.flowControl = flowControl;
    this.mayFetch = mayFetch;
    this.fence = fence;
    this.drainTimes = drainTimes;
    this.view = view;
  }

  /**
   * @param mayFetch says no while nothing could be sent anyway (an open circuit)
   */
  public static PollLoop of(
      KafkaSpec kafka,
      String group,
      Subscription subscription,
      KafkaCluster cluster,
      Dispatcher dispatcher,
      FlowControl flowControl,
      BooleanSupplier mayFetch,
      SendFence fence,
      DrainTimes drainTimes,
      ConsumptionView view) {
    var consumer =
        new KafkaConsumer<byte[], byte[]>(
            ConsumerSettings.consumer(kafka, group, group, drainTimes.maxPollInterval()));
    var positions = new Positions(cluster, group, kafka.onOffsetOutOfRange(), fence);
    return new PollLoop(
        consumer,
        subscription,
        positions,
        new Commits(System::nanoTime),
        dispatcher,
        flowControl,
        mayFetch,
        fence,
        drainTimes,
        view);
  }

  /** Runs until {@link #stop()}, then drains, commits and leaves the group. */
  public void run() {
    subscription.subscribe(consumer, this);
    while (!stopping) {
      try {
        turn();
        view.connected();
      } catch (OffsetOutOfRangeException e) {
        positions.onOutOfRange(consumer, e);
        view.connected();
      } catch (KafkaException e) {
        if (!stopping) {
          view.failed(e);
          sleep(PAUSE_AFTER_FAILURE);
        }
      }
    }
    drain();
  }

  /** Ends {@link #run()} from another thread. */
  public void stop() {
    stopping = true;
  }

  private void turn() {
    ConsumerRecords<byte[], byte[]> records =
        consumer.poll(consumer.paused().isEmpty() ? IDLE_POLL : BUSY_POLL);
    fence.polled();
    for (TopicPartition partition : records.partitions()) {
      OwnedPartition of = owned.get(partition);
      if (of != null) {
        records
            .records(partition)
            .forEach(record -> of.start(record).ifPresent(dispatcher::handOver));
      }
    }
    // Behind markers and compacted records there may be nothing to read: without this, lag would
    // never reach 0.
    records
        .nextOffsets()
        .forEach((partition, next) -> {
          OwnedPartition of = owned.get(partition);
          if (of != null) {
            of.reached(next);
          }
        });
    noteEnded();
    pauseAndResume();
    commits.commitIfDue(consumer, owned.values());
    view.show(owned.values(), consumer.paused(), consumer.groupMetadata().generationId());
  }

  private void noteEnded() {
    for (Ended ended : dispatcher.takeEnded()) {
      OwnedPartition of = owned.get(ended.assignment().partition());
      if (of != null && of.assignment() == ended.assignment()) {
        of.end(ended);
      }
    }
  }

  private void pauseAndResume() {
    var loads = new HashMap<TopicPartition, FlowControl.Load>();
    owned.forEach((partition, of) -> loads.put(partition, of.load()));
    Set<TopicPartition> paused = consumer.paused();
    Set<TopicPartition> wanted = flowControl.paused(loads, paused, mayFetch.getAsBoolean());
    consumer.pause(difference(wanted, paused));
    consumer.resume(difference(paused, wanted));
  }

  @Override
  public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
    for (OwnedPartition assigned : positions.begin(consumer, partitions)) {
      owned.put(assigned.partition(), assigned);
    }
    log.atInfo()
        .addKeyValue("partitions", partitions)
        .addKeyValue("owned", owned.size())
        .log("partitions assigned");
    view.assigned();
  }

  /**
   * Nothing new starts, calls under way end or are cut in bounded time, then commit, then let go.
   */
  @Override
  public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
    letGo(partitions, true);
    log.atInfo()
        .addKeyValue("partitions", partitions)
        .addKeyValue("owned", owned.size())
        .log("partitions revoked");
  }

  /**
   * Another member may own them already: what ended here can't be committed any more, and what runs
   * is cut at once.
   */
  @Override
  public void onPartitionsLost(Collection<TopicPartition> partitions) {
    letGo(partitions, false);
    log.atWarn()
        .addKeyValue("partitions", partitions)
        .log("partitions lost: their records are sent again by their next owner");
  }

  private void letGo(Collection<TopicPartition> partitions, boolean stillOurs) {
    List<OwnedPartition> leaving =
        partitions.stream().map(owned::get).filter(of -> of != null).toList();
    if (leaving.isEmpty()) {
      return;
    }
    leaving.forEach(of -> of.assignment().end());
    Set<Assignment> assignments =
        new HashSet<>(leaving.stream().map(OwnedPartition::assignment).toList());
    dispatcher.awaitEnd(assignments, stillOurs ? drainTimes.calls() : Duration.ZERO);
    noteEnded();
    if (stillOurs) {
      commits.commitNow(consumer, leaving);
    }
    leaving.forEach(of -> owned.remove(of.partition()));
  }

  private void drain() {
    log.atInfo()
        .addKeyValue("owned", owned.size())
        .log("draining: calls under way end, then the group is left");
    try {
      letGo(Set.copyOf(owned.keySet()), true);
    } catch (KafkaException e) {
      log.atWarn()
          .setCause(e)
          .log("the last commit failed: records since the one before are sent again");
    }
    consumer.close(CloseOptions.timeout(Duration.ofSeconds(5)));
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
