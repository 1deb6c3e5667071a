package dev.kafkaapibridge.runtime;

import dev.kafkaapibridge.api.derived.DerivedNames;
import dev.kafkaapibridge.api.v1alpha1.CircuitBreakerSpec;
import dev.kafkaapibridge.api.v1alpha1.DeliverySpec;
import dev.kafkaapibridge.api.v1alpha1.KafkaApiBridge;
import org.jspecify.annotations.Nullable;

/**
 * What is named after the bridge where the spec names nothing.
 *
 * @param group consumer group; default {@code NAMESPACE.NAME}
 * @param deadLetterTopic default {@code GROUP.dlt}
 * @param deadLettersUsed whether any policy writes to it
 */
record Names(String group, String deadLetterTopic, boolean deadLettersUsed) {

  static Names of(KafkaApiBridge bridge) {
    DeliverySpec delivery = bridge.spec().delivery();
    String group = DerivedNames.consumerGroup(bridge);
    String topic = DerivedNames.deadLetterTopic(delivery, group);
    boolean used =
        delivery.onRefused() == DeliverySpec.OnRefused.DeadLetter
            || delivery.onExhausted() == DeliverySpec.OnExhausted.DeadLetter
            || delivery.circuitBreaker().onOpen() == CircuitBreakerSpec.OnOpen.DeadLetter;
    return new Names(group, topic, used);
  }

  @Nullable String deadLetterTopicIfUsed() {
    return deadLettersUsed ? deadLetterTopic : null;
  }
}
