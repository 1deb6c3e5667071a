package dev.kafkaapibridge.runtime.target;

import dev.kafkaapibridge.runtime.record.RecordKey;
import dev.kafkaapibridge.runtime.record.SourceRecord;
import java.util.List;
import java.util.function.BooleanSupplier;

/** What a target makes of several records in one request. Safe for all lanes. */
public interface Batches {

  /**
   * A record as its part of a request.
   *
   * @param destination equal for records that may share a request
   * @param key tells the key by which the API would know the record
   * @param body which nobody changes
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Item(SourceRecord record, Object destination, RecordKey key, byte[] body) {

    /** What it takes of a request's body, with what parts it from the next. */
    public int bytes() {
      return body.length + 1;
    }
  }

  /** A record as an item, made once; or the reason why it can't be one. */
  sealed interface Prepared {
    record Ready(Item item) implements Prepared {}

    record Refused(Verdict.RecordRefused verdict) implements Prepared {}

    /** The spec asks to send nothing for it. */
    record Skipped() implements Prepared {}

    /** What it is made by is not there; it is to be asked for again. */
    record NotYet(String reason) implements Prepared {}
  }

  /**
   * @param verdict on the whole; where items have their own, what it says of the target
   * @param items a verdict for each, in order; empty: the whole's is everybody's
   */
  record Answer(Verdict verdict, List<Verdict> items) {
    public Answer(Verdict verdict) {
      this(verdict, List.of());
    }

    /**
     * An accepted whole says of the target what its items do: that it accepts, where one was
     * accepted; else that records are to blame, where one is; else what the first one says.
     */
    public static Answer of(Verdict accepted, List<Verdict> items) {
      Verdict whole = items.getFirst();
      for (Verdict item : items) {
        if (item instanceof Verdict.Accepted) {
          return new Answer(accepted, items);
        }
        whole = item instanceof Verdict.RecordRefused ? item : whole;
      }
      return new Answer(whole, items);
    }
  }

  /** One request for several records, which can be sent again and again under the same key. */
  interface Call {
    /** As {@link Target.Call#send}. */
    Answer send(BooleanSupplier leaving);
  }

  Prepared prepare(SourceRecord record);

  /**
   * @param items of one destination, in order, one at the least; the same ones make the same
   *     idempotency key
   */
  Call call(List<Item> items);
}
