package dev.kafkaapibridge.runtime.deliver;

import dev.kafkaapibridge.runtime.record.SourceRecord;
import java.util.List;

/** Who is told that a record of a batch has ended. Safe for all lanes. */
record Ends(HeldRecords held, LaneLimits laneLimits, DeliveryListener listener) {

  void ended(SourceRecord record, Outcome outcome) {
    held.letGo(record);
    laneLimits.ended(record, outcome);
    listener.ended(record, outcome);
  }

  void ended(List<SourceRecord> records, Outcome outcome) {
    for (SourceRecord record : records) {
      held.letGo(record);
      laneLimits.ended(record, outcome);
    }
    listener.ended(records, outcome);
  }
}
