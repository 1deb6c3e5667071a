package dev.kafkaapibridge.benchmarks.autoscaling;

import dev.kafkaapibridge.benchmarks.autoscaling.scenario.Scenario;
import dev.kafkaapibridge.benchmarks.autoscaling.scenario.ScenarioReader;
import dev.kafkaapibridge.benchmarks.autoscaling.scenario.ScenarioReader.InvalidScenario;

/** Scenarios for tests: a plain one, and what differs from it. */
public final class Scenarios {

  /** 12 partitions, 50 records a second, an API with room, pods of 25 a second. */
  public static final String PLAIN =
      """
      {"name": "plain", "seed": 7, "horizonSeconds": 600, "partitions": 12,
       "arrivalsPerSecond": [[0, 50]],
       "api": {"quotaPerSecond": [[0, 500]], "burstSeconds": 1, "latencySeconds": [[0, 0.1]],
               "latencyJitter": 0.2, "retryAfter": false, "rateLimitHeaders": false, "rejectCost": 0},
       "pod": {"recordsPerSecond": 25, "slots": 8, "startupSeconds": [10, 20]},
       "rebalancePauseSeconds": 3, "minReplicas": 1, "maxReplicas": 12, "initialReplicas": 3,
       "sloAgeSeconds": 60, "disturbanceEndsAt": 300}
      """;

  private Scenarios() {}

  /** The plain one with some text replaced: what, by what, what, by what... */
  public static Scenario plainBut(String... replacements) {
    return read(text(replacements));
  }

  public static String text(String... replacements) {
    String text = PLAIN;
    for (int i = 0; i < replacements.length; i += 2) {
      if (!text.contains(replacements[i])) {
        throw new IllegalArgumentException("not there: " + replacements[i]);
      }
      text = text.replace(replacements[i], replacements[i + 1]);
    }
    return text;
  }

  public static Scenario read(String text) {
    try {
      return ScenarioReader.read(text);
    } catch (InvalidScenario e) {
      throw new AssertionError(e);
    }
  }
}
