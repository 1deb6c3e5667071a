package dev.kafkaapibridge.operator.bridge.observe;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kafkaapibridge.api.derived.Reference;
import dev.kafkaapibridge.operator.kube.CleanText;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Single values of a pod's report, and whether to believe them: one odd figure costs that figure,
 * not the report. Pure.
 */
final class ReportFields {

  private static final Pattern REASON = Pattern.compile("[A-Z][A-Za-z0-9]{0,63}");
  private static final Pattern TOPIC = Pattern.compile("[a-zA-Z0-9._-]{1,249}");

  /** No counter of records gets there. */
  static final long ABSURD = 1_000_000_000_000_000L;

  private ReportFields() {}

  /** A word that is fit for a condition's reason. */
  static @Nullable String reason(JsonNode node) {
    return REASON.matcher(node.asText()).matches() ? node.asText() : null;
  }

  static @Nullable String topic(JsonNode node) {
    return node.isTextual() && TOPIC.matcher(node.asText()).matches() ? node.asText() : null;
  }

  static @Nullable Integer count(JsonNode node) {
    return node.isInt() && node.intValue() >= 0 ? node.intValue() : null;
  }

  static @Nullable Long figure(JsonNode node) {
    return node.isIntegralNumber()
            && node.canConvertToLong()
            && node.longValue() >= 0
            && node.longValue() < ABSURD
        ? node.longValue()
        : null;
  }

  static @Nullable String text(JsonNode node, int max) {
    return node.isTextual() && !node.asText().isBlank() ? CleanText.of(node.asText(), max) : null;
  }

  /** Kind, name and key of a Secret or ConfigMap, as people are told. */
  static String referenced(JsonNode reference) {
    return Reference.what(
        reference.path("kind").asText().equals("ConfigMap") ? "ConfigMap" : "Secret",
        CleanText.of(reference.path("name").asText(), 253),
        CleanText.of(reference.path("key").asText(), 253));
  }

  /** RFC 3339 has years of four digits, and no bridge is older than Kafka. */
  static @Nullable OffsetDateTime time(JsonNode node) {
    try {
      OffsetDateTime time = node.isTextual() ? OffsetDateTime.parse(node.asText()) : null;
      return time != null && time.getYear() > 2010 && time.getYear() < 9999 ? time : null;
    } catch (DateTimeException e) {
      return null;
    }
  }
}
