package dev.kafkaapibridge.benchmarks.autoscaling.scenario;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.SplittableRandom;

/**
 * Makes scenarios that nobody has thought of, each fixed by its seed: a load of some shape, an API
 * with or without room, and what goes wrong with each by chance. Times are whole seconds, rates
 * have one decimal, so that a file can be read and changed by people.
 */
public final class RandomScenarios {

  private final SplittableRandom random;
  private final ObjectNode scenario = JsonNodeFactory.instance.objectNode();
  private double ends;

  private RandomScenarios(long seed) {
    this.random = new SplittableRandom(new SplittableRandom(seed).nextLong());
    scenario.put("name", "random-" + seed).put("seed", seed);
  }

  public static String json(long seed) {
    return new RandomScenarios(seed).make().toPrettyString();
  }

  private ObjectNode make() {
    int horizon = 300 * between(6, 12);
    int partitions = oneOf(6, 8, 12, 12, 16, 24, 24, 30, 36, 48);
    int max = chance(0.75) ? partitions : Math.max(4, partitions / 2);
    double rate = oneOf(10, 15, 20, 25, 30, 40);
    double latency = rounded(0.04 + 0.3 * random.nextDouble(), 2);
    int slots =
        between((int) Math.ceil(rate * latency) + 1, (int) Math.ceil(rate * latency) * 3 + 4);
    double podRate = Math.min(rate, slots / latency);
    double most = max * podRate;
    double base = rounded(most * (0.05 + 0.22 * random.nextDouble()), 1);
    scenario.put("horizonSeconds", horizon).put("partitions", partitions);
    if (chance(0.2)) {
      scenario.set("partitionWeights", weights(horizon, partitions));
    }
    ArrayNode arrivals = arrivals(horizon, base, most * 0.95);
    scenario.set("arrivalsPerSecond", arrivals);
    scenario.set("api", api(horizon, greatest(arrivals), base, latency, podRate));
    int startup = between(3, 25);
    scenario
        .putObject("pod")
        .put("recordsPerSecond", rate)
        .put("slots", slots)
        .set("startupSeconds", array().add(startup).add(startup + between(2, 20)));
    scenario.put("rebalancePauseSeconds", chance(0.8) ? between(1, 5) : between(6, 20));
    if (chance(0.12)) {
      int from = between(120, horizon / 2);
      scenario
          .putArray("poison")
          .addObject()
          .put("partition", random.nextInt(partitions))
          .put("fromSecond", from)
          .put("untilSeconds", from + between(120, 900));
    }
    int min = chance(0.85) ? 1 : 2;
    scenario.put("minReplicas", min).put("maxReplicas", max);
    scenario.put("initialReplicas", Math.clamp((long) Math.ceil(base / podRate / 0.8), min, max));
    scenario.put("sloAgeSeconds", oneOf(15, 30, 60, 60, 120));
    scenario.put("disturbanceEndsAt", Math.min(ends, horizon - 60.0));
    return scenario;
  }

  private ArrayNode arrivals(int horizon, double base, double most) {
    int from = between(120, horizon / 3);
    int to = Math.min(horizon - 120, from + between(120, horizon / 2));
    double factor = 1.5 + 2.5 * random.nextDouble();
    double peak = rounded(Math.min(most, base * factor), 1);
    ArrayNode steps = steps(0, base);
    switch (random.nextInt(6)) {
      case 0 -> {}
      case 1 -> add(steps, from, peak);
      case 2 -> add(add(steps, from, peak), to, base);
      case 3 -> {
        int length = between(20, 90);
        double burst = rounded(Math.min(most * 1.3, base * factor * 2), 1);
        for (int at = from; at < horizon - 300; at += between(300, 900)) {
          add(add(steps, at, burst), at + length, base);
        }
      }
      case 4 -> {
        double period = horizon * (0.5 + random.nextDouble());
        for (int at = 60; at < horizon; at += 60) {
          double share = 0.5 - 0.5 * Math.cos(2 * Math.PI * at / period);
          add(steps, at, rounded(base + (peak - base) * share, 1));
        }
      }
      default -> {
        for (int at = from; at < to; at += 30) {
          add(steps, at, rounded(base + (peak - base) * (at - from) / (to - from), 1));
        }
        add(steps, to, rounded(base * (0.4 + random.nextDouble()), 1));
      }
    }
    return steps;
  }

  private ObjectNode api(int horizon, double peak, double base, double latency, double podRate) {
    ObjectNode api = JsonNodeFactory.instance.objectNode();
    double roomy = rounded(peak * (1.3 + 2 * random.nextDouble()), 1);
    int from = between(180, horizon / 2);
    int to = Math.min(horizon - 180, from + between(180, horizon / 2));
    ArrayNode quota =
        switch (random.nextInt(7)) {
          case 0, 1, 2, 3 -> steps(0, roomy);
          case 4 -> steps(0, rounded(base + (peak - base) * (0.2 + 0.7 * random.nextDouble()), 1));
          case 5 ->
              add(
                  add(steps(0, roomy), from, rounded(base * (0.4 + 0.7 * random.nextDouble()), 1)),
                  to,
                  roomy);
          default ->
              add(steps(0, rounded(base * (0.6 + 0.5 * random.nextDouble()), 1)), from, roomy);
        };
    api.set("quotaPerSecond", quota);
    api.put("burstSeconds", oneOf(0.5, 1, 1, 2, 5));
    ArrayNode latencies = steps(0, latency);
    if (chance(0.25)) {
      int slowFrom = between(180, horizon / 2);
      add(latencies, slowFrom, rounded(latency * (1.5 + 4 * random.nextDouble()), 3));
      add(latencies, Math.min(horizon - 180, slowFrom + between(180, 900)), latency);
    }
    api.set("latencySeconds", latencies);
    api.put("latencyJitter", oneOf(0.1, 0.2, 0.3, 0.5));
    if (chance(0.15)) {
      // From too little for the peak to enough for it.
      double calls = Math.max(2, latency * peak * (0.7 + 1.2 * random.nextDouble()));
      api.set("parallelism", steps(0, rounded(calls, 1)));
    }
    if (chance(0.2)) {
      int outage = between(180, horizon / 2);
      int over = outage + between(30, 600);
      ArrayNode list = array();
      list.add(array().add(outage).add(true)).add(array().add(over).add(false));
      ends = Math.max(ends, over);
      api.set("outage", list);
    }
    api.put("retryAfter", chance(0.4));
    api.put("rateLimitHeaders", chance(0.25));
    api.put("rejectCost", chance(0.6) ? 0 : oneOf(0.1, 0.25, 0.5, 1));
    if (chance(0.15)) {
      scenario.put("declaredRequestsPerSecond", greatest(quota));
    }
    return api;
  }

  private ArrayNode weights(int horizon, int partitions) {
    ArrayNode list = array();
    list.add(array().add(0).add(ones(partitions)));
    int from = between(60, horizon / 2);
    ArrayNode hot = ones(partitions);
    int count = chance(0.6) ? 1 : Math.max(1, partitions / 6);
    for (int i = 0; i < count; i++) {
      hot.set(
          random.nextInt(partitions), JsonNodeFactory.instance.numberNode(between(3, partitions)));
    }
    list.add(array().add(from).add(hot));
    if (chance(0.5)) {
      int to = Math.min(horizon - 120, from + between(120, 900));
      list.add(array().add(to).add(ones(partitions)));
      ends = Math.max(ends, to);
    }
    return list;
  }

  private static ArrayNode ones(int count) {
    ArrayNode ones = array();
    for (int i = 0; i < count; i++) {
      ones.add(1);
    }
    return ones;
  }

  private static ArrayNode array() {
    return JsonNodeFactory.instance.arrayNode();
  }

  private static ArrayNode steps(int from, double value) {
    return array().add(array().add(from).add(value));
  }

  private ArrayNode add(ArrayNode steps, int at, double value) {
    ends = Math.max(ends, at);
    return steps.add(array().add(at).add(value));
  }

  private static double greatest(ArrayNode steps) {
    double greatest = 0;
    for (var each : steps) {
      greatest = Math.max(greatest, each.get(1).asDouble());
    }
    return greatest;
  }

  private boolean chance(double share) {
    return random.nextDouble() < share;
  }

  private int between(int least, int most) {
    return least + random.nextInt(Math.max(1, most - least + 1));
  }

  private int oneOf(int... values) {
    return values[random.nextInt(values.length)];
  }

  private double oneOf(double... values) {
    return values[random.nextInt(values.length)];
  }

  private static double rounded(double value, int decimals) {
    double scale = Math.pow(10, decimals);
    return Math.round(value * scale) / scale;
  }
}
