package dev.kafkaapibridge.benchmarks.autoscaling.scenario;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.kafkaapibridge.benchmarks.autoscaling.scenario.Scenario.Poison;
import dev.kafkaapibridge.benchmarks.autoscaling.scenario.Scenario.Weights;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads a scenario and refuses what it doesn't understand. May be absent, or null: {@code
 * partitionWeights}, {@code poison}, {@code declaredRequestsPerSecond}, {@code api.parallelism} and
 * {@code api.outage}; nothing else.
 */
public final class ScenarioReader {

  /** Smaller than any value that makes sense where zero makes none. */
  private static final double ABOVE_ZERO = 1e-9;

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private ScenarioReader() {}

  /** All that is wrong with a file, one line each. */
  public static final class InvalidScenario extends Exception {
    private final List<String> wrong;

    InvalidScenario(List<String> wrong) {
      super(String.join("\n", wrong));
      this.wrong = List.copyOf(wrong);
    }

    public List<String> wrong() {
      return wrong;
    }
  }

  public static Scenario read(String json) throws InvalidScenario {
    JsonNode tree;
    try {
      tree = JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new InvalidScenario(List.of(("not JSON: " + e.getMessage()).replaceAll("\\s+", " ")));
    }
    var wrong = new ArrayList<String>();
    Scenario scenario = scenario(new Fields("", tree, wrong), wrong);
    if (!wrong.isEmpty()) {
      throw new InvalidScenario(wrong);
    }
    return scenario;
  }

  private static Scenario scenario(Fields fields, List<String> wrong) {
    String name = fields.text("name");
    long seed = fields.whole("seed", Long.MIN_VALUE, Long.MAX_VALUE);
    int horizon = (int) fields.whole("horizonSeconds", 1, 604_800);
    int partitions = (int) fields.whole("partitions", 1, 10_000);
    List<Weights> weights = weights(fields, partitions, wrong);
    Steps arrivals = fields.steps("arrivalsPerSecond", 0, 0.0);
    Scenario.Api api = api(fields.object("api"));
    Scenario.Pod pod = pod(fields.object("pod"));
    double pause = fields.number("rebalancePauseSeconds", 0);
    List<Poison> poison = poison(fields, partitions, wrong);
    JsonNode limit = fields.optional("declaredRequestsPerSecond");
    Double declared =
        limit == null ? null : fields.number("declaredRequestsPerSecond", limit, ABOVE_ZERO);
    int min = (int) fields.whole("minReplicas", 0, 10_000);
    int max = (int) fields.whole("maxReplicas", 1, 10_000);
    int initial = (int) fields.whole("initialReplicas", 0, 10_000);
    if (min > max) {
      wrong.add("minReplicas: is more than maxReplicas");
    }
    double slo = fields.number("sloAgeSeconds", 0);
    double ends = fields.number("disturbanceEndsAt", 0);
    fields.nothingElse();
    return new Scenario(
        name,
        seed,
        horizon,
        partitions,
        weights,
        arrivals,
        api,
        pod,
        pause,
        poison,
        declared,
        min,
        max,
        initial,
        slo,
        ends);
  }

  private static Scenario.Api api(Fields fields) {
    var api =
        new Scenario.Api(
            fields.steps("quotaPerSecond", 0, null),
            fields.number("burstSeconds", 0),
            fields.steps("latencySeconds", 0, null),
            fields.number("latencyJitter", 0),
            fields.stepsOr("parallelism", ABOVE_ZERO, Double.POSITIVE_INFINITY),
            fields.flags("outage"),
            fields.flag("retryAfter"),
            fields.flag("rateLimitHeaders"),
            fields.number("rejectCost", 0));
    fields.nothingElse();
    return api;
  }

  private static Scenario.Pod pod(Fields fields) {
    double rate = fields.number("recordsPerSecond", ABOVE_ZERO);
    int slots = (int) fields.whole("slots", 1, 1_000_000);
    double[] startup = fields.range("startupSeconds");
    fields.nothingElse();
    return new Scenario.Pod(rate, slots, startup[0], startup[1]);
  }

  private static List<Weights> weights(Fields fields, int partitions, List<String> wrong) {
    JsonNode value = fields.optional("partitionWeights");
    if (value == null) {
      return List.of();
    }
    var entries =
        fields.<List<Double>>timeline(
            "partitionWeights",
            value,
            (where, list) -> {
              if (!list.isArray() || list.size() != partitions) {
                wrong.add(where + ": must be a list of " + partitions + " weights");
                return List.of();
              }
              var weights = new ArrayList<Double>();
              for (int i = 0; i < list.size(); i++) {
                weights.add(fields.number(where + "[" + i + "]", list.get(i), 0));
              }
              if (weights.stream().mapToDouble(Double::doubleValue).sum() <= 0) {
                wrong.add(where + ": one weight at least must be above 0");
              }
              return List.copyOf(weights);
            });
    return entries.stream().map(each -> new Weights(each.second(), each.value())).toList();
  }

  private static List<Poison> poison(Fields fields, int partitions, List<String> wrong) {
    JsonNode list = fields.optional("poison");
    if (list == null) {
      return List.of();
    }
    if (!list.isArray()) {
      wrong.add("poison: must be a list");
      return List.of();
    }
    var poison = new ArrayList<Poison>();
    for (int i = 0; i < list.size(); i++) {
      var entry = new Fields("poison[" + i + "]", list.get(i), wrong);
      poison.add(
          new Poison(
              (int) entry.whole("partition", 0, partitions - 1L),
              entry.number("fromSecond", 0),
              entry.number("untilSeconds", 0)));
      entry.nothingElse();
    }
    return List.copyOf(poison);
  }
}
