package dev.kafkaapibridge.runtime.transform;

/**
 * A record that can't be what the spec makes of records. Says why, and nothing of what is in it.
 * Costs no stack trace.
 */
public final class Unfit extends Exception {

  private final String reason;

  /**
   * @param reason one word, for example {@code InvalidJSON}
   * @param message short and clean
   */
  public Unfit(String reason, String message) {
    super(message, null, false, false);
    this.reason = reason;
  }

  public String reason() {
    return reason;
  }
}
