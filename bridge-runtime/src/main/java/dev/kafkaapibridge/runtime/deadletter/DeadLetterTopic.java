package dev.kafkaapibridge.runtime.deadletter;

import dev.kafkaapibridge.runtime.deliver.DeadLetters;
import dev.kafkaapibridge.runtime.deliver.Failure;
import dev.kafkaapibridge.runtime.record.SourceRecord;

/**
 * The topic for dead letters: the record byte for byte with key, value, headers and timestamp, and
 * headers that say why. Safe for all lanes.
 */
public final class DeadLetterTopic implements DeadLetters {

  private final TopicWriter writer;
  private final TopicPresence topic;
  private final String group;
  private final boolean withAnswers;

  /**
   * @param withAnswers whether they tell the beginning of the target's answer
   */
  public DeadLetterTopic(
      TopicWriter writer, TopicPresence topic, String group, boolean withAnswers) {
    this.writer = writer;
    this.topic = topic;
    this.group = group;
    this.withAnswers = withAnswers;
  }

  @Override
  public Result write(SourceRecord source, Failure failure) throws InterruptedException {
    var record = source.record();
    return writer.write(
        topic,
        record.timestamp() < 0 ? null : record.timestamp(),
        record.key(),
        record.value(),
        () -> DeadLetterHeaders.of(source, failure, group, topic.clusterId(), withAnswers));
  }
}
