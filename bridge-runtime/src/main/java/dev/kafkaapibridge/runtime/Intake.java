package dev.kafkaapibridge.runtime;

import dev.kafkaapibridge.api.v1alpha1.KafkaSpec;
import dev.kafkaapibridge.runtime.cluster.KafkaCluster;
import dev.kafkaapibridge.runtime.consume.ClusterWatch;
import dev.kafkaapibridge.runtime.consume.Companions;
import dev.kafkaapibridge.runtime.consume.ConsumerSettings;
import dev.kafkaapibridge.runtime.consume.ConsumptionView;
import dev.kafkaapibridge.runtime.consume.DrainTimes;
import dev.kafkaapibridge.runtime.consume.FlowControl;
import dev.kafkaapibridge.runtime.consume.LoopSetting;
import dev.kafkaapibridge.runtime.consume.PollLoop;
import dev.kafkaapibridge.runtime.consume.Reading;
import dev.kafkaapibridge.runtime.consume.Subscription;
import dev.kafkaapibridge.runtime.consume.deal.Loads;
import dev.kafkaapibridge.runtime.dispatch.Dispatch;
import dev.kafkaapibridge.runtime.pace.Pace;
import dev.kafkaapibridge.runtime.quota.Purse;
import dev.kafkaapibridge.runtime.record.GroupStanding;
import dev.kafkaapibridge.runtime.record.SendFence;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One consumer of a bridge, wired: of the source topics, or of topics of its own. Each has its own
 * group, ledgers and commits; all of them lead to the one target.
 */
final class Intake {

  /**
   * What is read, as whom.
   *
   * @param purse whose accounts ride with this group's commits
   * @param pace whose learned rate rides with them
   * @param loads by which the group deals partitions out; null: by their number
   */
  record From(
      String group,
      Subscription subscription,
      Reading reading,
      Purse purse,
      Pace pace,
      @Nullable Loads loads) {}

  final ConsumptionView view;
  final ClusterWatch watch;
  private final From from;
  private final KafkaSpec kafka;
  private final KafkaCluster cluster;
  private final Supplier<Map<String, Object>> settings;
  private final Clock clock;

  /**
   * @param settings of the way to the brokers, once they were reached
   */
  Intake(
      From from,
      KafkaSpec kafka,
      KafkaCluster cluster,
      Supplier<Map<String, Object>> settings,
      Clock clock) {
    this.from = from;
    this.kafka = kafka;
    this.cluster = cluster;
    this.settings = settings;
    this.clock = clock;
    view = new ConsumptionView(clock);
    watch =
        new ClusterWatch(
            cluster, from.subscription(), view, from.purse(), from.pace(), from.loads());
  }

  /**
   * @param whyFetchNothing present while nothing is to be fetched
   * @param standing is told of what is committed, and as whom
   * @param companions goes with what the group assigns
   */
  PollLoop pollLoop(
      Dispatch lanes,
      FlowControl flowControl,
      Supplier<Optional<FlowControl.Pause>> whyFetchNothing,
      GroupStanding standing,
      Companions companions,
      DrainTimes drainTimes) {
    return new LoopSetting(
            kafka,
            from.group(),
            settings.get(),
            from.subscription(),
            from.reading(),
            cluster,
            lanes,
            flowControl,
            whyFetchNothing,
            new SendFence(drainTimes.maxPollInterval(), sessionTimeout(), System::nanoTime),
            standing,
            companions,
            from.loads(),
            from.purse(),
            from.pace(),
            clock,
            drainTimes,
            view)
        .loop();
  }

  private Duration sessionTimeout() {
    return switch (kafka.groupProtocol()) {
      case Classic -> ConsumerSettings.classicSessionTimeout(kafka);
      case Consumer ->
          cluster.sessionTimeout(from.group(), ConsumerSettings.DEFAULT_SESSION_TIMEOUT);
    };
  }
}
