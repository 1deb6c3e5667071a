package dev.kafkaapibridge.runtime;

import dev.kafkaapibridge.api.derived.DerivedNames;
import dev.kafkaapibridge.api.expression.Expression.Unsound;
import dev.kafkaapibridge.api.replay.ReplayOrder;
import dev.kafkaapibridge.api.v1alpha1.DeadLetterSpec;
import dev.kafkaapibridge.api.v1alpha1.DeliverySpec;
import dev.kafkaapibridge.api.v1alpha1.KafkaApiBridge;
import dev.kafkaapibridge.api.v1alpha1.KafkaApiBridgeSpec;
import dev.kafkaapibridge.api.v1alpha1.KafkaSpec;
import dev.kafkaapibridge.api.v1alpha1.ResponseSpec;
import dev.kafkaapibridge.api.v1alpha1.replay.KafkaApiBridgeReplaySpec;
import dev.kafkaapibridge.runtime.answer.AnswerTopic;
import dev.kafkaapibridge.runtime.cluster.ConnectionSettings;
import dev.kafkaapibridge.runtime.cluster.KafkaCluster;
import dev.kafkaapibridge.runtime.consume.Companions;
import dev.kafkaapibridge.runtime.consume.DrainTimes;
import dev.kafkaapibridge.runtime.consume.FlowControl;
import dev.kafkaapibridge.runtime.consume.RetryTopicCompanions;
import dev.kafkaapibridge.runtime.consume.ShareTrade;
import dev.kafkaapibridge.runtime.consume.Subscription;
import dev.kafkaapibridge.runtime.consume.deal.Loads;
import dev.kafkaapibridge.runtime.consume.replay.Choice;
import dev.kafkaapibridge.runtime.consume.replay.GroupVisit;
import dev.kafkaapibridge.runtime.consume.replay.ReplayLoop;
import dev.kafkaapibridge.runtime.consume.replay.ReplayMember;
import dev.kafkaapibridge.runtime.consume.replay.ReplayProgress;
import dev.kafkaapibridge.runtime.deadletter.DeadLetterTopic;
import dev.kafkaapibridge.runtime.deadletter.FencedWriter;
import dev.kafkaapibridge.runtime.deadletter.SourceTopics;
import dev.kafkaapibridge.runtime.deadletter.TopicPresence;
import dev.kafkaapibridge.runtime.deadletter.TopicWriter;
import dev.kafkaapibridge.runtime.deliver.Answers;
import dev.kafkaapibridge.runtime.deliver.DeadLetters;
import dev.kafkaapibridge.runtime.deliver.KeyOrder;
import dev.kafkaapibridge.runtime.dispatch.Dispatch;
import dev.kafkaapibridge.runtime.pace.Pace;
import dev.kafkaapibridge.runtime.quota.Purse;
import dev.kafkaapibridge.runtime.record.GroupStanding;
import dev.kafkaapibridge.runtime.refs.References;
import dev.kafkaapibridge.runtime.schema.SchemaFormats;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.kafka.common.IsolationLevel;
import org.jspecify.annotations.Nullable;

/** A bridge's Kafka side, wired: the cluster, the way to it, the poll loop, the dead letters. */
final class KafkaSide implements AutoCloseable {

  final KafkaCluster cluster;
  final Connection connection;

  /** Of the topics that the bridge is for. */
  final Intake source;

  final RetrySide aside;

  /**
   * Of records that were put aside, where the spec has retry topics. Where these keep an order, its
   * view alone is used: the source's loop reads them along, and shows there what waits.
   */
  final Optional<Intake> retries;

  private final KafkaApiBridgeSpec spec;
  private final Names names;
  private final ConnectionSettings settings;
  private final Subscription subscription;
  private final Purse purse;
  private final References refs;

  /**
   * @param startedAt when the bridge started for the first time; null: not known to have started
   */
  KafkaSide(
      KafkaApiBridge bridge,
      Names names,
      Purse purse,
      Pace pace,
      References refs,
      @Nullable Instant startedAt,
      Clock clock) {
    this.spec = bridge.spec();
    this.names = names;
    this.purse = purse;
    this.refs = refs;
    settings = ConnectionSettings.of(spec.kafka(), names.group(), refs);
    cluster =
        new KafkaCluster(
            settings::map,
            spec.kafka().isolationLevel() == KafkaSpec.IsolationLevel.ReadCommitted
                ? IsolationLevel.READ_COMMITTED
                : IsolationLevel.READ_UNCOMMITTED);
    subscription = Subscription.of(spec.kafka(), names.ownTopics());
    aside =
        new RetrySide(
            names, cluster, subscription, spec.delivery().ordering() == DeliverySpec.Ordering.Key);
    connection = Connection.of(bridge, names, cluster, subscription, settings, startedAt, clock);
    source =
        new Intake(
            new Intake.From(
                names.group(),
                subscription,
                aside.readingOfSources(),
                purse,
                pace,
                new Loads(System::nanoTime)),
            spec.kafka(),
            cluster,
            settings::map,
            clock);
    retries =
        aside.areUsed()
            ? Optional.of(new Intake(aside.from(), spec.kafka(), cluster, settings::map, clock))
            : Optional.empty();
  }

  /**
   * @param longestCall after which a call is over
   */
  DrainTimes drainTimes(Duration longestCall) {
    return DrainTimes.of(
        longestCall, Duration.ofSeconds(spec.workload().terminationGracePeriodSeconds()));
  }

  ShareTrade shareTrade() {
    return new ShareTrade(cluster, names.group(), source.view, purse);
  }

  TopicPresence deadLetterPresence() {
    DeadLetterSpec wanted = spec.delivery().deadLetter();
    return presence(
        names.deadLetterTopic(),
        wanted.topicCreation() == DeadLetterSpec.TopicCreation.IfMissing
            ? new TopicPresence.Making.IfMissing(OptionalInt.empty(), wanted.retention())
            : new TopicPresence.Making.Never("spec.delivery.deadLetter.topicCreation is Never"));
  }

  private boolean isSource(String topic) {
    return !subscription.among(List.of(topic)).isEmpty();
  }

  /** Whether a binding leads to the brokers. */
  boolean isBound() {
    return spec.kafka().bindingSecretRef() != null;
  }

  /** Whether the binding leads elsewhere than to the brokers that were reached. */
  boolean isLedElsewhere() {
    return settings.leadsElsewhere();
  }

  /** Whether this process may make calls at all, by its part of a declared limit. */
  boolean canPay() {
    return purse.canPay();
  }

  private TopicPresence presence(String topic, TopicPresence.Making making) {
    return new TopicPresence(cluster, () -> subscription.among(cluster.topics()), topic, making);
  }

  /** Null where no answers are wanted. */
  @Nullable TopicPresence answerPresence() {
    ResponseSpec response = spec.response();
    return response == null
        ? null
        : presence(
            response.topic(),
            new TopicPresence.Making.Never("spec.response writes to one that is there"));
  }

  /** Where answers go; nowhere, and in no time, where none are wanted. */
  Answers answers(@Nullable TopicWriter writer, @Nullable TopicPresence presence) {
    ResponseSpec response = spec.response();
    return response == null || presence == null || writer == null
        ? (record, last, outcome) -> new DeadLetters.Result.Written()
        : new AnswerTopic(writer, presence, response);
  }

  /** Of retry topics whose partitions go with those of their source. */
  FencedWriter fencedWriter(GroupStanding standing) {
    return FencedWriter.of(settings.map(), names.group(), standing);
  }

  /** Retry topics, read beside their source. */
  Companions companions(
      KeyOrder order, FlowControl flowControl, Supplier<Optional<FlowControl.Pause>> why) {
    return new RetryTopicCompanions(
        aside.topics(), order, aside, flowControl, why, retries.orElseThrow().view);
  }

  String group() {
    return names.group();
  }

  TopicWriter topicWriter() {
    return TopicWriter.of(settings.map());
  }

  DeadLetterTopic deadLetterTopic(TopicWriter writer, TopicPresence presence) {
    return new DeadLetterTopic(
        writer,
        presence,
        names.group(),
        spec.delivery().deadLetter().responseBody() == DeadLetterSpec.ResponseBody.Truncated);
  }

  /** May throw what the cluster does. */
  Replays.Run replay(
      ReplayOrder order,
      Dispatch lanes,
      SchemaFormats schemas,
      Limits limits,
      Duration longestCall,
      BooleanSupplier waits) {
    Choice choice;
    try {
      choice = ReplayChoice.of(order, spec.record(), schemas);
    } catch (Unsound e) {
      return new Replays.Run.Without(
          ReplayProgress.of(
              ReplayProgress.Phase.Failed, "InvalidFilter", String.valueOf(e.getMessage())));
    }
    Set<String> there = cluster.topics();
    List<String> topics =
        order.spec().source() == KafkaApiBridgeReplaySpec.Source.Topics
            ? subscription.among(there)
            : Stream.of(names.deadLetterTopic()).filter(there::contains).toList();
    if (topics.isEmpty()) {
      return new Replays.Run.Without(
          ReplayProgress.of(
              ReplayProgress.Phase.Finished, "NothingInWindow", "There is no topic to read."));
    }
    boolean writesBack =
        order.spec().destination() == KafkaApiBridgeReplaySpec.Destination.SourceTopic;
    TopicWriter writer = writesBack ? topicWriter() : null;
    WriteBack back =
        writer == null ? null : new WriteBack(new SourceTopics(writer, cluster, this::isSource));
    var setting =
        new ReplayLoop.Setting(
            spec.kafka(),
            DerivedNames.replayGroup(names.group()),
            names.group(),
            topics,
            settings.map(DerivedNames.replayGroup(names.group())),
            cluster,
            limits.ofSources(false).fetchSizes(),
            drainTimes(longestCall),
            back == null ? lanes : back,
            waits,
            limits.replayWindow());
    return new Replays.Run.Loop(
        new ReplayLoop(order, choice, setting),
        () -> {
          if (back != null && writer != null) {
            back.close();
            writer.close();
          }
        });
  }

  ReplayMemory replayMemory(Limits limits, Duration longestCall) {
    String group = DerivedNames.replayGroup(names.group());
    var visit =
        new GroupVisit(
            cluster,
            group,
            () ->
                ReplayMember.settings(
                    spec.kafka(),
                    group,
                    settings.map(group),
                    drainTimes(longestCall).maxPollInterval(),
                    limits.ofSources(false).fetchSizes()));
    return new ReplayMemory(
        visit::make, System::nanoTime, ThreadLocalRandom.current().nextDouble());
  }

  @Override
  public void close() {
    cluster.close();
  }
}
