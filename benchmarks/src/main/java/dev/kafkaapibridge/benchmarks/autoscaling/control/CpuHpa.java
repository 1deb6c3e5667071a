package dev.kafkaapibridge.benchmarks.autoscaling.control;

import dev.kafkaapibridge.benchmarks.autoscaling.world.Agenda;
import dev.kafkaapibridge.benchmarks.autoscaling.world.Controller;
import dev.kafkaapibridge.benchmarks.autoscaling.world.Pacing;
import dev.kafkaapibridge.benchmarks.autoscaling.world.Pod;
import dev.kafkaapibridge.benchmarks.autoscaling.world.PodCounters;
import dev.kafkaapibridge.benchmarks.autoscaling.world.World;

/**
 * An HPA on CPU with a target of 75 %. A pod's request is the CPU with which it does its {@code
 * recordsPerSecond}; metrics are of the last 15 s, as metrics-server scrapes them. A pod that isn't
 * ready, or was for less than that, is left out of the ratio and counts as idle before more pods
 * are made. See {@code GetResourceReplicas} in kubernetes' {@code
 * pkg/controller/podautoscaler/replica_calculator.go}.
 */
final class CpuHpa implements Controller {

  private static final double TARGET = 0.75;
  private static final double METRICS_WINDOW = 15;

  private final Hpa hpa;
  private final Window window = new Window();

  CpuHpa(int min, int max) {
    this.hpa = new Hpa(Math.max(1, min), max);
  }

  @Override
  public Pacing pacing(World world, int pod) {
    return new PlainPacing(world, pod);
  }

  @Override
  public int decide(World world) {
    int current = world.pods().size();
    var counted = window.look(world);
    double busy = 0;
    int measured = 0;
    for (Pod pod : world.pods()) {
      boolean fresh =
          pod.isReady() && world.second() - Agenda.seconds(pod.readyAt()) >= METRICS_WINDOW;
      PodCounters counters = counted.get(pod.number());
      if (fresh && counters != null) {
        measured++;
        busy += Agenda.seconds(counters.cpu()) / periodSeconds();
      }
    }
    return hpa.decide(world.second(), current, wanted(current, measured, busy));
  }

  /**
   * @param measured pods with a metric
   * @param busy sum of their CPU, in requests
   */
  static int wanted(int current, int measured, double busy) {
    if (measured == 0) {
      return current;
    }
    double ratio = busy / measured / TARGET;
    int unready = current - measured;
    if (unready == 0 || ratio <= 1) {
      // Scaling in doesn't look at pods that aren't ready; their number stays out of it.
      return Math.abs(1 - ratio) <= Hpa.TOLERANCE ? current : (int) Math.ceil(ratio * measured);
    }
    double withIdle = busy / current / TARGET;
    if (Math.abs(1 - withIdle) <= Hpa.TOLERANCE || withIdle < 1) {
      return current;
    }
    return Math.max(current, (int) Math.ceil(withIdle * current));
  }
}
