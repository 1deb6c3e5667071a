package dev.kafkaapibridge.benchmarks.autoscaling.world;

/**
 * What a pod has counted since its start. Times are nanoseconds.
 *
 * @param calls answered
 * @param inService call-time: one second with three calls in flight are three
 * @param held slot-time, waits for the next attempt included where they hold a slot
 * @param cpu time that the CPU worked
 * @param gated time that a call stood ready, had a slot, and was held back by a rate
 */
public record PodCounters(
    long calls,
    long accepted,
    long throttled,
    long failed,
    long inService,
    long held,
    long cpu,
    long gated) {

  public static final PodCounters NONE = new PodCounters(0, 0, 0, 0, 0, 0, 0, 0);

  public PodCounters minus(PodCounters before) {
    return new PodCounters(
        calls - before.calls,
        accepted - before.accepted,
        throttled - before.throttled,
        failed - before.failed,
        inService - before.inService,
        held - before.held,
        cpu - before.cpu,
        gated - before.gated);
  }

  public PodCounters plus(PodCounters other) {
    return new PodCounters(
        calls + other.calls,
        accepted + other.accepted,
        throttled + other.throttled,
        failed + other.failed,
        inService + other.inService,
        held + other.held,
        cpu + other.cpu,
        gated + other.gated);
  }
}
