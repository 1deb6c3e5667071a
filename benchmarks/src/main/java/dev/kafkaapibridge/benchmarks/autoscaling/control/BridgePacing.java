package dev.kafkaapibridge.benchmarks.autoscaling.control;

import dev.kafkaapibridge.benchmarks.autoscaling.world.Agenda;
import dev.kafkaapibridge.benchmarks.autoscaling.world.Answer;
import dev.kafkaapibridge.benchmarks.autoscaling.world.Delivery;
import dev.kafkaapibridge.benchmarks.autoscaling.world.Pacing;
import dev.kafkaapibridge.benchmarks.autoscaling.world.Partition;
import dev.kafkaapibridge.runtime.deliver.Attempts;
import dev.kafkaapibridge.runtime.deliver.Breaker;
import dev.kafkaapibridge.runtime.deliver.Hold;
import dev.kafkaapibridge.runtime.deliver.RetryBudget;
import dev.kafkaapibridge.runtime.deliver.RetrySchedule;
import dev.kafkaapibridge.runtime.deliver.TargetEvidence;
import dev.kafkaapibridge.runtime.deliver.Throttle;
import dev.kafkaapibridge.runtime.pace.LimitNotice;
import dev.kafkaapibridge.runtime.pace.Pace;
import dev.kafkaapibridge.runtime.pace.PartitionRate;
import dev.kafkaapibridge.runtime.quota.PartitionAccount;
import dev.kafkaapibridge.runtime.quota.Purse;
import dev.kafkaapibridge.runtime.quota.RateLimit;
import dev.kafkaapibridge.runtime.target.Verdict;
import dev.kafkaapibridge.runtime.target.http.LimitHeaders;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.DoubleSupplier;
import okhttp3.Headers;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * The bridge's own gates in one simulated pod: throttle, breaker, learned rate, what answers tell
 * of the API's limit, shares of a declared limit and retries, all of them the runtime's classes on
 * the virtual clock. What happens between them here is what {@code Leave} and {@code Delivery} do
 * on threads.
 */
final class BridgePacing implements Pacing {

  /** An API that answers is never given up in a scenario; what it takes is its latency. */
  private static final Duration LONGEST_CALL = Duration.ofSeconds(30);

  private static final Duration BUDGET_AGAIN = Duration.ofMillis(500);

  /** 2026, of which nobody asks more than that it is after 1970. */
  private static final long EPOCH_SECONDS = 1_767_225_600;

  private static final Verdict ACCEPTED = new Verdict.Accepted("200");
  private static final Verdict FAILED = new Verdict.TargetFailed("503", "ServerError", "");
  private static final Verdict LIMITED = new Verdict.RateLimited("429", null);

  private record Pass(Throttle.Pass paid, Breaker.Pass asked, long number) {}

  private final Agenda agenda;
  private final List<TopicPartition> all;
  private final Map<TopicPartition, String> committed;
  private final DoubleSupplier random;
  private final Pace pace;
  private final Purse purse;
  private final Throttle throttle;
  private final Breaker breaker;
  private final RetrySchedule schedule;
  private final RetryBudget budget;
  private final TargetEvidence evidence = new TargetEvidence();
  private final Map<Partition, PartitionAccount> owned = new LinkedHashMap<>();
  private Answer.@Nullable Policy lastPolicy;
  private @Nullable LimitNotice notice;

  /**
   * @param committed what the group's commits say of shares of a declared limit
   */
  BridgePacing(
      Agenda agenda,
      List<TopicPartition> all,
      Map<TopicPartition, String> committed,
      @Nullable RateLimit limit,
      SplittableRandom random) {
    this.agenda = agenda;
    this.all = all;
    this.committed = committed;
    this.random = random::nextDouble;
    var spec = Defaults.DELIVERY;
    this.schedule = RetrySchedule.of(spec.retry());
    this.purse = new Purse(limit, this::micros, random.nextLong(Long.MAX_VALUE));
    this.pace = Pace.learning(this.random, agenda::now);
    this.throttle =
        new Throttle(
            schedule, spec.retry(), true, pace, purse, flood -> {}, this.random, agenda::now);
    this.breaker = new Breaker(spec.circuitBreaker(), LONGEST_CALL, this.random, agenda::now);
    this.budget = new RetryBudget(spec.retry().budgetPercent(), agenda::now);
    look();
  }

  private long micros() {
    return EPOCH_SECONDS * 1_000_000 + agenda.now() / 1_000;
  }

  private long epochSeconds() {
    return EPOCH_SECONDS + agenda.now() / Agenda.SECOND;
  }

  @Override
  public Leave leave() {
    return switch (throttle.enter()) {
      case Throttle.Entry.Wait(var time, var hold) -> waitFor(time, isRate(hold));
      case Throttle.Entry.Go(var paid) ->
          switch (breaker.enter()) {
            case Breaker.Entry.Wait(var time) -> {
              throttle.giveBack(paid);
              yield waitFor(time, false);
            }
            case Breaker.Entry.Go(var asked) -> {
              throttle.leaves(paid);
              yield new Leave.Go(new Pass(paid, asked, evidence.begin()));
            }
          };
    };
  }

  private static boolean isRate(Hold hold) {
    return switch (hold) {
      case RateLimit, LearnedRate, SlowDown -> true;
      case Configuration, Flood, Circuit, Membership, Paused -> false;
    };
  }

  private Leave waitFor(Duration time, boolean forRate) {
    return new Leave.Wait(agenda.now() + time.toNanos(), forRate);
  }

  @Override
  public void answered(@Nullable Object given, Answer answer, long tookNanos) {
    tells(answer);
    if (given instanceof Pass pass) {
      Verdict verdict = verdict(answer);
      breaker.learn(pass.asked(), verdict, Duration.ofNanos(tookNanos));
      throttle.learn(pass.paid(), verdict);
      if (answer.kind() == Answer.Kind.Accepted) {
        evidence.accepted(pass.number());
      }
    }
  }

  /** Headers are read whatever the status, before the verdict counts, as in {@code Exchange}. */
  private void tells(Answer answer) {
    Answer.Policy policy = answer.policy();
    if (policy == null) {
      return;
    }
    if (!policy.equals(lastPolicy)) {
      lastPolicy = policy;
      notice = LimitHeaders.read(Headers.of("RateLimit-Policy", policy.toString()), Instant.EPOCH);
    }
    if (notice != null) {
      pace.told(notice, answer.kind() == Answer.Kind.Throttled);
    }
  }

  private static Verdict verdict(Answer answer) {
    return switch (answer.kind()) {
      case Accepted -> ACCEPTED;
      case Failed -> FAILED;
      case Throttled ->
          answer.hasRetryAfter()
              ? new Verdict.RateLimited("429", Duration.ofSeconds(answer.retryAfterSeconds()))
              : LIMITED;
    };
  }

  @Override
  public void first() {
    budget.first();
  }

  /** A 429 sends the record back to the gates; a failure makes it wait, without a slot. */
  @Override
  public Again again(Delivery delivery, Answer answer) {
    if (answer.kind() == Answer.Kind.Throttled) {
      return new Again(0, false);
    }
    if (!(delivery.attempts instanceof Attempts)) {
      delivery.attempts = new Attempts(schedule, evidence, breaker.isDisabled());
    }
    var attempts = (Attempts) delivery.attempts;
    attempts.failed();
    return new Again(attempts.backoff(random).toNanos(), false);
  }

  @Override
  public long waitsOn(Answer answer) {
    return answer.kind() == Answer.Kind.Throttled || budget.tryRetry()
        ? 0
        : (long) (BUDGET_AGAIN.toNanos() * (1 + random.getAsDouble()));
  }

  @Override
  public void gained(List<Partition> partitions) {
    // One after the other, as the poll loop opens them.
    for (Partition partition : partitions) {
      TopicPartition name = topicPartition(partition);
      // The first commit of a bridge says that nothing was sent yet.
      String quota = committed.getOrDefault(name, Purse.atFirstStart(0));
      owned.put(partition, purse.open(name, quota));
      PartitionRate rate = partition.handover instanceof PartitionRate known ? known : null;
      pace.gained(Collections.singletonList(rate), epochSeconds());
    }
    look();
  }

  @Override
  public void lost(List<Partition> partitions) {
    PartitionRate rate = pace.ofOnePartition(epochSeconds());
    for (Partition partition : partitions) {
      PartitionAccount account = owned.remove(partition);
      if (account != null) {
        account.close();
        commit(partition, account);
      }
      partition.handover = rate;
    }
    pace.lost(partitions.size());
  }

  /** What the runtime does every few seconds: looks at the cluster, trades shares and commits. */
  void look() {
    pace.look(all.size());
    purse.look(all, purse.now());
    purse.trade(committed, purse.now());
    owned.forEach((partition, account) -> {
      if (account.wantsCommit()) {
        commit(partition, account);
        account.committed();
      }
    });
  }

  private void commit(Partition partition, PartitionAccount account) {
    String section = account.toCommit();
    if (section != null) {
      committed.put(topicPartition(partition), section);
    }
  }

  /** Calls a second that the API says it allows all pods together; null: it doesn't. */
  @Nullable Double advertised() {
    return pace.reading().advertised();
  }

  boolean circuitIsOpen() {
    return breaker.isOpen();
  }

  private static TopicPartition topicPartition(Partition partition) {
    return new TopicPartition("records", partition.number());
  }
}
