package dev.kafkaapibridge.runtime.dispatch;

import static org.assertj.core.api.Assertions.assertThatCode;

import dev.kafkaapibridge.api.v1alpha1.DeliverySpec.Ordering;
import dev.kafkaapibridge.runtime.Records;
import dev.kafkaapibridge.runtime.record.SourceRecord;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

class WithinReachTest {

  /** It changes nothing that could be seen; so it must not fail, whatever records are. */
  @Test
  void anyValuesAreFetched() {
    var assignment = Records.assignment("orders", 0);
    var waiting = new ArrayList<RunLane.Waiting>();
    for (int bytes : new int[] {-1, 0, 1, 64, 65, 3_000_000, 1}) {
      byte[] value = bytes < 0 ? null : new byte[bytes];
      SourceRecord record =
          Records.record(assignment, waiting.size(), new byte[] {'a'}, value, new RecordHeaders());
      waiting.add(new RunLane.Waiting(record, record.offset(), null, null));
    }
    var lane = new RunLane(LaneKey.of(waiting.getFirst().record, Ordering.Key));
    assertThatCode(
            () -> {
              new WithinReach().fetch(List.of());
              new WithinReach().fetch(List.of(new RunLanes.Portion(lane, waiting)));
            })
        .doesNotThrowAnyException();
  }
}
