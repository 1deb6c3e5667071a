package dev.kafkaapibridge.benchmarks.autoscaling.real;

import java.util.List;

/**
 * Part of a trial, in which records come at one rate.
 *
 * @param from second of the trial at which it begins
 * @param until second at which it ends
 */
record Stretch(String title, int perSecond, int from, int until) {

  int seconds() {
    return until - from;
  }

  /**
   * @param samples of each second of the trial
   */
  Figures figures(List<Sample> samples) {
    return Figures.of(samples.subList(from, until + 1));
  }
}
