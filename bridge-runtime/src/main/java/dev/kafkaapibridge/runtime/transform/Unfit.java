package dev.kafkaapibridge.runtime.transform;

import org.jspecify.annotations.Nullable;

/**
 * A record that can't be what the spec makes of records. Says why, and nothing of what is in it.
 * Costs no stack trace.
 */
public final class Unfit extends Exception {

  private final String reason;
  private final @Nullable String pointer;

  /**
   * @param reason one word, for example {@code InvalidJSON}
   * @param message short and clean
   */
  public Unfit(String reason, String message) {
    this(reason, message, null);
  }

  /**
   * @param pointer JSON pointer to the part of the key or the value that is at fault; null: the
   *     whole, or none
   */
  public Unfit(String reason, String message, @Nullable String pointer) {
    super(message, null, false, false);
    this.reason = reason;
    this.pointer = pointer;
  }

  public @Nullable String pointer() {
    return pointer;
  }

  public String reason() {
    return reason;
  }
}
