package dev.kafkaapibridge.runtime.dispatch;

import dev.kafkaapibridge.runtime.deliver.Outcome;
import dev.kafkaapibridge.runtime.record.Assignment;
import dev.kafkaapibridge.runtime.record.SourceRecord;

/** A record and its one end, on the way back to the poll loop. */
public record Ended(SourceRecord record, Outcome outcome) {

  public Assignment assignment() {
    return record.assignment();
  }
}
