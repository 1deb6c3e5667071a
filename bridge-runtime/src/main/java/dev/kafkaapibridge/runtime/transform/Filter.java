package dev.kafkaapibridge.runtime.transform;

import dev.kafkaapibridge.api.expression.Declarations;
import dev.kafkaapibridge.api.expression.Expression;
import dev.kafkaapibridge.api.expression.Expression.Failed;
import dev.kafkaapibridge.api.expression.Expression.Unsound;
import dev.kafkaapibridge.api.v1alpha1.RecordSpec;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which records are delivered at all ({@code spec.record.filter}). A record on which it can't be
 * evaluated is refused: passed over, it might be missed. Pure.
 */
final class Filter {

  private final @Nullable Expression condition;
  private final Needs needs;

  private Filter(@Nullable Expression condition, Needs needs) {
    this.condition = condition;
    this.needs = needs;
  }

  static Filter of(RecordSpec spec) {
    String text = spec.filter();
    if (text == null) {
      return new Filter(null, Needs.NOTHING);
    }
    try {
      return of(text, spec);
    } catch (Unsound e) {
      throw new IllegalArgumentException("what the check before has refused: " + e.getMessage(), e);
    }
  }

  static Filter of(String text, RecordSpec spec) throws Unsound {
    Expression condition = Expression.condition(text, Declarations.ofRecord("record.", spec));
    return new Filter(condition, Needs.of(List.of(condition)));
  }

  /** False: every record passes. */
  boolean isAny() {
    return condition != null;
  }

  /** What is to be decoded before {@link #passes}. */
  Needs needs() {
    return needs;
  }

  boolean passes(RecordFields fields) throws Unfit {
    try {
      return condition == null || condition.test(fields);
    } catch (Failed e) {
      throw new Unfit(e.reason().name(), "spec.record.filter: " + e.getMessage());
    }
  }
}
