package dev.kafkaapibridge.operator.offsets;

import dev.kafkaapibridge.api.v1alpha1.KafkaSpec;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Whether the operator may look at a bridge's offsets itself, and how. This is the one place that
 * knows how brokers are reached from the operator: TLS and credentials, once they are served, are
 * decided on here. Pure.
 */
public sealed interface KafkaAccess {

  record Open(Question question) implements KafkaAccess {}

  /** {@code why} names the field. */
  record Barred(Trouble why) implements KafkaAccess {}

  /**
   * @param group the bridge's consumer group
   * @param deadLetterTopic which is never read
   */
  static KafkaAccess of(KafkaSpec kafka, String group, String deadLetterTopic) {
    String brokers = kafka.bootstrapServers();
    if (brokers == null) {
      return barred("spec.kafka names no bootstrapServers, the only way by which it finds brokers");
    }
    if (kafka.tls() != null) {
      return barred("spec.kafka.tls asks for TLS, which it does not speak");
    }
    if (kafka.authentication() != null) {
      return barred("spec.kafka.authentication asks for credentials, which it may not read");
    }
    String pattern = kafka.topicPattern();
    return new Open(
        new Question(
            Stream.of(brokers.split(",", -1)).map(String::strip).toList(),
            group,
            Objects.requireNonNullElse(kafka.topics(), List.of()),
            pattern == null ? null : Pattern.compile(pattern),
            deadLetterTopic,
            kafka.isolationLevel() == KafkaSpec.IsolationLevel.ReadCommitted));
  }

  private static Barred barred(String why) {
    return new Barred(new Trouble("NotReadable", why));
  }
}
