package dev.kafkaapibridge.runtime.consume;

import dev.kafkaapibridge.api.report.StatusReport.Health;
import dev.kafkaapibridge.runtime.cluster.KafkaCluster;
import dev.kafkaapibridge.runtime.consume.ConsumptionView.PartitionView;
import dev.kafkaapibridge.runtime.consume.deal.Loads;
import dev.kafkaapibridge.runtime.pace.Pace;
import dev.kafkaapibridge.runtime.quota.Purse;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the cluster for what the consumer doesn't know: every two seconds for the end offsets of the
 * owned partitions, from which the operator counts what comes in, and every ten whether there are
 * topics at all, and how many partitions they have, which is also among how many a rate limit is
 * shared.
 */
public final class ClusterWatch {

  private static final Logger log = LoggerFactory.getLogger(ClusterWatch.class);

  private static final Duration ENDS = Duration.ofSeconds(2);

  /** Of which there may be thousands: every ten seconds, as looks come, two seconds apart. */
  private static final Duration TOPICS = Duration.ofSeconds(9);

  /** So long a record that has not ended has to be the first of a full window. */
  private static final Duration STUCK = Duration.ofMinutes(1);

  private static final Duration AFTER_A_FAILURE = Duration.ofSeconds(10);
  private static final Duration BEFORE_PARTITIONS = Duration.ofSeconds(1);

  private final KafkaCluster cluster;
  private final Subscription subscription;
  private final ConsumptionView view;
  private final Purse purse;
  private final Pace pace;
  private final @Nullable Loads loads;
  private volatile @Nullable Health topicsMissing;
  private volatile @Nullable Health unreachable;
  private int failuresInARow;

  /** By the system's clock, in nanoseconds; null: not yet, or something has failed since. */
  private @Nullable Long topicsAt;

  private volatile @Nullable Integer topics;
  private volatile @Nullable Integer partitions;

  /**
   * @param loads null: nobody wants to know what partitions bring
   */
  public ClusterWatch(
      KafkaCluster cluster,
      Subscription subscription,
      ConsumptionView view,
      Purse purse,
      Pace pace,
      @Nullable Loads loads) {
    this.cluster = cluster;
    this.subscription = subscription;
    this.view = view;
    this.purse = purse;
    this.pace = pace;
    this.loads = loads;
  }

  /** Until the thread is interrupted. */
  public void run() {
    while (!Thread.currentThread().isInterrupted()) {
      try {
        boolean answered = look();
        Thread.sleep(
            !view.hasBeenAssigned() ? BEFORE_PARTITIONS : answered ? ENDS : AFTER_A_FAILURE);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  /** Number of source topics that exist, or null while unknown. */
  public @Nullable Integer topics() {
    return topics;
  }

  /** Number of their partitions, whoever owns them, or null while unknown. */
  public @Nullable Integer partitions() {
    return partitions;
  }

  /**
   * Says that the cluster has not answered twice in a row, about twenty seconds, or null: a poll
   * says nothing of that.
   */
  public @Nullable Health unreachable() {
    return unreachable;
  }

  /** Says that there is nothing to read from, or null. */
  public @Nullable Health topicsMissing() {
    return topicsMissing;
  }

  /** Returns whether the cluster has answered. */
  private boolean look() throws InterruptedException {
    try {
      if (topicsAreDue()) {
        lookAtTopics();
        topicsAt = System.nanoTime();
      }
      lookAtEnds();
      failuresInARow = 0;
      unreachable = null;
      return true;
    } catch (org.apache.kafka.common.errors.InterruptException e) {
      Thread.interrupted(); // the client has set it again; the exception carries it
      throw new InterruptedException();
    } catch (KafkaException e) {
      failuresInARow++;
      if (failuresInARow >= 2) {
        unreachable = KafkaFailure.health(e);
      }
    } catch (RuntimeException e) {
      // A fault of this program. Without this thread a shared rate limit would soon let nothing go.
      log.atError().setCause(e).log("the cluster could not be looked at; it is tried again");
    }
    topicsAt = null;
    return false;
  }

  private boolean topicsAreDue() {
    Long last = topicsAt;
    return last == null || !view.hasBeenAssigned() || System.nanoTime() - last >= TOPICS.toNanos();
  }

  private void lookAtTopics() {
    long askedAt = purse.now();
    List<String> found = subscription.among(cluster.topics());
    topics = found.size();
    topicsMissing = missing(found);
    // Topics' ids too: one that was made again has another, and the poll loop looks at it.
    List<TopicPartition> all = cluster.partitions(found);
    partitions = all.size();
    purse.look(all, askedAt);
    pace.look(all.size());
  }

  private void lookAtEnds() {
    Map<TopicPartition, Long> ends = cluster.endOffsets(owned());
    view.endsAre(ends);
    if (loads != null) {
      loads.seen(looks(ends));
    }
  }

  private Map<TopicPartition, Loads.Look> looks(Map<TopicPartition, Long> ends) {
    var looks = new HashMap<TopicPartition, Loads.Look>();
    for (PartitionView of : view.snapshot().partitions()) {
      Long end = ends.get(of.partition());
      Long backlog = view.backlog(of);
      if (end != null && backlog != null) {
        looks.put(of.partition(), new Loads.Look(end, isHeldUp(of) ? 0 : backlog));
      }
    }
    return looks;
  }

  /** Whatever waits behind a record that is stuck asks for nothing. */
  private boolean isHeldUp(PartitionView of) {
    return FlowControl.Pause.PartitionWindowFull.name().equals(of.pause())
        && view.heldFor(of).compareTo(STUCK) > 0;
  }

  private List<TopicPartition> owned() {
    return view.snapshot().partitions().stream()
        .filter(PartitionView::hasPosition) // of a topic that is gone no end can be asked
        .map(PartitionView::partition)
        .toList();
  }

  private @Nullable Health missing(List<String> found) {
    return switch (subscription) {
      case Subscription.Topics(var asked) when found.size() < asked.size() -> {
        List<String> without = asked.stream().filter(topic -> !found.contains(topic)).toList();
        yield new Health(
            false,
            "TopicNotFound",
            "No topic "
                + String.join(", ", without)
                + ". Create it, or correct spec.kafka.topics.");
      }
      case Subscription.Matching(var pattern) when found.isEmpty() ->
          new Health(false, "TopicNotFound", "No topic matches spec.kafka.topicPattern.");
      default -> null;
    };
  }
}
