package dev.kafkaapibridge.operator.scale;

import dev.kafkaapibridge.operator.scale.Sample.Reading;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
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
 * @param pressed pods for which work waits, and which nothing but themselves holds back
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
    Set<String> pressed,
    double calls,
    @Nullable Double advertised) {

  private static final double FULL = .9;

  private static final double HARDLY_GATED = .05;

  /**
   * {@code pressedBefore} are those that were pressed a tick ago. A pod for which work has waited
   * all the time is as busy as it can be, whatever its slots and its CPU show: records that wait
   * for each other, a node that is shared with others.
   */
  static Readings of(Sample sample, Set<String> pressedBefore) {
    Map<String, Double> waiting = new HashMap<>();
    for (Sample.Partition partition : sample.partitions()) {
      if (!partition.held()) {
        waiting.merge(partition.owner(), (double) partition.backlog(), Double::sum);
      }
    }
    for (Sample.Due due : sample.due()) {
      waiting.merge(due.owner(), (double) due.records(), Double::sum);
    }
    Set<String> pressed = new TreeSet<>();
    int speaking = 0;
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
    for (Sample.Pod each : sample.pods()) {
      Reading pod = each.reading();
      if (pod == null) {
        continue;
      }
      speaking++;
      double s = pod.seconds();
      if (isPressed(pod, waiting.getOrDefault(each.name(), 0.0))) {
        pressed.add(each.name());
      }
      boolean all = pressed.contains(each.name()) && pressedBefore.contains(each.name());
      double slots = Math.min(1, pod.busySeconds() / (pod.slots() * s));
      sent += pod.sent() / s;
      accepted += pod.accepted() / s;
      throttled += pod.throttled() / s;
      failed += pod.failed() / s;
      inFlight += pod.busySeconds() / s;
      busyPods += all ? 1 : Math.max(slots, Math.min(1, pod.cpuShare()) * useful(pod));
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
    int count = Math.max(1, speaking);
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
        Set.copyOf(pressed),
        calls,
        advertised);
  }

  /** More waits than the next seconds' work and what is under way. */
  private static boolean isPressed(Reading pod, double waiting) {
    double soon = Math.max(20, Math.max(5 * pod.accepted() / pod.seconds(), 2.0 * pod.slots()));
    return waiting > soon
        && !pod.circuitOpen()
        && pod.gatedSeconds() < HARDLY_GATED * pod.seconds()
        && pod.throttled() <= .02 * pod.sent()
        && pod.failed() < .2 * pod.sent();
  }

  /** Whether work waits for most of the pods, also for those that came last. */
  boolean mostPressed() {
    return reporting > 0 && pressed.size() >= .7 * reporting;
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
