package dev.kafkaapibridge.runtime.quota;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.runtime.Seeds;
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
  private long wallIsAhead;

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

  @Test
  void noShareTakesItForTimeThatTheWallClockWasSet() {
    for (long burst : new long[] {0, 50}) {
      for (long step : new long[] {2 * SECOND, 86_400 * SECOND, -2 * SECOND}) {
        var purse = new Purse(new RateLimit(200, SECOND, burst, false), clock(), 1);
        purse.look(List.of(PARTITION), purse.now());
        PartitionAccount account = working(purse, Purse.atFirstStart(1));
        passes(3 * SECOND);
        assertThat(goes(purse)).isPositive();

        wallIsAhead += step;
        passes(SECOND / 1_000);
        purse.look(List.of(PARTITION), purse.now()); // an old look would do no longer
        assertThat(goes(purse)).isLessThanOrEqualTo(1);
        account.close();
        var next = purse(new RateLimit(200, SECOND, burst, false));
        working(next, account.toCommit());
        assertThat(goes(next)).as("whose clock is another").isLessThanOrEqualTo(1);
        wallIsAhead = 0;
      }
    }
  }

  @Test
  void aStepAheadMayBeAMachineThatStoodStillSoPartitionsAreCountedAnewFirst() {
    var purse = new Purse(new RateLimit(10, SECOND, 0, false), clock(), 1);
    purse.look(List.of(PARTITION), purse.now());
    working(purse, Purse.atFirstStart(1));
    wallIsAhead = Census.STALE;
    passes(2 * SECOND);
    assertThat(goes(purse)).isZero();
    purse.look(List.of(PARTITION), purse.now());
    assertThat(goes(purse)).isEqualTo(10);
  }

  @Test
  void whatIsWrittenAndReadOnceClocksWereSetRightIsOfItsTime() {
    for (long burst : new long[] {0, 50}) {
      var limit = new RateLimit(200, SECOND, burst, false);
      wallIsAhead = -3_600 * SECOND;
      var purse = new Purse(limit, clock(), 1);
      purse.look(List.of(PARTITION), purse.now());
      PartitionAccount account = working(purse, Purse.atFirstStart(1));
      wallIsAhead = 0;
      passes(3 * SECOND);
      purse.look(List.of(PARTITION), purse.now());
      assertThat(goes(purse)).isPositive();
      account.close();
      long[] ahead = {3_600 * SECOND};
      var next = new Purse(limit, new OnwardClock(() -> now + ahead[0], () -> now * 1_000), 2);
      next.look(List.of(PARTITION), next.now());
      ahead[0] = 0;
      working(next, account.toCommit());
      assertThat(goes(next)).isLessThanOrEqualTo(1);
    }
  }

  /**
   * Two processes with a partition each, of which one has a clock that is wrong until it is set.
   */
  @Test
  void turnsAreTakenByTheWallClockAndNoneIsTakenTwiceWhenItIsSet() {
    Seeds.each(
        30,
        random -> {
          var all = List.of(PARTITION, new TopicPartition("orders", 1));
          var purses =
              List.of(
                  new Purse(ONE_A_SECOND, clock(), 1), new Purse(ONE_A_SECOND, () -> this.now, 2));
          wallIsAhead = random.nextLong(-9 * SECOND, 9 * SECOND);
          for (int i = 0; i < 2; i++) {
            purses.get(i).look(all, purses.get(i).now());
            PartitionAccount account = purses.get(i).open(all.get(i), Purse.atFirstStart(2));
            account.toCommit();
            account.committed();
          }
          var ofEach = List.of(new ArrayList<Long>(), new ArrayList<Long>());
          var together = new ArrayList<Long>();
          long setAt = now + 10 * SECOND + random.nextLong(3 * SECOND);
          for (long until = now + 30 * SECOND; now < until; now += 1_000) {
            if (now >= setAt) {
              wallIsAhead = 0;
            }
            for (int i = 0; i < 2; i++) {
              if (purses.get(i).enter() instanceof Entry.Go(var pass)) {
                purses.get(i).leaves(pass);
                ofEach.get(i).add(now);
                if (now > setAt + SECOND / 10) {
                  together.add(now);
                }
              }
            }
          }
          assertThat(together).hasSizeGreaterThan(10);
          for (var times : List.of(ofEach.get(0), ofEach.get(1), together)) {
            for (int i = 1; i < times.size(); i++) {
              assertThat(times.get(i) - times.get(i - 1)).isGreaterThanOrEqualTo(SECOND);
            }
          }
        });
  }

  private OnwardClock clock() {
    return new OnwardClock(() -> now + wallIsAhead, () -> now * 1_000);
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
