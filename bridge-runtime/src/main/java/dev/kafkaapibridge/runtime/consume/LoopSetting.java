package dev.kafkaapibridge.runtime.consume;

import dev.kafkaapibridge.api.v1alpha1.KafkaSpec;
import dev.kafkaapibridge.runtime.cluster.KafkaCluster;
import dev.kafkaapibridge.runtime.consume.deal.Loads;
import dev.kafkaapibridge.runtime.dispatch.Dispatch;
import dev.kafkaapibridge.runtime.pace.Pace;
import dev.kafkaapibridge.runtime.quota.Purse;
import dev.kafkaapibridge.runtime.record.GroupStanding;
import dev.kafkaapibridge.runtime.record.SendFence;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What a loop reads, and whither it leads.
 *
 * @param connection settings that all clients share
 * @param whyFetchNothing present while nothing is to be fetched: an open circuit, a pause
 * @param standing is told of what is committed, and as whom
 * @param companions goes with what the group assigns
 * @param loads by which the group deals partitions out; null: by their number
 */
public record LoopSetting(
    KafkaSpec kafka,
    String group,
    Map<String, Object> connection,
    Subscription subscription,
    Reading reading,
    KafkaCluster cluster,
    Dispatch dispatcher,
    FlowControl flowControl,
    Supplier<Optional<FlowControl.Pause>> whyFetchNothing,
    SendFence fence,
    GroupStanding standing,
    Companions companions,
    @Nullable Loads loads,
    Purse purse,
    Pace pace,
    Clock clock,
    DrainTimes drainTimes,
    ConsumptionView view) {

  private PartitionReader reader() {
    Map<String, Object> byNumber =
        ConsumerSettings.consumer(
            kafka, group, connection, drainTimes.maxPollInterval(), flowControl.fetchSizes());
    Map<String, Object> settings =
        loads == null ? byNumber : ConsumerSettings.dealtByLoad(byNumber, loads);
    var member = new KafkaConsumer<byte[], byte[]>(settings);
    return companions
        .fetchSizes()
        .<PartitionReader>map(fetch ->
            new CompanionReader(
                member, new KafkaConsumer<>(ConsumerSettings.ofNoGroup(settings, fetch))))
        .orElseGet(() -> PartitionReader.of(member));
  }

  /** The loop, wired; it runs when it is told to. */
  public PollLoop loop() {
    PartitionReader reader = reader();
    var positions =
        new Positions(
            TopicIds.of(cluster),
            group,
            fence,
            reading,
            companions,
            view.resets(),
            purse,
            pace,
            clock);
    var commits = new Commits(standing, System::nanoTime);
    var ownership =
        new Ownership(
            reader, companions, positions, commits, dispatcher, drainTimes, view, System::nanoTime);
    var goneRecords =
        new GoneRecords(
            reader, positions, ownership, reading.whenGone(kafka), drainTimes, view.resets());
    return new PollLoop(
        reader,
        subscription,
        ownership,
        goneRecords,
        commits,
        dispatcher,
        flowControl,
        whyFetchNothing,
        fence,
        standing,
        companions,
        view,
        new NotYetDue(reading),
        clock);
  }
}
