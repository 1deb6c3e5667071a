package dev.kafkaapibridge.runtime;

import dev.kafkaapibridge.api.v1alpha1.CircuitBreakerSpec;
import dev.kafkaapibridge.api.v1alpha1.DeliverySpec;
import dev.kafkaapibridge.api.v1alpha1.KafkaApiBridge;
import java.util.Objects;
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
    // kubectl puts an object without a namespace into "default", so the same file means the same
    // group here.
    Object namespace = bridge.metadata().getOrDefault("namespace", "default");
    String derived = namespace + "." + bridge.metadata().get("name");
    String group = Objects.requireNonNullElse(bridge.spec().kafka().consumerGroup(), derived);
    String topic = Objects.requireNonNullElse(delivery.deadLetter().topic(), group + ".dlt");
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
