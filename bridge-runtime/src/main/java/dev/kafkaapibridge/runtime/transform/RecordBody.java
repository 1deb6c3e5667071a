package dev.kafkaapibridge.runtime.transform;

import dev.kafkaapibridge.runtime.record.SourceRecord;

/** One way to write a record as a request's body. */
public interface RecordBody {

  /** The bytes, which nobody changes afterwards; empty for an empty body. */
  byte[] of(SourceRecord record, RecordFields fields) throws Unfit;
}
