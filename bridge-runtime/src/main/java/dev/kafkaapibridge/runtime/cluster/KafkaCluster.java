package dev.kafkaapibridge.runtime.cluster;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is asked of the cluster besides records: its id, topics' ids and partitions, the group's
 * offsets, end offsets. Blocking; safe for several threads. All methods throw {@link
 * KafkaException} when the cluster can't be reached in time.
 */
public final class KafkaCluster implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(KafkaCluster.class);

  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  /**
   * An admin client that was refused once, on its way to metadata, fails every call with that until
   * it looks for metadata in its time: by itself after five minutes, however good the credential
   * has long become.
   */
  private static final Duration METADATA_AGE = Duration.ofSeconds(10);

  private static final int TIMES_ASKED = 3;

  /** Two heartbeats as brokers ask for them by default; a shorter one would cut off its members. */
  private static final Duration SHORTEST_SESSION = Duration.ofSeconds(10);

  private final Supplier<Map<String, Object>> settings;
  private final ListOffsetsOptions isolation;
  private final Map<String, Uuid> topicIds = new ConcurrentHashMap<>();
  private volatile String id = "";
  private volatile @Nullable Admin connected;

  /**
   * @param settings of an admin client, asked for at the first connection
   * @param isolation whose end offsets are meant
   */
  public KafkaCluster(Supplier<Map<String, Object>> settings, IsolationLevel isolation) {
    this.settings = settings;
    this.isolation = new ListOffsetsOptions(isolation);
  }

  /** The cluster's id, empty before {@link #connect()}. */
  public String id() {
    return id;
  }

  /**
   * Reaches the cluster, and learns its id. Called until it succeeds, by one thread, before all
   * else.
   */
  public String connect() {
    if (connected == null) {
      var own = new HashMap<>(settings.get());
      own.put(AdminClientConfig.METADATA_MAX_AGE_CONFIG, (int) METADATA_AGE.toMillis());
      connected = Admin.create(own); // throws where no bootstrap name resolves
    }
    id = await(admin().describeCluster().clusterId());
    return id;
  }

  private Admin admin() {
    Admin admin = connected;
    if (admin == null) {
      throw new KafkaException("not connected yet");
    }
    return admin;
  }

  @Override
  public void close() {
    Admin admin = connected;
    if (admin != null) {
      admin.close(Duration.ofSeconds(2));
    }
  }

  public Set<String> topics() {
    return await(admin().listTopics().names());
  }

  /** The id of a topic that exists; asked anew after {@link #partitions}. */
  public Uuid topicId(String topic) {
    Uuid known = topicIds.get(topic);
    if (known == null) {
      partitions(List.of(topic));
      known = topicIds.get(topic);
    }
    if (known == null) {
      throw new UnknownTopicOrPartitionException("topic '" + topic + "' does not exist");
    }
    return known;
  }

  /**
   * The id of a topic as it was when the cluster was asked last; null: not asked, or no such topic
   * then.
   */
  public @Nullable Uuid knownTopicId(String topic) {
    return topicIds.get(topic);
  }

  /**
   * After which the brokers give up a member of a group of KIP-848 from which they hear nothing;
   * the client isn't told. Asked several times: who takes it for longer than it is may send what is
   * another member's already.
   *
   * @param otherwise where the brokers don't say: no right to describe the group's configuration
   */
  public Duration sessionTimeout(String group, Duration otherwise) {
    for (int asked = 0; asked < TIMES_ASKED; asked++) {
      try {
        return askSessionTimeout(group, otherwise);
      } catch (org.apache.kafka.common.errors.TimeoutException e) {
        log.atWarn().log("no answer how long a member of the group may be silent");
      }
    }
    log.atWarn()
        .addKeyValue("taken", SHORTEST_SESSION)
        .log("no answer how long a member of the group may be silent: taken for the shortest");
    return SHORTEST_SESSION;
  }

  private Duration askSessionTimeout(String group, Duration otherwise) {
    try {
      String millis = config(ConfigResource.Type.GROUP, group, "consumer.session.timeout.ms");
      return millis == null ? otherwise : Duration.ofMillis(Long.parseLong(millis));
    } catch (org.apache.kafka.common.errors.TimeoutException e) {
      throw e;
    } catch (KafkaException e) {
      return otherwise;
    }
  }

  /** The partitions of those topics that exist. */
  public List<TopicPartition> partitions(Collection<String> topics) {
    var partitions = new ArrayList<TopicPartition>();
    admin()
        .describeTopics(topics)
        .topicNameValues()
        .forEach((topic, described) -> {
          try {
            TopicDescription description = await(described);
            topicIds.put(topic, description.topicId());
            description
                .partitions()
                .forEach(p -> partitions.add(new TopicPartition(topic, p.partition())));
          } catch (UnknownTopicOrPartitionException e) {
            topicIds.remove(topic);
          }
        });
    return partitions;
  }

  public Map<TopicPartition, OffsetAndMetadata> committed(String group) {
    var committed =
        new HashMap<>(
            await(admin().listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata()));
    committed.values().removeIf(offset -> offset == null);
    return committed;
  }

  /** Of a group that exists. */
  public boolean hasMembers(String group) {
    return await(admin().describeConsumerGroups(List.of(group)).all()).values().stream()
        .anyMatch(description -> !description.members().isEmpty());
  }

  /** Writes offsets for a group that has no member; throws when it has one. */
  public void commitForEmptyGroup(String group, Map<TopicPartition, OffsetAndMetadata> offsets) {
    await(admin().alterConsumerGroupOffsets(group, offsets).all());
  }

  /** Throws while the group has members, and where there is no such group. */
  public void deleteGroup(String group) {
    await(admin().deleteConsumerGroups(List.of(group)).all());
  }

  public Map<TopicPartition, Long> endOffsets(Collection<TopicPartition> partitions) {
    return offsets(partitions, OffsetSpec.latest());
  }

  /** Beyond all that is there, also of transactions that are under way. */
  public Map<TopicPartition, Long> endsWithOpenTransactions(Collection<TopicPartition> partitions) {
    return offsets(
        partitions, OffsetSpec.latest(), new ListOffsetsOptions(IsolationLevel.READ_UNCOMMITTED));
  }

  public Map<TopicPartition, Long> offsets(Collection<TopicPartition> partitions, OffsetSpec spec) {
    return offsets(partitions, spec, isolation);
  }

  private Map<TopicPartition, Long> offsets(
      Collection<TopicPartition> partitions, OffsetSpec spec, ListOffsetsOptions isolation) {
    if (partitions.isEmpty()) {
      return Map.of();
    }
    var asked = new HashMap<TopicPartition, OffsetSpec>();
    partitions.forEach(partition -> asked.put(partition, spec));
    var offsets = new HashMap<TopicPartition, Long>();
    await(admin().listOffsets(asked, isolation).all())
        .forEach((partition, info) -> offsets.put(partition, info.offset()));
    return offsets;
  }

  /** The time of the oldest record of these partitions; empty where they hold none. */
  public Optional<Instant> oldest(Collection<TopicPartition> partitions) {
    var asked = new HashMap<TopicPartition, OffsetSpec>();
    partitions.forEach(partition -> asked.put(partition, OffsetSpec.forTimestamp(0)));
    return partitions.isEmpty()
        ? Optional.empty()
        : await(admin().listOffsets(asked, isolation).all()).values().stream()
            .filter(first -> first.offset() >= 0)
            .map(first -> Instant.ofEpochMilli(first.timestamp()))
            .min(Comparator.naturalOrder());
  }

  /** The largest batch of records that a topic takes, in bytes. */
  public long maxMessageBytes(String topic) {
    String bytes = config(ConfigResource.Type.TOPIC, topic, TopicConfig.MAX_MESSAGE_BYTES_CONFIG);
    return bytes == null ? 1024 * 1024 : Long.parseLong(bytes);
  }

  /**
   * Of the topic's partitions that have fewer replicas in sync than a write needs: how many those
   * are; null where none has fewer.
   */
  public @Nullable Shortage shortage(String topic) {
    String least =
        config(ConfigResource.Type.TOPIC, topic, TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG);
    if (least == null) {
      return null;
    }
    int needed = Integer.parseInt(least);
    return await(admin().describeTopics(List.of(topic)).allTopicNames()).values().stream()
        .flatMap(described -> described.partitions().stream())
        .filter(partition -> partition.isr().size() < needed)
        .map(partition -> new Shortage(partition.isr().size(), needed))
        .findFirst()
        .orElse(null);
  }

  public record Shortage(int inSync, int needed) {}

  /** Null: the brokers don't say. */
  private @Nullable String config(ConfigResource.Type type, String of, String name) {
    var resource = new ConfigResource(type, of);
    Config config = await(admin().describeConfigs(List.of(resource)).all()).get(resource);
    ConfigEntry entry = config == null ? null : config.get(name);
    return entry == null ? null : entry.value();
  }

  /** Makes a topic with the brokers' default replication. */
  public void createTopic(String topic, int partitions, Map<String, String> configs) {
    var wanted = new NewTopic(topic, Optional.of(partitions), Optional.empty()).configs(configs);
    await(admin().createTopics(List.of(wanted)).all());
  }

  /** Gives a topic so many partitions, where it has fewer. */
  public void widen(String topic, int partitions) {
    if (partitions(List.of(topic)).size() < partitions) {
      await(admin().createPartitions(Map.of(topic, NewPartitions.increaseTo(partitions))).all());
    }
  }

  private static <T> T await(KafkaFuture<T> future) {
    try {
      return future.get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof KafkaException kafka ? kafka : new KafkaException(e.getCause());
    } catch (TimeoutException e) {
      throw new org.apache.kafka.common.errors.TimeoutException(
          "no answer within " + TIMEOUT.toSeconds() + " s", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new org.apache.kafka.common.errors.InterruptException(e);
    }
  }
}
