package dev.kafkaapibridge.runtime.deliver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.runtime.Records;
import dev.kafkaapibridge.runtime.record.Assignment;
import dev.kafkaapibridge.runtime.record.SourceRecord;
import org.junit.jupiter.api.Test;

class LaneLimitsTest {

  private final TargetEvidence evidence = new TargetEvidence();
  private final Assignment assignment = Records.assignment("orders", 0);

  @Test
  void aLaneThatIsLimitedWhileOthersAreAcceptedIsLimitedAlone() {
    var limits = ofRecords();
    SourceRecord record = Records.record(assignment, 0, "a");
    assertThat(limits.isLanesAlone(record)).isFalse();
    assertThat(limits.isLanesAlone(record)).as("nobody was accepted in between").isFalse();
    assertThat(timesUntilAlone(limits, record)).isEqualTo(3);
  }

  /** Each record is a lane of its own: what was given up is forgotten, or memory would end. */
  @Test
  void lanesOfOneRecordAreForgottenHoweverItEnds() {
    var limits = ofRecords();
    for (int offset = 0; offset < 30_000; offset++) {
      SourceRecord record = Records.record(assignment, offset, "a");
      assertThat(limits.isLanesAlone(record)).isFalse();
      limits.ended(record, new Outcome.DeadLettered());
    }
    assertThat(timesUntilAlone(limits, Records.record(assignment, 30_000, "a"))).isEqualTo(3);
  }

  @Test
  void lanesOfPartitionsThatHaveLeftMakeRoom() {
    var limits = new LaneLimits(evidence, record -> record, lane -> false);
    for (int offset = 0; offset < 10_000; offset++) {
      assertThat(limits.isLanesAlone(Records.record(assignment, offset, "a"))).isFalse();
    }
    assignment.end();
    var next = Records.record(Records.assignment("orders", 1), 0, "a");
    assertThat(timesUntilAlone(limits, next)).isEqualTo(3);
  }

  private LaneLimits ofRecords() {
    return new LaneLimits(evidence, record -> record, lane -> true);
  }

  private int timesUntilAlone(LaneLimits limits, SourceRecord record) {
    for (int times = 1; times < 10; times++) {
      if (limits.isLanesAlone(record)) {
        return times;
      }
      evidence.accepted(evidence.begin());
    }
    throw new AssertionError("never");
  }
}
