package dev.kafkaapibridge.benchmarks.autoscaling.world;

import dev.kafkaapibridge.benchmarks.autoscaling.scenario.Scenario;
import dev.kafkaapibridge.benchmarks.autoscaling.scenario.Scenario.Weights;
import java.util.SplittableRandom;

/**
 * A Poisson stream of records: within each second the rate is the one that holds at its beginning,
 * and each record goes to a partition by the weights of that moment. Depends on the scenario and
 * its seed alone, so every controller gets the same. Owned by one run.
 */
public final class Arrivals {

  private final Scenario scenario;
  private final SplittableRandom random;
  private double[] upTo = new double[0];
  private int weightsNext;
  private double rate;
  private int second = -1;
  private double within;

  private long time;
  private int partition;

  public Arrivals(Scenario scenario) {
    this.scenario = scenario;
    this.random = Chance.of(scenario, "arrivals");
    this.upTo = sums(null, scenario.partitions());
    nextSecond();
    advance();
  }

  /** When the next record comes; {@link Long#MAX_VALUE}: none does. */
  public long time() {
    return time;
  }

  /** Where the next record goes. */
  public int partition() {
    return partition;
  }

  public void advance() {
    while (second < scenario.horizonSeconds()) {
      within -= Math.log(1 - random.nextDouble()) / rate;
      if (within < 1) {
        time = Agenda.nanos(second + within);
        partition = pick(random.nextDouble() * upTo[upTo.length - 1]);
        return;
      }
      nextSecond();
    }
    time = Long.MAX_VALUE;
  }

  private void nextSecond() {
    do {
      second++;
      rate = scenario.arrivals().at(second);
    } while (rate <= 0 && second < scenario.horizonSeconds());
    within = 0;
    var weights = scenario.weights();
    while (weightsNext < weights.size() && weights.get(weightsNext).from() <= second) {
      upTo = sums(weights.get(weightsNext++), scenario.partitions());
    }
  }

  private static double[] sums(@org.jspecify.annotations.Nullable Weights weights, int partitions) {
    double[] sums = new double[partitions];
    double sum = 0;
    for (int i = 0; i < partitions; i++) {
      sum += weights == null ? 1 : weights.values().get(i);
      sums[i] = sum;
    }
    return sums;
  }

  private int pick(double at) {
    int low = 0;
    int high = upTo.length - 1;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (upTo[middle] > at) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }
}
