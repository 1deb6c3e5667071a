package dev.kafkaapibridge.operator.offsets;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

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

  /** Back within about ten seconds. */
  public Look look(String namespace, Question question, Entrance entrance) {
    Semaphore own = ofNamespace.enter(namespace);
    try {
      return inTurn(own, () -> inTurn(turns, () -> ask(namespace, question, entrance)));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Look.Blind(new Trouble("NotAsked", "the operator is stopping"));
    } finally {
      ofNamespace.leave(namespace);
    }
  }

  private interface Asking {
    Look ask() throws InterruptedException;
  }

  private static Look inTurn(Semaphore turns, Asking asking) throws InterruptedException {
    if (!turns.tryAcquire(PATIENCE.toSeconds() / 2 + 1, TimeUnit.SECONDS)) {
      return new Look.Blind(NO_TURN);
    }
    try {
      return asking.ask();
    } finally {
      turns.release();
    }
  }

  private Look ask(String namespace, Question question, Entrance entrance)
      throws InterruptedException {
    Future<Look> look =
        threads.submit(() -> {
          try (var inquiry = new Inquiry(names, namespace, entrance)) {
            return inquiry.about(question);
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
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
    names.close();
  }
}
