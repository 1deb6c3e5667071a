package dev.kafkaapibridge.runtime;

import dev.kafkaapibridge.runtime.deadletter.TopicPresence;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

/**
 * Looks for a topic of the bridge's own before it is needed, on a thread of its own, until it is
 * there: what stands in the way is to be known before a record depends on it.
 */
final class AwaitedTopic {

  private static final Duration LOOK_AGAIN = Duration.ofSeconds(10);

  private final TopicPresence topic;
  private final BiConsumer<String, String> inTheWay;
  private final Runnable there;
  private final CountDownLatch stopping;

  /**
   * @param inTheWay is told reason and message, after each look
   */
  AwaitedTopic(
      TopicPresence topic,
      BiConsumer<String, String> inTheWay,
      Runnable there,
      CountDownLatch stopping) {
    this.topic = topic;
    this.inTheWay = inTheWay;
    this.there = there;
    this.stopping = stopping;
  }

  void start() {
    Thread.ofVirtual().name("awaited-topic").start(this::await);
  }

  private void await() {
    try {
      for (var fault = topic.inTheWay(); fault != null; fault = topic.inTheWay()) {
        inTheWay.accept(fault.reason(), fault.message());
        if (stopping.await(LOOK_AGAIN.toMillis(), TimeUnit.MILLISECONDS)) {
          return;
        }
      }
      there.run();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
