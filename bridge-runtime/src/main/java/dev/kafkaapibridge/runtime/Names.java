package dev.kafkaapibridge.runtime;

import dev.kafkaapibridge.api.derived.DerivedNames;
import dev.kafkaapibridge.api.v1alpha1.CircuitBreakerSpec;
import dev.kafkaapibridge.api.v1alpha1.DeliverySpec;
import dev.kafkaapibridge.api.v1alpha1.KafkaApiBridge;
import dev.kafkaapibridge.api.v1alpha1.RetryTopicSpec;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What is named after the bridge where the spec names nothing.
 *
 * @param group consumer group; default {@code NAMESPACE.NAME}
 * @param deadLetterTopic default {@code GROUP.dlt}
 * @param deadLettersUsed whether any policy writes to it
 * @param retryTopics {@code GROUP.retry.1} and on; none without {@code retry.mode: Topics}
 */
record Names(
    String group, String deadLetterTopic, boolean deadLettersUsed, List<RetryTopic> retryTopics) {

  /** One of the spec's, and its name. */
  record RetryTopic(String name, RetryTopicSpec spec) {}

  static Names of(KafkaApiBridge bridge) {
    DeliverySpec delivery = bridge.spec().delivery();
    String group = DerivedNames.consumerGroup(bridge);
    String topic = DerivedNames.deadLetterTopic(delivery, group);
    boolean used =
        delivery.onRefused() == DeliverySpec.OnRefused.DeadLetter
            || delivery.onExhausted() == DeliverySpec.OnExhausted.DeadLetter
            || delivery.circuitBreaker().onOpen() == CircuitBreakerSpec.OnOpen.DeadLetter;
    List<String> retries = DerivedNames.retryTopics(delivery, group);
    return new Names(
        group,
        topic,
        used,
        IntStream.range(0, retries.size())
            .mapToObj(i -> new RetryTopic(retries.get(i), delivery.retry().topics().get(i)))
            .toList());
  }

  /** The group that reads the retry topics. */
  String retryGroup() {
    return DerivedNames.retryGroup(group);
  }

  /** Topics of the bridge's own, which it never reads as sources, also those of a former spec. */
  List<String> ownTopics() {
    return Stream.concat(Stream.of(deadLetterTopic), DerivedNames.everyRetryTopic(group).stream())
        .toList();
  }

  @Nullable String deadLetterTopicIfUsed() {
    return deadLettersUsed ? deadLetterTopic : null;
  }
}
