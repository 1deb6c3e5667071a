package dev.kafkaapibridge.operator.kube;

import java.util.concurrent.Semaphore;

/**
 * Bounds how many do something at once; the others wait, first come, first served. Reconciles have
 * a thread each, and all of them at once, as after a start, would ask for more streams than a
 * connection to the API server has. Safe for all threads.
 */
public final class Turns {

  /** Ends with {@link #close}. */
  public interface Turn extends AutoCloseable {
    @Override
    void close();
  }

  private final Semaphore permits;

  public Turns(int atOnce) {
    permits = new Semaphore(atOnce, true);
  }

  public Turn take() {
    permits.acquireUninterruptibly();
    return permits::release;
  }
}
