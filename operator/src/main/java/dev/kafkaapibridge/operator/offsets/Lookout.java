package dev.kafkaapibridge.operator.offsets;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/**
 * Looks at offsets, each time on a virtual thread of its own and with connections that end with the
 * look. Whom it connects to is written by tenants: a look has five seconds, there are eight at
 * once, of them two of one namespace, and none hears more than {@link Conversation#MOST_BYTES} at a
 * time. Safe for all threads.
 */
public final class Lookout implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final int MOST_AT_ONCE = 8;
  private static final int MOST_OF_ONE_NAMESPACE = 2;

  private static final Trouble NO_TURN =
      new Trouble("NotAsked", "there was no turn: other bridges' brokers don't answer");

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Semaphore turns = new Semaphore(MOST_AT_ONCE, true);
  private final Shares<Semaphore> ofNamespace =
      new Shares<>(() -> new Semaphore(MOST_OF_ONE_NAMESPACE, true));
  private final Names names;
  private final Duration patience;

  /** {@code inPod}: loopback is then the operator itself, and is not connected to. */
  public Lookout(boolean inPod) {
    this(inPod, PATIENCE);
  }

  Lookout(boolean inPod, Duration patience) {
    this.names = new Names(!inPod);
    this.patience = patience;
  }

  /**
   * Back within about ten seconds.
   *
   * @param access is asked once it is the bridge's turn: what it reads and unpacks is a tenant's
   *     too
   */
  public Look look(String namespace, Supplier<KafkaAccess> access) {
    Semaphore own = ofNamespace.enter(namespace);
    Runnable left = () -> ofNamespace.leave(namespace);
    try {
      if (!isItsTurn(own)) {
        left.run();
        return new Look.Blind(NO_TURN);
      }
      if (!isItsTurn(turns)) {
        own.release();
        left.run();
        return new Look.Blind(NO_TURN);
      }
      return ask(
          () -> see(namespace, access.get()),
          () -> {
            turns.release();
            own.release();
            left.run();
          });
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Look.Blind(new Trouble("NotAsked", "the operator is stopping"));
    }
  }

  private static boolean isItsTurn(Semaphore turns) throws InterruptedException {
    return turns.tryAcquire(PATIENCE.toSeconds() / 2 + 1, TimeUnit.SECONDS);
  }

  private Look see(String namespace, KafkaAccess access) throws InterruptedException {
    return switch (access) {
      case KafkaAccess.Barred(var why) -> new Look.Blind(why);
      case KafkaAccess.Open(var question, var entrance) -> {
        try (var inquiry = new Inquiry(names, namespace, entrance)) {
          yield inquiry.about(question);
        }
      }
    };
  }

  /**
   * @param over run once, when nothing is done any more, which may be after the patience has ended
   */
  private Look ask(Callable<Look> seeing, Runnable over) throws InterruptedException {
    var taken = new AtomicBoolean();
    Future<Look> look =
        threads.submit(() -> {
          if (!taken.compareAndSet(false, true)) {
            return new Look.Blind(NO_TURN); // nobody waits any more
          }
          try {
            return seeing.call();
          } finally {
            over.run();
          }
        });
    try {
      return look.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      return new Look.Blind(
          new Trouble(
              "BootstrapUnreachable",
              "the brokers don't answer within " + patience.toSeconds() + " s"));
    } catch (ExecutionException e) {
      return new Look.Blind(new Trouble("KafkaFailed", "looking failed: " + e.getCause()));
    } finally {
      look.cancel(true); // which closes the connection that it waits for
      if (taken.compareAndSet(false, true)) {
        over.run(); // it hadn't begun
      }
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
    names.close();
  }
}
