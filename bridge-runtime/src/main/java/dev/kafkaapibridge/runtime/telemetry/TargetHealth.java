package dev.kafkaapibridge.runtime.telemetry;

import dev.kafkaapibridge.api.report.StatusReport.Health;
import dev.kafkaapibridge.runtime.target.Verdict;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** What the last answers say of the target, in the reasons of TargetHealthy. Safe for all lanes. */
public final class TargetHealth {

  /** So many failures without anything else between them are no accident. */
  private static final int IN_A_ROW = 5;

  private final AtomicReference<@Nullable Verdict> lastFault = new AtomicReference<>();
  private final AtomicInteger failuresInARow = new AtomicInteger();
  private volatile boolean answered;
  private volatile @Nullable String lastError;

  void learn(Verdict verdict) {
    switch (verdict) {
      case Verdict.Accepted ignored -> works();
      case Verdict.RecordRefused refused -> {
        works();
        lastError = refused.code() + " " + refused.detail();
      }
      case Verdict.RateLimited limited -> {
        answered = true;
        notMisconfigured();
        lastError = limited.code() + " the target asked to slow down";
      }
      case Verdict.TargetFailed failed -> {
        lastFault.set(failed);
        failuresInARow.incrementAndGet();
        lastError = failed.code() + " " + failed.detail();
      }
      case Verdict.TargetMisconfigured misconfigured -> {
        lastFault.set(misconfigured);
        lastError = misconfigured.code() + " " + misconfigured.detail();
      }
      case Verdict.Again ignored -> {}
      case Verdict.Cut ignored -> {}
    }
  }

  /** Who is asked to slow down is known, and at the right place. */
  private void notMisconfigured() {
    Verdict fault = lastFault.get();
    if (fault instanceof Verdict.TargetMisconfigured) {
      lastFault.compareAndSet(fault, null);
    }
  }

  private void works() {
    answered = true;
    if (failuresInARow.get() != 0) {
      failuresInARow.set(0);
    }
    if (lastFault.get() != null) {
      lastFault.set(null);
    }
  }

  /** What somebody has to mend before calls can succeed, with the fix; null: nothing is known. */
  @Nullable Health misconfigured() {
    return lastFault.get() instanceof Verdict.TargetMisconfigured fault
        ? new Health(false, fault.reason(), fault.detail())
        : null;
  }

  /**
   * @param setAside what calls don't go by, though they should; told where nothing worse is
   */
  public Health health(boolean circuitOpen, Optional<Verdict.TargetMisconfigured> setAside) {
    Health answers = health(circuitOpen);
    return answers.ok()
        ? setAside.map(aside -> new Health(false, aside.reason(), aside.detail())).orElse(answers)
        : answers;
  }

  Health health(boolean circuitOpen) {
    Health misconfigured = misconfigured();
    if (misconfigured != null) {
      return misconfigured;
    }
    Verdict fault = lastFault.get();
    if (circuitOpen) {
      String last =
          fault instanceof Verdict.TargetFailed failed ? " Last: " + failed.detail() + "." : "";
      return new Health(
          false, "CircuitOpen", "The target fails; records wait and spend no attempts." + last);
    }
    if (fault instanceof Verdict.TargetFailed failed && failuresInARow.get() >= IN_A_ROW) {
      String reason = failed.reason().equals("Timeout") ? "Timeouts" : "HighErrorRate";
      return new Health(
          false,
          reason,
          "The last " + IN_A_ROW + " calls or more failed. Last: " + failed.detail() + ".");
    }
    return answered
        ? new Health(true, "Responding", "The target answers.")
        : new Health(true, "NoTraffic", "Nothing was called yet.");
  }

  /** The last answer that was no acceptance, or null. */
  public @Nullable String lastError() {
    return lastError;
  }
}
