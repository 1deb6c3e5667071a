package dev.kafkaapibridge.operator.bridge;

import dev.kafkaapibridge.operator.quota.Portion;
import java.util.Optional;

/** What came of applying a bridge's objects. */
public sealed interface Application {

  /** All are as they should be. */
  record Done() implements Application {}

  /** What comes of it where nothing may be tried; {@link NotTried} where nothing forbids it. */
  static Application untouched(
      Annotated annotated, Optional<StrimziReference.Way> way, Optional<Portion> portion) {
    if (annotated.reconciliationPaused()) {
      return new Held();
    }
    if (way.isPresent() && way.get() instanceof StrimziReference.Way.Unknown) {
      return new Unled();
    }
    return portion.isPresent() && portion.get() instanceof Portion.None(var message)
        ? new Waiting(message)
        : new NotTried();
  }

  /** The spec was refused, nothing was tried. */
  record NotTried() implements Application {}

  /** Somebody has asked that nothing be touched. */
  record Held() implements Application {}

  /** It is not known where the brokers are, and no pods tell. */
  record Unled() implements Application {}

  /** Something has to go first that goes by itself. */
  record Waiting(String message) implements Application {}

  /**
   * It cannot be done until somebody changes something.
   *
   * @param reason of the condition Stalled
   */
  record Refused(String reason, String message) implements Application {}
}
