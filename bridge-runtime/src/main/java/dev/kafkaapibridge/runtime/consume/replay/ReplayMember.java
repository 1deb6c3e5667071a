package dev.kafkaapibridge.runtime.consume.replay;

import dev.kafkaapibridge.api.v1alpha1.KafkaSpec;
import dev.kafkaapibridge.runtime.consume.ConsumerSettings;
import dev.kafkaapibridge.runtime.consume.FlowControl;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;

/** How a consumer is set up that is a member of the replays' group. Pure. */
public final class ReplayMember {

  private ReplayMember() {}

  /**
   * @param connection settings that all clients share
   */
  public static Map<String, Object> settings(
      KafkaSpec kafka,
      String group,
      Map<String, Object> connection,
      Duration maxPollInterval,
      FlowControl.FetchSizes fetchSizes) {
    Map<String, Object> settings =
        new HashMap<>(
            ConsumerSettings.consumer(kafka, group, connection, maxPollInterval, fetchSizes));
    // The brokers' own assignors know no group of one owner.
    settings.put(ConsumerConfig.GROUP_PROTOCOL_CONFIG, "classic");
    settings.put(ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG, OneMember.class.getName());
    settings.putIfAbsent(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, 1_000);
    return settings;
  }
}
