package dev.kafkaapibridge.runtime;

import dev.kafkaapibridge.api.report.StatusReport.Health;
import dev.kafkaapibridge.runtime.deadletter.TopicPresence;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

/**
 * Looks for what is the bridge's own in the cluster before it is needed, until nothing stands in
 * the way: that is to be known before a record depends on it.
 */
final class AwaitedTopic {

  /** One look; empty: nothing stands in the way. */
  interface Look {
    Optional<Health> inTheWay() throws InterruptedException;
  }

  private static final Duration LOOK_AGAIN = Duration.ofSeconds(10);

  private final Look look;
  private final BiConsumer<String, String> inTheWay;
  private final Runnable there;
  private final CountDownLatch stopping;

  /**
   * @param inTheWay is told reason and message, after each look that found something
   */
  AwaitedTopic(
      Look look, BiConsumer<String, String> inTheWay, Runnable there, CountDownLatch stopping) {
    this.look = look;
    this.inTheWay = inTheWay;
    this.there = there;
    this.stopping = stopping;
  }

  static Optional<Health> look(TopicPresence topic) throws InterruptedException {
    return Optional.ofNullable(topic.inTheWay())
        .map(fault -> new Health(false, fault.reason(), fault.message()));
  }

  /** On a thread of its own. */
  void start() {
    Thread.ofVirtual()
        .name("awaited-topic")
        .start(() -> {
          try {
            isThere();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
  }

  /** Blocks as long as something stands in the way; false: the bridge stops. */
  boolean isThere() throws InterruptedException {
    for (var fault = look.inTheWay(); fault.isPresent(); fault = look.inTheWay()) {
      inTheWay.accept(fault.get().reason(), fault.get().message());
      if (stopping.await(LOOK_AGAIN.toMillis(), TimeUnit.MILLISECONDS)) {
        return false;
      }
    }
    there.run();
    return true;
  }
}
