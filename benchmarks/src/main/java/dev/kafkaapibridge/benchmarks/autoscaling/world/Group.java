package dev.kafkaapibridge.benchmarks.autoscaling.world;

import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

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
    for (int i = 0; i < partitions.size(); i++) {
      Partition partition = partitions.get(i);
      Pod next = members.isEmpty() ? null : members.get(ownerOf(i, members.size()));
      if (partition.owner != next) {
        move(partition, next, pauses);
      }
    }
  }

  /** The first members have one more where it doesn't divide. */
  private int ownerOf(int partition, int members) {
    int each = partitions.size() / members;
    int more = partitions.size() % members;
    int ofLarger = more * (each + 1);
    return partition < ofLarger ? partition / (each + 1) : more + (partition - ofLarger) / each;
  }

  private void move(Partition partition, @Nullable Pod next, long pauses) {
    if (partition.owner != null) {
      partition.owner.lose(partition);
    }
    partition.owner = next;
    long from = agenda.now() + pauses;
    partition.standsStillUntil = from;
    if (next == null) {
      return;
    }
    Runnable goesOn =
        () -> {
          if (partition.owner == next && partition.standsStillUntil == from) {
            next.gain(partition);
          }
        };
    if (pauses == 0) {
      goesOn.run();
    } else {
      agenda.at(from, goesOn::run);
    }
  }
}
