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

  @Test
  void whatIsAnotherProcessByNowIsNotTold() {
    var held = new HeldRecords(Clock.systemUTC());
    var assignment = Records.assignment("orders", 0);
    held.hold(Records.record(assignment, 1, "a"), Why.LaneLimited, "429");
    assertThat(held.count(Why.LaneLimited)).isEqualTo(1);
    assignment.end();
    assertThat(held.count(Why.LaneLimited)).isZero();
    assertThat(held.longest(5)).isEmpty();
  }
}
