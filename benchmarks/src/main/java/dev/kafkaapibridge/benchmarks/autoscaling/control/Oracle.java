package dev.kafkaapibridge.benchmarks.autoscaling.control;

import dev.kafkaapibridge.benchmarks.autoscaling.scenario.Scenario;
import dev.kafkaapibridge.benchmarks.autoscaling.world.Agenda;
import dev.kafkaapibridge.benchmarks.autoscaling.world.Answer;
import dev.kafkaapibridge.benchmarks.autoscaling.world.Chance;
import dev.kafkaapibridge.benchmarks.autoscaling.world.Controller;
import dev.kafkaapibridge.benchmarks.autoscaling.world.Delivery;
import dev.kafkaapibridge.benchmarks.autoscaling.world.Pacing;
import dev.kafkaapibridge.benchmarks.autoscaling.world.Partition;
import dev.kafkaapibridge.benchmarks.autoscaling.world.World;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Knows the scenario, the future included: the arrivals' rate and where they go, the quota, the
 * latency, outages. Its pods share one exact view of the API's bucket; it has the fewest pods that
 * carry what can be carried, ordered before they are needed. Not the optimum, but what nobody who
 * has to measure will reach.
 */
final class Oracle implements Controller {

  private static final double DRAIN = 60;
  private static final double KEEP = 180;
  private static final double ENOUGH = 0.98;

  private final Scenario scenario;
  private final double lead;
  private final Bucket bucket = new Bucket();
  private final ArrayDeque<Integer> recent = new ArrayDeque<>();
  private int raised;

  Oracle(Scenario scenario) {
    this.scenario = scenario;
    this.lead = scenario.pod().startupMax() + scenario.rebalancePauseSeconds() + periodSeconds();
  }

  @Override
  public Pacing pacing(World world, int pod) {
    return new Exact(world, Chance.of(scenario, "backoff" + pod));
  }

  @Override
  public int decide(World world) {
    int current = world.pods().size();
    int now = needed(world, lead);
    raised = now > current ? raised + 1 : 0;
    boolean much = now >= current + 2 || now >= 1.5 * current;
    now = raised == 1 && !much ? current : now;
    recent.addLast(Math.max(now, needed(world, lead + KEEP)));
    while (recent.size() > KEEP / periodSeconds()) {
      recent.removeFirst();
    }
    return now >= current ? now : Math.min(current, recent.stream().max(Integer::compare).get());
  }

  /** The fewest pods that do nearly as much as the most would, within the seconds ahead. */
  private int needed(World world, double ahead) {
    double now = world.second();
    double ceiling = ceiling(now, now + ahead);
    double each = podRate(now, now + ahead);
    double[] loads = loads(world, now, now + ahead);
    double reachable = Math.min(ceiling, carried(loads, each, scenario.maxReplicas()));
    int least = Math.max(scenario.minReplicas(), reachable > 0 ? 1 : 0);
    for (int pods = least; pods < scenario.maxReplicas(); pods++) {
      if (Math.min(ceiling, carried(loads, each, pods)) >= ENOUGH * reachable) {
        return pods;
      }
    }
    return scenario.maxReplicas();
  }

  /** The most that the API accepts at any time, calls a second; changes matter to a second. */
  private double ceiling(double from, double to) {
    double most = 0;
    for (double at = from; at <= to; at++) {
      double served = scenario.api().parallelism().at(at) / scenario.api().latency().at(at);
      double accepted = scenario.api().outage().at(at) > 0 ? 0 : scenario.api().quota().at(at);
      most = Math.max(most, Math.min(served, accepted));
    }
    return most;
  }

  private double podRate(double from, double to) {
    double slowest = Math.max(1e-4, scenario.api().latency().most(from, to));
    return Math.min(scenario.pod().recordsPerSecond(), scenario.pod().slots() / slowest);
  }

  /** By partition, what comes and what is to be drained, records a second. */
  private double[] loads(World world, double from, double to) {
    double[] loads = new double[scenario.partitions()];
    double arrivals = scenario.arrivals().most(from, to);
    double[] weights = weights(to);
    for (Partition partition : world.partitions()) {
      double comes = arrivals * weights[partition.number()];
      loads[partition.number()] = comes + Math.max(0, partition.backlog() - comes) / DRAIN;
    }
    return loads;
  }

  private double[] weights(double at) {
    double[] weights = new double[scenario.partitions()];
    Arrays.fill(weights, 1);
    for (Scenario.Weights each : scenario.weights()) {
      if (each.from() <= at) {
        Arrays.setAll(weights, i -> each.values().get(i));
      }
    }
    double sum = Arrays.stream(weights).sum();
    Arrays.setAll(weights, i -> weights[i] / sum);
    return weights;
  }

  private static double carried(double[] loads, double each, int pods) {
    double carried = 0;
    int next = 0;
    for (int pod = 0; pod < pods; pod++) {
      int partitions = loads.length / pods + (pod < loads.length % pods ? 1 : 0);
      double load = 0;
      for (int i = 0; i < partitions; i++) {
        load += loads[next++];
      }
      carried += Math.min(load, each);
    }
    return carried;
  }

  /** The API's bucket, and who is to have its next tokens. */
  private final class Bucket {
    private final ArrayDeque<Long> promised = new ArrayDeque<>();
    private long last;

    /** When the next call may go. */
    long promise(World world) {
      long now = world.agenda().now();
      while (!promised.isEmpty() && promised.getFirst() < now) {
        promised.removeFirst();
      }
      if (promised.isEmpty() && world.api().tokens() >= 1) {
        last = now;
      } else {
        double second = Agenda.seconds(Math.max(now, last));
        while (scenario.api().outage().at(second) > 0 && second < Double.POSITIVE_INFINITY) {
          second = scenario.api().outage().changesAfter(second);
        }
        double quota = Math.max(1e-3, scenario.api().quota().at(second));
        last =
            second == Double.POSITIVE_INFINITY
                ? Long.MAX_VALUE / 2
                : Agenda.nanos(second + 1 / quota);
      }
      promised.add(last);
      return last;
    }
  }

  private final class Exact implements Pacing {
    private static final Leave GO = new Leave.Go(null);

    private final World world;
    private final SplittableRandom random;
    private long promised = -1;

    Exact(World world, SplittableRandom random) {
      this.world = world;
      this.random = random;
    }

    @Override
    public Leave leave() {
      long now = world.agenda().now();
      if (promised < 0) {
        promised = bucket.promise(world);
      }
      if (now < promised) {
        return new Leave.Wait(promised, true);
      }
      promised = -1;
      // The quota fell meanwhile, say.
      return world.api().tokens() >= 1 ? GO : new Leave.Wait(now + Agenda.SECOND / 100, true);
    }

    @Override
    public void answered(@Nullable Object pass, Answer answer, long tookNanos) {}

    @Override
    public Again again(Delivery delivery, Answer answer) {
      return new Again(Agenda.nanos(0.5 + random.nextDouble()), false);
    }
  }
}
