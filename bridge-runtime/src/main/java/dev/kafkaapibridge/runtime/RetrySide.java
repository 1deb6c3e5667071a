package dev.kafkaapibridge.runtime;

import dev.kafkaapibridge.api.report.StatusReport.Health;
import dev.kafkaapibridge.runtime.cluster.KafkaCluster;
import dev.kafkaapibridge.runtime.consume.EitherReading;
import dev.kafkaapibridge.runtime.consume.FirstStart;
import dev.kafkaapibridge.runtime.consume.KafkaFailure;
import dev.kafkaapibridge.runtime.consume.Reading;
import dev.kafkaapibridge.runtime.consume.RetryReading;
import dev.kafkaapibridge.runtime.consume.RetryTopicCompanions;
import dev.kafkaapibridge.runtime.consume.StartPosition;
import dev.kafkaapibridge.runtime.consume.Subscription;
import dev.kafkaapibridge.runtime.deadletter.RetryTopicWriter;
import dev.kafkaapibridge.runtime.deadletter.TopicPresence;
import dev.kafkaapibridge.runtime.deliver.DeadLetters;
import dev.kafkaapibridge.runtime.pace.Pace;
import dev.kafkaapibridge.runtime.quota.Purse;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;

/**
 * What a bridge has to do with its retry topics: their names, how they are made, read and begun.
 */
final class RetrySide implements RetryTopicCompanions.Brokers {

  /** An outage holds records in their retry topic: a month of it must not lose them. */
  private static final Duration KEPT_BEYOND_DELAY = Duration.ofDays(30);

  private final Names names;
  private final KafkaCluster cluster;
  private final Subscription sources;
  private final boolean keyed;

  /**
   * @param sources what the bridge reads
   * @param keyed whether keys have an order to keep
   */
  RetrySide(Names names, KafkaCluster cluster, Subscription sources, boolean keyed) {
    this.names = names;
    this.cluster = cluster;
    this.sources = sources;
    this.keyed = keyed;
  }

  /** Whether there are any. */
  boolean areUsed() {
    return !names.retryTopics().isEmpty();
  }

  /** Whether keys stay in order on their way through them. */
  boolean keepOrder() {
    return keyed && areUsed();
  }

  /** In the order in which records pass through them. */
  List<String> topics() {
    return names.retryTopics().stream().map(Names.RetryTopic::name).toList();
  }

  /** Of the loop that reads the sources, and these beside them where they keep an order. */
  Reading readingOfSources() {
    return keepOrder() ? new EitherReading(reading()) : Reading.SOURCE;
  }

  private RetryReading reading() {
    return new RetryReading(
        names.retryTopics().stream()
            .map(topic -> new RetryReading.Topic(topic.name(), topic.spec().delay()))
            .toList());
  }

  /** As they are read where they keep none. */
  Intake.From from() {
    return new Intake.From(
        names.retryGroup(),
        subscription(),
        reading(),
        // A retry is paid for like any other call; its partition brings no share of its own.
        Purse.unlimited(),
        Pace.none(),
        // Most of what lies there isn't due, so it says nothing of what a partition asks for.
        null);
  }

  private Subscription subscription() {
    return new Subscription.Topics(topics());
  }

  /** Commits where they are read from where they keep no order; returns what stood in the way. */
  Optional<Health> commitStart() {
    try {
      FirstStart.commitStartPosition(
          cluster, subscription(), names.retryGroup(), new StartPosition.Earliest(), false);
      // The spec may have asked for order before: then the source's group has read them.
      FirstStart.goOnWhereAnotherIs(cluster, subscription(), names.retryGroup(), names.group());
      return Optional.empty();
    } catch (KafkaException e) {
      return Optional.of(KafkaFailure.health(e));
    }
  }

  /** In the order in which records pass through them. */
  List<RetryTopicWriter.Tier> tiers() {
    return names.retryTopics().stream().map(this::tier).toList();
  }

  private RetryTopicWriter.Tier tier(Names.RetryTopic topic) {
    Integer partitions = topic.spec().partitions();
    Duration delay = topic.spec().delay();
    var making =
        new TopicPresence.Making.IfMissing(
            partitions == null ? OptionalInt.empty() : OptionalInt.of(partitions),
            delay.plus(KEPT_BEYOND_DELAY));
    return new RetryTopicWriter.Tier(
        new TopicPresence(cluster, () -> sources.among(cluster.topics()), topic.name(), making),
        delay);
  }

  /** They have as many partitions as their source, afterwards. */
  @Override
  public void makeRoom(int partition) {
    int there = cluster.partitions(sources.among(cluster.topics())).size();
    int wanted = Math.max(partition + 1, there); // of the one topic that there is
    for (RetryTopicWriter.Tier tier : tiers()) {
      try {
        DeadLetters.Result.Failed inTheWay = tier.topic().inTheWay();
        if (inTheWay != null) {
          throw new KafkaException(inTheWay.message());
        }
      } catch (InterruptedException e) {
        throw new InterruptException(e);
      }
      cluster.widen(tier.topic().name(), wanted);
    }
  }

  @Override
  public Map<TopicPartition, Long> ends(Collection<TopicPartition> partitions) {
    return cluster.endsWithOpenTransactions(partitions);
  }

  @Override
  public Map<TopicPartition, OffsetAndMetadata> committedWithoutOrder() {
    return cluster.committed(names.retryGroup());
  }
}
