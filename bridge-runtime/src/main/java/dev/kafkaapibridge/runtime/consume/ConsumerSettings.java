package dev.kafkaapibridge.runtime.consume;

import dev.kafkaapibridge.api.v1alpha1.KafkaSpec;
import dev.kafkaapibridge.runtime.cluster.ConnectionSettings;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** From the spec to the Kafka client's own settings. Pure. */
final class ConsumerSettings {

  private ConsumerSettings() {}

  /**
   * @param maxPollInterval derived by {@link DrainTimes}, not the user's to set
   */
  static Map<String, Object> consumer(
      KafkaSpec kafka, String group, String clientId, Duration maxPollInterval) {
    Map<String, Object> settings = ConnectionSettings.of(kafka, clientId);
    kafka.consumerConfig().forEach(config -> settings.put(config.name(), config.value()));
    settings.put(ConsumerConfig.GROUP_ID_CONFIG, group);
    settings.put(ConsumerConfig.GROUP_PROTOCOL_CONFIG, "classic");
    settings.put(
        ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
        CooperativeStickyAssignor.class.getName());
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    settings.put(
        ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG, Math.toIntExact(maxPollInterval.toMillis()));
    settings.put(
        ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class.getName());
    settings.put(
        ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class.getName());
    settings.put(
        ConsumerConfig.ISOLATION_LEVEL_CONFIG,
        switch (kafka.isolationLevel()) {
          case ReadCommitted -> "read_committed";
          case ReadUncommitted -> "read_uncommitted";
        });
    return settings;
  }
}
