package dev.kafkaapibridge.operator.scale;

import dev.kafkaapibridge.operator.scale.Sample.Reading;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The fleet's figures of one tick, from its pods' figures.
 *
 * @param ready pods
 * @param reporting pods that are ready and tell something
 * @param sent calls a second, and so the next three
 * @param inFlight calls under way, on average
 * @param latency of a call, in seconds; 0 without a call
 * @param busyPods pods that it would take to do this work, if each were busy all the time
 * @param full share of the reporting pods whose slots are all in use
 * @param gated share of the pods' time in which a limit held calls back
 * @param open share of the reporting pods whose circuit is open
 * @param calls in this tick
 * @param advertised what the API says that it accepts each second; null where it says nothing
 */
record Readings(
    int ready,
    int reporting,
    double sent,
    double accepted,
    double throttled,
    double failed,
    double inFlight,
    double latency,
    double busyPods,
    double full,
    double gated,
    double open,
    double calls,
    @Nullable Double advertised) {

  private static final double FULL = .9;

  static Readings of(Sample sample) {
    List<Reading> all = sample.readings();
    double sent = 0;
    double accepted = 0;
    double throttled = 0;
    double failed = 0;
    double inFlight = 0;
    double busyPods = 0;
    double full = 0;
    double gated = 0;
    double open = 0;
    double calls = 0;
    Double advertised = null;
    for (Reading pod : all) {
      double s = pod.seconds();
      double slots = Math.min(1, pod.busySeconds() / (pod.slots() * s));
      sent += pod.sent() / s;
      accepted += pod.accepted() / s;
      throttled += pod.throttled() / s;
      failed += pod.failed() / s;
      inFlight += pod.busySeconds() / s;
      busyPods += Math.max(slots, Math.min(1, pod.cpuShare()) * useful(pod));
      full += slots >= FULL ? 1 : 0;
      gated += Math.min(1, pod.gatedSeconds() / s);
      open += pod.circuitOpen() ? 1 : 0;
      calls += pod.sent();
      if (pod.advertisedPerSecond() != null) {
        advertised =
            advertised == null
                ? pod.advertisedPerSecond()
                : Double.valueOf(Math.min(advertised, pod.advertisedPerSecond()));
      }
    }
    int reporting =
        (int) sample.pods().stream().filter(pod -> pod.ready() && pod.reading() != null).count();
    int count = Math.max(1, all.size());
    return new Readings(
        sample.ready(),
        reporting,
        sent,
        accepted,
        throttled,
        failed,
        inFlight,
        sent > 0 ? inFlight / sent : 0,
        busyPods,
        full / count,
        gated / count,
        open / count,
        calls,
        advertised);
  }

  /** CPU that went into calls which the API did not accept would have done nothing for others. */
  private static double useful(Reading pod) {
    return pod.sent() <= 0 ? 1 : Math.min(1, pod.accepted() / pod.sent());
  }

  /** Whether the API refuses more than one call in 200 for coming too fast. */
  boolean opposed() {
    return throttled > .005 * sent && throttled > 0;
  }

  /** Among calls that were not refused for coming too fast, or 429s would hide an outage. */
  double failedShare() {
    double others = sent - throttled;
    return others <= 0 ? 0 : Math.min(1, failed / others);
  }

  double throttledShare() {
    return sent <= 0 ? 0 : Math.min(1, throttled / sent);
  }

  /** Whether enough pods speak for the rest. */
  boolean mostSpeak() {
    return reporting > 0 && reporting >= .7 * ready;
  }
}
