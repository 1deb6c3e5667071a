package dev.kafkaapibridge.runtime.consume.deal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.runtime.Seeds;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DealTest {

  @Test
  void eachPartitionIsDealtToAMemberAndNobodyHasMoreThanHisNumber() {
    eachDeal((loads, deal, members) -> {
      assertThat(deal).hasSize(loads.length);
      int most = members >= loads.length ? 1 : Math.ceilDiv(loads.length, members) + 1;
      assertThat(IntStream.of(counts(deal, members))).allMatch(count -> count <= most);
    });
  }

  @Test
  void whatIsBalancedStays() {
    eachDeal((loads, deal, members) -> {
      assertThat(Deal.of(loads, deal, members)).isEqualTo(deal);
    });
  }

  @Test
  void whoReadsAHeavyOneAloneKeepsIt() {
    Seeds.each(
        1_000,
        random -> {
          int members = 2 + random.nextInt(6);
          double[] loads = new double[members * 3];
          Arrays.setAll(loads, i -> 1 + random.nextDouble());
          loads[0] = 1_000;
          // The others' are unevenly dealt.
          int[] owners = new int[loads.length];
          Arrays.setAll(owners, i -> i == 0 ? 0 : 1 + random.nextInt(members - 1));

          assertThat(Deal.of(loads, owners, members)[0]).isZero();
        });
  }

  @Test
  void theHeaviestMemberIsNeverHeavierAfterMovesThanBefore() {
    Seeds.each(
        3_000,
        random -> {
          double[] loads = new double[20];
          Arrays.setAll(loads, i -> 1 + random.nextDouble()); // none is cut to a member's share
          int members = 2 + random.nextInt(4);
          int[] owners = new int[20];
          Arrays.setAll(owners, i -> i % members);
          double before = heaviest(loads, owners, members);

          assertThat(heaviest(loads, Deal.of(loads, owners, members), members))
              .isLessThanOrEqualTo(before + 1e-9);
        });
  }

  @Test
  void aMemberThatComesTakesItsShareAndNothingElseMoves() {
    for (int members = 1; members < 12; members++) {
      double[] loads = new double[24];
      Arrays.fill(loads, 7);
      int[] before = Deal.of(loads, nobody(24), members);
      int[] after = Deal.of(loads, before, members + 1);

      int newcomer = members;
      assertThat(IntStream.range(0, 24).filter(i -> after[i] != newcomer))
          .as("%d members", members)
          .allMatch(i -> after[i] == before[i]);
      assertThat(counts(after, members + 1)[newcomer])
          .isBetween(24 / (members + 1) - 1, Math.ceilDiv(24, members + 1));
    }
  }

  @Test
  void whereAMemberGoesOnlyItsPartitionsMove() {
    for (int members = 2; members <= 12; members++) {
      double[] loads = new double[24];
      Arrays.fill(loads, 7);
      int[] before = Deal.of(loads, nobody(24), members);
      int gone = members - 1;
      int[] left = Arrays.stream(before).map(owner -> owner == gone ? -1 : owner).toArray();
      int[] after = Deal.of(loads, left, members - 1);

      assertThat(IntStream.range(0, 24).filter(i -> left[i] >= 0))
          .as("%d members", members)
          .allMatch(i -> after[i] == before[i]);
    }
  }

  @Test
  void aBusyOneLeavesRoomForLess() {
    double[] loads = new double[12];
    Arrays.fill(loads, 10);
    loads[4] = 90;
    int[] deal = Deal.of(loads, nobody(12), 4);

    assertThat(counts(deal, 4)[deal[4]]).isOne();
  }

  @Test
  void aMemberThatComesGetsHalfItsShareAtLeastOfManyPartitionsToo() {
    for (int members = 2; members < 25; members++) {
      for (int each = 5; each < 40; each++) {
        double[] loads = new double[members * each];
        Arrays.fill(loads, 3);
        int[] before = new int[loads.length];
        int hand = each;
        Arrays.setAll(before, i -> i / hand);

        int[] counts = counts(Deal.of(loads, before, members + 1), members + 1);

        double even = (double) loads.length / (members + 1);
        assertThat(counts[members])
            .as("of %d members with %d each", members, each)
            .isGreaterThanOrEqualTo((int) Math.floor(.5 * even));
      }
    }
  }

  @Test
  void whoseManyPartitionsBringMoreThanOthersGivesSomeAway() {
    double[] loads = new double[100];
    Arrays.setAll(loads, i -> i < 20 ? 3 : 1);
    int[] owners = new int[100];
    Arrays.setAll(owners, i -> i / 20);

    assertThat(heaviest(loads, owners, 5)).isEqualTo(60);
    assertThat(heaviest(loads, Deal.of(loads, owners, 5), 5))
        .as("of 28 that would be even; nobody may have more than 21 partitions")
        .isLessThan(50);
  }

  @Test
  void whoHasOneEachKeepsItWhenThereAreMoreMembersThanPartitions() {
    for (int partitions = 1; partitions < 40; partitions++) {
      int[] own = IntStream.range(0, partitions).toArray();
      double[] loads = new double[partitions];
      Arrays.setAll(loads, i -> i * i);

      assertThat(Deal.of(loads, own, partitions + 2)).isEqualTo(own);
    }
  }

  @Test
  void twoBusyOnesAmongIdleOnesAreReadByTwo() {
    double[] loads = new double[12];
    loads[3] = 500;
    loads[7] = 400;
    int[] owners = {0, 0, 0, 1, 1, 1, 2, 1, 2, 3, 3, 3};

    int[] deal = Deal.of(loads, owners, 4);

    assertThat(deal[3]).isNotEqualTo(deal[7]);
  }

  @Test
  void oneThatOverfillsAMemberDoesNotKeepTheOthersFromBeingEven() {
    double[] loads = new double[13];
    Arrays.fill(loads, 10);
    loads[0] = 1e6;
    int[] owners = {0, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 3, 3};

    assertThat(counts(Deal.of(loads, owners, 4), 4)).containsExactly(1, 4, 4, 4);
  }

  @Test
  void withoutPartitionsNobodyHasAny() {
    assertThat(Deal.of(new double[0], new int[0], 3)).isEmpty();
  }

  private interface Check {
    void of(double[] loads, int[] deal, int members);
  }

  /** Of any loads, among any number of members, from wherever partitions were. */
  private static void eachDeal(Check check) {
    Seeds.each(
        3_000,
        random -> {
          double[] loads = loads(random);
          int members = 1 + random.nextInt(12);
          int[] owners = owners(random, loads.length, members);

          check.of(loads, Deal.of(loads, owners, members), members);
        });
  }

  private static double[] loads(RandomGenerator random) {
    double[] loads = new double[1 + random.nextInt(50)];
    switch (random.nextInt(4)) {
      case 0 -> Arrays.fill(loads, 1 + random.nextInt(3));
      case 1 -> Arrays.setAll(loads, i -> random.nextDouble(10));
      case 2 -> Arrays.setAll(loads, i -> random.nextInt(4) == 0 ? 1e6 * random.nextDouble() : 0);
      default -> Arrays.setAll(loads, i -> Math.pow(random.nextDouble(), -1.5));
    }
    return loads;
  }

  private static int[] owners(RandomGenerator random, int partitions, int members) {
    int[] owners = new int[partitions];
    Arrays.setAll(owners, i -> random.nextInt(-1, members));
    return owners;
  }

  private static int[] nobody(int partitions) {
    int[] owners = new int[partitions];
    Arrays.fill(owners, -1);
    return owners;
  }

  private static int[] counts(int[] deal, int members) {
    int[] counts = new int[members];
    for (int owner : deal) {
      counts[owner]++;
    }
    return counts;
  }

  private static double heaviest(double[] loads, int[] deal, int members) {
    double[] held = new double[members];
    for (int i = 0; i < deal.length; i++) {
      held[deal[i]] += loads[i];
    }
    return Arrays.stream(held).max().orElseThrow();
  }
}
