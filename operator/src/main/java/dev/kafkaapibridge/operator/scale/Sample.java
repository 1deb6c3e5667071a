package dev.kafkaapibridge.operator.scale;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a bridge's pods at one moment. What is not known is absent, never zero.
 *
 * @param at the moment
 * @param replicas pods that were asked for until now
 * @param pods those that exist and stay
 * @param partitions those that pods have told of
 * @param complete whether {@code partitions} are all of the bridge's, each told of by one pod
 * @param due what waits in retry topics and may be worked on; what pods have told of
 */
public record Sample(
    Instant at,
    int replicas,
    List<Pod> pods,
    List<Partition> partitions,
    boolean complete,
    List<Due> due) {

  /** No figure of a bridge gets there; what does is a mistake or a lie. */
  private static final double ABSURD = 1e12;

  /** A call in eleven days. */
  private static final double SLOWEST = 1e-6;

  public Sample {
    pods = List.copyOf(pods);
    partitions = List.copyOf(partitions);
    due = List.copyOf(Objects.requireNonNullElse(due, List.of())); // older lines don't have it
  }

  /** Of a bridge without retry topics. */
  public Sample(
      Instant at, int replicas, List<Pod> pods, List<Partition> partitions, boolean complete) {
    this(at, replicas, pods, partitions, complete, List.of());
  }

  /**
   * @param reading null while the pod tells nothing, or has told too little to compare
   */
  public record Pod(String name, boolean ready, @Nullable Reading reading) {}

  /**
   * What a pod counted in a stretch of time.
   *
   * @param seconds the stretch
   * @param sent calls; where one carries several records, records
   * @param accepted of these
   * @param throttled of these, those answered "slow down"
   * @param failed of these, those that failed for the target's sake
   * @param busySeconds of all calls together, from sending to answer
   * @param slots calls that may be under way at once
   * @param cpuShare of the CPU that the pod may use, 0 to 1; 0 where that is not known
   * @param gatedSeconds in which calls stood still for a limit, declared or learned, with work
   *     waiting; time as it passes
   * @param circuitOpen at the end of the stretch
   * @param advertisedPerSecond what the API says that the whole fleet may send; null where it says
   *     nothing
   */
  public record Reading(
      double seconds,
      double sent,
      double accepted,
      double throttled,
      double failed,
      double busySeconds,
      int slots,
      double cpuShare,
      double gatedSeconds,
      boolean circuitOpen,
      @Nullable Double advertisedPerSecond) {

    /** The same where each call stands for so many, 1 or more. */
    public Reading times(double each) {
      return new Reading(
          seconds,
          sent * each,
          accepted * each,
          throttled * each,
          failed * each,
          busySeconds,
          slots,
          cpuShare,
          gatedSeconds,
          circuitOpen,
          advertisedPerSecond == null ? null : Double.valueOf(advertisedPerSecond * each));
    }

    boolean believable() {
      return fair(seconds)
          && seconds > 0
          && fair(sent)
          && fair(accepted)
          && fair(throttled)
          && fair(failed)
          && fair(busySeconds)
          && slots > 0
          && fair(cpuShare)
          && fair(gatedSeconds)
          && (advertisedPerSecond == null
              || (fair(advertisedPerSecond) && advertisedPerSecond >= SLOWEST));
    }
  }

  /**
   * @param name tells it from the others: topic and number
   * @param owner name of the pod that reads it
   * @param end offset of its end
   * @param endAt when that was asked for
   * @param backlog records that have not ended, also those not fetched yet
   * @param held whether it stands still for a record of its own, which no pod would change
   */
  public record Partition(
      String name, String owner, long end, Instant endAt, long backlog, boolean held) {

    boolean believable() {
      return end >= 0 && fair(end) && backlog >= 0 && fair(backlog);
    }
  }

  /**
   * Records of one partition of a retry topic whose time has come. They have been counted when they
   * came in, and are no arrivals.
   *
   * @param owner name of the pod that reads it
   * @param records about so many
   */
  public record Due(String owner, long records) {

    boolean believable() {
      return records >= 0 && fair(records);
    }
  }

  private static boolean fair(double figure) {
    return figure >= 0 && figure < ABSURD; // which NaN is not
  }

  /** Without what cannot be. A pod that tells absurd things tells nothing. */
  Sample believable() {
    List<Partition> fair = partitions.stream().filter(Partition::believable).toList();
    return new Sample(
        at,
        replicas,
        pods.stream()
            .map(pod -> {
              Reading reading = pod.reading();
              return reading == null || reading.believable()
                  ? pod
                  : new Pod(pod.name(), pod.ready(), null);
            })
            .toList(),
        fair,
        complete && fair.size() == partitions.size() && !fair.isEmpty(),
        due.stream().filter(Due::believable).toList());
  }

  List<Reading> readings() {
    return pods.stream().map(Pod::reading).filter(Objects::nonNull).toList();
  }

  int ready() {
    return (int) pods.stream().filter(Pod::ready).count();
  }

  /** Since a moment; for ever where there was none. */
  double secondsSince(@Nullable Instant then) {
    return then == null ? Double.POSITIVE_INFINITY : seconds(Duration.between(then, at));
  }

  static double seconds(Duration duration) {
    return duration.toMillis() / 1000.0;
  }
}
