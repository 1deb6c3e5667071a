package dev.kafkaapibridge.benchmarks.autoscaling.scenario;

import java.util.Arrays;

/** A number that changes over time: constant from one entry to the next. A value. */
public final class Steps {

  private final double[] from;
  private final double[] values;
  private final double before;

  /**
   * @param from seconds, ascending
   * @param values one for each
   * @param before what holds before the first entry
   */
  public Steps(double[] from, double[] values, double before) {
    this.from = from.clone();
    this.values = values.clone();
    this.before = before;
  }

  public static Steps always(double value) {
    return new Steps(new double[0], new double[0], value);
  }

  public double at(double second) {
    int i = from.length - 1;
    while (i >= 0 && from[i] > second) {
      i--;
    }
    return i < 0 ? before : values[i];
  }

  /** When it changes next after a second; infinity: never. */
  public double changesAfter(double second) {
    for (double each : from) {
      if (each > second) {
        return each;
      }
    }
    return Double.POSITIVE_INFINITY;
  }

  /** The integral from one second to a later one. */
  public double sum(double begin, double end) {
    double sum = 0;
    double at = begin;
    while (at < end) {
      double next = Math.min(end, changesAfter(at));
      sum += at(at) * (next - at);
      at = next;
    }
    return sum;
  }

  /** The greatest value from one second to a later one, both included. */
  public double most(double begin, double end) {
    double most = at(begin);
    for (int i = 0; i < from.length; i++) {
      if (from[i] > begin && from[i] <= end) {
        most = Math.max(most, values[i]);
      }
    }
    return most;
  }

  @Override
  public String toString() {
    return Arrays.toString(from) + Arrays.toString(values);
  }
}
