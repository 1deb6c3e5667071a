package dev.kafkaapibridge.benchmarks.autoscaling.world;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;

/**
 * The consumer group. A partition that changes its owner stands still for the rebalance's pause.
 * Owns who owns what.
 */
final class Group {

  private final Agenda agenda;
  private final List<Partition> partitions;
  private final Dealing dealing;
  private final long pause;

  Group(Agenda agenda, List<Partition> partitions, Dealing dealing, long pause) {
    this.agenda = agenda;
    this.partitions = partitions;
    this.dealing = dealing;
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
    int[] dealt = members.isEmpty() ? null : dealt(members);
    for (int i = 0; i < partitions.size(); i++) {
      Partition partition = partitions.get(i);
      Pod next = dealt == null ? null : members.get(dealt[i]);
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

  private int[] dealt(List<Pod> members) {
    double[] loads = partitions.stream().mapToDouble(Partition::load).toArray();
    int[] owners = partitions.stream().mapToInt(each -> members.indexOf(each.owner)).toArray();
    return dealing.deal(loads, owners, members.size());
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
