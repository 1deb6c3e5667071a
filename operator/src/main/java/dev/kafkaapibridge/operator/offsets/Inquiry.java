package dev.kafkaapibridge.operator.offsets;

import dev.kafkaapibridge.operator.offsets.Look.Place;
import dev.kafkaapibridge.operator.offsets.Look.Position;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.message.FindCoordinatorRequestData;
import org.apache.kafka.common.message.FindCoordinatorResponseData;
import org.apache.kafka.common.message.ListOffsetsRequestData;
import org.apache.kafka.common.message.ListOffsetsRequestData.ListOffsetsPartition;
import org.apache.kafka.common.message.ListOffsetsRequestData.ListOffsetsTopic;
import org.apache.kafka.common.message.ListOffsetsResponseData;
import org.apache.kafka.common.message.MetadataRequestData;
import org.apache.kafka.common.message.MetadataRequestData.MetadataRequestTopic;
import org.apache.kafka.common.message.MetadataResponseData;
import org.apache.kafka.common.message.OffsetFetchRequestData;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestTopic;
import org.apache.kafka.common.message.OffsetFetchResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;

/**
 * One look, from top to bottom: who leads which partition, where it ends, what the group has
 * committed, and, where that means nothing, where it begins. It asks each broker once and repeats
 * nothing: the next look is a few seconds away. Owns its connections; for one thread.
 */
final class Inquiry implements AutoCloseable {

  private static final long END = -1;
  private static final long BEGINNING = -2;

  private final Names names;
  private final String namespace;
  private final Map<Integer, InetSocketAddress> brokers = new HashMap<>();
  private final Map<Integer, Conversation> connections = new HashMap<>();
  private @Nullable Conversation first;

  /** The first thing that could not be seen. */
  private @Nullable Trouble gap;

  Inquiry(Names names, String namespace) {
    this.names = names;
    this.namespace = namespace;
  }

  Look about(Question question) throws InterruptedException {
    MetadataResponseData cluster;
    Conversation any;
    try {
      any = greet(question.brokers());
      cluster = cluster(any, question);
    } catch (IOException e) {
      return new Look.Blind(trouble(e));
    }
    for (var broker : cluster.brokers()) {
      brokers.put(
          broker.nodeId(), InetSocketAddress.createUnresolved(broker.host(), broker.port()));
    }
    Map<TopicPartition, Integer> leaders = leaders(cluster, question);
    Map<TopicPartition, Long> ends = offsets(leaders, END, question);
    Map<TopicPartition, Long> committed = committed(any, question, ends.keySet());
    var unplaced = new TreeMap<TopicPartition, Integer>(BY_NAME);
    ends.forEach((partition, end) -> {
      Long at = committed.get(partition);
      if (at != null && (at < 0 || at > end)) {
        unplaced.put(partition, leaders.get(partition));
      }
    });
    Map<TopicPartition, Long> begins = offsets(unplaced, BEGINNING, question);
    var places = new ArrayList<Place>();
    ends.forEach((partition, end) ->
        places.add(
            new Place(
                partition.toString(),
                end,
                position(committed.get(partition), end, begins.get(partition)))));
    return new Look.Seen(places, gap);
  }

  private static final java.util.Comparator<TopicPartition> BY_NAME =
      java.util.Comparator.comparing(TopicPartition::topic)
          .thenComparing(TopicPartition::partition);

  /** A commit beyond the end is of a topic that was there before this one. */
  private static Position position(@Nullable Long committed, long end, @Nullable Long begins) {
    if (committed != null && committed >= 0 && committed <= end) {
      return new Position.Committed(committed);
    }
    return begins == null ? new Position.Unknown() : new Position.First(begins);
  }

  private Conversation greet(List<String> bootstrap) throws IOException, InterruptedException {
    IOException last = new IOException("no broker is named");
    for (String each : bootstrap) {
      int colon = each.lastIndexOf(':');
      try {
        String host = each.substring(0, Math.max(0, colon)).replaceAll("[\\[\\]]", "");
        int port = Integer.parseInt(each.substring(colon + 1));
        Conversation met = Conversation.with(names.addresses(namespace, host, port));
        first = met;
        return met;
      } catch (IllegalArgumentException e) {
        last = new IOException("'%s' is no host and port".formatted(each));
      } catch (IOException e) {
        last = e;
      }
    }
    throw last;
  }

  private static MetadataResponseData cluster(Conversation any, Question question)
      throws IOException {
    List<MetadataRequestTopic> asked =
        question.topics().stream().map(name -> new MetadataRequestTopic().setName(name)).toList();
    return any.ask(
        ApiKeys.METADATA,
        7,
        new MetadataRequestData()
            .setTopics(question.pattern() == null ? asked : null)
            .setAllowAutoTopicCreation(false),
        MetadataResponseData::new);
  }

  private Map<TopicPartition, Integer> leaders(MetadataResponseData cluster, Question question) {
    var told = new HashMap<String, MetadataResponseData.MetadataResponseTopic>();
    cluster.topics().forEach(topic -> told.put(topic.name(), topic));
    var leaders = new TreeMap<TopicPartition, Integer>(BY_NAME);
    List<String> read = question.among(told.keySet());
    if (read.isEmpty()) {
      miss(new Trouble("TopicNotFound", "no topic matches spec.kafka.topicPattern"));
    }
    for (String name : read) {
      var topic = told.get(name);
      if (topic == null || topic.errorCode() != 0 || topic.partitions().isEmpty()) {
        miss(ofTopic(name, topic == null ? 3 : topic.errorCode()));
        continue;
      }
      for (var partition : topic.partitions()) {
        if (partition.leaderId() < 0) {
          miss(
              failed(
                  "partition '%s-%d' has no leader".formatted(name, partition.partitionIndex())));
        } else {
          leaders.put(new TopicPartition(name, partition.partitionIndex()), partition.leaderId());
        }
      }
    }
    return leaders;
  }

  private Map<TopicPartition, Long> offsets(
      Map<TopicPartition, Integer> leaders, long which, Question question)
      throws InterruptedException {
    var byLeader = new TreeMap<Integer, List<TopicPartition>>();
    leaders.forEach((partition, leader) ->
        byLeader.computeIfAbsent(leader, l -> new ArrayList<>()).add(partition));
    var offsets = new TreeMap<TopicPartition, Long>(BY_NAME);
    for (var led : byLeader.entrySet()) {
      try {
        var answer =
            broker(led.getKey())
                .ask(
                    ApiKeys.LIST_OFFSETS,
                    4,
                    new ListOffsetsRequestData()
                        .setReplicaId(-1)
                        .setIsolationLevel((byte) (question.committedOnly() ? 1 : 0))
                        .setTopics(byTopic(led.getValue(), which)),
                    ListOffsetsResponseData::new);
        for (var topic : answer.topics()) {
          for (var partition : topic.partitions()) {
            var name = new TopicPartition(topic.name(), partition.partitionIndex());
            if (partition.errorCode() == 0 && partition.offset() >= 0) {
              offsets.put(name, partition.offset());
            }
          }
        }
      } catch (IOException e) {
        miss(trouble(e));
      }
    }
    offsets.keySet().retainAll(leaders.keySet()); // nothing that was not asked for
    if (offsets.size() < leaders.size()) {
      miss(failed("a broker does not tell the offsets of all partitions that it leads"));
    }
    return offsets;
  }

  private static List<ListOffsetsTopic> byTopic(List<TopicPartition> partitions, long which) {
    var topics = new TreeMap<String, ListOffsetsTopic>();
    for (TopicPartition partition : partitions) {
      topics
          .computeIfAbsent(partition.topic(), name -> new ListOffsetsTopic().setName(name))
          .partitions()
          .add(
              new ListOffsetsPartition()
                  .setPartitionIndex(partition.partition())
                  .setTimestamp(which));
    }
    return List.copyOf(topics.values());
  }

  /** Negative: the group has none; absent: nobody told. */
  private Map<TopicPartition, Long> committed(
      Conversation any, Question question, Collection<TopicPartition> partitions)
      throws InterruptedException {
    var committed = new HashMap<TopicPartition, Long>();
    if (partitions.isEmpty()) {
      return committed;
    }
    try {
      var coordinator =
          any.ask(
              ApiKeys.FIND_COORDINATOR,
              2,
              new FindCoordinatorRequestData().setKey(question.group()).setKeyType((byte) 0),
              FindCoordinatorResponseData::new);
      if (coordinator.errorCode() != 0) {
        miss(ofGroup(question.group(), coordinator.errorCode()));
        return committed;
      }
      brokers.putIfAbsent(
          coordinator.nodeId(),
          InetSocketAddress.createUnresolved(coordinator.host(), coordinator.port()));
      var asked = new TreeMap<String, OffsetFetchRequestTopic>();
      for (TopicPartition partition : partitions) {
        asked
            .computeIfAbsent(partition.topic(), name -> new OffsetFetchRequestTopic().setName(name))
            .partitionIndexes()
            .add(partition.partition());
      }
      var answer =
          broker(coordinator.nodeId())
              .ask(
                  ApiKeys.OFFSET_FETCH,
                  5,
                  new OffsetFetchRequestData()
                      .setGroupId(question.group())
                      .setTopics(List.copyOf(asked.values())),
                  OffsetFetchResponseData::new);
      if (answer.errorCode() != 0) {
        miss(ofGroup(question.group(), answer.errorCode()));
        return committed;
      }
      for (var topic : answer.topics()) {
        for (var partition : topic.partitions()) {
          if (partition.errorCode() == 0) {
            committed.put(
                new TopicPartition(topic.name(), partition.partitionIndex()),
                partition.committedOffset());
          }
        }
      }
    } catch (IOException e) {
      miss(trouble(e));
    }
    if (!committed.keySet().containsAll(partitions)) {
      miss(failed("what the group has committed is not told of all partitions"));
    }
    return committed;
  }

  private Conversation broker(int node) throws IOException, InterruptedException {
    Conversation open = connections.get(node);
    if (open == null) {
      InetSocketAddress named = brokers.get(node);
      if (named == null) {
        throw new Conversation.NoBroker("broker %d has no address".formatted(node));
      }
      open = Conversation.with(names.addresses(namespace, named.getHostString(), named.getPort()));
      connections.put(node, open);
    }
    return open;
  }

  private void miss(Trouble what) {
    gap = gap == null ? what : gap;
  }

  private static Trouble ofTopic(String name, int code) {
    return switch (Errors.forCode((short) code)) {
      case UNKNOWN_TOPIC_OR_PARTITION, INVALID_TOPIC_EXCEPTION ->
          new Trouble("TopicNotFound", "topic '%s' does not exist".formatted(name));
      case TOPIC_AUTHORIZATION_FAILED ->
          new Trouble(
              "AuthorizationFailed",
              "the brokers don't let it describe topic '%s'".formatted(name));
      case Errors other -> failed("of topic '%s' the brokers say %s".formatted(name, other));
    };
  }

  private static Trouble ofGroup(String group, int code) {
    Errors error = Errors.forCode((short) code);
    return error == Errors.GROUP_AUTHORIZATION_FAILED
        ? new Trouble(
            "AuthorizationFailed", "the brokers don't let it describe group '%s'".formatted(group))
        : failed("of group '%s' the brokers say %s".formatted(group, error));
  }

  private static Trouble failed(String message) {
    return new Trouble("KafkaFailed", message);
  }

  private static Trouble trouble(IOException e) {
    return switch (e) {
      case Names.Denied denied -> new Trouble("AddressDenied", String.valueOf(denied.getMessage()));
      case Conversation.NoBroker no ->
          new Trouble("BootstrapUnreachable", "no broker answers there: " + no.getMessage());
      case java.net.UnknownHostException unknown ->
          new Trouble("BootstrapUnreachable", String.valueOf(unknown.getMessage()));
      default -> new Trouble("BootstrapUnreachable", "no broker can be connected to");
    };
  }

  @Override
  public void close() throws IOException {
    if (first != null) {
      first.close();
    }
    for (Conversation open : connections.values()) {
      open.close();
    }
  }
}
