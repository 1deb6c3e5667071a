package dev.kafkaapibridge.operator.kube;

import java.util.List;
import java.util.Optional;

/**
 * Whether the API server has said no, which somebody must mend, or could not decide, which time may
 * mend. Told by its words: a webhook that denies answers 400, 403 or what it likes, and one that
 * doesn't answer is told of by whoever asked. Pure.
 */
public final class Refusal {

  private static final List<String> ACCIDENTS =
      List.of(
          "failed calling webhook", "Internal error occurred", "because it is being terminated");

  private Refusal() {}

  /** Reason of the condition Stalled; empty where it is none. */
  public static Optional<String> reason(String words) {
    if (ACCIDENTS.stream().anyMatch(words::contains)) {
      return Optional.empty();
    }
    if (words.contains("exceeded quota")) {
      return Optional.of("QuotaExceeded");
    }
    if (words.contains("denied the request")
        || words.contains("denied request")
        || words.contains("is forbidden")) {
      return Optional.of("Forbidden");
    }
    return words.contains("is invalid") ? Optional.of("InvalidSpec") : Optional.empty();
  }
}
