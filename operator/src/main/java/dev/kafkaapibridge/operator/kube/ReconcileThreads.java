package dev.kafkaapibridge.operator.kube;

import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where reconciles run, each on a virtual thread of its own, so that a bridge whose pods hang keeps
 * no thread from another's. To be ended before the SDK is: that empties the informers' caches first
 * and waits for reconciles only then, and one that is under way would find that its bridge has no
 * objects, and say so.
 */
public final class ReconcileThreads {

  private static final Logger LOG = LoggerFactory.getLogger(ReconcileThreads.class);

  private final ThreadPoolExecutor threads =
      new ThreadPoolExecutor(
          0,
          Integer.MAX_VALUE,
          0,
          TimeUnit.SECONDS,
          new SynchronousQueue<>(),
          Thread.ofVirtual().name("reconcile-", 0).factory(),
          // What would begin after the end is the next operator's to do.
          new ThreadPoolExecutor.DiscardPolicy());

  public ExecutorService executor() {
    return threads;
  }

  /**
   * Lets no reconcile begin any more; those that run have {@code patience} to come to their end.
   */
  public void end(Duration patience) {
    threads.shutdown();
    try {
      if (!threads.awaitTermination(patience.toNanos(), TimeUnit.NANOSECONDS)) {
        LOG.warn("reconciles still run after {} s and are cut off", patience.toSeconds());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
