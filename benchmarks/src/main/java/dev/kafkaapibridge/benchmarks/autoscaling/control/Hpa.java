package dev.kafkaapibridge.benchmarks.autoscaling.control;

import java.util.ArrayList;
import java.util.List;

/**
 * What the HorizontalPodAutoscaler (autoscaling/v2, default behavior) makes of a recommendation, in
 * its order: stabilization (up: none; down: the greatest of 300 s), then the policies (up: the
 * greater of 4 pods and 100 % in 15 s; down: 100 % in 15 s). See {@code normalizeDesiredReplicas
 * WithBehaviors} in kubernetes' {@code pkg/controller/podautoscaler/horizontal.go}. Owns what it
 * has recommended and done.
 */
final class Hpa {

  static final double TOLERANCE = 0.1;
  private static final double DOWN_WINDOW = 300;
  private static final double POLICY_PERIOD = 15;
  private static final int UP_PODS = 4;
  private static final double UP_FACTOR = 2;

  private record Dated(double second, int replicas) {}

  private final int min;
  private final int max;
  private final List<Dated> recommended = new ArrayList<>();
  private final List<Dated> added = new ArrayList<>();

  Hpa(int min, int max) {
    this.min = min;
    this.max = max;
  }

  /**
   * @param current what {@code /scale} says
   * @param wanted by the metric
   */
  int decide(double second, int current, int wanted) {
    if (recommended.isEmpty()) {
      recommended.add(new Dated(second, current));
    }
    int limited = limit(second, current, stabilize(second, current, wanted));
    int decided = Math.clamp(limited, min, max);
    if (decided > current) {
      added.add(new Dated(second, decided - current));
    }
    return decided;
  }

  /** Somebody else has set the number: what was recommended for another one is no reason. */
  void forget() {
    recommended.clear();
    added.clear();
  }

  private int stabilize(double second, int current, int wanted) {
    recommended.removeIf(each -> each.second() <= second - DOWN_WINDOW);
    int down = wanted;
    for (Dated each : recommended) {
      down = Math.max(down, each.replicas());
    }
    recommended.add(new Dated(second, wanted));
    return Math.min(Math.max(current, wanted), down);
  }

  private int limit(double second, int current, int stable) {
    added.removeIf(each -> each.second() <= second - POLICY_PERIOD);
    int before = current - added.stream().mapToInt(Dated::replicas).sum();
    int most = (int) Math.max(before + UP_PODS, Math.ceil(before * UP_FACTOR));
    return stable > current ? Math.min(stable, Math.max(most, current)) : stable;
  }
}
