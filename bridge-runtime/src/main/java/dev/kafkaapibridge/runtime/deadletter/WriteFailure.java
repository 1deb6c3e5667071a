package dev.kafkaapibridge.runtime.deadletter;

import dev.kafkaapibridge.runtime.deliver.DeadLetters.Result;
import dev.kafkaapibridge.runtime.record.CleanText;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TopicAuthorizationException;

/** Why a record isn't in a topic of the bridge's own, in a sentence that says what mends it. */
final class WriteFailure {

  private WriteFailure() {}

  /** The topic is looked for again before the next write; the cluster may be asked about it now. */
  static Result.Failed of(TopicPresence topic, Exception e) {
    topic.mayHaveGone();
    String message = CleanText.of(String.valueOf(e.getMessage()), 300);
    return switch (e) {
      case RecordTooLargeException ignored ->
          new Result.Failed(
              "WriteFailed",
              "Topic '%s' doesn't take a record of this size. Mend it: kafka-configs.sh --alter --topic %s --add-config max.message.bytes=BYTES (%s)"
                  .formatted(topic.name(), topic.name(), message));
      case TopicAuthorizationException ignored ->
          new Result.Failed(
              "WriteFailed",
              "No right to write to topic '%s'. Mend it: kafka-acls.sh --add --producer --topic %s --allow-principal PRINCIPAL"
                  .formatted(topic.name(), topic.name()));
      // Where replicas are missing the producer tries again until its time is over, and says that,
      // or what the last answer was, by which of the two it sees first.
      case RetriableException ignored when topic.tooFewReplicas() instanceof String why ->
          new Result.Failed("WriteFailed", why);
      default ->
          new Result.Failed(
              "WriteFailed",
              "Topic '%s' can't be written: %s. Look at it: kafka-topics.sh --describe --topic %s"
                  .formatted(topic.name(), message, topic.name()));
    };
  }
}
