package dev.kafkaapibridge.runtime.consume;

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
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * Retry topics of which each partition is read by the owner of the source partition of the same
 * number: so one process has all that was put aside of a partition, and knows whose keys it is.
 */
public final class RetryTopicCompanions implements Companions {

  /** What is asked of the brokers. All of it throws what the cluster does. */
  public interface Brokers {

    /** Makes the retry topics and their partitions up to a number, where they are missing. */
    void makeRoom(int partition);

    /** Where partitions end, also beyond transactions that are under way. */
    Map<TopicPartition, Long> ends(Collection<TopicPartition> partitions);

    /** Of the group that reads retry topics where no order is kept. */
    Map<TopicPartition, OffsetAndMetadata> committedWithoutOrder();
  }

  private final List<String> topics;
  private final KeyOrder order;
  private final RetryBacklog backlog;
  private final Brokers brokers;
  private final FlowControl flowControl;
  private final Supplier<Optional<FlowControl.Pause>> whyFetchNothing;
  private final ConsumptionView view;

  /**
   * @param topics in the order in which records pass through them
   */
  public RetryTopicCompanions(
      List<String> topics,
      KeyOrder order,
      Brokers brokers,
      FlowControl flowControl,
      Supplier<Optional<FlowControl.Pause>> whyFetchNothing,
      ConsumptionView view) {
    this.topics = List.copyOf(topics);
    this.order = order;
    this.backlog = new RetryBacklog(order);
    this.brokers = brokers;
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
    assigned.stream().mapToInt(TopicPartition::partition).max().ifPresent(brokers::makeRoom);
  }

  @Override
  public Map<TopicPartition, OffsetAndMetadata> committedElsewhere() {
    var elsewhere = new HashMap<>(brokers.committedWithoutOrder());
    elsewhere.keySet().removeIf(of -> !isCompanion(of));
    return elsewhere;
  }

  @Override
  public Map<TopicPartition, Long> ends(Collection<TopicPartition> partitions) {
    return brokers.ends(partitions.stream().filter(this::isCompanion).toList());
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
