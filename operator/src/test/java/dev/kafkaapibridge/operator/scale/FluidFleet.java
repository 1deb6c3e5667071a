package dev.kafkaapibridge.operator.scale;

import dev.kafkaapibridge.operator.scale.Sample.Partition;
import dev.kafkaapibridge.operator.scale.Sample.Pod;
import dev.kafkaapibridge.operator.scale.Sample.Reading;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Pods, partitions and an API as liquids in pipes: enough to see where a series of decisions leads.
 * A pod is up 20 s after it was asked for. Pods hold back what the API refuses, but for one call in
 * 100.
 */
final class FluidFleet {

  static final double TICK = 10;
  private static final double STARTUP = 20;

  double arrivals = 100;
  double quota = Double.MAX_VALUE;

  /** Share of arrivals that goes to the first partition, beside its even share of the rest. */
  double hot;

  double podRate = 20;
  int slots = 10;

  /** Calls under way beyond which the API makes everyone wait. */
  double parallelism = Double.MAX_VALUE;

  /** How much slower than usual answers are, whatever is under way. */
  double slowness = 1;

  /** Part of the time in which one pod's learned rate holds it back while another's leaves room. */
  double uneven;

  /** While a new number of pods deals the partitions out, nobody tells of most of them. */
  boolean dealsOut;

  /** Somebody else sets the number. */
  boolean stays;

  boolean down;
  boolean silent;
  boolean naive;
  int partitions = 24;

  Policy policy = Policy.between(1, 24);
  Memory memory = Memory.empty();
  int replicas = 1;
  Instant now = Instant.parse("2026-11-01T08:00:00Z");
  final List<Decision> decisions = new ArrayList<>();
  double throttled;
  double podSeconds;

  private final List<Instant> since = new ArrayList<>();
  private int replicasBefore;
  private double[] backlog = new double[0];
  private double[] end = new double[0];

  FluidFleet warm(int pods) {
    replicas = pods;
    for (int i = 0; i < pods; i++) {
      since.add(now.minusSeconds(3600));
    }
    return this;
  }

  double backlog() {
    double sum = 0;
    for (double b : backlog) {
      sum += b;
    }
    return sum;
  }

  Decision last() {
    return decisions.getLast();
  }

  Stream<Integer> numbers() {
    return decisions.stream().map(Decision::replicas);
  }

  int changes() {
    int changes = 0;
    for (int i = 1; i < decisions.size(); i++) {
      changes += decisions.get(i).replicas() == decisions.get(i - 1).replicas() ? 0 : 1;
    }
    return changes;
  }

  FluidFleet minutes(double minutes) {
    for (int i = 0; i < minutes * 60 / TICK; i++) {
      tick();
    }
    return this;
  }

  void tick() {
    if (backlog.length != partitions) {
      backlog = new double[partitions];
      end = new double[partitions];
    }
    int ready =
        (int) since.stream().filter(s -> !now.isBefore(s.plusSeconds((long) STARTUP))).count();
    now = now.plusSeconds((long) TICK);
    podSeconds += replicas * TICK;
    List<Reading> readings = ready == 0 ? List.of() : work(ready);
    decide(readings);
  }

  private List<Reading> work(int ready) {
    double idleLatency = slots / podRate * slowness;
    double mostUnderWay = (double) ready * slots;
    double latency = idleLatency * Math.max(1, mostUnderWay / parallelism);
    double onePod = slots / latency;
    double allowed = down ? 0 : Math.min(1, quota / (ready * onePod));
    double[] can = new double[ready];
    double[] done = new double[ready];
    double[] wished = new double[ready];
    for (int p = 0; p < partitions; p++) {
      double share = (1 - hot) / partitions + (p == 0 ? hot : 0);
      end[p] += arrivals * share * TICK;
      backlog[p] += arrivals * share * TICK;
      wished[p % ready] += backlog[p];
    }
    for (int i = 0; i < ready; i++) {
      double most = Math.min(wished[i], onePod * TICK);
      can[i] = most;
      done[i] = most;
    }
    double sum = 0;
    for (double d : done) {
      sum += d;
    }
    double held = down ? 0 : Math.min(1, quota * TICK / Math.max(1e-9, sum));
    for (int p = 0; p < partitions; p++) {
      int pod = p % ready;
      double part = wished[pod] <= 0 ? 0 : backlog[p] / wished[pod];
      backlog[p] -= done[pod] * held * part;
    }
    List<Reading> readings = new ArrayList<>();
    for (int i = 0; i < ready; i++) {
      double accepted = done[i] * held;
      double refused =
          down || held >= 1 ? 0 : naive ? (done[i] - accepted) : Math.min(accepted, can[i]) * .01;
      throttled += refused;
      double gated = down ? 0 : TICK * (held >= 1 ? uneven : 1 - Math.min(1, allowed));
      readings.add(
          new Reading(
              TICK,
              down ? 20 : accepted + refused,
              accepted,
              refused,
              down ? 20 : 0,
              accepted * Math.min(latency, idleLatency * stretched(sum * held / TICK, idleLatency)),
              slots,
              0,
              gated,
              down,
              null));
    }
    return readings;
  }

  /** Under a light load answers are as quick as ever. */
  private double stretched(double perSecond, double idleLatency) {
    return perSecond * idleLatency >= .99 * parallelism ? Double.MAX_VALUE : 1;
  }

  private void decide(List<Reading> readings) {
    List<Pod> pods = new ArrayList<>();
    for (int i = 0; i < replicas; i++) {
      boolean up = i < readings.size();
      pods.add(new Pod("pod-" + i, up, up && !silent ? readings.get(i) : null));
    }
    List<Partition> told = new ArrayList<>();
    boolean moving = dealsOut && replicasBefore != replicas;
    replicasBefore = replicas;
    int tellable = moving ? 1 : partitions;
    for (int p = 0; p < tellable && !silent && !readings.isEmpty(); p++) {
      told.add(
          new Partition(
              "orders-" + p,
              "pod-" + p % readings.size(),
              (long) end[p],
              now,
              moving ? 0 : (long) backlog[p],
              false));
    }
    Decision decision =
        Scaling.decide(
            policy, memory, new Sample(now, replicas, pods, told, !told.isEmpty() && !moving));
    decisions.add(decision);
    memory = decision.memory();
    if (stays) {
      return;
    }
    while (since.size() < decision.replicas()) {
      since.add(now);
    }
    while (since.size() > decision.replicas()) {
      since.removeLast();
    }
    replicas = decision.replicas();
  }
}
