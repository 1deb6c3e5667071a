package dev.kafkaapibridge.runtime.deliver;

import dev.kafkaapibridge.runtime.record.SourceRecord;

/** Who is told that a record of a batch has ended. Safe for all lanes. */
record Ends(HeldRecords held, LaneLimits laneLimits, DeliveryListener listener) {

  void ended(SourceRecord record, Outcome outcome) {
    held.letGo(record);
    laneLimits.ended(record, outcome);
    listener.ended(record, outcome);
  }
}
