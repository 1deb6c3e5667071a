package dev.kafkaapibridge.runtime;

import dev.kafkaapibridge.api.replay.ReplayOrder;
import dev.kafkaapibridge.api.report.StatusReport;
import dev.kafkaapibridge.runtime.consume.replay.ReplayLoop;
import dev.kafkaapibridge.runtime.consume.replay.ReplayProgress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the replay that the bridge's file asks for, and ends it when the file doesn't any more;
 * while it asks for none, sees to it that earlier ones aren't forgotten. Owned by the thread that
 * looks once a second.
 */
final class Replays {

  private static final Logger log = LoggerFactory.getLogger(Replays.class);

  private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

  /** A replay as this process runs it, or why it does not. */
  sealed interface Run {
    /**
     * @param whenOver what it holds beside its own thread
     */
    record Loop(ReplayLoop loop, AutoCloseable whenOver) implements Run {}

    /** It has an end without anything being run. */
    record Without(ReplayProgress progress) implements Run {}
  }

  /** Makes a run; may throw what the cluster does. */
  interface Making {
    Run of(ReplayOrder order);
  }

  private record Current(ReplayOrder order, Run run, @Nullable Thread thread) {

    ReplayProgress progress() {
      return switch (run) {
        case Run.Loop(var loop, var ignored) -> loop.progress();
        case Run.Without(var progress) -> progress;
      };
    }
  }

  private final Supplier<Optional<ReplayOrder>> asked;
  private final BooleanSupplier mayRun;
  private final Making making;
  private final ReplayMemory memory;
  private volatile @Nullable Current current;

  /**
   * @param mayRun whether this process could call for records at all
   */
  Replays(
      Supplier<Optional<ReplayOrder>> asked,
      BooleanSupplier mayRun,
      Making making,
      ReplayMemory memory) {
    this.memory = memory;
    this.asked = asked;
    this.mayRun = mayRun;
    this.making = making;
  }

  /** Until the thread is interrupted; then what runs is ended in order. */
  void run() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        look();
        Thread.sleep(LOOK_EVERY);
      }
    } catch (InterruptedException e) {
      // it is over
    } finally {
      end();
    }
  }

  private void look() {
    Optional<ReplayOrder> any = asked.get();
    Optional<ReplayOrder> wanted = any.filter(order -> mayRun.getAsBoolean());
    Current now = current;
    if (now != null
        && (wanted.isEmpty()
            || !wanted.get().uid().equals(now.order().uid())
            || (now.thread() != null && !now.thread().isAlive()))) {
      end();
      now = null;
    }
    if (now == null && wanted.isPresent()) {
      begin(wanted.get());
    } else if (any.isEmpty()) {
      memory.look();
    }
  }

  private void begin(ReplayOrder order) {
    try {
      switch (making.of(order)) {
        case Run.Loop loop -> {
          log.atInfo().addKeyValue("replay", order.name()).log("joining the group of the replays");
          Thread thread = Thread.ofVirtual().name("replay").start(() -> follow(loop));
          current = new Current(order, loop, thread);
        }
        case Run.Without without -> current = new Current(order, without, null);
      }
    } catch (RuntimeException e) {
      log.atWarn()
          .addKeyValue("replay", order.name())
          .addKeyValue("cause", e.getMessage())
          .log("the replay can't begin; it is tried again");
    }
  }

  private static void follow(Run.Loop run) {
    try {
      run.loop().run();
    } catch (RuntimeException e) {
      log.error("the replay was broken off, and is begun again", e);
    } finally {
      try {
        run.whenOver().close();
      } catch (Exception e) {
        log.warn("after the replay", e);
      }
    }
  }

  private void end() {
    Current last = current;
    if (last == null) {
      return;
    }
    if (last.run() instanceof Run.Loop(var loop, var ignored) && last.thread() != null) {
      loop.stop();
      boolean interrupted = false;
      while (last.thread().isAlive()) {
        try {
          last.thread().join();
        } catch (InterruptedException e) {
          interrupted = true; // what is under way ends in order all the same
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
    current = null;
  }

  /** Null where none is asked for, or this process has not begun it. */
  StatusReport.@Nullable Replay report() {
    Current now = current;
    if (now == null) {
      return null;
    }
    ReplayProgress progress = now.progress();
    var counts = progress.counts();
    List<StatusReport.Cause> causes =
        counts.byCause().entrySet().stream()
            .sorted(
                Map.Entry.<String, Long>comparingByValue()
                    .reversed()
                    .thenComparing(Map.Entry.comparingByKey()))
            .map(cause -> new StatusReport.Cause(cause.getKey(), cause.getValue()))
            .toList();
    return new StatusReport.Replay(
        now.order().name(),
        now.order().uid(),
        progress.phase().name(),
        progress.reason(),
        progress.message(),
        counts.matched(),
        counts.skipped(),
        counts.unjudged(),
        counts.already(),
        counts.replayed(),
        counts.failed(),
        progress.remaining(),
        causes);
  }
}
