package dev.kafkaapibridge.runtime.deliver;

import dev.kafkaapibridge.runtime.target.Verdict;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Stops a bridge whose records all end in the dead-letter topic: a schema that changed, a wrong
 * path, a header that is missing. Closes once the target has refused more than half of at least
 * {@link #ENDS} records in a minute; then one record in {@link #PROBE} is tried, and the first that
 * is accepted opens it. Safe for all lanes.
 */
final class FloodGuard {

  /** So many records must have ended before they say anything. */
  static final int ENDS = 100;

  /** While it is closed, one record in this time is tried. */
  static final Duration PROBE = Duration.ofSeconds(15);

  private static final Duration STRETCH = Duration.ofMinutes(1);
  private static final Duration UNTIL_ACCEPTED = Duration.ofDays(365);

  private enum End {
    Accepted,
    Refused
  }

  private final boolean enabled;
  private final Consumer<Boolean> begins;
  private final LongSupplier nanoTime;
  private final Gate gate;
  private final AtomicBoolean closed = new AtomicBoolean();
  private final AtomicReference<RollingCounts<End>> ends = new AtomicReference<>(fresh());

  /**
   * @param enabled whether refused records go to a dead-letter topic at all
   * @param begins told true when it closes, false when it opens
   */
  FloodGuard(boolean enabled, Consumer<Boolean> begins, LongSupplier nanoTime) {
    this.enabled = enabled;
    this.begins = begins;
    this.nanoTime = nanoTime;
    this.gate = new Gate(nanoTime);
  }

  /** The rule. Pure. */
  static boolean isFlood(long accepted, long refused) {
    return accepted + refused >= ENDS && refused > accepted;
  }

  Gate.Entry enter() {
    return gate.enter();
  }

  void giveBack(Gate.Pass pass) {
    gate.giveBack(pass);
  }

  /**
   * @param verdict of the whole call
   */
  void learn(Gate.Pass pass, Verdict verdict, Heard heard) {
    switch (verdict) {
      case Verdict.Accepted ignored -> answered(pass, heard);
      // What can't be made into a request never met the target's opinion.
      case Verdict.RecordRefused refused when !refused.code().equals("-") ->
          refused(pass, heard.refused());
      case Verdict.Again ignored -> gate.giveBack(pass);
      case Verdict.Cut ignored -> gate.giveBack(pass);
      default -> {} // a probe that failed was one
    }
  }

  /** Where each record has a verdict of its own, some may be refused. */
  private void answered(Gate.Pass pass, Heard heard) {
    if (heard.accepted() > heard.refused()) {
      accepted(pass, heard.accepted());
    } else if (heard.accepted() > 0) {
      ends.get().count(End.Accepted, heard.accepted(), nanoTime.getAsLong());
    }
    if (heard.refused() > 0) {
      refused(pass, heard.refused());
    }
  }

  private void accepted(Gate.Pass pass, int records) {
    ends.get().count(End.Accepted, records, nanoTime.getAsLong());
    if (closed.get() && gate.open(pass) && closed.compareAndSet(true, false)) {
      ends.set(fresh());
      begins.accept(false);
    }
  }

  private void refused(Gate.Pass pass, int records) {
    if (!enabled) {
      return;
    }
    long now = nanoTime.getAsLong();
    RollingCounts<End> counts = ends.get();
    counts.count(End.Refused, records, now);
    if (isFlood(counts.sum(End.Accepted, now), counts.sum(End.Refused, now))
        && gate.close(pass, UNTIL_ACCEPTED, PROBE)
        && closed.compareAndSet(false, true)) {
      begins.accept(true);
    }
  }

  private static RollingCounts<End> fresh() {
    return new RollingCounts<>(End.class, STRETCH);
  }
}
