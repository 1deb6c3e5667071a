package dev.kafkaapibridge.runtime.consume;

import dev.kafkaapibridge.runtime.cluster.KafkaCluster;
import dev.kafkaapibridge.runtime.deliver.KeyOrder;
import dev.kafkaapibridge.runtime.record.Assignment;
import dev.kafkaapibridge.runtime.record.SourceRecord;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * Retry topics of which each partition is read by the owner of the source partition of the same
 * number: so one process has all that was put aside of a partition, and knows whose keys it is.
 */
public final class RetryTopicCompanions implements Companions {

  private final List<String> topics;
  private final String otherGroup;
  private final KeyOrder order;
  private final RetryBacklog backlog;
  private final KafkaCluster cluster;
  private final IntConsumer room;
  private final FlowControl flowControl;
  private final Supplier<Optional<FlowControl.Pause>> whyFetchNothing;
  private final ConsumptionView view;

  /**
   * @param topics in the order in which records pass through them
   * @param otherGroup reads them where no order is kept
   * @param room makes their partitions up to a number where they are missing
   */
  public RetryTopicCompanions(
      List<String> topics,
      String otherGroup,
      KeyOrder order,
      KafkaCluster cluster,
      IntConsumer room,
      FlowControl flowControl,
      Supplier<Optional<FlowControl.Pause>> whyFetchNothing,
      ConsumptionView view) {
    this.topics = List.copyOf(topics);
    this.otherGroup = otherGroup;
    this.order = order;
    this.backlog = new RetryBacklog(order);
    this.cluster = cluster;
    this.room = room;
    this.flowControl = flowControl;
    this.whyFetchNothing = whyFetchNothing;
    this.view = view;
  }

  @Override
  public Optional<FlowControl.FetchSizes> fetchSizes() {
    return Optional.of(flowControl.fetchSizes());
  }

  @Override
  public List<TopicPartition> of(Collection<TopicPartition> partitions) {
    return partitions.stream()
        .filter(source -> !isCompanion(source))
        .flatMap(
            source -> topics.stream().map(topic -> new TopicPartition(topic, source.partition())))
        .toList();
  }

  @Override
  public boolean isCompanion(TopicPartition partition) {
    return topics.contains(partition.topic());
  }

  @Override
  public void makeRoom(Collection<TopicPartition> assigned) {
    assigned.stream().mapToInt(TopicPartition::partition).max().ifPresent(room);
  }

  @Override
  public Map<TopicPartition, OffsetAndMetadata> committedElsewhere() {
    var elsewhere = new HashMap<>(cluster.committed(otherGroup));
    elsewhere.keySet().removeIf(of -> !isCompanion(of));
    return elsewhere;
  }

  /** Those that count transactions under way. */
  @Override
  public Map<TopicPartition, Long> ends(Collection<TopicPartition> partitions) {
    return cluster.endsWithOpenTransactions(partitions.stream().filter(this::isCompanion).toList());
  }

  @Override
  public void begin(Collection<OwnedPartition> owned, Map<TopicPartition, Long> ends) {
    var byPartition = new HashMap<TopicPartition, OwnedPartition>();
    owned.forEach(of -> byPartition.put(of.partition(), of));
    for (OwnedPartition source : owned) {
      if (!isCompanion(source.partition())) {
        List<OwnedPartition> aside =
            of(List.of(source.partition())).stream()
                .map(byPartition::get)
                .map(Objects::requireNonNull)
                .toList();
        backlog.begin(source.assignment(), aside, ends);
      }
    }
  }

  @Override
  public Set<TopicPartition> beingLearned() {
    return backlog.partitions();
  }

  @Override
  public void learn(TopicPartition partition, List<ConsumerRecord<byte[], byte[]>> records) {
    backlog.look(partition, records);
  }

  @Override
  public void learnedUpTo(TopicPartition partition, long next) {
    backlog.reached(partition, next);
  }

  @Override
  public void endLearning(PartitionReader reader) {
    backlog.end(reader);
  }

  @Override
  public boolean mayStart() {
    return whyFetchNothing.get().isEmpty();
  }

  @Override
  public void taken(List<SourceRecord> records) {
    order.taken(records);
  }

  @Override
  public Map<TopicPartition, FlowControl.Pause> pauses(
      Map<TopicPartition, FlowControl.Load> loads, Set<TopicPartition> paused) {
    return flowControl.paused(loads, paused, whyFetchNothing.get());
  }

  @Override
  public void show(
      Collection<OwnedPartition> owned,
      Map<TopicPartition, String> pauses,
      Map<TopicPartition, Instant> dueTimes) {
    view.assigned();
    view.show(owned, List.of(), pauses, dueTimes, -1);
  }

  @Override
  public void end(Collection<Assignment> assignments) {
    backlog.forget(assignments);
  }
}
