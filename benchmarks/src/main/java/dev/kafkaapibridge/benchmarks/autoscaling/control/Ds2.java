package dev.kafkaapibridge.benchmarks.autoscaling.control;

import dev.kafkaapibridge.benchmarks.autoscaling.world.Agenda;
import dev.kafkaapibridge.benchmarks.autoscaling.world.Controller;
import dev.kafkaapibridge.benchmarks.autoscaling.world.Pacing;
import dev.kafkaapibridge.benchmarks.autoscaling.world.Partition;
import dev.kafkaapibridge.benchmarks.autoscaling.world.Pod;
import dev.kafkaapibridge.benchmarks.autoscaling.world.PodCounters;
import dev.kafkaapibridge.benchmarks.autoscaling.world.World;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * DS2 as Flink's autoscaler has it, with that one's defaults: the true processing rate of a pod is
 * what it did in its busy time, a thread that waits for its retry included; the number of pods
 * follows from the arrival rate and what it takes to catch up, in one step. Metrics are of 15 min
 * and at least of 1 min, scaling rests for 5 min after each step, and pods go only after the
 * greatest number of an hour, at most 60 % of them at once. See {@code JobVertexScaler} and {@code
 * ScalingMetricEvaluator} in apache/flink-kubernetes-operator.
 */
final class Ds2 implements Controller {

  private static final double UTILIZATION = 0.7;
  private static final double BAND = 0.3;
  private static final double CATCH_UP = 1800;
  private static final double RESTART = 300;
  private static final double WINDOW = 900;
  private static final double AT_LEAST = 60;
  private static final double REST = 300;
  private static final double DOWN_WINDOW = 3600;
  private static final double MOST_DOWN = 0.6;

  /** A lag of so many seconds of input: no pod goes. */
  private static final double LAG_TO_KEEP_ALL = 300;

  /** A lag of so many seconds of input: the observed rate counts too. */
  private static final double LAG_TO_OBSERVE = 30;

  private record Look(
      double second, long arrived, long delivered, double busy, double podSeconds) {}

  private record Wanted(double second, int replicas) {}

  private final int slots;
  private final Window window = new Window();
  private final ArrayDeque<Look> looks = new ArrayDeque<>();
  private final List<Wanted> wanted = new ArrayList<>();
  private double busy;
  private double podSeconds;
  private double scaledAt = Double.NEGATIVE_INFINITY;
  private double wantedLessAt = Double.NaN;

  Ds2(int slots) {
    this.slots = slots;
  }

  @Override
  public Pacing pacing(World world, int pod) {
    return new PlainPacing(world, pod);
  }

  @Override
  public int decide(World world) {
    look(world);
    int current = world.pods().size();
    Look first = looks.getFirst();
    Look last = looks.getLast();
    double span = last.second() - first.second();
    if (current == 0) {
      return Math.max(1, world.scenario().minReplicas());
    }
    if (last.podSeconds() == first.podSeconds()
        || span < AT_LEAST
        || world.second() - scaledAt < REST) {
      return current;
    }
    int next = next(world, current, first, last, span);
    if (next != current) {
      scaledAt = world.second();
      looks.clear(); // as after a restart: what was measured with other pods is gone
      wanted.removeIf(each -> next > current);
      wantedLessAt = Double.NaN;
    }
    return next;
  }

  private void look(World world) {
    for (var entry : window.look(world).entrySet()) {
      PodCounters counters = entry.getValue();
      busy +=
          Math.max(
              Agenda.seconds(counters.cpu()),
              Math.min(periodSeconds(), Agenda.seconds(counters.held()) / slots));
    }
    podSeconds += periodSeconds() * world.pods().stream().filter(Pod::isReady).count();
    looks.add(
        new Look(
            world.second(),
            world.partitions().stream().mapToLong(Partition::end).sum(),
            world.partitions().stream().mapToLong(Partition::delivered).sum(),
            busy,
            podSeconds));
    while (looks.getFirst().second() < world.second() - WINDOW) {
      looks.removeFirst();
    }
  }

  private int next(World world, int current, Look first, Look last, double span) {
    double arrivals = (last.arrived() - first.arrived()) / span;
    double served = (last.delivered() - first.delivered()) / span;
    double utilization = (last.busy() - first.busy()) / (last.podSeconds() - first.podSeconds());
    // Without input the true rate is infinite: one pod does.
    double truePods = utilization <= 0 ? Double.POSITIVE_INFINITY : served / utilization;
    double lag = world.lag();
    if (lag > LAG_TO_OBSERVE * arrivals && truePods > served * 1.15) {
      truePods = Math.min(truePods, served);
    }
    double each = truePods / current;
    double catchUp = lag / CATCH_UP + arrivals * RESTART / CATCH_UP;
    double capacity = each * current;
    boolean behind = lag > LAG_TO_KEEP_ALL * arrivals;
    double target = arrivals / UTILIZATION + catchUp;
    double least = behind ? arrivals : arrivals / (UTILIZATION + BAND) + catchUp;
    double most = behind ? Double.POSITIVE_INFINITY : arrivals / (UTILIZATION - BAND) + catchUp;
    if (capacity >= least && capacity <= most) {
      wanted.clear();
      wantedLessAt = Double.NaN;
      return current;
    }
    int pods = each <= 0 ? world.scenario().maxReplicas() : (int) Math.ceil(target / each);
    pods =
        Math.clamp(
            aligned(pods, world),
            Math.max(1, world.scenario().minReplicas()),
            world.scenario().maxReplicas());
    return pods >= current ? pods : less(world.second(), current, pods);
  }

  /**
   * Up to the next number that divides the partitions evenly, where that is within their number.
   */
  private static int aligned(int pods, World world) {
    int partitions = world.partitions().size();
    for (int each = pods; each <= partitions; each++) {
      if (partitions % each == 0) {
        return each;
      }
    }
    return Math.min(pods, partitions);
  }

  private int less(double second, int current, int pods) {
    wantedLessAt = Double.isNaN(wantedLessAt) ? second : wantedLessAt;
    wanted.add(new Wanted(second, pods));
    if (second - wantedLessAt < DOWN_WINDOW) {
      return current;
    }
    int most = wanted.stream().mapToInt(Wanted::replicas).max().orElse(pods);
    return Math.max(most, (int) Math.ceil(current * (1 - MOST_DOWN)));
  }
}
