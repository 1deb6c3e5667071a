package dev.kafkaapibridge.operator.bridge.report;

import dev.kafkaapibridge.api.v1alpha1.Condition;
import dev.kafkaapibridge.api.v1alpha1.Condition.Status;
import java.util.Objects;

/**
 * One aspect as it is now; {@link Conditions} makes the condition of it.
 *
 * @param reason one word in CamelCase
 * @param message a sentence that names the object and the fix, without the full stop
 */
record Finding(ConditionType type, Status status, String reason, String message) {

  static Finding yes(ConditionType type, String reason, String message) {
    return new Finding(type, Status.True, reason, message);
  }

  static Finding no(ConditionType type, String reason, String message) {
    return new Finding(type, Status.False, reason, message);
  }

  static Finding unknown(ConditionType type, String reason, String message) {
    return new Finding(type, Status.Unknown, reason, message);
  }

  /** What was found before, for want of anything newer. */
  static Finding of(Condition before) {
    return new Finding(
        ConditionType.valueOf(before.type()),
        before.status(),
        before.reason(),
        Objects.requireNonNullElse(before.message(), ""));
  }

  boolean isTrue() {
    return status == Status.True;
  }

  boolean isFalse() {
    return status == Status.False;
  }

  /** The same state of affairs, told of another aspect. */
  Finding toldOf(ConditionType other, Status newStatus) {
    return new Finding(other, newStatus, reason, message);
  }
}
