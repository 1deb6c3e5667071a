package dev.kafkaapibridge.runtime.deliver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.runtime.Records;
import dev.kafkaapibridge.runtime.deliver.HeldRecords.Held;
import dev.kafkaapibridge.runtime.deliver.HeldRecords.Why;
import java.time.Clock;
import org.junit.jupiter.api.Test;

class HeldRecordsTest {

  @Test
  void aRecordIsHeldByWhatHoldsItNow() {
    var held = new HeldRecords(Clock.systemUTC());
    var record = Records.record(Records.assignment("orders", 0), 1, "a");

    held.hold(record, Why.LaneLimited, "429");
    held.hold(record, Why.DeadLetterFails, "TopicMissing");
    held.hold(record, Why.DeadLetterFails, "TopicMissing");

    assertThat(held.longest(5)).extracting(Held::why).containsExactly(Why.DeadLetterFails);
    held.letGo(record);
    assertThat(held.longest(5)).isEmpty();
  }
}
