package dev.kafkaapibridge.operator.kube;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where reconciles run, each on a virtual thread of its own, so that a bridge whose pods hang keeps
 * no thread from another's. They begin when the caches of all controllers are filled, since one
 * looks into another's; and they end before any is emptied. The SDK begins with each controller as
 * it is filled, and empties caches before it waits for reconciles: one that is under way would find
 * that its bridge has no objects, and say so.
 */
public final class ReconcileThreads {

  private static final Logger LOG = LoggerFactory.getLogger(ReconcileThreads.class);

  private final CountDownLatch begun = new CountDownLatch(1);
  private final ThreadPoolExecutor threads =
      new ThreadPoolExecutor(
          0,
          Integer.MAX_VALUE,
          0,
          TimeUnit.SECONDS,
          new SynchronousQueue<>(),
          Thread.ofVirtual().name("reconcile-", 0).factory(),
          // What would begin after the end is the next operator's to do.
          new ThreadPoolExecutor.DiscardPolicy()) {
        @Override
        public void execute(Runnable reconcile) {
          super.execute(() -> {
            if (mayBegin()) {
              reconcile.run();
            }
          });
        }
      };

  /** For the SDK, which executes and submits nothing: what is discarded has no end. */
  public ExecutorService executor() {
    return threads;
  }

  /** All caches are filled. */
  public void begin() {
    begun.countDown();
  }

  private boolean mayBegin() {
    try {
      begun.await();
      return true;
    } catch (InterruptedException e) {
      return false;
    }
  }

  /**
   * Lets no reconcile begin any more; those that run have {@code patience} to come to their end.
   * Returns whether they have.
   */
  public boolean end(Duration patience) {
    threads.shutdown();
    if (begun.getCount() > 0) {
      threads.shutdownNow();
    }
    try {
      if (threads.awaitTermination(patience.toNanos(), TimeUnit.NANOSECONDS)) {
        return true;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    LOG.warn("reconciles still run as the operator ends; what they write is refused");
    return false;
  }
}
