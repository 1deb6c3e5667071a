package dev.kafkaapibridge.runtime.quota;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.runtime.quota.Purse.Entry;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/** One purse and one partition, by a clock of the test's. */
class PurseTest {

  private static final long SECOND = 1_000_000;
  private static final TopicPartition PARTITION = new TopicPartition("orders", 0);
  private static final RateLimit ONE_A_SECOND = new RateLimit(1, SECOND, 0, false);

  private long now = 1_700_000_000 * SECOND;

  @Test
  void aCallCountsFromWhenItLeaves() {
    Purse purse = purse(ONE_A_SECOND);
    working(purse, Purse.atFirstStart(1));
    var paid = ((Entry.Go) purse.enter()).pass();

    passes(SECOND * 3 / 2);
    assertThat(purse.enter()).as("it may leave at any moment").isInstanceOf(Entry.Wait.class);
    purse.leaves(paid);
    passes(SECOND * 9 / 10);
    assertThat(purse.enter()).isInstanceOf(Entry.Wait.class);
    passes(SECOND * 2 / 10);
    assertThat(purse.enter()).isInstanceOf(Entry.Go.class);
  }

  @Test
  void aCallThatNeverLeavesCostsNothing() {
    Purse purse = purse(ONE_A_SECOND);
    working(purse, Purse.atFirstStart(1));
    for (int i = 0; i < 5; i++) {
      purse.ended(((Entry.Go) purse.enter()).pass());
    }
    var sent = ((Entry.Go) purse.enter()).pass();
    purse.leaves(sent);
    purse.ended(sent);
    assertThat(purse.enter()).isInstanceOf(Entry.Wait.class);
  }

  @Test
  void aCleanHandoverGoesOnAtTheLevelThatWasLeft() {
    var limit = new RateLimit(10, SECOND, 10, false);
    Purse purse = purse(limit);
    PartitionAccount account = working(purse, Purse.atFirstStart(1));
    passes(SECOND);
    assertThat(goes(purse)).isEqualTo(9);
    passes(SECOND / 2);
    account.close();

    Purse next = purse(limit);
    working(next, account.toCommit());
    assertThat(goes(next)).isBetween(4, 6);
  }

  @Test
  void whatAPartitionHasPaidForDoesNotLeaveAfterItWasLetGoAndHasCostNothing() {
    for (long burst : new long[] {0, 10}) {
      var limit = new RateLimit(10, SECOND, burst, false);
      Purse purse = purse(limit);
      PartitionAccount account = working(purse, Purse.atFirstStart(1));
      passes(SECOND);
      int whole = burst == 0 ? 10 : 9;
      var paid = new ArrayList<Purse.Pass>();
      while (purse.enter() instanceof Entry.Go(var pass)) {
        paid.add(pass);
      }
      assertThat(paid).hasSize(whole);
      assertThat(purse.leaves(paid.removeFirst())).isTrue();
      account.close();

      Purse next = purse(limit);
      working(next, account.toCommit());
      assertThat(goes(next)).isEqualTo(whole - 1);
      passes(SECOND * 3 / 2);
      assertThat(paid).noneMatch(purse::leaves);
      assertThat(goes(next)).isBetween(whole, 10);
    }
  }

  @Test
  void aTurnWhoseCallHadNotLeftWhenItWasHandedOverIsTheNextOwners() {
    var table = new Turns.Timetable(SECOND, 0, SECOND / 10, 0, 0);
    var turns = new Turns(table);
    turns.take(5 * SECOND);
    turns.giveBackAll();
    var next = new Turns(table);
    next.inherit(turns.state(5 * SECOND), 5 * SECOND + 1);
    assertThat(next.nextAt(5 * SECOND + 1)).isEqualTo(5 * SECOND + 1);
  }

  @Test
  void callsThatWentByNoTimetableAreARoundOld() {
    var turns = new Turns(new Turns.Timetable(SECOND, 0, SECOND / 10, 0, 0));
    var calls = List.of(new ShareState.Calls(5 * SECOND - 1, 1));
    turns.inherit(new ShareState.Used(5 * SECOND, 0, calls), 5 * SECOND);
    assertThat(turns.nextAt(5 * SECOND)).isEqualTo(6 * SECOND);
    assertThat(turns.nextAt(6 * SECOND)).isEqualTo(7 * SECOND);
  }

  @Test
  void whatAShareHasPaidForDoesNotLeaveOnceAnotherKindHasReplacedIt() {
    var limit = new RateLimit(2, SECOND, 0, false);
    Purse purse = purse(limit);
    working(purse, Purse.atFirstStart(1));
    var paid = ((Entry.Go) purse.enter()).pass();
    var more = List.of(PARTITION, new TopicPartition("orders", 1), new TopicPartition("orders", 2));
    for (int i = 0; i < 5; i++) {
      passes(30 * SECOND);
      purse.look(more, now); // by turns from now on
    }
    assertThat(purse.leaves(paid)).isFalse();
  }

  @Test
  void whoseConnectionTakesLongerThanItsTurnMissesTheTurnsMeanwhile() {
    var turns = new Turns(new Turns.Timetable(SECOND, 0, SECOND / 10, 0, 0));
    turns.take(0);
    assertThat(turns.nextAt(SECOND)).as("it may leave at any moment").isEqualTo(2 * SECOND);
    turns.left(2 * SECOND + 1);
    assertThat(turns.nextAt(2 * SECOND + 2)).isEqualTo(3 * SECOND);
    assertThat(turns.nextAt(3 * SECOND)).isEqualTo(3 * SECOND);
  }

  @Test
  void afterACrashAllCountsAsSpent() {
    var limit = new RateLimit(10, SECOND, 10, false);
    Purse purse = purse(limit);
    PartitionAccount account = purse.open(PARTITION, Purse.atFirstStart(1));
    String atWork = account.toCommit();

    Purse next = purse(limit);
    working(next, atWork);
    assertThat(goes(next)).isZero();
    passes(SECOND);
    assertThat(goes(next)).isEqualTo(9);
  }

  @Test
  void withoutADeclaredLimitEveryCallGoes() {
    var purse = new Purse(null, () -> now);
    purse.open(PARTITION, null);
    assertThat(goes(purse)).isEqualTo(1_000);
  }

  private Purse purse(RateLimit limit) {
    var purse = new Purse(limit, () -> now);
    purse.look(List.of(PARTITION), now);
    return purse;
  }

  private static PartitionAccount working(Purse purse, String section) {
    PartitionAccount account = purse.open(PARTITION, section);
    assertThat(account.wantsCommit()).isTrue();
    account.toCommit();
    account.committed();
    return account;
  }

  /** How many calls go at once, and leave; 1,000 at most. */
  private static int goes(Purse purse) {
    int goes = 0;
    while (goes < 1_000 && purse.enter() instanceof Entry.Go(var pass)) {
      purse.leaves(pass);
      goes++;
    }
    return goes;
  }

  private void passes(long micros) {
    now += micros;
  }
}
