package dev.kafkaapibridge.runtime.consume.deal;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.Configurable;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;

/**
 * Deals partitions out by what they bring, in cooperative rounds ({@link Plan}). Made by the Kafka
 * client, which hands it this process's {@link Loads}.
 */
public final class LoadAssignor implements ConsumerPartitionAssignor, Configurable {

  private static final int NO_GENERATION = -1;

  /**
   * Partitions. All that members say lies in one record of the brokers, which takes a megabyte: of
   * more, numbers have to do.
   */
  private static final int MOST_TOLD = 10_000;

  private final CooperativeStickyAssignor byNumber = new CooperativeStickyAssignor();
  private Loads loads = new Loads(System::nanoTime);
  private Plan plan = Plan.NONE;

  /** What all knew when this member led last: who leaves takes what he knows along. */
  private Map<TopicPartition, Brings> allKnew = Map.of();

  /** Whether what is to be assigned next was decided here. */
  private boolean decided;

  /** That was decided here last. A later one was decided by another, or by another assignor. */
  private int ownGeneration = NO_GENERATION;

  @Override
  public void configure(Map<String, ?> configs) {
    if (configs.get(Loads.CONFIG) instanceof Loads shared) {
      loads = shared;
    }
  }

  @Override
  public String name() {
    return "kab-load";
  }

  @Override
  public List<RebalanceProtocol> supportedProtocols() {
    return byNumber.supportedProtocols();
  }

  @Override
  public ByteBuffer subscriptionUserData(Set<String> topics) {
    decided = false; // a round that came to nothing: another may decide this one
    Map<TopicPartition, Brings> known = loads.known(topics);
    return Word.written(known.size() <= MOST_TOLD ? known : Map.of());
  }

  @Override
  public void onAssignment(Assignment assignment, ConsumerGroupMetadata metadata) {
    if (decided) {
      ownGeneration = metadata.generationId();
    }
    decided = false;
    loads.learn(Word.read(assignment.userData()));
  }

  @Override
  public GroupAssignment assign(Cluster cluster, GroupSubscription group) {
    Map<String, Subscription> subscriptions = group.groupSubscription();
    decided = true;
    if (latestGeneration(subscriptions.values()) != ownGeneration) {
      plan = Plan.NONE;
      allKnew = Map.of();
    }
    var topics = new HashSet<Set<String>>();
    subscriptions.values().forEach(each -> topics.add(new TreeSet<>(each.topics())));
    if (topics.size() != 1) {
      plan = Plan.NONE;
      return byNumber.assign(cluster, withoutWord(subscriptions));
    }
    var members = new ArrayList<Joined.Member>();
    subscriptions.forEach((name, each) -> members.add(member(name, each)));
    var joined = new Joined(members, allKnew);
    List<TopicPartition> all = partitions(cluster, topics.iterator().next());
    allKnew = known(all, joined);
    plan = plan.or(all, joined);
    var assignments = new HashMap<String, Assignment>();
    for (Plan.Given given : plan.given(joined)) {
      assignments.put(
          given.to().name(), new Assignment(given.partitions(), Word.written(given.news())));
    }
    return new GroupAssignment(assignments);
  }

  private static int latestGeneration(Collection<Subscription> subscriptions) {
    return subscriptions.stream()
        .mapToInt(each -> each.generationId().orElse(NO_GENERATION))
        .max()
        .orElse(NO_GENERATION);
  }

  /** For some seconds, while a topic comes or pods are replaced, members read different topics. */
  private static GroupSubscription withoutWord(Map<String, Subscription> subscriptions) {
    var without = new HashMap<String, Subscription>();
    subscriptions.forEach((name, each) ->
        without.put(
            name,
            new Subscription(
                each.topics(),
                null, // it would take that for a word of its own
                each.ownedPartitions(),
                each.generationId().orElse(NO_GENERATION),
                each.rackId())));
    return new GroupSubscription(without);
  }

  private static Joined.Member member(String name, Subscription says) {
    return new Joined.Member(
        name,
        says.ownedPartitions(),
        says.generationId().orElse(NO_GENERATION),
        Word.read(says.userData()));
  }

  private static Map<TopicPartition, Brings> known(List<TopicPartition> all, Joined joined) {
    var known = new HashMap<TopicPartition, Brings>();
    for (TopicPartition each : all) {
      Brings brings = joined.known(each);
      if (brings != null) {
        known.put(each, brings);
      }
    }
    return known;
  }

  private static List<TopicPartition> partitions(Cluster cluster, Set<String> topics) {
    var all = new ArrayList<TopicPartition>();
    for (String topic : topics) {
      for (PartitionInfo each : cluster.partitionsForTopic(topic)) {
        all.add(new TopicPartition(topic, each.partition()));
      }
    }
    return all;
  }
}
