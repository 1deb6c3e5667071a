package dev.kafkaapibridge.runtime.schema;

import org.jspecify.annotations.Nullable;

/**
 * Bytes that are not what they say they are. Says why and where, and nothing of what is in them.
 * Costs no stack trace.
 */
public final class Undecodable extends Exception {

  private final String reason;
  private final @Nullable String pointer;

  Undecodable(String reason, String message) {
    this(reason, message, null);
  }

  /**
   * @param reason one word, for dead letters
   * @param message continues "its value ..."
   * @param pointer JSON pointer to the part that is at fault; null: the whole, or not known
   */
  Undecodable(String reason, String message, @Nullable String pointer) {
    super(message, null, false, false);
    this.reason = reason;
    this.pointer = pointer;
  }

  public String reason() {
    return reason;
  }

  public @Nullable String pointer() {
    return pointer;
  }
}
