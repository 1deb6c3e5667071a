package dev.kafkaapibridge.benchmarks.autoscaling.world;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;

/**
 * The consumer group: members own contiguous runs of partitions, as even as can be. A partition
 * that changes its owner stands still for the rebalance's pause. Owns who owns what.
 */
final class Group {

  private final Agenda agenda;
  private final List<Partition> partitions;
  private final long pause;

  Group(Agenda agenda, List<Partition> partitions, long pause) {
    this.agenda = agenda;
    this.partitions = partitions;
    this.pause = pause;
  }

  /** Members have come or gone. */
  void rebalance(List<Pod> pods) {
    assign(pods, pause);
  }

  /** The members that were there before the beginning. */
  void begin(List<Pod> pods) {
    assign(pods, 0);
  }

  private void assign(List<Pod> pods, long pauses) {
    List<Pod> members =
        pods.stream().filter(Pod::isReady).sorted(Comparator.comparingInt(Pod::number)).toList();
    var lost = new LinkedHashMap<Pod, List<Partition>>();
    var gained = new LinkedHashMap<Pod, List<Partition>>();
    for (int i = 0; i < partitions.size(); i++) {
      Partition partition = partitions.get(i);
      Pod next = members.isEmpty() ? null : members.get(ownerOf(i, members.size()));
      if (partition.owner == next) {
        continue;
      }
      if (partition.servedBy != null) {
        lost.computeIfAbsent(partition.servedBy, pod -> new ArrayList<>()).add(partition);
      }
      partition.owner = next;
      partition.standsStillUntil = agenda.now() + pauses;
      if (next != null) {
        gained.computeIfAbsent(next, pod -> new ArrayList<>()).add(partition);
      }
    }
    lost.forEach(Pod::lose);
    gained.forEach((pod, some) -> give(pod, some, agenda.now() + pauses));
  }

  /** The first members have one more where it doesn't divide. */
  private int ownerOf(int partition, int members) {
    int each = partitions.size() / members;
    int more = partitions.size() % members;
    int ofLarger = more * (each + 1);
    return partition < ofLarger ? partition / (each + 1) : more + (partition - ofLarger) / each;
  }

  private void give(Pod pod, List<Partition> some, long at) {
    Agenda.Event give =
        () -> {
          // Another rebalance may have come between.
          List<Partition> still =
              some.stream()
                  .filter(each -> each.owner == pod && each.standsStillUntil == at)
                  .toList();
          if (!still.isEmpty()) {
            pod.gain(still);
          }
        };
    if (at == agenda.now()) {
      give.happen();
    } else {
      agenda.at(at, give);
    }
  }
}
