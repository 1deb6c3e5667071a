package dev.kafkaapibridge.runtime.consume.replay;

/**
 * How far a replay is, as this process knows it. A value.
 *
 * @param reason one word
 * @param message a sentence; empty: nothing beyond the figures
 * @param remaining records that are still to be read or to end
 */
public record ReplayProgress(
    Phase phase, String reason, String message, ReplayCounts counts, long remaining) {

  /** What this process does about it. */
  public enum Phase {
    /** It is not known yet who runs it. */
    Joining,
    /** Another process runs it, or is going to. */
    StandingBy,
    Running,
    Finished,
    Failed
  }

  public static ReplayProgress of(Phase phase, String message) {
    return of(phase, phase.name(), message);
  }

  public static ReplayProgress of(Phase phase, String reason, String message) {
    return new ReplayProgress(phase, reason, message, ReplayCounts.NONE, 0);
  }
}
