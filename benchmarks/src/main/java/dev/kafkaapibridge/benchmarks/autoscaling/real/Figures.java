package dev.kafkaapibridge.benchmarks.autoscaling.real;

import java.util.List;

/**
 * What a stretch of time has cost. Pure.
 *
 * @param lagIntegral record-seconds
 * @param podHours of pods that existed
 * @param throttled answers 429
 * @param delivered records that the API has accepted
 * @param peakPods the most that existed at once
 * @param scaleActions how often the number that is asked for changed
 * @param flaps of these, changes of direction within 5 minutes
 * @param lagAtEnd records
 */
record Figures(
    double lagIntegral,
    double podHours,
    long throttled,
    long delivered,
    int peakPods,
    int scaleActions,
    int flaps,
    long lagAtEnd) {

  private static final double FLAP_SECONDS = 300;

  /**
   * @param samples of the stretch, in order of time
   * @throws IllegalArgumentException if there are fewer than two
   */
  static Figures of(List<Sample> samples) {
    if (samples.size() < 2) {
      throw new IllegalArgumentException("nothing was seen: " + samples);
    }
    double lag = 0;
    double podSeconds = 0;
    int peak = samples.getFirst().pods();
    int actions = 0;
    int flaps = 0;
    int direction = 0;
    double changedAt = 0;
    for (int i = 1; i < samples.size(); i++) {
      Sample before = samples.get(i - 1);
      Sample now = samples.get(i);
      double seconds = now.second() - before.second();
      lag += before.lag() * seconds;
      podSeconds += before.pods() * seconds;
      peak = Math.max(peak, now.pods());
      int change = Integer.signum(now.asked() - before.asked());
      if (change != 0) {
        actions++;
        if (direction == -change && now.second() - changedAt <= FLAP_SECONDS) {
          flaps++;
        }
        direction = change;
        changedAt = now.second();
      }
    }
    Sample first = samples.getFirst();
    Sample last = samples.getLast();
    return new Figures(
        lag,
        podSeconds / 3600,
        last.throttled() - first.throttled(),
        last.delivered() - first.delivered(),
        peak,
        actions,
        flaps,
        last.lag());
  }
}
