package dev.kafkaapibridge.api.expression;

import dev.kafkaapibridge.api.expression.Expression.Reason;

/**
 * What one evaluation may still cost, in characters that are gone through and characters that are
 * made. Owned by the thread that evaluates; functions find it in {@link #CURRENT} and pay before
 * they begin.
 */
final class Spending {

  /** Three seconds of the slowest patterns of {@code matches}; less than one of all else. */
  static final long MAX_WORK = 1L << 28;

  /** A large record, a few times over; far less than a heap. */
  static final long MAX_MADE = 1L << 24;

  static final ScopedValue<Spending> CURRENT = ScopedValue.newInstance();

  /**
   * A cost that the evaluation can't pay. An error, since CEL takes exceptions for values, which
   * {@code ||} and {@code exists} may pass over, and writes arguments into their messages. Costs no
   * stack trace.
   */
  static final class Overspent extends Error {

    private final Reason reason;

    Overspent(Reason reason, String message) {
      super(message, null, false, false);
      this.reason = reason;
    }

    Reason reason() {
      return reason;
    }
  }

  private long work = MAX_WORK;
  private long made = MAX_MADE;

  /** Characters, bytes or values are going to be gone through. */
  void work(long steps) {
    if (steps > work) {
      throw new Overspent(
          Reason.ExpressionTooCostly, "goes through more than %d characters".formatted(MAX_WORK));
    }
    work -= steps;
  }

  /** A text of so many characters, or what takes as much memory, is going to be made. */
  void make(long characters) {
    if (characters > made) {
      throw tooLarge();
    }
    made -= characters;
    work(characters);
  }

  /**
   * A value has been put together of others. Each of them may be in it many times: that takes no
   * memory, until somebody writes it.
   */
  void hold(Object value) {
    long weight = weight(value);
    if (weight > MAX_MADE) {
      throw tooLarge();
    }
    work(weight);
  }

  /** As many characters as it has, or more than the evaluation can pay. */
  long weight(Object value) {
    return Weight.of(value, work);
  }

  long workLeft() {
    return work;
  }

  private static Overspent tooLarge() {
    return new Overspent(Reason.TooLarge, "makes more than %d characters".formatted(MAX_MADE));
  }
}
