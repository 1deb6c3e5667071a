package dev.kafkaapibridge.runtime.consume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import org.junit.jupiter.api.Test;

class OffsetLedgerTest {

  @Test
  void theCommitWaitsForTheFirstRecordThatHasNotEnded() {
    var ledger = started(10, 11, 12);

    ledger.end(11);
    assertThat(ledger.committable()).isEqualTo(10);
    assertThat(ledger.endedBeyond()).isEqualTo(new OffsetRanges(new long[] {11, 12}));

    ledger.end(10);
    assertThat(ledger.committable()).isEqualTo(12);
    assertThat(ledger.endedBeyond().isEmpty()).isTrue();

    ledger.end(12);
    assertThat(ledger.committable()).isEqualTo(13);
    assertThat(ledger.unfinished()).isZero();
  }

  @Test
  void gapsAreNobodysRecord() {
    var ledger = started(10, 15);

    ledger.end(10);
    assertThat(ledger.committable()).isEqualTo(15);
  }

  @Test
  void anIdlePartitionCommitsWhereTheConsumerStands() {
    var ledger = started(10);
    ledger.end(10);

    ledger.reached(14); // a transaction's marker and what compaction removed

    assertThat(ledger.committable()).isEqualTo(14);
  }

  @Test
  void whatEndedUnderAnEarlierOwnerIsNotSentAgain() {
    var ledger = new OffsetLedger(10, new OffsetRanges(new long[] {11, 13}));

    assertThat(ledger.start(10)).isTrue();
    assertThat(ledger.start(11)).isFalse();
    assertThat(ledger.start(12)).isFalse();
    assertThat(ledger.start(13)).isTrue();
    assertThat(ledger.unfinished()).isEqualTo(2);

    ledger.end(10);
    assertThat(ledger.committable()).isEqualTo(13);
  }

  @Test
  void aRecordEndsOnce() {
    var ledger = started(10, 11);
    ledger.end(11);

    assertThatIllegalStateException().isThrownBy(() -> ledger.end(11));
    assertThatIllegalStateException().isThrownBy(() -> ledger.end(12));
  }

  private static OffsetLedger started(long... offsets) {
    var ledger = new OffsetLedger(offsets[0], OffsetRanges.NONE);
    for (long offset : offsets) {
      ledger.start(offset);
    }
    return ledger;
  }
}
