package dev.kafkaapibridge.runtime.deadletter;

import dev.kafkaapibridge.runtime.cluster.KafkaCluster;
import dev.kafkaapibridge.runtime.deliver.DeadLetters;
import dev.kafkaapibridge.runtime.record.CleanText;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.jspecify.annotations.Nullable;

/**
 * Whether a topic of the bridge's own is there. Makes it where it is missing and may be made: with
 * room for the largest source record with our headers on top, and explicit retention. Safe for all
 * lanes: one asks, the others wait for the answer.
 */
public final class TopicPresence {

  /** What our headers may add to a record. */
  private static final int HEADER_BYTES = 64 * 1024;

  private final KafkaCluster cluster;
  private final Supplier<Collection<String>> sources;
  private final String name;
  private final Making making;
  private final ReentrantLock lock = new ReentrantLock();
  private volatile boolean there;

  /** Whether the topic may be made, and how. */
  public sealed interface Making {

    /**
     * @param partitions nothing: as many as the widest source topic has
     */
    record IfMissing(OptionalInt partitions, Duration retention) implements Making {}

    /**
     * @param because what of the spec says so, for a sentence
     */
    record Never(String because) implements Making {}
  }

  /**
   * @param sources the topics that are read
   */
  public TopicPresence(
      KafkaCluster cluster, Supplier<Collection<String>> sources, String name, Making making) {
    this.cluster = cluster;
    this.sources = sources;
    this.name = name;
    this.making = making;
  }

  public String name() {
    return name;
  }

  String clusterId() {
    return cluster.id();
  }

  /** A write failed: the topic is looked for again before the next one. */
  void mayHaveGone() {
    there = false;
  }

  /** What stands in the way of the topic, which is made where it may be; null: it is there. */
  public DeadLetters.Result.@Nullable Failed inTheWay() throws InterruptedException {
    if (there) {
      return null;
    }
    lock.lockInterruptibly();
    try {
      DeadLetters.Result.Failed failed = there || isThere() ? null : make();
      there = failed == null;
      return failed;
    } catch (KafkaException e) {
      return new DeadLetters.Result.Failed(
          "WriteFailed",
          "Topic '%s' can't be looked for: %s. Records wait until it can"
              .formatted(name, words(e)));
    } finally {
      lock.unlock();
    }
  }

  private boolean isThere() {
    return cluster.topics().contains(name);
  }

  private DeadLetters.Result.@Nullable Failed make() {
    return switch (making) {
      case Making.IfMissing wanted -> {
        try {
          create(wanted);
          yield null;
        } catch (KafkaException e) {
          yield new DeadLetters.Result.Failed(
              "TopicCreationFailed",
              "Topic '%s' can't be made: %s. Make it: kafka-topics.sh --create --topic %s"
                  .formatted(name, words(e), name));
        }
      }
      case Making.Never(var because) ->
          new DeadLetters.Result.Failed(
              "TopicNotFound",
              "Topic '%s' does not exist, and %s. Make it: kafka-topics.sh --create --topic %s"
                  .formatted(name, because, name));
    };
  }

  private static String words(KafkaException e) {
    return CleanText.of(String.valueOf(e.getMessage()), 300);
  }

  /** Says that the topic has too few replicas in sync to be written; null: it has enough. */
  @Nullable String tooFewReplicas() {
    try {
      KafkaCluster.Shortage shortage = cluster.shortage(name);
      return shortage == null
          ? null
          : "Topic '%s' can't be written, NotEnoughReplicas: in sync %d, needed %d (min.insync.replicas). Bring its brokers back, or mend it: kafka-configs.sh --alter --topic %s --add-config min.insync.replicas=%d"
              .formatted(name, shortage.inSync(), shortage.needed(), name, shortage.inSync());
    } catch (KafkaException e) {
      return null; // the failure of the write is said as it is
    }
  }

  private void create(Making.IfMissing wanted) {
    List<String> topics = List.copyOf(sources.get());
    int partitions = wanted.partitions().orElseGet(() -> widest(topics));
    long largest = topics.stream().mapToLong(cluster::maxMessageBytes).max().orElse(1024 * 1024);
    try {
      cluster.createTopic(
          name,
          partitions,
          Map.of(
              // Retention counts from the record's time otherwise: the dead letter of a record that
              // is older than that would be deleted at once (ADR 25).
              "message.timestamp.type",
              "LogAppendTime",
              "retention.ms",
              Long.toString(wanted.retention().toMillis()),
              "max.message.bytes",
              Long.toString(largest + HEADER_BYTES)));
    } catch (TopicExistsException e) {
      // Another pod was first.
    }
  }

  private int widest(List<String> topics) {
    return cluster.partitions(topics).stream().mapToInt(p -> p.partition() + 1).max().orElse(1);
  }
}
