package dev.kafkaapibridge.benchmarks.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.benchmarks.Stamp;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A contestant that cheats must be seen, or the fastest is the one that loses records. */
class TallyTest {

  private final Tally tally = new Tally();

  @BeforeEach
  void begin() {
    tally.begin(4, 2);
  }

  @Test
  void recordsOfAKeyOneAfterTheOtherAreInOrder() {
    call(new Stamp(0, 0, 0, 0));
    call(new Stamp(1, 0, 1, 0));
    call(new Stamp(2, 1, 0, 0));

    assertThat(tally.figures().overtaken()).isZero();
    assertThat(tally.figures().records()).isEqualTo(3);
  }

  @Test
  void aRecordThatComesBeforeItsPredecessorIsSeen() {
    call(new Stamp(1, 0, 1, 0));
    call(new Stamp(0, 0, 0, 0));

    assertThat(tally.figures().overtaken()).isEqualTo(2);
  }

  @Test
  void aRecordThatComesWhileItsPredecessorIsUnderWayIsSeen() {
    tally.arrived(new Stamp(0, 0, 0, 0));
    tally.arrived(new Stamp(1, 0, 1, 0));

    assertThat(tally.figures().overtaken()).isEqualTo(1);
    assertThat(tally.figures().mostOpen()).isEqualTo(2);
  }

  @Test
  void inOneRequestRecordsOfAKeyFollowOneAnother() {
    tally.arrived(List.of(new Stamp(0, 0, 0, 0), new Stamp(1, 0, 1, 0)));
    assertThat(tally.figures().overtaken()).isZero();
    tally.arrived(List.of(new Stamp(2, 0, 2, 0), new Stamp(3, 1, 0, 0)));
    assertThat(tally.figures().overtaken()).as("its predecessors are under way").isEqualTo(1);
  }

  @Test
  void aRecordThatComesTwiceIsSeenAndCountsOnce() {
    call(new Stamp(0, 0, 0, 0));
    call(new Stamp(0, 0, 0, 0));

    assertThat(tally.figures().repeated()).isEqualTo(1);
    assertThat(tally.figures().records()).isEqualTo(1);
  }

  @Test
  void latenciesAreThoseOfTheMeasuredRecords() {
    tally.measureFrom(1, 3);
    for (int i = 0; i < 4; i++) {
      var stamp = new Stamp(i, 0, i, 1_000);
      tally.arrived(stamp);
      tally.answered(stamp, 1_000 + i * 100);
    }

    assertThat(tally.figures().measured()).isEqualTo(3);
    assertThat(tally.figures().p50()).isEqualTo(200);
    assertThat(tally.figures().max()).isEqualTo(300);
  }

  @Test
  void aStampIsReadAsItWasWritten() {
    var stamp = new Stamp(59_999, 4_999, 17, 1_790_000_000_123_456L);
    byte[] value = stamp.toValue(512);

    assertThat(value).hasSize(512);
    assertThat(Stamp.read(i -> value[i])).isEqualTo(stamp);
  }

  private void call(Stamp stamp) {
    tally.arrived(stamp);
    tally.answered(stamp, 1);
  }
}
