package dev.kafkaapibridge.runtime;

import dev.kafkaapibridge.runtime.deadletter.SourceTopics;
import dev.kafkaapibridge.runtime.deliver.DeadLetters.Result;
import dev.kafkaapibridge.runtime.deliver.Outcome;
import dev.kafkaapibridge.runtime.dispatch.Dispatch;
import dev.kafkaapibridge.runtime.dispatch.Ended;
import dev.kafkaapibridge.runtime.record.Assignment;
import dev.kafkaapibridge.runtime.record.SourceRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a replay's records go whose destination is their own topic: one thread writes them in their
 * order, and each as often as it takes. Owns that thread and what waits for it.
 */
final class WriteBack implements Dispatch, AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(WriteBack.class);

  private static final Duration AGAIN_AFTER = Duration.ofSeconds(5);

  private final SourceTopics topics;
  private final LinkedBlockingQueue<SourceRecord> waiting = new LinkedBlockingQueue<>();
  private final List<Ended> ended = new ArrayList<>();
  private final Thread thread;
  private @Nullable SourceRecord underWay;

  WriteBack(SourceTopics topics) {
    this.topics = topics;
    thread = Thread.ofVirtual().name("replay-write-back").start(this::work);
  }

  @Override
  public void handOver(List<SourceRecord> records) {
    waiting.addAll(records);
  }

  @Override
  public @Nullable Throwable fault() {
    return null;
  }

  @Override
  public synchronized List<Ended> takeEnded() {
    var taken = List.copyOf(ended);
    ended.clear();
    return taken;
  }

  /** The write under way is waited for, or given up after {@code bound}. */
  @Override
  public synchronized void awaitEnd(Set<Assignment> assignments, Duration bound) {
    waiting.removeIf(record -> assignments.contains(record.assignment()));
    long until = System.nanoTime() + bound.toNanos();
    try {
      while (isUnderWay(assignments) && System.nanoTime() < until) {
        wait(50);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean isUnderWay(Set<Assignment> assignments) {
    return underWay != null && assignments.contains(underWay.assignment());
  }

  private void work() {
    try {
      while (true) {
        SourceRecord record = waiting.take();
        begin(record);
        Outcome outcome = new Outcome.Interrupted();
        try {
          outcome = write(record);
        } finally {
          end(record, outcome);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Outcome write(SourceRecord record) throws InterruptedException {
    if (!topics.isOneFor(record)) {
      log.atWarn()
          .addKeyValue("topic", record.record().topic())
          .log("a dead letter names a topic that the bridge doesn't read: it isn't written there");
      return new Outcome.Discarded();
    }
    while (!record.assignment().hasEnded()) {
      // While the fence is shut nothing is written, and nothing ends either: it opens again, or the
      // assignment ends.
      if (record.assignment().fenceIsOpen() && isWritten(record)) {
        return new Outcome.Delivered();
      }
      if (!record.assignment().await(AGAIN_AFTER)) {
        return new Outcome.Interrupted();
      }
    }
    return new Outcome.Interrupted();
  }

  private boolean isWritten(SourceRecord record) throws InterruptedException {
    try {
      switch (topics.write(record)) {
        case Result.Written ignored -> {
          return true;
        }
        case Result.Failed(var reason, var message) ->
            log.atWarn().addKeyValue("reason", reason).log(message);
      }
    } catch (RuntimeException e) {
      // A fault of this program must not end the one thread that all others wait for.
      log.atError().setCause(e).log("a record could not be written back; it is tried again");
    }
    return false;
  }

  private synchronized void begin(SourceRecord record) {
    underWay = record;
  }

  private synchronized void end(SourceRecord record, Outcome outcome) {
    underWay = null;
    ended.add(new Ended(record, outcome));
    notifyAll();
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
