package dev.kafkaapibridge.runtime.deliver;

import dev.kafkaapibridge.runtime.record.SourceRecord;
import java.util.ArrayList;
import java.util.List;

/** Who is told that a record of a batch has ended. Safe for all lanes. */
record Ends(HeldRecords held, LaneLimits laneLimits, DeliveryListener listener) {

  void ended(SourceRecord record, Outcome outcome) {
    held.letGo(record);
    laneLimits.ended(record, outcome);
    listener.ended(record, outcome);
  }

  private void ended(List<SourceRecord> records, Outcome outcome) {
    for (SourceRecord record : records) {
      held.letGo(record);
      laneLimits.ended(record, outcome);
    }
    listener.ended(records, outcome);
  }

  /** Records of a batch have come to the same end. */
  void ended(Load load, List<Load.Member> members, Outcome outcome) {
    var records = new ArrayList<SourceRecord>(members.size());
    for (Load.Member member : members) {
      records.add(member.record());
    }
    ended(records, outcome);
    load.ended(members, outcome);
  }
}
