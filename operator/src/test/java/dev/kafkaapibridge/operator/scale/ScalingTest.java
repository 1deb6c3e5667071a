package dev.kafkaapibridge.operator.scale;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Where series of decisions lead: each test is a day in the life of a bridge. */
class ScalingTest {

  private final FluidFleet fleet = new FluidFleet();

  @Test
  void asManyPodsAsTheRecordsAskFor() {
    fleet.minutes(30);
    // 100/s with a tenth in reserve, on pods of 20/s that are to be busy nine tenths of the time.
    assertThat(fleet.replicas).isBetween(6, 8);
    assertThat(fleet.backlog()).isLessThan(200);
    assertThat(fleet.last().regime()).isEqualTo(Regime.Tracking);
    int before = fleet.changes();
    fleet.minutes(60);
    assertThat(fleet.changes()).as("a steady load moves nothing").isEqualTo(before);
  }

  @Test
  void aBacklogIsGoneInTheTimeThatWasAskedFor() {
    fleet.warm(8).minutes(5);
    fleet.arrivals = 1000;
    fleet.minutes(1);
    fleet.arrivals = 100;
    fleet.minutes(6);
    assertThat(fleet.backlog()).isLessThan(1000);
  }

  @Test
  void podsAreNotAddedBeyondWhatTheApiAccepts() {
    fleet.arrivals = 400;
    fleet.quota = 80;
    fleet.warm(2).minutes(20);
    assertThat(fleet.last().regime()).isEqualTo(Regime.ApiBound);
    assertThat(fleet.last().limit()).isEqualTo(Decision.Limit.Throttling);
    // 80/s and the 15% with which a higher limit would be noticed.
    assertThat(fleet.replicas).isBetween(4, 6);
    assertThat(fleet.numbers().skip(16)).as("once the limit is known").allMatch(n -> n <= 6);
    assertThat(fleet.last().sentence())
        .matches(
            "\\d replicas; demand \\d+/s, API ceiling 80/s \\(learned, 429 0 s ago\\), pod rate 20/s:"
                + " more replicas would not help; the backlog grows");
  }

  @Test
  void aFleetThatIsTooLargeForTheApiShrinksInMinutes() {
    fleet.arrivals = 300;
    fleet.warm(20).minutes(10);
    fleet.quota = 80;
    fleet.minutes(4);
    assertThat(fleet.replicas).isLessThanOrEqualTo(6);
  }

  @Test
  void aHigherLimitIsNoticed() {
    fleet.arrivals = 300;
    fleet.quota = 80;
    fleet.warm(2).minutes(20);
    fleet.quota = 500;
    fleet.minutes(5);
    assertThat(fleet.replicas).isGreaterThanOrEqualTo(17);
    fleet.minutes(30);
    assertThat(fleet.backlog()).isLessThan(1000);
  }

  @Test
  void aDeclaredLimitIsKnownBeforeTheFirst429() {
    fleet.policy = fleet.policy.declared(80);
    fleet.arrivals = 400;
    fleet.quota = 80;
    fleet.warm(2).minutes(10);
    assertThat(fleet.numbers()).allMatch(n -> n <= 6);
    assertThat(fleet.last().sentence()).contains("API ceiling 80/s (declared");
  }

  @Test
  void noPodIsTakenAwayInAShortOutageAndFewKeepTryingInALongOne() {
    fleet.warm(7).minutes(15);
    int before = fleet.replicas;
    fleet.down = true;
    fleet.minutes(9);
    assertThat(fleet.replicas).isEqualTo(before);
    assertThat(fleet.last().regime()).isEqualTo(Regime.ApiDownHold);
    fleet.minutes(3);
    assertThat(fleet.replicas).isEqualTo(1);
    assertThat(fleet.last().regime()).isEqualTo(Regime.ApiDown);
    fleet.down = false;
    fleet.tick();
    assertThat(fleet.last().regime()).isEqualTo(Regime.ApiRecovering);
    assertThat(fleet.replicas).as("the former number returns at once").isEqualTo(before);
    fleet.minutes(20);
    assertThat(fleet.backlog()).isLessThan(1000);
  }

  @Test
  void podsThatOnlyMakeTheApiSlowerAreTakenBack() {
    fleet.warm(4).minutes(10);
    fleet.parallelism = 45;
    fleet.arrivals = 200;
    fleet.minutes(12);
    assertThat(fleet.decisions.stream().map(Decision::regime)).contains(Regime.Saturated);
    assertThat(fleet.replicas).isLessThanOrEqualTo(10);
    double podsThen = fleet.replicas;
    fleet.minutes(30);
    assertThat(fleet.replicas)
        .as("and are tried again, a few")
        .isLessThanOrEqualTo((int) (2 * podsThen));
  }

  /** 8 pods are too few, 29 are too many: 215 calls a second are what 15 pods do. */
  @Test
  void whereTooManyPodsWereTakenBackAsManyComeAgainAsItTakes() {
    fleet.partitions = 48;
    fleet.policy = Policy.between(2, 48);
    fleet.podRate = 15;
    fleet.slots = 6;
    fleet.parallelism = 86;
    fleet.dealsOut = true;
    fleet.warm(8).minutes(6);
    fleet.arrivals = 265;
    fleet.minutes(15);
    assertThat(fleet.numbers().max(Integer::compare).orElse(0)).isGreaterThan(25);
    int changes = fleet.changes();
    assertThat(fleet.last().regime()).isEqualTo(Regime.Saturated);
    assertThat(fleet.replicas).isBetween(15, 17);
    fleet.minutes(5);
    assertThat(fleet.changes()).as("and stay").isEqualTo(changes);
  }

  @Test
  void whatNobodyHasTriedIsBelievedForTenMinutesAtMost() {
    fleet.warm(4).minutes(10);
    fleet.parallelism = 45;
    fleet.arrivals = 200;
    while (fleet.last().regime() != Regime.Saturated) {
      fleet.tick();
    }
    fleet.stays = true;
    fleet.minutes(9);
    assertThat(fleet.last().regime()).isEqualTo(Regime.Saturated);
    fleet.minutes(2);
    assertThat(fleet.last().regime()).isNotEqualTo(Regime.Saturated);
  }

  @Test
  void anApiThatIsSlowButElasticGetsMorePods() {
    fleet.warm(7).minutes(15);
    fleet.slowness = 2;
    fleet.minutes(20);
    assertThat(fleet.replicas).isBetween(11, 17);
    assertThat(fleet.backlog()).isLessThan(2000);
  }

  @Test
  void slowPodsThatLeaveMuchOfTheLimitUnusedAreTooFew() {
    fleet.arrivals = 120;
    fleet.quota = 80;
    fleet.uneven = .1;
    fleet.warm(5).minutes(10);
    assertThat(fleet.last().regime()).isEqualTo(Regime.ApiBound);
    fleet.slowness = 2;
    fleet.minutes(5);
    assertThat(fleet.replicas).as("8 pods of 10/s do what the API takes").isBetween(8, 12);
  }

  @Test
  void silenceHoldsTheNumber() {
    fleet.warm(7).minutes(15);
    int before = fleet.replicas;
    fleet.silent = true;
    fleet.minutes(60);
    assertThat(fleet.replicas).isEqualTo(before);
    assertThat(fleet.last().regime()).isEqualTo(Regime.StaleMetrics);
  }

  private void hotForTwentyMinutes() {
    fleet.arrivals = 60;
    fleet.hot = .4;
    fleet.warm(3).minutes(20);
    assertThat(fleet.last().regime()).isEqualTo(Regime.HotPartition);
  }

  @Test
  void aHotPartitionBringsOnePodMore() {
    hotForTwentyMinutes();
    assertThat(fleet.last().sentence())
        .contains("partition orders-0 asks for")
        .contains("more than one replica manages");
    assertThat(fleet.numbers()).as("one that comes deals partitions out anew").allMatch(n -> n < 7);
  }

  @Test
  void wherePartitionsAreDealtOutByNumberAHotOnesNeighboursAreThinnedOut() {
    fleet.policy = fleet.policy.dealtByNumber();
    hotForTwentyMinutes();
    assertThat(fleet.replicas).isBetween(12, 24);
  }

  /** Shares of a declared limit are lent whole: a pod that has but one has none to lend. */
  @Test
  void whereALimitIsDeclaredPodsKeepAShareToLend() {
    fleet.policy = fleet.policy.declared(1_000).dealtByNumber();
    hotForTwentyMinutes();
    assertThat(fleet.numbers()).allMatch(n -> n <= 12);
  }

  @Test
  void partitionsThatAreAllTooBusyAreTooFewPartitions() {
    fleet.partitions = 4;
    fleet.arrivals = 200;
    fleet.warm(1).minutes(10);
    assertThat(fleet.replicas).isEqualTo(4);
    assertThat(fleet.last().regime()).isEqualTo(Regime.Tracking);
    assertThat(fleet.last().limit()).isEqualTo(Decision.Limit.Partitions);
  }

  @Test
  void nothingToDoForLongIsIdle() {
    fleet.warm(7).minutes(5);
    fleet.arrivals = 0;
    fleet.minutes(25);
    assertThat(fleet.last().regime()).isEqualTo(Regime.Idle);
    assertThat(fleet.replicas).isEqualTo(1);
  }

  @Test
  void aLullTakesNothingAway() {
    fleet.warm(7).minutes(15);
    fleet.arrivals = 10;
    fleet.minutes(4);
    fleet.arrivals = 100;
    fleet.minutes(2);
    assertThat(fleet.replicas).isGreaterThanOrEqualTo(6);
    fleet.policy = fleet.policy.stabilizing(Duration.ofSeconds(60));
    fleet.arrivals = 10;
    fleet.minutes(4);
    assertThat(fleet.replicas).isLessThanOrEqualTo(2);
  }

  @Test
  void aRestartedOperatorGoesOnWhereTheOldOneWas() {
    fleet.arrivals = 400;
    fleet.quota = 80;
    fleet.warm(2).minutes(20);
    int before = fleet.replicas;
    fleet.memory = Memory.of(fleet.memory.lasting(), fleet.now);
    fleet.tick();
    assertThat(fleet.replicas).isEqualTo(before);
    fleet.minutes(10);
    assertThat(fleet.replicas).isBetween(before - 1, before + 1);
    assertThat(fleet.numbers().skip(80)).allMatch(n -> n <= before + 1);
  }
}
