package dev.kafkaapibridge.runtime.consume;

import dev.kafkaapibridge.api.v1alpha1.KafkaSpec.OnOffsetOutOfRange;
import dev.kafkaapibridge.runtime.dispatch.Dispatcher;
import dev.kafkaapibridge.runtime.dispatch.Ended;
import dev.kafkaapibridge.runtime.record.Assignment;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The partitions that this process owns, from being given them to letting them go. The consumer
 * calls back within a poll, so all of this happens on the poll loop's thread, which owns it.
 *
 * <pre>
 *   assigned --position known--> owned --revoked--> nothing new starts, calls end or are cut, commit, let go
 *      |  ^                        |-----lost-----> calls are cut, nothing is committed, let go
 *      +--+ cluster unreachable    +--out of range-> goes on, or is owned anew, where the spec wants
 * </pre>
 */
final class Ownership implements ConsumerRebalanceListener {

  private static final Logger log = LoggerFactory.getLogger(Ownership.class);

  private final Consumer<byte[], byte[]> consumer;
  private final Positions positions;
  private final Commits commits;
  private final Dispatcher dispatcher;
  private final OnOffsetOutOfRange policy;
  private final DrainTimes drainTimes;
  private final ConsumptionView view;

  private final Map<TopicPartition, OwnedPartition> owned = new HashMap<>();

  /** Assigned, but where to go on couldn't be asked yet: they don't fetch until it could. */
  private final Set<TopicPartition> waiting = new HashSet<>();

  /** Out of range, with a spec that wants to stop then. */
  private final Set<TopicPartition> stopped = new HashSet<>();

  Ownership(
      Consumer<byte[], byte[]> consumer,
      Positions positions,
      Commits commits,
      Dispatcher dispatcher,
      OnOffsetOutOfRange policy,
      DrainTimes drainTimes,
      ConsumptionView view) {
    this.consumer = consumer;
    this.positions = positions;
    this.commits = commits;
    this.dispatcher = dispatcher;
    this.policy = policy;
    this.drainTimes = drainTimes;
    this.view = view;
  }

  private boolean ending;

  Collection<OwnedPartition> all() {
    return owned.values();
  }

  @Nullable OwnedPartition of(TopicPartition partition) {
    return owned.get(partition);
  }

  /** Owned or not, these don't fetch. */
  Set<TopicPartition> standingStill() {
    var still = new HashSet<>(waiting);
    still.addAll(stopped);
    return still;
  }

  @Override
  public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
    if (ending) {
      consumer.pause(partitions);
      return;
    }
    waiting.addAll(partitions);
    try {
      own(waiting); // an assignment of nothing is one too: then this pod stands by
      waiting.clear();
    } catch (KafkaException e) {
      // The group has given them all the same. What is read without a ledger would be lost from
      // sight, so nothing is read.
      consumer.pause(waiting);
      view.failed(e);
    }
  }

  /** Owns what was assigned, as soon as the cluster says where to go on. */
  void ownWaiting() {
    if (!waiting.isEmpty()) {
      own(waiting);
      waiting.clear();
    }
  }

  private void own(Set<TopicPartition> partitions) {
    positions
        .atCommitted(consumer, partitions)
        .forEach(begun -> owned.put(begun.partition(), begun));
    view.assigned();
    log.atInfo()
        .addKeyValue("partitions", partitions)
        .addKeyValue("owned", owned.size())
        .log("partitions assigned");
  }

  @Override
  public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
    letGo(partitions, drainTimes.calls(), true);
    log.atInfo()
        .addKeyValue("partitions", partitions)
        .addKeyValue("owned", owned.size())
        .log("partitions revoked");
  }

  /** Another member may own them already: what ended here can't be committed any more. */
  @Override
  public void onPartitionsLost(Collection<TopicPartition> partitions) {
    letGo(partitions, Duration.ZERO, false);
    log.atWarn()
        .addKeyValue("partitions", partitions)
        .log("partitions lost: their records are sent again by their next owner");
  }

  /**
   * The position is gone: retention has removed it, or the log was truncated or made again.
   * Retention takes nothing from what was read already; in the other cases what is under way
   * belongs to a log that is gone.
   */
  void outOfRange(OffsetOutOfRangeException e) {
    Set<TopicPartition> partitions = e.partitions();
    log.atError()
        .addKeyValue("positions", e.offsetOutOfRangePartitions())
        .addKeyValue("then", policy)
        .log(
            "positions are out of range: records were lost to retention, or a topic was truncated or made again");
    switch (policy) {
      case Earliest -> consumer.seekToBeginning(partitions);
      case Latest -> consumer.seekToEnd(partitions);
      case Stop -> {
        stopped.addAll(partitions);
        consumer.pause(partitions);
        view.stopped(KafkaFailure.health(e));
        return;
      }
    }
    try {
      for (TopicPartition partition : partitions) {
        long position = consumer.position(partition);
        OwnedPartition of = owned.get(partition);
        if (of != null
            && position >= of.position()
            && positions.topicIdNow(partition).equals(of.topicId())) {
          of.reached(position);
        } else {
          letGo(Set.of(partition), Duration.ZERO, false);
          owned.put(partition, positions.at(partition, position));
        }
      }
    } catch (KafkaException unreachable) {
      letGo(partitions, Duration.ZERO, false);
      waiting.addAll(partitions);
      consumer.pause(partitions);
      throw unreachable;
    }
  }

  /**
   * Nothing new starts, nothing new is owned, and every call ends or is cut. What ended is ready to
   * be committed.
   */
  void endAll() {
    ending = true;
    owned.values().forEach(of -> of.assignment().end());
    dispatcher.awaitEnd(
        owned.values().stream().map(OwnedPartition::assignment).collect(Collectors.toSet()),
        drainTimes.calls());
    noteEnded();
  }

  /** Takes note of what ended since the last time. */
  void noteEnded() {
    for (Ended ended : dispatcher.takeEnded()) {
      OwnedPartition of = owned.get(ended.assignment().partition());
      if (of != null && of.assignment() == ended.assignment()) {
        of.end(ended);
      }
      if (!ended.outcome().isEnd()) {
        view.count(0, 0, 1);
      }
    }
  }

  private void letGo(Collection<TopicPartition> partitions, Duration callsMayTake, boolean commit) {
    waiting.removeAll(partitions);
    stopped.removeAll(partitions);
    List<OwnedPartition> leaving =
        partitions.stream().map(owned::get).filter(Objects::nonNull).toList();
    leaving.forEach(of -> of.assignment().end());
    Set<Assignment> assignments =
        leaving.stream().map(OwnedPartition::assignment).collect(Collectors.toSet());
    dispatcher.awaitEnd(assignments, callsMayTake);
    noteEnded();
    try {
      if (commit && !commits.commitNow(consumer, leaving)) {
        log.atWarn()
            .log(
                "a rebalance forbids the last commit: records since the one before are sent again");
      }
    } catch (KafkaException e) {
      log.atWarn()
          .addKeyValue("cause", e.getMessage())
          .log("the last commit failed: records since the one before are sent again");
    } finally {
      leaving.forEach(of -> owned.remove(of.partition()));
    }
  }
}
