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
  private final Process busy = new Process(1, FIRST);
  private final Process resting = new Process(2, SECOND_ONE);

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
    var state = (ShareState.Lent) ShareState.decode(committed.get(SECOND_ONE)).state();
    var next = new Process(3, SECOND_ONE);
    while (now < state.until()) {
      next.step(true);
      busy.step(true);
      assertThat(next.calls).isZero();
      now += SECOND / 100;
    }
    for (int i = 0; i < 300; i++) {
      next.step(true);
      now += SECOND / 100;
    }
    assertThat(next.calls).isPositive();
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

    Process(long number, TopicPartition partition) {
      this.partition = partition;
      purse = new Purse(LIMIT, () -> now, number);
      // Partitions are often assigned before the cluster was asked how many there are.
      account = purse.open(partition, committed.getOrDefault(partition, Purse.atFirstStart(2)));
      purse.look(List.of(FIRST, SECOND_ONE), now);
    }

    void step(boolean hasRecords) {
      if (now - traded > 2 * SECOND) {
        traded = now;
        purse.look(List.of(FIRST, SECOND_ONE), now);
        purse.trade(committed);
      }
      if (account.wantsCommit()) {
        committed.put(partition, account.toCommit());
        account.committed();
      }
      if (hasRecords) {
        take().forEach(pass -> calls += purse.leaves(pass) ? 1 : 0);
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
