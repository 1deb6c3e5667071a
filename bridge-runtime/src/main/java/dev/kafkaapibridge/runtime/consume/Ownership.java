package dev.kafkaapibridge.runtime.consume;

import dev.kafkaapibridge.runtime.dispatch.Dispatch;
import dev.kafkaapibridge.runtime.dispatch.Ended;
import dev.kafkaapibridge.runtime.record.Assignment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
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
 *      +--+ nobody says: Newcomers +--out of range-> goes on, is owned anew, or stands still: see GoneRecords
 *         ^------topic made again--+
 * </pre>
 */
final class Ownership implements ConsumerRebalanceListener {

  private static final Logger log = LoggerFactory.getLogger(Ownership.class);

  /** When this has taken so long, the group is polled before it goes on. */
  private static final Duration ASKING = Duration.ofSeconds(1);

  private final PartitionReader reader;
  private final Companions companions;
  private final Positions positions;
  private final Commits commits;
  private final Dispatch dispatcher;
  private final DrainTimes drainTimes;
  private final ConsumptionView view;
  private final LongSupplier nanoTime;

  private final Map<TopicPartition, OwnedPartition> owned = new HashMap<>();
  private final Together together;

  /** They don't fetch. */
  private final Newcomers newcomers = new Newcomers();

  /** Nothing is owned any more from now on. */
  private boolean ending;

  private boolean newcomersFetch = true;

  /** Records are gone, and the spec wants to read nothing more then. */
  private final Set<TopicPartition> stopped = new HashSet<>();

  Ownership(
      PartitionReader reader,
      Companions companions,
      Positions positions,
      Commits commits,
      Dispatch dispatcher,
      DrainTimes drainTimes,
      ConsumptionView view,
      LongSupplier nanoTime) {
    this.reader = reader;
    this.companions = companions;
    this.together = new Together(companions, owned);
    this.positions = positions;
    this.commits = commits;
    this.dispatcher = dispatcher;
    this.drainTimes = drainTimes;
    this.view = view;
    this.nanoTime = nanoTime;
  }

  Collection<OwnedPartition> all() {
    return owned.values();
  }

  /** What belongs together of what is owned. */
  Together together() {
    return together;
  }

  @Nullable OwnedPartition of(TopicPartition partition) {
    return owned.get(partition);
  }

  /** Those of them that are owned. */
  List<OwnedPartition> of(Collection<TopicPartition> partitions) {
    return partitions.stream().map(owned::get).filter(Objects::nonNull).toList();
  }

  /** Assigned, and not owned before the cluster has said where to go on. */
  List<TopicPartition> waiting() {
    return newcomers.all();
  }

  /** Owned or not, these don't fetch. */
  Set<TopicPartition> standingStill() {
    var still = new HashSet<>(newcomers.all());
    still.addAll(stopped);
    return still;
  }

  /** Whether partitions fetch as soon as they are assigned, or wait until they are told to. */
  void newcomersFetch(boolean may) {
    newcomersFetch = may;
  }

  @Override
  public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
    if (ending) {
      reader.pause(partitions);
      return;
    }
    newcomers.come(partitions, nanoTime.getAsLong());
    try {
      own(partitions); // an assignment of nothing is one too: then this pod stands by
      newcomers.gone(partitions);
    } catch (KafkaException e) {
      // The group has given them all the same. What is read without a ledger would be lost from
      // sight, so nothing is read.
      reader.pause(partitions);
      // A poll would ask for the position of one that has none, and fail where nothing is
      // committed. It is another one by the time it fetches.
      partitions.forEach(partition -> reader.seek(partition, new OffsetAndMetadata(0)));
      unanswered(partitions, e);
    }
  }

  /**
   * Owns what was assigned, as soon as the cluster says where to go on. Until then the others go
   * on, and the group is polled: it may be that a topic is gone, of which the group will tell.
   */
  void ownWaiting() {
    ownAnewWhatIsInDoubt();
    ownLaterWhatWasMadeAgain();
    long until = nanoTime.getAsLong() + ASKING.toNanos();
    while (newcomers.areAskedFor(nanoTime.getAsLong()) && nanoTime.getAsLong() - until < 0) {
      List<TopicPartition> asked = newcomers.next();
      try {
        own(asked);
        newcomers.gone(asked);
      } catch (KafkaException e) {
        unanswered(asked, e);
        return;
      }
    }
  }

  private void unanswered(Collection<TopicPartition> asked, KafkaException why) {
    view.failed(why);
    newcomers.failed(asked, !owned.isEmpty(), nanoTime.getAsLong());
  }

  /** A write whose end nobody knows has ended its assignment. */
  private void ownAnewWhatIsInDoubt() {
    List<TopicPartition> inDoubt =
        owned.values().stream()
            .filter(of -> of.assignment().hasEnded())
            .map(OwnedPartition::partition)
            .toList();
    if (!inDoubt.isEmpty()) {
      log.atWarn()
          .addKeyValue("partitions", inDoubt)
          .log("whether records were put aside isn't known: their partitions are owned anew");
      ownAnew(inDoubt, Map.of());
    }
  }

  /**
   * A topic that was deleted and made again keeps its name, and where the partitions are as many as
   * before the group tells nobody: without this, reading would go on in the new topic at the offset
   * where the old one was left.
   */
  private void ownLaterWhatWasMadeAgain() {
    List<TopicPartition> again =
        owned.values().stream()
            .filter(positions::wasMadeAgain)
            .map(OwnedPartition::partition)
            .toList();
    if (!again.isEmpty()) {
      ownLater(again);
    }
  }

  /**
   * Lets go of partitions that stay assigned, to own them anew. What was committed for them means
   * nothing any more.
   */
  void ownLater(Collection<TopicPartition> partitions) {
    List<TopicPartition> assigned = together.assigned(partitions);
    letGo(partitions, drainTimes.calls(), false);
    await(assigned);
  }

  /**
   * Lets go of partitions that stay assigned, and of what goes with them, to own them anew where
   * what ended of them is committed.
   *
   * @param from where to read on elsewhere than that, said when all that could end has ended
   */
  void ownAnew(
      Collection<TopicPartition> partitions,
      Map<TopicPartition, Supplier<OffsetAndMetadata>> from) {
    List<TopicPartition> assigned = together.assigned(partitions);
    letGo(partitions, drainTimes.calls(), true);
    await(assigned);
    var at = new HashMap<TopicPartition, OffsetAndMetadata>();
    from.forEach((partition, where) -> at.put(partition, where.get()));
    commits.readOnFrom(reader, at);
  }

  private void await(Collection<TopicPartition> assigned) {
    newcomers.come(assigned, nanoTime.getAsLong());
    reader.pause(assigned);
  }

  /**
   * In this order: what goes with them is made where it is missing, and read along; a transaction
   * of this process that is committing ends; where companions end is asked; and only then where to
   * go on, after which nothing may fail. What lies in companions is learned from there on.
   */
  private void own(Collection<TopicPartition> partitions) {
    companions.makeRoom(partitions);
    List<TopicPartition> all = new ArrayList<>(partitions);
    all.addAll(companions.of(partitions));
    reader.readAlong(together.companionsOwnedOr(all));
    try {
      commits.awaitTransactions();
      Map<TopicPartition, Long> ends = companions.ends(all);
      List<OwnedPartition> begun = positions.atCommitted(reader, all);
      begun.forEach(this::ownInstead);
      companions.begin(begun, ends);
    } catch (KafkaException e) {
      reader.readAlong(together.companionsOwnedOr(List.of())); // what has no position isn't polled
      throw e;
    }
    if (!newcomersFetch) {
      reader.pause(partitions); // the very poll that assigns them would fetch them
    }
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

  /** Owned from now on, in place of what was let go of. */
  void ownInstead(OwnedPartition partition) {
    owned.put(partition.partition(), partition);
  }

  /** Fetches nothing more as long as it is owned. */
  void standStill(TopicPartition partition) {
    stopped.add(partition);
    reader.pause(List.of(partition));
    view.stopped(KafkaFailure.outOfRange(stopped));
  }

  /**
   * Nothing new starts, nothing new is owned, and every call ends or is cut. What ended is ready to
   * be committed.
   */
  void endAll() {
    ending = true;
    awaitEnd(owned.values(), drainTimes.calls());
    owned.values().forEach(OwnedPartition::closeAccount);
  }

  /** Takes note of what ended since the last time. */
  void noteEnded() {
    Assignment latest = null;
    OwnedPartition of = null;
    for (Ended ended : dispatcher.takeEnded()) {
      if (ended.assignment() != latest) {
        latest = ended.assignment();
        of = owned.get(latest.partition());
      }
      if (of != null && of.assignment() == latest) {
        of.end(ended);
      }
      if (!ended.outcome().isEnd()) {
        view.count(0, 0, 1);
      }
    }
  }

  /**
   * Nothing new starts in these partitions, calls under way end or are cut within {@code
   * callsMayTake}, and what ended is committed where {@code commit} says so.
   */
  void letGo(Collection<TopicPartition> partitions, Duration callsMayTake, boolean commit) {
    newcomers.gone(partitions);
    stopped.removeAll(partitions);
    List<OwnedPartition> leaving = of(together.all(partitions));
    awaitEnd(leaving, callsMayTake);
    leaving.forEach(OwnedPartition::closeAccount);
    try {
      if (commit && !commits.commitLast(reader, leaving)) {
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
      commits.forget(leaving);
      reader.readAlong(together.companionsOwnedOr(List.of()));
    }
  }

  private void awaitEnd(Collection<OwnedPartition> leaving, Duration callsMayTake) {
    leaving.forEach(of -> of.assignment().end());
    Set<Assignment> assignments =
        leaving.stream().map(OwnedPartition::assignment).collect(Collectors.toSet());
    companions.end(assignments);
    dispatcher.awaitEnd(assignments, callsMayTake);
    noteEnded();
  }
}
