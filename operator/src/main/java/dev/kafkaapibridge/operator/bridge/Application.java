package dev.kafkaapibridge.operator.bridge;

/** What came of applying a bridge's objects. */
public sealed interface Application {

  /** All are as they should be. */
  record Done() implements Application {}

  /** The spec was refused, nothing was tried. */
  record NotTried() implements Application {}

  /** Somebody has asked that nothing be touched. */
  record Held() implements Application {}

  /** Something has to go first that goes by itself. */
  record Waiting(String message) implements Application {}

  /**
   * It cannot be done until somebody changes something.
   *
   * @param reason of the condition Stalled
   */
  record Refused(String reason, String message) implements Application {}
}
