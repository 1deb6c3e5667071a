package dev.kafkaapibridge.runtime.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.api.v1alpha1.DeliverySpec.Ordering;
import dev.kafkaapibridge.runtime.Records;
import dev.kafkaapibridge.runtime.deliver.Outcome;
import dev.kafkaapibridge.runtime.record.Assignment;
import dev.kafkaapibridge.runtime.record.SourceRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Which records may be under way at once, by the kind of order. */
class OrderingTest {

  private final Assignment one = Records.assignment("orders", 0);
  private final Assignment other = Records.assignment("orders", 1);

  @Test
  void keyKeepsTheRecordsOfAKeyAndPartitionInOrder() {
    var lanes = new Lanes(Ordering.Key);
    add(lanes, one, 0, "a", "a", "b");
    add(lanes, other, 0, "a");

    assertThat(underWay(lanes)).containsExactly("0@0", "0@2", "1@0");
  }

  @Test
  void recordsWithoutAKeyWaitForNoOther() {
    var lanes = new Lanes(Ordering.Key);
    add(lanes, one, 0, null, null, "a", null);

    assertThat(underWay(lanes)).containsExactly("0@0", "0@1", "0@2", "0@3");
  }

  @Test
  void anEmptyKeyIsAKey() {
    var lanes = new Lanes(Ordering.Key);
    add(lanes, one, 0, "", "", null);

    assertThat(underWay(lanes)).containsExactly("0@0", "0@2");
  }

  @Test
  void partitionKeepsAllOfAPartitionInOrderWithAKeyAndWithout() {
    var lanes = new Lanes(Ordering.Partition);
    add(lanes, one, 0, "a", null, "b");
    add(lanes, other, 0, null, "a");

    assertThat(underWay(lanes)).containsExactly("0@0", "1@0");
  }

  @Test
  void unorderedKeepsNone() {
    var lanes = new Lanes(Ordering.Unordered);
    add(lanes, one, 0, "a", "a", "a");

    assertThat(underWay(lanes)).containsExactly("0@0", "0@1", "0@2");
  }

  @Test
  void theNextOfALaneComesAfterTheEndOfTheOneBefore() {
    var lanes = new Lanes(Ordering.Key);
    add(lanes, one, 0, "a", "b", "a");
    Lane first = lanes.next();
    assertThat(first.head().offset()).isZero();
    assertThat(lanes.next().head().offset()).isEqualTo(1);
    assertThat(lanes.next()).isNull();

    lanes.finish(first, new Outcome.Delivered());
    assertThat(lanes.next().head().offset()).isEqualTo(2);
  }

  @Test
  void aKeyWithManyRecordsIsNotPassedByKeysThatCameLater() {
    var lanes = new Lanes(Ordering.Key);
    add(lanes, one, 0, "a", "a", "b", "c", "a");
    Lane a = lanes.next();
    lanes.finish(a, new Outcome.Delivered());
    assertThat(lanes.next()).as("its second came before b").isSameAs(a);

    lanes.finish(a, new Outcome.Delivered());
    assertThat(underWay(lanes)).as("its third came last").containsExactly("0@2", "0@3", "0@4");
  }

  @Test
  void whatWaitsInALaneOfAnEndedAssignmentComesBackAndIsNotSent() {
    var lanes = new Lanes(Ordering.Key);
    add(lanes, one, 0, "a", "a", "b");
    add(lanes, other, 0, "a");
    Lane underWay = lanes.next();
    one.end();
    lanes.giveBackReady(Set.of(one));
    assertThat(lanes.takeEnded()).extracting(end -> end.record().offset()).containsExactly(2L);

    lanes.finish(underWay, new Outcome.Delivered());
    assertThat(lanes.takeEnded())
        .extracting(Ended::outcome)
        .containsExactly(new Outcome.Delivered(), new Outcome.Interrupted());
    assertThat(underWay(lanes)).as("the other assignment's go on").containsExactly("1@0");
  }

  private static void add(Lanes lanes, Assignment of, long from, String... keys) {
    for (int i = 0; i < keys.length; i++) {
      lanes.add(Records.record(of, from + i, keys[i]));
    }
  }

  /** What is under way once all that may be has begun, as partition@offset. */
  private static List<String> underWay(Lanes lanes) {
    var heads = new ArrayList<String>();
    for (Lane lane = lanes.next(); lane != null && heads.size() < 100; lane = lanes.next()) {
      SourceRecord head = lane.head();
      heads.add(head.record().partition() + "@" + head.offset());
    }
    return heads;
  }
}
