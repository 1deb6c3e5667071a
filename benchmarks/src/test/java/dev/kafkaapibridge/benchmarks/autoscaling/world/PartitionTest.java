package dev.kafkaapibridge.benchmarks.autoscaling.world;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import org.junit.jupiter.api.Test;

class PartitionTest {

  private final Partition partition = new Partition(0);

  @Test
  void whatIsStuckHoldsTheCommittedPositionAndNothingElse() {
    partition.poison(5, 1_000);
    for (int i = 0; i < 200; i++) {
      partition.arrive(i);
    }
    var all = new ArrayList<Delivery>();
    while (partition.hasMore()) {
      all.add(partition.take());
    }
    Delivery stuck = all.remove(5);
    all.forEach(partition::delivered);

    assertThat(partition.isPoison(stuck, 500)).isTrue();
    assertThat(partition.committed()).isEqualTo(5);
    assertThat(partition.lag()).isEqualTo(195);
    assertThat(partition.backlog()).isEqualTo(1);
    assertThat(partition.oldestArrival()).as("poison left out").isEqualTo(Long.MAX_VALUE);

    assertThat(partition.isPoison(stuck, 1_000)).as("until then").isFalse();
    partition.delivered(stuck);
    assertThat(partition.lag()).isZero();
  }

  @Test
  void whatIsHandedBackComesFirstInItsOrder() {
    for (int i = 0; i < 4; i++) {
      partition.arrive(i);
    }
    Delivery first = partition.take();
    Delivery second = partition.take();
    partition.handBack(second);
    partition.handBack(first);

    assertThat(partition.take().offset).isZero();
    assertThat(partition.take().offset).isEqualTo(1);
    assertThat(partition.take().offset).isEqualTo(2);
    assertThat(partition.undelivered()).containsExactly(0, 1, 2, 3);
  }
}
