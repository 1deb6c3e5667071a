package dev.kafkaapibridge.runtime.transform;

import dev.kafkaapibridge.api.expression.Expression.Unsound;
import dev.kafkaapibridge.api.v1alpha1.RecordSpec;
import dev.kafkaapibridge.runtime.schema.SchemaFormats;
import dev.kafkaapibridge.runtime.schema.SchemaMissing;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Which records a replay is for; it reads them as the bridge does. Safe for one thread. */
public final class ReplayFilter {

  /** What it says of a record. */
  public enum Answer {
    Passes,
    Fails,
    /** It can't be applied to this record. */
    Unfit,
    /** The registry has not told the record's schema. */
    SchemaMissing
  }

  private final Decoding decoding;

  private ReplayFilter(Decoding decoding) {
    this.decoding = decoding;
  }

  /**
   * @throws Unsound if it is no condition on these records
   */
  public static ReplayFilter of(String filter, RecordSpec records, SchemaFormats schemas)
      throws Unsound {
    return new ReplayFilter(Decoding.ofReplay(filter, records, schemas));
  }

  public Answer of(ConsumerRecord<byte[], byte[]> record) {
    try {
      return decoding.passes(new RecordFields(record)) ? Answer.Passes : Answer.Fails;
    } catch (Unfit e) {
      return Answer.Unfit;
    } catch (SchemaMissing e) {
      return Answer.SchemaMissing;
    }
  }
}
