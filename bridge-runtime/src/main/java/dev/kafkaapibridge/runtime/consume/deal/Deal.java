package dev.kafkaapibridge.runtime.consume.deal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Which member of a group reads which partition, by what partitions bring: a partition stays where
 * it is unless another place is clearly better, since it stands still while it moves. Members and
 * partitions are numbers from 0 on. Pure.
 *
 * <pre>
 *   owned, and free ones --> free ones, the heaviest first, to whoever has least
 *                        --> nobody has more than his number of them
 *                        --> who has most gives to who has least, while that is worth a move
 * </pre>
 */
public final class Deal {

  /** A partition that brings nothing counts as this part of a mean one: it may bring more soon. */
  private static final double LEAST = .2;

  /** Of a member's even share: a move that lightens the heavier of two by less isn't worth it. */
  private static final double WORTH = .1;

  /**
   * Of an even share. Who has so little gets some, and who has so much gives, by small moves too.
   */
  private static final double LITTLE = .5;

  private static final double MUCH = 1.5;

  private static final int NOBODY = -1;

  private final double[] weights;
  private final int[] owners;
  private final List<List<Integer>> hands;
  private final double[] held;
  private final int most;
  private final double share;

  private Deal(double[] loads, int[] owners, int members) {
    this.weights = weights(loads, members);
    this.owners = owners.clone();
    this.hands = new ArrayList<>();
    this.held = new double[members];
    for (int member = 0; member < members; member++) {
      hands.add(new ArrayList<>());
    }
    for (int partition = 0; partition < owners.length; partition++) {
      if (owners[partition] >= 0) {
        take(partition, owners[partition]);
      }
    }
    // One more than an even number leaves room for who reads a busy one to have fewer.
    this.most = members >= loads.length ? 1 : Math.ceilDiv(loads.length, members) + 1;
    this.share = Arrays.stream(weights).sum() / members;
  }

  /**
   * @param loads records a second by partition, 0 or more
   * @param owners who has it by partition; negative: nobody
   * @param members at least one
   * @return who is to have it, by partition
   */
  public static int[] of(double[] loads, int[] owners, int members) {
    var deal = new Deal(loads, owners, members);
    deal.handOut();
    deal.bound();
    if (members < loads.length) {
      deal.even();
    }
    return deal.owners;
  }

  /**
   * One that brings more than a member's even share counts as that share: it fills a member, and by
   * how much it overfills one is nothing that places can mend.
   */
  private static double[] weights(double[] loads, int members) {
    double mean = Arrays.stream(loads).average().orElse(0);
    double least = mean > 0 ? LEAST * mean : 1;
    double[] weights = Arrays.stream(loads).map(load -> load + least).toArray();
    if (members >= loads.length) {
      return weights; // each has a member to itself
    }
    double sum = Arrays.stream(weights).sum();
    double before;
    do {
      before = sum;
      double even = sum / members;
      for (int i = 0; i < weights.length; i++) {
        weights[i] = Math.min(weights[i], even);
      }
      sum = Arrays.stream(weights).sum();
    } while (sum < .99 * before);
    return weights;
  }

  private void handOut() {
    IntStream.range(0, owners.length)
        .filter(partition -> owners[partition] < 0)
        .boxed()
        .sorted(Comparator.comparingDouble(partition -> -weights[partition]))
        .forEach(partition -> give(partition, lightest()));
  }

  private void bound() {
    for (int member = 0; member < held.length; member++) {
      while (hands.get(member).size() > most) {
        int least =
            hands.get(member).stream()
                .min(Comparator.comparingDouble(each -> weights[each]))
                .orElseThrow();
        give(least, lightest());
      }
    }
  }

  private void even() {
    // Each move lightens the heavier of two, so it ends; the bound is for rounding's sake.
    for (int moves = 0; moves < 4 * owners.length && moveOne(); moves++) {}
  }

  /** Returns whether one was worth it. */
  private boolean moveOne() {
    int to = lightest();
    if (to == NOBODY) {
      return false;
    }
    int[] heaviestFirst =
        IntStream.range(0, held.length)
            .filter(member -> held[member] - held[to] > WORTH * share)
            .boxed()
            .sorted(Comparator.comparingDouble(member -> -held[member]))
            .mapToInt(Integer::intValue)
            .toArray();
    for (int from : heaviestFirst) {
      int best = NOBODY;
      boolean anyIsWorthIt = held[to] < LITTLE * share || held[from] > MUCH * share;
      double left = held[from] - (anyIsWorthIt ? 1e-9 : WORTH) * share;
      for (int each : hands.get(from)) {
        double heavier = Math.max(held[from] - weights[each], held[to] + weights[each]);
        if (heavier <= left) {
          best = each;
          left = heavier;
        }
      }
      if (best != NOBODY) {
        give(best, to);
        return true;
      }
    }
    return false;
  }

  /** Of those that may have one more. */
  private int lightest() {
    int lightest = NOBODY;
    for (int member = 0; member < held.length; member++) {
      boolean room = hands.get(member).size() < most;
      if (room && (lightest == NOBODY || held[member] < held[lightest])) {
        lightest = member;
      }
    }
    return lightest;
  }

  private void give(int partition, int to) {
    int from = owners[partition];
    if (from >= 0) {
      hands.get(from).remove((Integer) partition);
      held[from] -= weights[partition];
    }
    owners[partition] = to;
    take(partition, to);
  }

  private void take(int partition, int member) {
    hands.get(member).add(partition);
    held[member] += weights[partition];
  }
}
