package dev.kafkaapibridge.runtime;

import dev.kafkaapibridge.api.v1alpha1.DeadLetterSpec;
import dev.kafkaapibridge.api.v1alpha1.KafkaApiBridge;
import dev.kafkaapibridge.api.v1alpha1.KafkaApiBridgeSpec;
import dev.kafkaapibridge.api.v1alpha1.KafkaSpec;
import dev.kafkaapibridge.runtime.cluster.ConnectionSettings;
import dev.kafkaapibridge.runtime.cluster.KafkaCluster;
import dev.kafkaapibridge.runtime.consume.ClusterWatch;
import dev.kafkaapibridge.runtime.consume.ConsumerSettings;
import dev.kafkaapibridge.runtime.consume.ConsumptionView;
import dev.kafkaapibridge.runtime.consume.DrainTimes;
import dev.kafkaapibridge.runtime.consume.FlowControl;
import dev.kafkaapibridge.runtime.consume.PollLoop;
import dev.kafkaapibridge.runtime.consume.ShareTrade;
import dev.kafkaapibridge.runtime.consume.Subscription;
import dev.kafkaapibridge.runtime.deadletter.DeadLetterTopic;
import dev.kafkaapibridge.runtime.deadletter.TopicPresence;
import dev.kafkaapibridge.runtime.dispatch.Dispatch;
import dev.kafkaapibridge.runtime.pace.Pace;
import dev.kafkaapibridge.runtime.quota.Purse;
import dev.kafkaapibridge.runtime.record.SendFence;
import dev.kafkaapibridge.runtime.refs.References;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.kafka.common.IsolationLevel;
import org.jspecify.annotations.Nullable;

/** A bridge's Kafka side, wired: the cluster, the way to it, the poll loop, the dead letters. */
final class KafkaSide implements AutoCloseable {

  final KafkaCluster cluster;
  final Connection connection;
  final ConsumptionView view;
  final ClusterWatch watch;
  private final KafkaApiBridgeSpec spec;
  private final Names names;
  private final Map<String, Object> settings;
  private final Subscription subscription;
  private final Purse purse;
  private final Pace pace;
  private final Clock clock;

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
    this.pace = pace;
    this.clock = clock;
    settings = ConnectionSettings.of(spec.kafka(), names.group(), refs);
    cluster =
        new KafkaCluster(
            settings,
            spec.kafka().isolationLevel() == KafkaSpec.IsolationLevel.ReadCommitted
                ? IsolationLevel.READ_COMMITTED
                : IsolationLevel.READ_UNCOMMITTED);
    subscription = Subscription.of(spec.kafka(), names.deadLetterTopic());
    connection = Connection.of(bridge, names, cluster, subscription, settings, startedAt, clock);
    view = new ConsumptionView(clock);
    watch = new ClusterWatch(cluster, subscription, view, purse, pace);
  }

  /**
   * @param whyFetchNothing present while nothing is to be fetched
   * @param longestCall after which a call is over
   */
  PollLoop pollLoop(
      Dispatch lanes,
      Limits limits,
      Supplier<Optional<FlowControl.Pause>> whyFetchNothing,
      Duration longestCall) {
    var drainTimes =
        DrainTimes.of(
            longestCall, Duration.ofSeconds(spec.workload().terminationGracePeriodSeconds()));
    return PollLoop.of(
        spec.kafka(),
        names.group(),
        settings,
        subscription,
        cluster,
        lanes,
        limits.flowControl(),
        whyFetchNothing,
        new SendFence(drainTimes.maxPollInterval(), sessionTimeout(), System::nanoTime),
        purse,
        pace,
        clock,
        drainTimes,
        view);
  }

  private Duration sessionTimeout() {
    return switch (spec.kafka().groupProtocol()) {
      case Classic -> ConsumerSettings.classicSessionTimeout(spec.kafka());
      case Consumer ->
          cluster.sessionTimeout(names.group(), ConsumerSettings.DEFAULT_SESSION_TIMEOUT);
    };
  }

  ShareTrade shareTrade() {
    return new ShareTrade(cluster, names.group(), view, purse);
  }

  TopicPresence deadLetterPresence() {
    return new TopicPresence(
        cluster,
        () -> subscription.among(cluster.topics()),
        names.deadLetterTopic(),
        spec.delivery().deadLetter());
  }

  DeadLetterTopic deadLetterTopic(TopicPresence presence) {
    return DeadLetterTopic.of(
        settings,
        presence,
        names.group(),
        spec.delivery().deadLetter().responseBody() == DeadLetterSpec.ResponseBody.Truncated);
  }

  @Override
  public void close() {
    cluster.close();
  }
}
