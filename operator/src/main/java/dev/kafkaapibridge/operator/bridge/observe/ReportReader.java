package dev.kafkaapibridge.operator.bridge.observe;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.kafkaapibridge.api.report.StatusReport;
import dev.kafkaapibridge.operator.bridge.observe.PodReport.Circuit;
import dev.kafkaapibridge.operator.bridge.observe.PodReport.Health;
import dev.kafkaapibridge.operator.bridge.observe.PodReport.Missing;
import dev.kafkaapibridge.operator.kube.CleanText;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
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
  private static final Pattern REASON = Pattern.compile("[A-Z][A-Za-z0-9]{0,63}");
  private static final Pattern TOPIC = Pattern.compile("[a-zA-Z0-9._-]{1,249}");
  private static final Pattern HASH = Pattern.compile("[0-9a-f]{16}");

  /** No counter of records gets there. */
  private static final long ABSURD = 1_000_000_000_000_000L;

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
    JsonNode deadLetter = tree.path("deadLetter");
    return new PodReport(
        tree.path("specHash").asText(),
        text(tree.path("runtimeVersion"), 64),
        CleanText.of(tree.path("processStartedAt").asText(), 64),
        tree.path("state").asText().equals("Draining"),
        health(kafka.path("health")),
        health(tree.path("target").path("health")),
        health(deadLetter.path("health")),
        text(kafka.path("clusterID"), 128),
        time(kafka.path("startedAt")),
        count(kafka.path("generation")),
        count(kafka.path("topics")),
        kafka.path("partitions").size(),
        lag(kafka.path("partitions")),
        circuit(tree.path("target").path("circuit").asText()),
        topic(deadLetter.path("topic")),
        figure(deadLetter.path("records")),
        missing(tree.path("references")));
  }

  private static Health health(JsonNode node) {
    String reason = node.path("reason").asText();
    return new Health(
        node.path("ok").asBoolean(),
        REASON.matcher(reason).matches() ? reason : "NotReported",
        CleanText.of(node.path("message").asText(), 600));
  }

  private static @Nullable Long lag(JsonNode partitions) {
    long sum = 0;
    for (JsonNode partition : partitions) {
      Long lag = figure(partition.path("lag"));
      if (lag == null) {
        return null;
      }
      sum += lag;
    }
    return sum < ABSURD ? sum : null;
  }

  private static List<Missing> missing(JsonNode references) {
    var missing = new ArrayList<Missing>();
    for (JsonNode reference : references) {
      String state = reference.path("state").asText();
      String kind = reference.path("kind").asText().equals("ConfigMap") ? "ConfigMap" : "Secret";
      String name = CleanText.of(reference.path("name").asText(), 253);
      String field = CleanText.of(reference.path("field").asText(), 200);
      String key = CleanText.of(reference.path("key").asText(), 253);
      Missing one =
          switch (state) {
            case "ObjectNotFound" ->
                new Missing(
                    kind + "NotFound", "%s '%s' was not found (%s)".formatted(kind, name, field));
            case "KeyNotFound" ->
                new Missing(
                    kind + "KeyNotFound",
                    "%s '%s' has no key '%s' (%s)".formatted(kind, name, key, field));
            case "Invalid" ->
                new Missing(
                    kind + "Invalid",
                    "%s '%s' holds no certificates in key '%s' (%s)"
                        .formatted(kind, name, key, field));
            default -> null;
          };
      if (one != null && missing.size() < 16) {
        missing.add(one);
      }
    }
    return List.copyOf(missing);
  }

  private static @Nullable Circuit circuit(String word) {
    for (Circuit circuit : Circuit.values()) {
      if (circuit.name().equals(word)) {
        return circuit;
      }
    }
    return null;
  }

  private static @Nullable String topic(JsonNode node) {
    return node.isTextual() && TOPIC.matcher(node.asText()).matches() ? node.asText() : null;
  }

  private static @Nullable Integer count(JsonNode node) {
    return node.isInt() && node.intValue() >= 0 ? node.intValue() : null;
  }

  private static @Nullable Long figure(JsonNode node) {
    return node.isIntegralNumber()
            && node.canConvertToLong()
            && node.longValue() >= 0
            && node.longValue() < ABSURD
        ? node.longValue()
        : null;
  }

  private static @Nullable String text(JsonNode node, int max) {
    return node.isTextual() && !node.asText().isBlank() ? CleanText.of(node.asText(), max) : null;
  }

  /** RFC 3339 has years of four digits, and no bridge is older than Kafka. */
  private static @Nullable OffsetDateTime time(JsonNode node) {
    try {
      OffsetDateTime time = node.isTextual() ? OffsetDateTime.parse(node.asText()) : null;
      return time != null && time.getYear() > 2010 && time.getYear() < 9999 ? time : null;
    } catch (DateTimeException e) {
      return null;
    }
  }
}
