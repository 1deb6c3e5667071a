package dev.kafkaapibridge.runtime;

import dev.kafkaapibridge.api.replay.ReplayOrder;
import dev.kafkaapibridge.api.report.StatusReport;
import dev.kafkaapibridge.runtime.consume.Companions;
import dev.kafkaapibridge.runtime.consume.FlowControl;
import dev.kafkaapibridge.runtime.consume.PollLoop;
import dev.kafkaapibridge.runtime.deadletter.RetryTopicWriter;
import dev.kafkaapibridge.runtime.deadletter.TopicDepth;
import dev.kafkaapibridge.runtime.deadletter.TopicPresence;
import dev.kafkaapibridge.runtime.dispatch.Dispatch;
import dev.kafkaapibridge.runtime.dispatch.SharedDispatch;
import dev.kafkaapibridge.runtime.record.GroupStanding;
import dev.kafkaapibridge.runtime.telemetry.AnswerHealth;
import dev.kafkaapibridge.runtime.telemetry.DeadLetterHealth;
import dev.kafkaapibridge.runtime.telemetry.RetryTopicHealth;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A bridge at work, once the cluster is reached: the consumers that lead to the one target, and
 * what looks after them. The source topics are read on the thread that runs it; retry topics,
 * replays and topics that are to be there have threads of their own, which end with it.
 */
final class Delivering {

  /** What the topics of the bridge's own are told of what stands in their way. */
  record TopicHealths(
      DeadLetterHealth deadLetters, AnswerHealth answers, Optional<RetryTopicHealth> retries) {}

  private final Names names;
  private final Limits limits;
  private final KafkaSide kafka;
  private final ApiSide api;
  private final TopicHealths healths;
  private final BooleanSupplier paused;
  private final Replays replays;
  private final CountDownLatch stopping;
  private volatile @Nullable PollLoop pollLoop;
  private volatile @Nullable Retries retries;
  private volatile @Nullable Dispatch dispatcher;
  private volatile @Nullable Dispatch forReplays;
  private volatile @Nullable Thread replaying;

  /**
   * @param stopping at zero from the moment when the bridge is to end
   */
  Delivering(
      Names names,
      Limits limits,
      KafkaSide kafka,
      ApiSide api,
      TopicHealths healths,
      StateFile state,
      CountDownLatch stopping) {
    this.names = names;
    this.limits = limits;
    this.kafka = kafka;
    this.api = api;
    this.healths = healths;
    this.paused = state::isPaused;
    this.stopping = stopping;
    this.replays =
        new Replays(
            state::replay,
            kafka::canPay,
            this::replay,
            kafka.replayMemory(limits, api.target.longestCall()));
  }

  /** Until {@link #stop}. Returns when all groups have been left. */
  void run() {
    Thread watching = Thread.ofVirtual().name("cluster-watch").start(kafka.source.watch::run);
    Thread trading = Thread.ofVirtual().name("share-trade").start(kafka.shareTrade()::run);
    TopicPresence presence = kafka.deadLetterPresence();
    Thread counting =
        Thread.ofVirtual()
            .name("dead-letter-depth")
            .unstarted(new TopicDepth(kafka.cluster, presence.name(), this::deadLettersLie)::run);
    if (names.deadLettersUsed()) {
      counting.start();
      // Made before it is needed, so that what stands in the way is known before a record depends
      // on it.
      var deadLetters = healths.deadLetters();
      new AwaitedTopic(
              () -> AwaitedTopic.look(presence), deadLetters::failed, deadLetters::wrote, stopping)
          .start();
    }
    TopicPresence answers = kafka.answerPresence();
    if (answers != null) {
      var answered = healths.answers();
      new AwaitedTopic(
              () -> AwaitedTopic.look(answers), answered::missing, answered::found, stopping)
          .start();
    }
    List<RetryTopicWriter.Tier> tiers = kafka.aside.tiers();
    Thread watchingAside =
        Thread.ofVirtual()
            .name("retry-watch")
            .unstarted(() -> kafka.retries.orElseThrow().watch.run());
    if (kafka.aside.keepOrder()) {
      watchingAside.start();
      await(tiers);
    }
    GroupStanding standing =
        kafka.aside.keepOrder() ? GroupStanding.forTransactions() : GroupStanding.unasked();
    try (var writer = kafka.topicWriter();
        var answerWriter = answers == null ? null : kafka.topicWriter();
        var aside = RetryWay.of(tiers, kafka, standing, api.slots, writer)) {
      var shared =
          new SharedDispatch(
              api.dispatch(
                  aside.topics(),
                  aside.turns(),
                  kafka.deadLetterTopic(writer, presence),
                  kafka.answers(answerWriter, answers)));
      forReplays = shared.part();
      Optional<Retries> inAnyOrder =
          switch (aside) {
            case RetryWay.InAnyOrder ignored -> retries(shared, tiers);
            case RetryWay.InOrderOfKeys ignored -> Optional.empty();
          };
      PollLoop loop =
          sourceLoop(
              shared,
              standing,
              switch (aside) {
                case RetryWay.InAnyOrder ignored -> Companions.NONE;
                case RetryWay.InOrderOfKeys(var topics, var order, var fenced) ->
                    kafka.companions(
                        order, limits.ofRetriesInOrder(), () -> whyFetchNothing(false));
              });
      retries = inAnyOrder.orElse(null);
      pollLoop = loop;
      if (stopping.getCount() == 0) {
        stop();
      }
      inAnyOrder.ifPresent(Retries::start);
      Thread replayThread = Thread.ofVirtual().name("replays").start(replays::run);
      replaying = replayThread;
      try {
        loop.run();
      } finally {
        stop(); // those beside it too, where it ended by a fault of this program
        replayThread.interrupt();
        awaitEnd(replayThread);
        inAnyOrder.ifPresent(Retries::awaitEnd);
      }
    } finally {
      watching.interrupt();
      watchingAside.interrupt();
      trading.interrupt();
      counting.interrupt();
    }
  }

  /** Makes the retry topics that the source's loop reads. */
  private void await(List<RetryTopicWriter.Tier> tiers) {
    var health = healths.retries().orElseThrow();
    new AwaitedTopic(() -> Retries.inTheWay(tiers), health::failed, health::wrote, stopping)
        .start();
  }

  private PollLoop sourceLoop(
      SharedDispatch shared, GroupStanding standing, Companions companions) {
    Dispatch lanes = shared.part();
    dispatcher = lanes;
    return kafka.source.pollLoop(
        lanes,
        limits.ofSources(kafka.retries.isPresent()),
        () -> whyFetchNothing(true),
        standing,
        companions,
        kafka.drainTimes(api.target.longestCall()));
  }

  private Optional<Retries> retries(SharedDispatch shared, List<RetryTopicWriter.Tier> tiers) {
    return kafka.retries.map(intake ->
        new Retries(
            tiers,
            healths.retries().orElseThrow(),
            kafka::canPay,
            kafka.aside::commitStart,
            intake.watch,
            intake.pollLoop(
                shared.part(),
                limits.ofRetries(),
                () -> whyFetchNothing(false),
                GroupStanding.unasked(),
                Companions.NONE,
                kafka.drainTimes(api.target.longestCall()))));
  }

  /**
   * @param first for those that come from the source topics
   */
  private Optional<FlowControl.Pause> whyFetchNothing(boolean first) {
    if (paused.getAsBoolean()) {
      return Optional.of(FlowControl.Pause.Paused);
    }
    return api.breaker.mayFetch(first)
        ? Optional.empty()
        : Optional.of(FlowControl.Pause.NothingCanBeSent);
  }

  private Replays.Run replay(ReplayOrder order) {
    return kafka.replay(
        order,
        Objects.requireNonNull(forReplays),
        api.schemas,
        limits,
        api.target.longestCall(),
        () -> whyFetchNothing(false).isPresent());
  }

  private static void awaitEnd(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void deadLettersLie(Optional<TopicDepth.Depth> depth) {
    healths
        .deadLetters()
        .holds(
            depth.map(TopicDepth.Depth::records).orElse(null),
            depth.flatMap(TopicDepth.Depth::oldest).orElse(null));
  }

  /** Nothing new starts, what is under way ends, offsets are committed. */
  void stop() {
    Thread ending = replaying;
    if (ending != null) {
      ending.interrupt(); // beside the poll loop, which has its own calls to wait for
    }
    Retries inAnyOrder = retries;
    if (inAnyOrder != null) {
      inAnyOrder.stop();
    }
    PollLoop loop = pollLoop;
    if (loop != null) {
      loop.stop();
    }
  }

  /** Whether records are read. */
  boolean hasBegun() {
    return pollLoop != null;
  }

  /** What this program did wrong; null while nothing. The process should be replaced. */
  @Nullable Throwable fault() {
    Retries inAnyOrder = retries;
    Throwable there = inAnyOrder == null ? null : inAnyOrder.fault();
    if (there != null) {
      return there;
    }
    Dispatch lanes = dispatcher;
    return lanes == null ? null : lanes.fault();
  }

  /** Of the replay that the file asks for; null where it asks for none. */
  StatusReport.@Nullable Replay replayReport() {
    return replays.report();
  }
}
