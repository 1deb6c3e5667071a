package dev.kafkaapibridge.operator.bridge.observe;

import static dev.kafkaapibridge.operator.bridge.observe.ReportFields.ABSURD;
import static dev.kafkaapibridge.operator.bridge.observe.ReportFields.count;
import static dev.kafkaapibridge.operator.bridge.observe.ReportFields.figure;
import static dev.kafkaapibridge.operator.bridge.observe.ReportFields.reason;
import static dev.kafkaapibridge.operator.bridge.observe.ReportFields.text;
import static dev.kafkaapibridge.operator.bridge.observe.ReportFields.time;
import static dev.kafkaapibridge.operator.bridge.observe.ReportFields.topic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.kafkaapibridge.api.derived.BindingKeys;
import dev.kafkaapibridge.api.report.StatusReport;
import dev.kafkaapibridge.operator.bridge.observe.PodReport.Circuit;
import dev.kafkaapibridge.operator.bridge.observe.PodReport.Health;
import dev.kafkaapibridge.operator.bridge.observe.PodReport.Missing;
import dev.kafkaapibridge.operator.kube.CleanText;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * From the bytes of a pod's {@code /status} to what the operator believes of them. It reads the
 * tree, not {@link StatusReport} itself: one odd figure must cost that figure, not the report.
 * Pure.
 */
final class ReportReader {

  /** Bytes that are no report, and why. */
  static final class Unreadable extends Exception {
    Unreadable(String message) {
      super(message);
    }
  }

  private static final JsonMapper JSON = new JsonMapper();
  private static final Pattern HASH = Pattern.compile("[0-9a-f]{16}");

  /** What a report says of each is kept for as long as the pod is there. */
  static final int MOST_PARTITIONS = 10_000;

  private ReportReader() {}

  static PodReport read(byte[] body) throws Unreadable {
    JsonNode tree;
    try {
      tree = JSON.readTree(body);
    } catch (IOException e) {
      throw new Unreadable("it answers something that is no JSON");
    }
    if (tree.path("version").asInt() != StatusReport.VERSION) {
      throw new Unreadable("it reports in a version that this operator doesn't know");
    }
    if (!HASH.matcher(tree.path("specHash").asText()).matches()) {
      throw new Unreadable("its report names no spec");
    }
    JsonNode kafka = tree.path("kafka");
    if (kafka.path("partitions").size() > MOST_PARTITIONS) {
      throw new Unreadable("it reports more than %d partitions".formatted(MOST_PARTITIONS));
    }
    JsonNode deadLetter = tree.path("deadLetter");
    return new PodReport(
        tree.path("specHash").asText(),
        text(tree.path("runtimeVersion"), 64),
        CleanText.of(tree.path("processStartedAt").asText(), 64),
        tree.path("state").asText().equals("Draining"),
        health(kafka.path("health")),
        health(tree.path("target").path("health")),
        health(deadLetter.path("health")),
        tree.path("answers").isObject() ? health(tree.path("answers").path("health")) : null,
        text(kafka.path("clusterID"), 128),
        time(kafka.path("startedAt")),
        count(kafka.path("generation")),
        count(kafka.path("topics")),
        count(kafka.path("partitionCount")),
        owned(kafka.path("partitions")),
        sum(kafka.path("partitions"), "lag"),
        circuit(tree.path("target").path("circuit").asText()),
        topic(deadLetter.path("topic")),
        figure(deadLetter.path("records")),
        LetterPile.read(deadLetter),
        missing(tree.path("references")),
        PaceCounters.read(tree),
        WorkCounters.read(tree),
        PartitionWork.read(tree),
        Holdup.read(tree),
        PositionReset.read(tree),
        tree.path("paused").asBoolean(),
        time(tree.path("processStartedAt")),
        TakenUp.read(tree),
        Expiring.read(tree),
        ReplayReport.read(tree),
        RetrySeen.read(tree));
  }

  static Health health(JsonNode node) {
    return new Health(
        node.path("ok").asBoolean(),
        Objects.requireNonNullElse(reason(node.path("reason")), "NotReported"),
        CleanText.of(node.path("message").asText(), 600));
  }

  private static List<String> owned(JsonNode partitions) {
    var owned = new ArrayList<String>();
    for (JsonNode partition : partitions) {
      owned.add(topicOf(partition) + "-" + partition.path("partition").asInt(-1));
    }
    return List.copyOf(owned);
  }

  static String topicOf(JsonNode partition) {
    return CleanText.of(partition.path("topic").asText(), 249);
  }

  /** A figure of all partitions together; null where one is missing or absurd. */
  static @Nullable Long sum(JsonNode partitions, String figure) {
    long sum = 0;
    for (JsonNode partition : partitions) {
      Long of = figure(partition.path(figure));
      // Stopped at once: ten thousand lags that are just not absurd would not fit into the sum.
      if (of == null || (sum += of) >= ABSURD) {
        return null;
      }
    }
    return sum;
  }

  private static List<Missing> missing(JsonNode references) {
    var missing = new ArrayList<Missing>();
    for (JsonNode reference : references) {
      String state = reference.path("state").asText();
      if (reference.path("kind").asText().equals("SchemaRegistry")) {
        add(missing, RegistryTrouble.read(reference, state));
        continue;
      }
      String kind = reference.path("kind").asText().equals("ConfigMap") ? "ConfigMap" : "Secret";
      String name = CleanText.of(reference.path("name").asText(), 253);
      String field = CleanText.of(reference.path("field").asText(), 200);
      String key = CleanText.of(reference.path("key").asText(), 253);
      String fix = field.equals(BindingKeys.FIELD) ? ": " + BindingKeys.fix(key) : "";
      Missing one =
          switch (state) {
            case "ObjectNotFound" ->
                new Missing(
                    kind + "NotFound", "%s '%s' was not found (%s)".formatted(kind, name, field));
            case "KeyNotFound" ->
                new Missing(
                    kind + "KeyNotFound",
                    "%s '%s' has no key '%s' (%s)%s".formatted(kind, name, key, field, fix));
            case "Invalid" ->
                new Missing(
                    kind + "Invalid",
                    "%s '%s' holds nothing that can be used in key '%s' (%s)%s"
                        .formatted(kind, name, key, field, fix));
            default -> null;
          };
      add(missing, one);
    }
    return List.copyOf(missing);
  }

  private static void add(List<Missing> missing, @Nullable Missing one) {
    if (one != null && missing.size() < 16) {
      missing.add(one);
    }
  }

  private static @Nullable Circuit circuit(String word) {
    for (Circuit circuit : Circuit.values()) {
      if (circuit.name().equals(word)) {
        return circuit;
      }
    }
    return null;
  }
}
