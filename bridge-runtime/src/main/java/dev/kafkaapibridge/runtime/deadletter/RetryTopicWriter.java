package dev.kafkaapibridge.runtime.deadletter;

import static dev.kafkaapibridge.runtime.record.OriginHeaders.RETRY;
import static dev.kafkaapibridge.runtime.record.OriginHeaders.put;

import dev.kafkaapibridge.runtime.deliver.DeadLetters.Result;
import dev.kafkaapibridge.runtime.deliver.Failure;
import dev.kafkaapibridge.runtime.deliver.RetryTopics;
import dev.kafkaapibridge.runtime.record.CleanText;
import dev.kafkaapibridge.runtime.record.OriginHeaders;
import dev.kafkaapibridge.runtime.record.SourceRecord;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * Puts records aside: byte for byte with key, value and headers, and headers that say what they
 * stand for and when they are due (docs/contracts/retry-headers.md). Safe for all lanes.
 */
public final class RetryTopicWriter implements RetryTopics {

  private static final int MAX_REASON = 128;

  /**
   * @param delay how long a record stays there at least
   */
  public record Tier(TopicPresence topic, Duration delay) {}

  /** Puts a record into a topic; returns only when the broker has answered. */
  public interface Put {

    /**
     * @param headers once the topic is there
     */
    Result into(TopicPresence topic, SourceRecord record, Supplier<Headers> headers)
        throws InterruptedException;
  }

  private final Put put;
  private final List<Tier> tiers;
  private final String group;

  /** Spreads records by their keys. */
  public static RetryTopicWriter inAnyOrder(TopicWriter writer, List<Tier> tiers, String group) {
    return new RetryTopicWriter(
        // Without a timestamp: it is the topic's own retention that counts, from now on.
        (topic, record, headers) ->
            writer.write(topic, null, record.record().key(), record.record().value(), headers),
        tiers,
        group);
  }

  /** Puts records into the partition of the same number as they were read from. */
  public static RetryTopicWriter inOrder(FencedWriter writer, List<Tier> tiers, String group) {
    return new RetryTopicWriter(
        (topic, record, headers) ->
            writer.write(
                topic,
                record.assignment(),
                record.assignment().partition().partition(),
                record.record().key(),
                record.record().value(),
                headers),
        tiers,
        group);
  }

  /**
   * @param tiers in the order in which records pass through them
   */
  private RetryTopicWriter(Put put, List<Tier> tiers, String group) {
    this.put = put;
    this.tiers = List.copyOf(tiers);
    this.group = group;
  }

  @Override
  public boolean isOneLeftFor(SourceRecord record) {
    return record.past().retryTopic() < tiers.size();
  }

  @Override
  public Result write(SourceRecord record, Failure failure) throws InterruptedException {
    Tier next = tiers.get(record.past().retryTopic());
    return put.into(
        next.topic(),
        record,
        () -> headers(record, failure, group, next.topic().clusterId(), next.delay()));
  }

  /** The record's own headers, then ours. Pure. */
  static Headers headers(
      SourceRecord source, Failure failure, String group, String clusterId, Duration delay) {
    var headers = new RecordHeaders(source.record().headers().toArray());
    OriginHeaders.put(headers, RETRY, source, failure.attempts(), failure.firstAttempt());
    put(headers, RETRY + "cluster-id", clusterId);
    put(headers, RETRY + "group", group);
    put(headers, RETRY + "cause", failure.cause().name());
    put(headers, RETRY + "status", failure.last().code());
    put(headers, RETRY + "reason", CleanText.of(failure.last().reason(), MAX_REASON));
    // Who goes behind others has failed at nothing, and waits for them alone.
    Duration wait = failure.cause() == Failure.Cause.Behind ? Duration.ZERO : delay;
    long due = failure.failedAt().plus(wait).toEpochMilli();
    put(headers, OriginHeaders.RETRY_DUE_AT, Long.toString(due));
    return headers;
  }
}
