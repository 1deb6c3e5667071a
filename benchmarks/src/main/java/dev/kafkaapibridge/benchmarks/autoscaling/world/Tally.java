package dev.kafkaapibridge.benchmarks.autoscaling.world;

import dev.kafkaapibridge.benchmarks.autoscaling.scenario.Scenario;
import dev.kafkaapibridge.benchmarks.autoscaling.world.Answer.Kind;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Counts what a run is measured by. Owns the counts. */
final class Tally {

  private static final double RECOVERED_AGE = 10;
  private static final int RECOVERED_FOR = 30;
  private static final long FLAP_WITHIN = 300 * Agenda.SECOND;

  private final Scenario scenario;
  private float[] ages = new float[4096];
  private int delivered;
  private long sent;
  private long throttled;
  private long failed;
  private double lagIntegral;
  private int sloViolations;
  private long podNanos;
  private int peakReplicas;
  private int scaleActions;
  private int flaps;
  private int direction;
  private long scaledAt = Long.MIN_VALUE / 2;

  /** Since when the oldest record was young at each sample; negative: it isn't. */
  private double youngSince = -1;

  private @Nullable Double recovery;

  Tally(Scenario scenario) {
    this.scenario = scenario;
    this.peakReplicas = scenario.initialReplicas();
  }

  void sent() {
    sent++;
  }

  void answered(Kind kind) {
    switch (kind) {
      case Accepted -> {}
      case Throttled -> throttled++;
      case Failed -> failed++;
    }
  }

  void delivered(long age) {
    keep(delivered++, Agenda.seconds(age));
  }

  private void keep(int index, double age) {
    if (index == ages.length) {
      ages = Arrays.copyOf(ages, ages.length * 2);
    }
    ages[index] = (float) age;
  }

  Moment sample(long now, long arrived, List<Pod> pods, List<Partition> partitions) {
    long backlog = 0;
    long oldest = Long.MAX_VALUE;
    for (Partition partition : partitions) {
      backlog += partition.backlog();
      oldest = Math.min(oldest, partition.oldestArrival());
    }
    double age = oldest == Long.MAX_VALUE ? 0 : Agenda.seconds(now - oldest);
    lagIntegral += backlog;
    if (age > scenario.sloAgeSeconds()) {
      sloViolations++;
    }
    recover(Agenda.seconds(now), age);
    int ready = (int) pods.stream().filter(Pod::isReady).count();
    return new Moment(
        (int) (now / Agenda.SECOND),
        backlog,
        age,
        pods.size(),
        ready,
        arrived,
        delivered,
        throttled,
        failed);
  }

  private void recover(double second, double age) {
    if (second < scenario.disturbanceEndsAt() || recovery != null) {
      return;
    }
    if (age >= RECOVERED_AGE) {
      youngSince = -1;
    } else if (youngSince < 0) {
      youngSince = second;
    } else if (second - youngSince >= RECOVERED_FOR) {
      recovery = youngSince - scenario.disturbanceEndsAt();
    }
  }

  void scaled(long now, int from, int to) {
    int turned = Integer.signum(to - from);
    scaleActions++;
    if (turned == -direction && now - scaledAt <= FLAP_WITHIN) {
      flaps++;
    }
    direction = turned;
    scaledAt = now;
    peakReplicas = Math.max(peakReplicas, to);
  }

  void went(Pod pod, long now) {
    podNanos += now - pod.createdAt();
  }

  Measured ended(long horizon, List<Pod> pods, List<Partition> partitions) {
    for (Pod pod : pods) {
      podNanos += horizon - pod.createdAt();
    }
    int all = delivered;
    for (Partition partition : partitions) {
      for (long arrival : partition.undelivered()) {
        keep(all++, Agenda.seconds(horizon - arrival));
      }
    }
    float[] sorted = Arrays.copyOf(ages, all);
    Arrays.sort(sorted);
    return new Measured(
        lagIntegral,
        quantile(sorted, 0.5),
        quantile(sorted, 0.99),
        sloViolations,
        Agenda.seconds(podNanos) / 3600,
        throttled,
        failed,
        delivered,
        delivered == 0 ? 0 : (double) sent / delivered,
        scaleActions,
        flaps,
        peakReplicas,
        recovery,
        all - delivered);
  }

  /** The least age that so many of all don't exceed. */
  private static double quantile(float[] sorted, double share) {
    return sorted.length == 0 ? 0 : sorted[(int) Math.ceil(share * sorted.length) - 1];
  }
}
