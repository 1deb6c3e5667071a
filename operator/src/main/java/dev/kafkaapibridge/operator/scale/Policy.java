package dev.kafkaapibridge.operator.scale;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What the user asked for.
 *
 * @param min fewest pods, 1 or more
 * @param max most pods, {@code min} or more
 * @param drainTime in which a backlog is to be gone
 * @param stabilization pods are taken away only after so long without need for them
 * @param idleAfter so long without a record, and the bridge is called idle
 * @param declaredPerSecond calls that the fleet may send; null where nothing is declared
 * @param declaredPerPod calls that each pod may send; null where nothing is declared
 * @param callsPerPartition most calls under way for one partition at a time; null: no bound
 * @param dealtByLoad whether the group gives a busy partition's pod fewer others, when pods come
 */
public record Policy(
    int min,
    int max,
    Duration drainTime,
    Duration stabilization,
    Duration idleAfter,
    @Nullable Double declaredPerSecond,
    @Nullable Double declaredPerPod,
    @Nullable Integer callsPerPartition,
    boolean dealtByLoad) {

  /** With the defaults of the CRD for all the rest. */
  public static Policy between(int min, int max) {
    return new Policy(
        min,
        max,
        Duration.ofMinutes(2),
        Duration.ofMinutes(5),
        Duration.ofMinutes(10),
        null,
        null,
        null,
        true);
  }

  public Policy declared(double perSecond) {
    return new Policy(
        min,
        max,
        drainTime,
        stabilization,
        idleAfter,
        perSecond,
        declaredPerPod,
        callsPerPartition,
        dealtByLoad);
  }

  public Policy stabilizing(Duration stretch) {
    return new Policy(
        min,
        max,
        drainTime,
        stretch,
        idleAfter,
        declaredPerSecond,
        declaredPerPod,
        callsPerPartition,
        dealtByLoad);
  }

  /** In a group whose brokers deal partitions out by their number. */
  public Policy dealtByNumber() {
    return new Policy(
        min,
        max,
        drainTime,
        stabilization,
        idleAfter,
        declaredPerSecond,
        declaredPerPod,
        callsPerPartition,
        false);
  }

  /**
   * A limit on each pod bounds what it manages.
   *
   * @param perPod records a second that one pod was seen to manage; null: not measured yet
   */
  @Nullable Double mostOfOnePod(@Nullable Double perPod) {
    Double declared = declaredPerPod;
    return perPod == null || declared == null ? perPod : Double.valueOf(Math.min(perPod, declared));
  }

  /** Whoever asks for more pods than partitions gets them; the operator alone never does. */
  int ceiling(int partitions) {
    return partitions <= 0 ? max : Math.max(min, Math.min(max, partitions));
  }
}
