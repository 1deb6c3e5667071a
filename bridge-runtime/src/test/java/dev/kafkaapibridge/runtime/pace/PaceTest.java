package dev.kafkaapibridge.runtime.pace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.kafkaapibridge.runtime.Seeds;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What one pod learns, and what it takes over and hands on. */
class PaceTest {

  private static final long SECOND = 1_000_000_000;
  private static final long WALL = 1_700_000_000;

  private long now = 5 * SECOND;
  private final Pace pace = Pace.learning(() -> 0.5, () -> now);

  @Test
  void aPodThatKnowsNothingBeginsWithAFewCallsAndHasNoRateSoonAfter() {
    assertThat(callsIn(1)).isBetween(10, 40);
    now += 5 * SECOND;
    assertThat(pace.enter()).isInstanceOf(Pace.Entry.Go.class);
    assertThat(pace.enter()).as("no lock, no garbage").isSameAs(pace.enter());
    assertThat(pace.reading()).isEqualTo(new Pace.Reading(null, "Open", null));
  }

  @Test
  void whatWasUnderWayWhenTheFirstWasLimitedSaysNothingNew() {
    open(300);
    var before = new ArrayList<Pace.Pass>();
    for (int i = 0; i < 50; i++) {
      before.add(go());
    }
    pace.limited(before.getFirst());
    double rate = rate();
    before.forEach(pace::limited);
    now += 2 * SECOND;
    assertThat(rate()).isEqualTo(rate);
  }

  @Test
  void whatWasAcceptedIsTheCeiling() {
    open(300);
    pace.limited(go());
    assertThat(rate()).isCloseTo(300 * 0.97, within(15.0));
  }

  @Test
  void aRateThatNobodyNeedsDoesNotGrow() {
    open(300);
    pace.limited(go());
    double rate = rate();
    for (int i = 0; i < 6_000; i++) { // a minute, a third of the rate
      now += SECOND / 100;
      if (pace.enter() instanceof Pace.Entry.Go(var pass)) {
        pace.accepted(pass);
      }
    }
    assertThat(rate()).as("but for the first step of a look").isLessThan(rate * 1.05);
  }

  @Test
  void aCallThatWasNotMadeIsLetGoAgain() {
    open(300);
    pace.limited(go());
    now += SECOND;
    Pace.Pass last = go();
    while (pace.enter() instanceof Pace.Entry.Go(var pass)) {
      last = pass;
    }
    pace.giveBack(last);
    assertThat(pace.enter()).isInstanceOf(Pace.Entry.Go.class);
  }

  @Test
  void howeverMuchIsLimitedOneCallInAWhileAsksOn() {
    pace.gained(Collections.nCopies(2, null), WALL);
    open(300);
    for (int i = 0; i < 100_000; i++) {
      now += SECOND / 50;
      if (pace.enter() instanceof Pace.Entry.Go(var pass)) {
        pace.limited(pass);
      }
    }
    assertThat(rate()).isBetween(0.04, 0.2);
  }

  @Test
  void aPodGoesOnAtTheRatesThatItsPartitionsBring() {
    pace.gained(known(20, 30), WALL);
    assertThat(rate()).isCloseTo(50, within(1e-9));
    assertThat(pace.reading().mode()).isEqualTo("Hold");
    assertThat(pace.ofOnePartition(WALL).callsPerSecond()).isCloseTo(25, within(1e-9));
  }

  /** Of a load that doubles, the pods that were there have hardly more than they needed before. */
  @Test
  void aRateThatNobodyWasLimitedAtGrowsAtOnceInOtherHands() {
    pace.gained(List.of(new PartitionRate(50, WALL, true)), WALL);
    acceptsAllFor(10);
    assertThat(rate()).as("in ten seconds").isGreaterThan(200);
  }

  @Test
  void aRateThatWasLimitedOfLateIsHeldInOtherHands() {
    pace.gained(known(50), WALL);
    assertThat(pace.ofOnePartition(WALL).calm()).as("nor is it calm here").isFalse();
    acceptsAllFor(10);
    assertThat(rate()).isEqualTo(50);
  }

  @Test
  void whoWasLimitedIsNotCalmForAWhile() {
    pace.gained(List.of(new PartitionRate(50, WALL, true)), WALL);
    Pace.Pass pass = go();
    assertThat(pace.ofOnePartition(WALL).calm()).isTrue();
    pace.limited(pass);
    assertThat(pace.ofOnePartition(WALL).calm()).isFalse();
    now += 74 * SECOND;
    assertThat(pace.ofOnePartition(WALL).calm()).isFalse();
    now += SECOND;
    assertThat(pace.ofOnePartition(WALL).calm()).isTrue();
  }

  @Test
  void oneLimitedPartitionIsEnoughToHoldWhicheverIsOpenedFirst() {
    var calm = new PartitionRate(25, WALL, true);
    var limited = new PartitionRate(25, WALL, false);
    for (var order : List.of(List.of(calm, limited), List.of(limited, calm))) {
      var taken = Pace.learning(() -> 0.5, () -> now);
      order.forEach(rate -> PartitionPace.open(taken, rate.encode(), () -> WALL));
      now += 8 * SECOND;
      assertThat(taken.reading().mode()).isEqualTo("Hold");
    }
  }

  @Test
  void inWhichOrderPartitionsAreOpenedMakesNoDifference() {
    var ten = new PartitionRate(10, WALL, false);
    var five = new PartitionRate(5, WALL, false);
    var nothing = PartitionRate.unknown();
    for (var order :
        List.of(
            List.of(ten, five, nothing, nothing),
            List.of(nothing, ten, nothing, five),
            List.of(five, nothing, nothing, ten),
            List.of(nothing, nothing, five, ten))) {
      var taken = Pace.learning(() -> 0.5, () -> now);
      order.forEach(rate -> PartitionPace.open(taken, rate.encode(), () -> WALL));
      assertThat(taken.reading().callsPerSecond()).isCloseTo(30, within(1e-9));
    }
  }

  @Test
  void thatItWasCalmAMinuteAgoSaysNothing() {
    pace.gained(List.of(new PartitionRate(50, WALL - 76, true)), WALL);
    assertThat(pace.ofOnePartition(WALL).calm()).isFalse();
  }

  @Test
  void ofAPartitionThatBringsNothingOrOldNewsTheMeanIsTaken() {
    List<PartitionRate> rates = new ArrayList<>(known(20, 30));
    rates.add(null);
    rates.add(new PartitionRate(1_000, WALL - 601, false));
    rates.add(new PartitionRate(Double.POSITIVE_INFINITY, WALL, false));
    pace.gained(rates, WALL);
    assertThat(rate()).isCloseTo(125, within(1e-9));
    pace.gained(Collections.nCopies(5, null), WALL);
    assertThat(rate()).isCloseTo(250, within(1e-9));
  }

  @Test
  void whoLosesAllHasLearnedNothing() {
    pace.gained(known(20, 30), WALL);
    pace.lost(2);
    assertThat(pace.reading().callsPerSecond()).isNull();
    pace.gained(Collections.nCopies(1, null), WALL);
    assertThat(callsIn(1)).as("a ramp").isBetween(10, 40);
  }

  /** So many pods as may be, partitions that move between them in any order. */
  @Test
  void theSumOfTheRatesIsTheSameHoweverPartitionsMove() {
    Seeds.each(
        200,
        random -> {
          int partitions = random.nextInt(1, 48);
          var owned = new ArrayList<List<PartitionRate>>();
          var pods = new ArrayList<Pace>();
          int[] owns = new int[8];
          for (int i = 0; i < 8; i++) {
            pods.add(Pace.learning(random::nextDouble, () -> now));
            owned.add(new ArrayList<>());
          }
          double sum = 0;
          for (int i = 0; i < partitions; i++) {
            double rate = random.nextDouble(0.5, 100);
            sum += rate;
            owned.get(random.nextInt(8)).add(new PartitionRate(rate, WALL, false));
          }
          for (int i = 0; i < 8; i++) {
            owns[i] = owned.get(i).size();
            pods.get(i).gained(owned.get(i), WALL);
          }
          for (int move = 0; move < 50; move++) {
            int from = random.nextInt(8);
            if (owns[from] > 0) {
              int some = random.nextInt(1, owns[from] + 1);
              int to = random.nextInt(8);
              PartitionRate each = pods.get(from).ofOnePartition(WALL);
              pods.get(from).lost(some);
              pods.get(to).gained(Collections.nCopies(some, each), WALL);
              owns[from] -= some;
              owns[to] += some;
            }
            now += random.nextLong(SECOND);
          }
          double after =
              pods.stream()
                  .map(pod -> pod.reading().callsPerSecond())
                  .mapToDouble(rate -> rate == null ? 0 : rate)
                  .sum();
          assertThat(after).isCloseTo(sum, within(sum * 1e-9));
        });
  }

  @Test
  void theSectionIsTheOneThatTheContractShows() {
    var rate = new PartitionRate(25, 1_795_860_000, false);
    assertThat(PartitionRate.decode("AaDMqtgGqMMB")).as("as it was once").isEqualTo(rate);
    assertThat(rate.encode()).isEqualTo("AaDMqtgGqMMBAA");
    assertThat(PartitionRate.decode("AaDMqtgGqMMBAA")).isEqualTo(rate);
    assertThat(PartitionRate.decode("AaDMqtgGqMMBAQ"))
        .isEqualTo(new PartitionRate(25, 1_795_860_000, true));
    assertThat(PartitionRate.unknown().encode()).isNull();
    for (String damaged :
        new String[] {null, "", "AaDMqtgGqMM", "AqDMqtgGqMMB", "?", "____________"}) {
      assertThat(PartitionRate.decode(damaged)).as(damaged).isNull();
    }
  }

  @Test
  void whatIsLetGoTakesItsPartWithIt() {
    PartitionPace one = PartitionPace.open(pace, "AaDMqtgGqMMB", () -> 1_795_860_100);
    PartitionPace two = PartitionPace.open(pace, "AaDMqtgGqMMB", () -> 1_795_860_100);
    assertThat(rate()).isCloseTo(50, within(1e-9));
    one.close();
    one.close();
    assertThat(rate()).isCloseTo(25, within(1e-9));
    two.close();
    assertThat(PartitionRate.decode(one.toCommit()))
        .as("said by whoever goes, however often it is asked")
        .isEqualTo(PartitionRate.decode(two.toCommit()))
        .isEqualTo(new PartitionRate(25, 1_795_860_100, false));
  }

  @Test
  void whatTheTargetAdvertisesIsSharedByPartitions() {
    pace.look(12);
    pace.gained(Collections.nCopies(3, null), WALL);
    now += 6 * SECOND;
    pace.told(new LimitNotice(100, Double.NaN, Double.NaN, Double.NaN), false);
    assertThat(callsIn(10)).isBetween(245, 251);
    assertThat(pace.reading()).isEqualTo(new Pace.Reading(null, "Open", 100.0));
  }

  @Test
  void whereTheTargetAllowsMoreThanBeforeWhatWasLearnedIsVoid() {
    pace.look(1);
    pace.gained(known(20), WALL);
    pace.told(new LimitNotice(100, Double.NaN, Double.NaN, Double.NaN), false);
    assertThat(rate()).isEqualTo(20);
    pace.told(new LimitNotice(300, Double.NaN, Double.NaN, Double.NaN), false);
    assertThat(rate()).isInfinite();
    assertThat(callsIn(10)).isBetween(2_900, 3_000);
  }

  @Test
  void ofLimitsThatDifferTheLowestOfTheLastMinuteIsKept() {
    pace.look(1);
    pace.gained(known(20), WALL);
    for (double perSecond : new double[] {60, 120, 60, 120}) {
      tell(perSecond, false);
      now += SECOND;
    }
    assertThat(pace.reading().advertised()).isEqualTo(60);
    for (int i = 0; i < 58; i++) {
      tell(120, false);
      now += SECOND;
    }
    assertThat(pace.reading().advertised()).isEqualTo(60);
    now += 15 * SECOND;
    tell(120, false);
    assertThat(pace.reading().advertised()).isEqualTo(120);
  }

  @Test
  void aRiseByLittleIsFollowedAtOnceAndVoidsNothing() {
    pace.look(1);
    pace.gained(known(20), WALL);
    for (double perSecond : new double[] {100, 103, 106}) {
      tell(perSecond, false);
      assertThat(pace.reading().advertised()).isEqualTo(perSecond);
      now += SECOND;
    }
    assertThat(rate()).isEqualTo(20);
  }

  /** An API with one limit behind a gateway with another, whose answers are the 200s. */
  @Test
  void whatWasToldBeforeIsNoRise() {
    pace.look(1);
    tell(100, false);
    pace.gained(known(20), WALL);
    tell(50, true);
    now += 11 * SECOND;
    tell(100, false);
    assertThat(rate()).isEqualTo(20);
    now += 300 * SECOND; // in which there is nothing to send
    tell(100, false);
    assertThat(rate()).isEqualTo(20);
  }

  @Test
  void aRiseIsNotBelievedUntilTenSecondsAfterA429() {
    pace.look(1);
    pace.gained(known(20), WALL);
    tell(100, false);
    pace.limited(go());
    double rate = rate();
    now += 9 * SECOND;
    tell(300, false);
    assertThat(rate()).isEqualTo(rate);
    assertThat(pace.reading().advertised()).isEqualTo(100);
    now += 2 * SECOND;
    tell(300, false);
    assertThat(rate()).isInfinite();
    assertThat(pace.reading().advertised()).isEqualTo(300);
  }

  private void tell(double perSecond, boolean limited) {
    pace.told(new LimitNotice(perSecond, Double.NaN, Double.NaN, Double.NaN), limited);
  }

  @Test
  void littleThatIsLeftIsSpreadOverTheTimeUntilThereIsMore() {
    pace.look(2);
    pace.gained(Collections.nCopies(1, null), WALL);
    now += 6 * SECOND;
    pace.told(new LimitNotice(Double.NaN, 0.1, 100, 10), false);
    assertThat(callsIn(5)).isBetween(23, 27);
    pace.told(new LimitNotice(Double.NaN, 0, 0, 5), false);
    assertThat(callsIn(4)).as("none is left").isLessThanOrEqualTo(1);
    now += 2 * SECOND;
    assertThat(pace.enter()).isInstanceOf(Pace.Entry.Go.class);
  }

  /** After a minute it is asked again, by one call a second of all pods, not by all at once. */
  @Test
  void whereNoneIsLeftForLongOneCallASecondAsksOn() {
    pace.look(2);
    pace.gained(Collections.nCopies(1, null), WALL);
    now += 6 * SECOND;
    pace.told(new LimitNotice(Double.NaN, 0, 0, 3_600), false);
    assertThat(callsIn(59)).isLessThanOrEqualTo(1);
    now += 2 * SECOND;
    int asked = 0;
    for (int i = 0; i < 20_000; i++) {
      asked += pace.enter() instanceof Pace.Entry.Go ? 1 : 0;
      now += SECOND / 1_000;
    }
    assertThat(asked).isBetween(9, 12);
    now += 3_600 * SECOND;
    assertThat(List.of(pace.enter(), pace.enter())).hasOnlyElementsOfType(Pace.Entry.Go.class);
  }

  @Test
  void anAnswerThatTellsOfMoreEndsTheWaitForIt() {
    pace.look(2);
    pace.gained(Collections.nCopies(1, null), WALL);
    now += 6 * SECOND;
    pace.told(new LimitNotice(Double.NaN, 0, 0, 3_600), false);
    now += 70 * SECOND;
    pace.told(new LimitNotice(Double.NaN, 0.9, 900, 3_500), false);
    assertThat(List.of(pace.enter(), pace.enter(), pace.enter()))
        .hasOnlyElementsOfType(Pace.Entry.Go.class);
    now += 61 * SECOND;
    pace.told(new LimitNotice(Double.NaN, 0.9, 890, 3_439), true);
    assertThat(List.of(pace.enter(), pace.enter(), pace.enter()))
        .hasOnlyElementsOfType(Pace.Entry.Go.class);
  }

  /** However it came about: a rate of 0 would stop the pod, and be committed again. */
  @Test
  void aPartOfNothingIsTakenAsTheLeast() {
    pace.gained(known(0, 0), WALL);
    assertThat(rate()).isCloseTo(0.04, within(1e-9));
    assertThat(pace.ofOnePartition(WALL).callsPerSecond()).isCloseTo(0.02, within(1e-9));
    assertThat(callsIn(100)).isGreaterThanOrEqualTo(3);
  }

  @Test
  void whatIsOfAnotherTimeToComeSaysNothing() {
    assertThat(new PartitionRate(5, WALL + 60, false).isKnownAt(WALL)).isTrue();
    assertThat(new PartitionRate(5, WALL + 61, false).isKnownAt(WALL)).isFalse();
    pace.gained(List.of(new PartitionRate(5, WALL + 61, true)), WALL);
    assertThat(rate()).isInfinite();
  }

  private static List<PartitionRate> known(double... rates) {
    return Arrays.stream(rates).mapToObj(rate -> new PartitionRate(rate, WALL, false)).toList();
  }

  /** Runs open for forty seconds, so many calls accepted in each. */
  private void open(int perSecond) {
    now += 6 * SECOND;
    for (int i = 0; i < 40 * perSecond; i++) {
      now += SECOND / perSecond;
      pace.accepted(go());
    }
  }

  private Pace.Pass go() {
    return ((Pace.Entry.Go) pace.enter()).pass();
  }

  private double rate() {
    Double rate = pace.reading().callsPerSecond();
    return rate == null ? Double.POSITIVE_INFINITY : rate;
  }

  private void acceptsAllFor(int seconds) {
    for (long until = now + seconds * SECOND; now < until; now += SECOND / 1_000) {
      while (pace.enter() instanceof Pace.Entry.Go(var pass)) {
        pace.accepted(pass);
      }
    }
  }

  private int callsIn(int seconds) {
    int calls = 0;
    for (long until = now + seconds * SECOND; now < until; now += SECOND / 1_000) {
      while (pace.enter() instanceof Pace.Entry.Go) {
        calls++;
      }
    }
    return calls;
  }
}
