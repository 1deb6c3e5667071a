package dev.kafkaapibridge.runtime.consume;

import dev.kafkaapibridge.api.v1alpha1.KafkaSpec;
import dev.kafkaapibridge.runtime.consume.deal.LoadAssignor;
import dev.kafkaapibridge.runtime.consume.deal.Loads;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** From the spec to the Kafka client's own settings. Pure. */
public final class ConsumerSettings {

  /**
   * New partitions and, with a pattern, new topics are found within it; the client's own default is
   * 5 min.
   */
  private static final Duration METADATA_AGE = Duration.ofSeconds(30);

  /**
   * How long a broker may wait for something to answer a fetch with. The client has one fetch at a
   * time under way with a broker: while it asks for partitions that have nothing, those that were
   * paused for a moment, because records of theirs are under way, wait behind it. At the client's
   * own default of 500 ms one partition with a backlog beside others without is read in gulps.
   */
  private static final Duration FETCH_WAIT = Duration.ofMillis(100);

  /** What brokers and the classic client use where nobody says otherwise. */
  public static final Duration DEFAULT_SESSION_TIMEOUT = Duration.ofSeconds(45);

  private ConsumerSettings() {}

  /**
   * @param connection settings that all clients share
   * @param maxPollInterval derived by {@link DrainTimes}, not the user's to set
   */
  public static Map<String, Object> consumer(
      KafkaSpec kafka,
      String group,
      Map<String, Object> connection,
      Duration maxPollInterval,
      FlowControl.FetchSizes fetch) {
    var settings = new HashMap<>(connection);
    settings.put(ConsumerConfig.METADATA_MAX_AGE_CONFIG, Math.toIntExact(METADATA_AGE.toMillis()));
    settings.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, fetch.bytes());
    settings.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, fetch.bytesOfPartition());
    settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, fetch.records());
    settings.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, Math.toIntExact(FETCH_WAIT.toMillis()));
    kafka.consumerConfig().forEach(config -> settings.put(config.name(), config.value()));
    settings.put(ConsumerConfig.GROUP_ID_CONFIG, group);
    switch (kafka.groupProtocol()) {
      case Classic -> {
        settings.put(ConsumerConfig.GROUP_PROTOCOL_CONFIG, "classic");
        settings.put(
            ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
            CooperativeStickyAssignor.class.getName());
        settings.putIfAbsent(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, heartbeatMillis(kafka));
      }
      // The brokers assign, and they say how often to send heartbeats.
      case Consumer -> settings.put(ConsumerConfig.GROUP_PROTOCOL_CONFIG, "consumer");
    }
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

  /**
   * The same for a member whose group deals partitions out by what they bring, once all of its
   * members can: those of an earlier build know the other way alone. Not where the spec says in
   * which rack pods are, for that one knows racks, nor where the brokers assign.
   */
  static Map<String, Object> dealtByLoad(Map<String, Object> member, Loads loads) {
    var settings = new HashMap<>(member);
    if ("classic".equals(member.get(ConsumerConfig.GROUP_PROTOCOL_CONFIG))
        && !member.containsKey(ConsumerConfig.CLIENT_RACK_CONFIG)) {
      settings.put(
          ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
          List.of(LoadAssignor.class.getName(), CooperativeStickyAssignor.class.getName()));
      settings.put(Loads.CONFIG, loads);
    }
    return settings;
  }

  /**
   * The same for a consumer that is no member, of what a fenced writer has written: whatever the
   * spec says of sources, what was not committed is never read.
   */
  static Map<String, Object> ofNoGroup(Map<String, Object> member, FlowControl.FetchSizes fetch) {
    var settings = new HashMap<>(member);
    settings.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, fetch.bytes());
    settings.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, fetch.bytesOfPartition());
    settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, fetch.records());
    settings.remove(ConsumerConfig.GROUP_ID_CONFIG);
    settings.remove(ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG);
    settings.remove(Loads.CONFIG);
    settings.put(ConsumerConfig.GROUP_PROTOCOL_CONFIG, "classic");
    settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    return settings;
  }

  /**
   * A member learns of a rebalance by the answer to its next heartbeat, and what moves stands still
   * until the last member knows: in a rollout a third of the partitions for this long, twice for
   * each pod. It is also often enough that the fence, which may know of an answer one heartbeat
   * late, stays open: two of them in less than 0.8 of the session timeout.
   */
  private static int heartbeatMillis(KafkaSpec kafka) {
    long third = classicSessionTimeout(kafka).toMillis() / 3;
    return Math.toIntExact(Math.min(1_000, third));
  }

  /** After which a classic group gives up a member from which it hears nothing. */
  public static Duration classicSessionTimeout(KafkaSpec kafka) {
    return kafka.consumerConfig().stream()
        .filter(config -> config.name().equals(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG))
        .map(config -> Duration.ofMillis(Long.parseLong(config.value())))
        .findFirst()
        .orElse(DEFAULT_SESSION_TIMEOUT);
  }
}
