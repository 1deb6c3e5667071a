package dev.kafkaapibridge.sandbox.kubernetes;

import io.fabric8.kubernetes.api.model.Probe;
import org.jspecify.annotations.Nullable;

/**
 * When a probe is due, and what its results amount to. One per container start; belongs to the
 * pod's thread. Times are milliseconds since the container started.
 */
final class ProbeCount {

  private final int periodMillis;
  private final int successThreshold;
  private final int failureThreshold;
  private long nextDue;
  private int successes;
  private int failures;
  private boolean holds;

  /**
   * @param probe none: holds for ever
   * @param heldBefore what is taken to hold before the first result
   */
  ProbeCount(@Nullable Probe probe, boolean heldBefore) {
    if (probe == null) {
      periodMillis = 0;
      successThreshold = 1;
      failureThreshold = 1;
      nextDue = Long.MAX_VALUE;
      holds = true;
    } else {
      periodMillis = 1000 * or(probe.getPeriodSeconds(), 10);
      successThreshold = or(probe.getSuccessThreshold(), 1);
      failureThreshold = or(probe.getFailureThreshold(), 3);
      nextDue = 1000L * or(probe.getInitialDelaySeconds(), 0);
      holds = heldBefore;
    }
  }

  boolean due(long atMillis) {
    return atMillis >= nextDue;
  }

  /** Takes a result in. */
  void result(boolean success, long atMillis) {
    nextDue = atMillis + periodMillis;
    successes = success ? successes + 1 : 0;
    failures = success ? 0 : failures + 1;
    if (successes >= successThreshold) {
      holds = true;
    } else if (failures >= failureThreshold) {
      holds = false;
    }
  }

  /** Whether the probe holds: ready, or alive. */
  boolean holds() {
    return holds;
  }

  /** Whether so many failed in a row that something must be done. */
  boolean failed() {
    return failures >= failureThreshold;
  }

  private static int or(@Nullable Integer value, int otherwise) {
    return value == null ? otherwise : value;
  }
}
