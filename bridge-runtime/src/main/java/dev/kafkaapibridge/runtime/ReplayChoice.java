package dev.kafkaapibridge.runtime;

import dev.kafkaapibridge.api.expression.Expression.Unsound;
import dev.kafkaapibridge.api.replay.ReplayOrder;
import dev.kafkaapibridge.api.v1alpha1.RecordSpec;
import dev.kafkaapibridge.runtime.consume.replay.Choice;
import dev.kafkaapibridge.runtime.schema.SchemaFormats;
import dev.kafkaapibridge.runtime.transform.ReplayFilter;

/** The filter of a replay, as the replay asks it. */
final class ReplayChoice {

  private ReplayChoice() {}

  /**
   * @throws Unsound if the filter is no condition on the bridge's records
   */
  static Choice of(ReplayOrder order, RecordSpec records, SchemaFormats schemas) throws Unsound {
    String text = order.spec().filter();
    if (text == null) {
      return Choice.ALL;
    }
    ReplayFilter filter = ReplayFilter.of(text, records, schemas);
    return record ->
        switch (filter.of(record)) {
          case Passes -> Choice.Answer.Passes;
          case Fails -> Choice.Answer.Fails;
          case Unfit -> Choice.Answer.Unjudged;
          case SchemaMissing -> Choice.Answer.NotYet;
        };
  }
}
