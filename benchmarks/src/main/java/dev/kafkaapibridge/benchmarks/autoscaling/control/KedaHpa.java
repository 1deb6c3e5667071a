package dev.kafkaapibridge.benchmarks.autoscaling.control;

import dev.kafkaapibridge.benchmarks.autoscaling.world.Controller;
import dev.kafkaapibridge.benchmarks.autoscaling.world.Pacing;
import dev.kafkaapibridge.benchmarks.autoscaling.world.World;

/**
 * KEDA's Kafka scaler with a lag threshold of 100, and the HPA that it makes. The HPA asks for the
 * metric at each sync (15 s) and the lag is clipped to partitions x threshold. KEDA itself, each 30
 * s, only takes the last step: to zero where {@code minReplicas} is 0 and there was no lag for 300
 * s, and back to one. See KEDA's {@code pkg/scalers/kafka_scaler.go} and {@code
 * pkg/scaling/executor/scale_scaledobjects.go}; {@code GetExternalPerPodMetricReplicas} in
 * kubernetes' {@code pkg/controller/podautoscaler/replica_calculator.go}.
 */
final class KedaHpa implements Controller {

  static final long LAG_THRESHOLD = 100;
  private static final int POLLING_INTERVAL = 30;
  private static final double COOLDOWN = 300;

  private final int min;
  private final Hpa hpa;
  private double activeAt;

  KedaHpa(int min, int max) {
    this.min = min;
    this.hpa = new Hpa(Math.max(1, min), max);
  }

  @Override
  public Pacing pacing(World world, int pod) {
    return new PlainPacing(world, pod);
  }

  @Override
  public int decide(World world) {
    int current = world.pods().size();
    if (Math.round(world.second()) % POLLING_INTERVAL == 0) {
      boolean active = world.lag() > 0;
      activeAt = active ? world.second() : activeAt;
      if (current == 0) {
        hpa.forget();
        return active ? Math.max(1, min) : 0;
      }
      if (!active && min == 0 && world.second() - activeAt >= COOLDOWN) {
        return 0;
      }
    }
    // The HPA leaves alone what is scaled to zero.
    return current == 0 ? 0 : hpa.decide(world.second(), current, wanted(world, current));
  }

  static int wanted(World world, int current) {
    long lag = Math.min(world.lag(), world.partitions().size() * LAG_THRESHOLD);
    double ratio = lag / ((double) LAG_THRESHOLD * current);
    return Math.abs(1 - ratio) <= Hpa.TOLERANCE ? current : (int) Math.ceilDiv(lag, LAG_THRESHOLD);
  }
}
