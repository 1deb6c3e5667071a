package dev.kafkaapibridge.benchmarks.autoscaling.world;

import org.jspecify.annotations.Nullable;

/** One record on its way, from the moment a pod takes it up. Owned by the pod that has it. */
public final class Delivery {

  final Partition partition;
  final long offset;
  final long arrivedAt;

  /** What failed or was refused of it in a row. */
  private int failures;

  /** What its owner's pacing remembers of it. */
  public @Nullable Object attempts;

  /** Whether it has one of its pod's slots. */
  boolean holdsSlot;

  Delivery(Partition partition, long offset, long arrivedAt) {
    this.partition = partition;
    this.offset = offset;
    this.arrivedAt = arrivedAt;
  }

  void failed() {
    failures++;
  }

  /** How often it was tried in vain. */
  public int failures() {
    return failures;
  }
}
