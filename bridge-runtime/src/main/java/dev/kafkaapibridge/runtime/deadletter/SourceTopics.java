package dev.kafkaapibridge.runtime.deadletter;

import dev.kafkaapibridge.runtime.cluster.KafkaCluster;
import dev.kafkaapibridge.runtime.deliver.DeadLetters.Result;
import dev.kafkaapibridge.runtime.record.OriginHeaders;
import dev.kafkaapibridge.runtime.record.Past;
import dev.kafkaapibridge.runtime.record.SourceRecord;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * Writes dead letters back to the topics that they came from, as new records: key, value and the
 * record's own headers, and how often it was replayed, so that a record that fails again carries
 * the count. Such a topic is never made. Safe for all threads.
 */
public final class SourceTopics {

  private final TopicWriter writer;
  private final KafkaCluster cluster;
  private final Predicate<String> isSource;
  private final Map<String, TopicPresence> topics = new ConcurrentHashMap<>();

  /**
   * @param isSource whether the bridge reads a topic of this name
   */
  public SourceTopics(TopicWriter writer, KafkaCluster cluster, Predicate<String> isSource) {
    this.writer = writer;
    this.cluster = cluster;
    this.isSource = isSource;
  }

  /**
   * Whether it came from a topic that the bridge reads. Whoever may write dead letters says where
   * from: into others nothing is written for him.
   */
  public boolean isOneFor(SourceRecord record) {
    return isSource.test(record.record().topic());
  }

  /** Writes, and returns only when the broker has answered. */
  public Result write(SourceRecord source) throws InterruptedException {
    var record = source.record();
    var headers = new RecordHeaders(record.headers().toArray());
    OriginHeaders.put(headers, Past.GENERATION, Integer.toString(source.past().generation()));
    TopicPresence topic =
        topics.computeIfAbsent(
            record.topic(),
            name ->
                new TopicPresence(
                    cluster,
                    () -> List.of(name),
                    name,
                    new TopicPresence.Making.Never("a replay makes no topics")));
    // Its time is now: by the old one, retention could take it at once.
    return writer.write(topic, null, record.key(), record.value(), () -> headers);
  }
}
