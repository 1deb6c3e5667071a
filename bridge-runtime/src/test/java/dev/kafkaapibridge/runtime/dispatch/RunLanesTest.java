package dev.kafkaapibridge.runtime.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.api.v1alpha1.DeliverySpec.Ordering;
import dev.kafkaapibridge.runtime.Records;
import dev.kafkaapibridge.runtime.deliver.BatchSize;
import dev.kafkaapibridge.runtime.deliver.Outcome;
import dev.kafkaapibridge.runtime.deliver.Parcel;
import dev.kafkaapibridge.runtime.record.SourceRecord;
import dev.kafkaapibridge.runtime.target.Batches;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The rules without threads, where threads would meet too seldom. */
class RunLanesTest {

  private static final long LATER = 1_000_000_000;

  private final RunLanes lanes =
      new RunLanes(Ordering.Key, () -> new BatchSize.Room(16, 1_000_000), false, 1_000_000);

  private static Parcel ready(SourceRecord record) {
    return new Parcel.Ready(new Batches.Item(record, "here", record.idempotency(), new byte[] {1}));
  }

  /** Its head becomes another while it stands in the order of heads. */
  @Test
  void whatWasMissingIsFoundWhileItsLaneWaitsForASlot() {
    var assignment = Records.assignment("orders", 0);
    for (int i = 0; i < 12; i++) {
      lanes.add(Records.record(assignment, i, "key-" + i / 2));
    }
    for (int i = 12; i < 15; i++) {
      lanes.add(Records.record(assignment, i, "the key"));
    }
    var prepare = (RunLanes.Work.Prepare) lanes.next();
    for (RunLanes.Portion portion : prepare.portions()) {
      for (RunLane.Waiting waiting : portion.records()) {
        waiting.prepared =
            waiting.record.offset() == 14
                ? new Parcel.NotYet("RegistryDown")
                : ready(waiting.record);
      }
    }
    Boarding.Missing missing = lanes.boarding().board(prepare.portions(), 0).missing().getFirst();
    lanes.linger(LATER);
    Batch batch = ((RunLanes.Work.Send) lanes.next()).batch();
    List<Batch.Passenger> members = lanes.alighting().close(batch);
    // The first of each lane is refused, the second goes back.
    for (int i = 0; i < 14; i += 2) {
      lanes.alighting().leave(List.of(members.get(i)));
      lanes.alighting().end(members.get(i), new Outcome.DeadLettered());
      lanes.alighting().endAlone(members.get(i).lane);
    }
    lanes.alighting().over(batch);

    missing.waiting().prepared = ready(missing.waiting().record);
    lanes.boarding().found(missing, LATER);
    for (int i = 40; i < 60; i++) {
      lanes.add(Records.record(assignment, i, "key-" + i));
    }
    long taken = 0;
    for (var work = lanes.next(); work != null; work = lanes.next()) {
      if (work instanceof RunLanes.Work.Prepare(var portions)) {
        taken += portions.stream().mapToLong(portion -> portion.records().size()).sum();
      }
    }
    assertThat(taken).as("the second of six lanes, and twenty new ones").isEqualTo(6 + 20);
  }
}
