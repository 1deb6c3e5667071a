package dev.kafkaapibridge.runtime.quota;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.runtime.quota.Purse.Entry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/**
 * Two processes with a partition each, and a limit of 20 calls a second; one has records, the other
 * has none. What commits say is a map here, and the clock is the test's.
 */
class LendingTest {

  private static final long SECOND = 1_000_000;
  private static final TopicPartition FIRST = new TopicPartition("orders", 0);
  private static final TopicPartition SECOND_ONE = new TopicPartition("orders", 1);
  private static final RateLimit LIMIT = new RateLimit(20, SECOND, 0, false, 1);

  private long now = 1_700_000_000 * SECOND;
  private final Map<TopicPartition, String> committed = new HashMap<>();
  private final List<Long> left = new ArrayList<>();
  private Process busy = new Process(1, FIRST, 0);
  private Process resting = new Process(2, SECOND_ONE, 0);

  @Test
  void whatOneLeavesTheOtherUses() {
    pass(20, true, false);
    assertThat(busy.calls).isGreaterThan(20 * 10 * 12 / 10);
    busy.calls = 0;
    pass(20, true, false);
    assertThat(busy.calls).isBetween(20 * 20 * 9 / 10, 20 * 20);
  }

  @Test
  void whoHasRecordsAgainHasItsOwnShareAgainWhenTheLoanIsOver() {
    pass(20, true, false);
    pass(Lending.TIME / SECOND + 3, true, true);
    busy.calls = 0;
    resting.calls = 0;
    pass(10, true, true);
    assertThat(resting.calls).isBetween(90, 100);
    assertThat(busy.calls).isBetween(90, 100);
  }

  @Test
  void aBorrowerThatIsGoneCostsTheRestOfItsLoan() {
    pass(20, true, false);
    pass(Lending.TIME / SECOND + 3, false, true);
    resting.calls = 0;
    pass(10, false, true);
    assertThat(resting.calls).isGreaterThanOrEqualTo(90);
  }

  @Test
  void whoTakesALentPartitionOverWaitsForTheEndOfTheLoan() {
    pass(20, true, false);
    var state = lent();
    var next = new Process(3, SECOND_ONE, 0);
    while (now < state.until()) {
      next.step(true);
      busy.step(true);
      assertThat(next.calls).isZero();
      now += SECOND / 100;
    }
    for (long until = now + Lending.TIME; now < until; now += SECOND / 100) {
      next.step(true);
      busy.step(true);
    }
    assertThat(next.calls).isPositive();
    assertHolds();
  }

  @Test
  void itHoldsHoweverFarApartTheClocksAre() {
    for (long ahead : new long[] {7 * SECOND, 3_600 * SECOND, -7 * SECOND, -3_600 * SECOND}) {
      committed.clear();
      busy = new Process(1, FIRST, 0);
      resting = new Process(2, SECOND_ONE, ahead);
      for (int i = 2; i < 7; i++) {
        busy.tradesEvery = i * SECOND; // the longer, the later it learns that a loan is over
        pass(20, true, false);
        pass(20, true, true);
      }
      assertHolds();
      now += 10 * SECOND;
    }
  }

  @Test
  void whoTakesALentPartitionOverWaitsForTheEndOfTheLoanWhateverItsClockSays() {
    pass(20, true, false);
    assertThat(lent()).isNotNull();
    busy.tradesEvery = 6 * SECOND;
    resting = new Process(3, SECOND_ONE, 3_600 * SECOND);
    pass(2 * Lending.TIME / SECOND, true, true);
    assertThat(resting.calls).isPositive();
    assertHolds();
  }

  @Test
  void aLoanOfWhichTheLenderTellsNoMoreIsOverAtTheNextReading() {
    pass(20, true, false);
    assertThat(lent()).isNotNull();
    pass(2, false, false);
    List<Purse.Pass> paid = busy.take();
    assertThat(paid).as("of its own share and of the other's").hasSizeGreaterThan(10);
    committed.put(SECOND_ONE, ShareState.encode(new ShareState.Unknown(), 2));
    busy.purse.trade(committed, now);
    assertThat(paid.stream().filter(busy.purse::leaves)).hasSizeLessThanOrEqualTo(10);
    now += SECOND * 11 / 10;
    assertThat(busy.take()).hasSizeLessThanOrEqualTo(10);
  }

  @Test
  void aLoanIsOverWhereItsTimeMayHavePassedWhileTheMachineStoodStill() {
    pass(20, true, false);
    assertThat(lent()).isNotNull();
    pass(2, false, false);
    busy.stoodStill = Lending.TIME;
    assertThat(busy.take()).hasSizeLessThanOrEqualTo(10);
  }

  @Test
  void theLenderWaitsUntilTheCommitThatTellsOfItIsAcknowledged() {
    pass(20, true, false);
    resting.isHeard = false;
    pass(Lending.TIME / SECOND + 5, true, false); // an extension is written
    resting.calls = 0;
    pass(30, true, true);
    assertThat(resting.calls).as("it may have been read, nobody knows when").isZero();
    resting.isHeard = true;
    pass(Lending.TIME / SECOND + 3, true, true);
    assertThat(resting.calls).isPositive();
    assertHolds();
  }

  @Test
  void whatTheFirstReadingTellsOfMayBeOldAndIsNotBorrowed() {
    pass(20, true, false);
    var lent = lent();
    var next = new Process(1, FIRST, 0);
    now += 2 * SECOND;
    assertThat(lent.to()).isEqualTo(1);
    next.step(true);
    assertThat(next.calls).isEqualTo(10);
  }

  @Test
  void aCallThatDidNotLeaveWhileTheLoanLastedIsNotWritten() {
    pass(20, true, false);
    pass(2, false, false);
    List<Purse.Pass> paid = busy.take();
    assertThat(paid).as("of its own share and of the other's").hasSizeGreaterThan(10);
    now += Lending.TIME;
    assertThat(paid.stream().filter(busy.purse::leaves)).hasSizeLessThanOrEqualTo(10);
  }

  @Test
  void whatIsCommittedOfALoanIsReadAsItWasWritten() {
    for (ShareState left :
        List.of(
            new ShareState.Level(now, 1.5),
            new ShareState.Used(now, 2, List.of(new ShareState.Calls(now - 5, 3))))) {
      var lent = new ShareState.Lent(now + SECOND, Long.MAX_VALUE, now, left);
      assertThat(ShareState.decode(ShareState.encode(lent, 12)))
          .isEqualTo(new ShareState.Read(lent, 12));
    }
    var wanting = new ShareState.Wanting(now, Long.MAX_VALUE, 15_500);
    assertThat(ShareState.decode(ShareState.encode(wanting, 3)))
        .isEqualTo(new ShareState.Read(wanting, 3));
  }

  private ShareState.Lent lent() {
    return (ShareState.Lent) ShareState.decode(committed.get(SECOND_ONE)).state();
  }

  private void assertHolds() {
    for (int i = 20; i < left.size(); i++) {
      assertThat(left.get(i) - left.get(i - 20)).isGreaterThanOrEqualTo(SECOND);
    }
  }

  private void pass(long seconds, boolean busyHasRecords, boolean restingHasRecords) {
    for (long until = now + seconds * SECOND; now < until; now += SECOND / 100) {
      busy.step(busyHasRecords);
      resting.step(restingHasRecords);
    }
  }

  private final class Process {
    final Purse purse;
    final TopicPartition partition;
    final PartitionAccount account;
    long traded;
    long asksAgainAt;
    int calls;
    boolean isHeard = true;
    long stoodStill;
    long tradesEvery = 2 * SECOND;

    Process(long number, TopicPartition partition, long clockIsAhead) {
      this.partition = partition;
      purse =
          new Purse(
              LIMIT,
              new OnwardClock(() -> now + clockIsAhead + stoodStill, () -> now * 1_000),
              number);
      // Partitions are often assigned before the cluster was asked how many there are.
      account = purse.open(partition, committed.getOrDefault(partition, Purse.atFirstStart(2)));
      purse.look(List.of(FIRST, SECOND_ONE), purse.now());
    }

    void step(boolean hasRecords) {
      if (now - traded > tradesEvery) {
        traded = now;
        purse.look(List.of(FIRST, SECOND_ONE), purse.now());
        purse.trade(committed, purse.now());
      }
      if (account.wantsCommit()) {
        committed.put(partition, account.toCommit());
        if (isHeard) {
          account.committed();
        }
      }
      if (hasRecords) {
        for (Purse.Pass pass : take()) {
          if (purse.leaves(pass)) {
            calls++;
            left.add(now);
          }
        }
      }
    }

    /** Who waits is told how long, and asks again just then. */
    List<Purse.Pass> take() {
      var passes = new ArrayList<Purse.Pass>();
      while (now >= asksAgainAt) {
        switch (purse.enter()) {
          case Entry.Go(var pass) -> passes.add(pass);
          case Entry.Wait(var time) -> asksAgainAt = now + Math.max(1, time.toNanos() / 1_000);
        }
      }
      return passes;
    }
  }
}
