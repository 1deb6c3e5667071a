package dev.kafkaapibridge.runtime.target.http;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.logging.Logger;
import okhttp3.ConnectionPool;
import okhttp3.internal.concurrent.TaskRunner;
import okhttp3.internal.connection.ConnectionListener;

/**
 * Lets a pool look after its idle connections once a second. By itself OkHttp wakes a thread for it
 * after each call over HTTP/1.1, which looks at every connection: a quarter of the client's CPU
 * where calls are many (ADR 0024). What is put off is the closing of connections that have been
 * idle for minutes, nothing else; those that were closed by the other side are noticed when they
 * are taken.
 *
 * <p>It stands where OkHttp's own tests put a clock of theirs, which is no public door: the
 * compiler and HousekeepingTest say when another version has moved it.
 */
final class Housekeeping implements TaskRunner.Backend {

  static final Duration PERIOD = Duration.ofSeconds(1);

  private Housekeeping() {}

  /** A pool that keeps so many connections at most, and each for so long while nobody uses it. */
  static ConnectionPool pool(int idle, Duration keep, ConnectionListener listener) {
    var runner = new TaskRunner(new Housekeeping(), Logger.getLogger(TaskRunner.class.getName()));
    return new ConnectionPool(idle, keep.toMillis(), TimeUnit.MILLISECONDS, runner, listener);
  }

  @Override
  public long nanoTime() {
    return System.nanoTime();
  }

  /** There is more to do. It waits for the next look. */
  @Override
  public void coordinatorNotify(TaskRunner runner) {}

  /** With the runner's lock held, which waiting gives up. */
  @Override
  @SuppressWarnings("WaitNotInLoop") // the loop is the runner's
  public void coordinatorWait(TaskRunner runner, long nanos) {
    try {
      TimeUnit.NANOSECONDS.timedWait(runner, Math.clamp(nanos, 1, PERIOD.toNanos()));
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody knows this thread to interrupt it", e);
    }
  }

  @Override
  public <T> BlockingQueue<T> decorate(BlockingQueue<T> queue) {
    return queue;
  }

  @Override
  public void execute(TaskRunner runner, Runnable work) {
    Thread.ofVirtual()
        .name("connection-housekeeping")
        .start(() -> {
          try {
            Thread.sleep(PERIOD);
            work.run();
          } catch (InterruptedException e) {
            throw new IllegalStateException("nobody knows this thread to interrupt it", e);
          }
        });
  }
}
