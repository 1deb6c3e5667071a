package dev.kafkaapibridge.sandbox;

import dev.kafkaapibridge.sandbox.api.Switches;
import java.time.Duration;
import java.util.List;

/**
 * A stretch of the guided demo.
 *
 * @param weather what the API does, in words
 * @param lasts how long
 * @param switches the API's
 */
record DemoPhase(String weather, Duration lasts, Switches switches) {

  private static final int QUOTA_WINDOW_MILLIS = 2000;

  /**
   * Good weather, a quota of half the rate, an outage, good weather again. The outage is the
   * longest: the status speaks of a storm when it has lasted 30 s.
   */
  static List<DemoPhase> of(int seconds, double rate) {
    int quota = Math.max(1, (int) (rate / 2 * QUOTA_WINDOW_MILLIS / 1000));
    return List.of(
        new DemoPhase("good weather", share(seconds, 10), Switches.FAIR),
        new DemoPhase(
            "the API accepts %,d calls in %d s and answers the others 429: the bridge paces itself"
                .formatted(quota, QUOTA_WINDOW_MILLIS / 1000),
            share(seconds, 20),
            Switches.parse(
                "{\"quota\":{\"requests\":%d,\"windowMillis\":%d}}"
                    .formatted(quota, QUOTA_WINDOW_MILLIS))),
        new DemoPhase(
            "outage, 503 to everything: records wait, no attempt is spent, nothing is acknowledged",
            share(seconds, 45),
            Switches.parse("{\"outage\":\"ServiceUnavailable\"}")),
        new DemoPhase("the API is back: the bridge catches up", share(seconds, 25), Switches.FAIR));
  }

  private static Duration share(int seconds, int percent) {
    return Duration.ofMillis(seconds * 10L * percent);
  }
}
