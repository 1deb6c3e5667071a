package dev.kafkaapibridge.runtime.quota;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/**
 * What the group's commits say of who needs more than its shares, and of what is lent to whom. Each
 * process that has shares left over reads the same and decides for itself. Pure.
 *
 * @param wanted shares, by the process that needs them
 * @param lent partitions whose shares are lent, by the process that has them, in one order for all
 */
record Market(Map<Long, Integer> wanted, Map<Long, List<TopicPartition>> lent) {

  /** Who needs more says so again in half of this time. */
  static final long FRESH = 15_000_000;

  /**
   * @param share calls a microsecond of one partition
   */
  static Market of(Map<TopicPartition, ShareState> told, double share, long now) {
    var wanted = new HashMap<Long, Integer>();
    var lent = new HashMap<Long, List<TopicPartition>>();
    told.forEach((partition, state) -> {
      switch (state) {
        case ShareState.Wanting(var at, var process, var calls) when now - at < FRESH ->
            wanted.merge(process, shares(calls / 1e9, share), Integer::sum);
        case ShareState.Lent loan when loan.until() > now ->
            lent.computeIfAbsent(loan.to(), to -> new ArrayList<>()).add(partition);
        default -> {}
      }
    });
    lent.values().forEach(partitions -> partitions.sort(Census.ORDER));
    return new Market(wanted, lent);
  }

  private static int shares(double perMicro, double share) {
    return (int) Math.min(1_000_000, Math.ceil(perMicro / share));
  }

  private int unmet(long process) {
    return wanted.getOrDefault(process, 0) - lent.getOrDefault(process, List.of()).size();
  }

  /** Whether the borrower needs it still; of too many, those first in the order stay. */
  boolean isStillWanted(TopicPartition partition, long by) {
    int rank = lent.getOrDefault(by, List.of()).indexOf(partition);
    return rank < wanted.getOrDefault(by, 0);
  }

  /**
   * To whom shares that are left over go, one entry for each. Others lend at the same moment, so
   * each gives half of what is missing and looks again.
   */
  List<Long> borrowers(int leftOver) {
    var borrowers = new ArrayList<Long>();
    wanted.keySet().stream()
        .filter(process -> unmet(process) > 0)
        .sorted(Comparator.comparingInt(this::unmet).reversed())
        .forEach(process -> {
          for (int i = Math.ceilDiv(unmet(process), 2); i > 0 && borrowers.size() < leftOver; i--) {
            borrowers.add(process);
          }
        });
    return borrowers;
  }
}
