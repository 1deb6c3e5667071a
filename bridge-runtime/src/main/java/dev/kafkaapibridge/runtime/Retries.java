package dev.kafkaapibridge.runtime;

import dev.kafkaapibridge.api.report.StatusReport.Health;
import dev.kafkaapibridge.runtime.consume.ClusterWatch;
import dev.kafkaapibridge.runtime.consume.PollLoop;
import dev.kafkaapibridge.runtime.deadletter.RetryTopicWriter;
import dev.kafkaapibridge.runtime.telemetry.RetryTopicHealth;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the retry topics where no order is kept, on a thread of its own: makes them first, for a
 * consumer finds a topic that is made later only minutes after.
 */
final class Retries {

  private static final Logger log = LoggerFactory.getLogger(Retries.class);

  private static final Duration PAY_AGAIN = Duration.ofMillis(500);

  private final List<RetryTopicWriter.Tier> tiers;
  private final Supplier<Optional<Health>> commitStart;
  private final BooleanSupplier canPay;
  private final ClusterWatch watch;
  private final PollLoop loop;
  private final CountDownLatch stopping = new CountDownLatch(1);
  private final AwaitedTopic topics;
  private final Thread thread = Thread.ofPlatform().name("retries").unstarted(this::run);
  private volatile @Nullable Throwable fault;

  /**
   * @param canPay whether this process may call at all: one that owns no source partition has no
   *     part of a declared limit, and what it took from retry topics would wait for ever
   * @param commitStart commits where reading begins, or returns what stood in the way
   */
  Retries(
      List<RetryTopicWriter.Tier> tiers,
      RetryTopicHealth health,
      BooleanSupplier canPay,
      Supplier<Optional<Health>> commitStart,
      ClusterWatch watch,
      PollLoop loop) {
    this.tiers = tiers;
    this.canPay = canPay;
    this.commitStart = commitStart;
    this.watch = watch;
    this.loop = loop;
    this.topics = new AwaitedTopic(this::inTheWay, health::failed, health::wrote, stopping);
  }

  void start() {
    thread.start();
  }

  /** Nothing new starts; what is under way ends, and is committed. */
  void stop() {
    stopping.countDown();
    loop.stop();
  }

  /** Returns when the group has been left. */
  void awaitEnd() {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** What this program did wrong; null while nothing. */
  @Nullable Throwable fault() {
    return fault;
  }

  private void run() {
    try {
      if (topics.isThere() && mayCall()) {
        Thread watching = Thread.ofVirtual().name("retry-watch").start(watch::run);
        try {
          loop.run();
        } finally {
          watching.interrupt();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | Error e) {
      fault = e;
      log.atError().setCause(e).log("reading retry topics failed unexpectedly");
    }
  }

  private boolean mayCall() throws InterruptedException {
    while (!canPay.getAsBoolean()) {
      if (stopping.await(PAY_AGAIN.toMillis(), TimeUnit.MILLISECONDS)) {
        return false;
      }
    }
    return true;
  }

  private Optional<Health> inTheWay() throws InterruptedException {
    Optional<Health> missing = inTheWay(tiers);
    return missing.isPresent() ? missing : commitStart.get();
  }

  /** What stands in the way of the first topic that isn't there; each is made where it may be. */
  static Optional<Health> inTheWay(List<RetryTopicWriter.Tier> tiers) throws InterruptedException {
    for (RetryTopicWriter.Tier tier : tiers) {
      Optional<Health> missing = AwaitedTopic.look(tier.topic());
      if (missing.isPresent()) {
        return missing;
      }
    }
    return Optional.empty();
  }
}
