package dev.kafkaapibridge.operator.replay;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A replay's status as it lies in the object. Pure. */
final class ReplayStatusJson {

  private ReplayStatusJson() {}

  static Optional<Instant> time(@Nullable JsonNode status, String field) {
    if (status == null || !status.path(field).isTextual()) {
      return Optional.empty();
    }
    try {
      return Optional.of(Instant.parse(status.path(field).asText()));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  static ObjectNode write(ReplayStatus status, long generation) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("observedGeneration", generation);
    ObjectNode condition = JsonNodeFactory.instance.objectNode();
    condition.put("type", "Succeeded");
    condition.put("status", status.succeeded().name());
    condition.put("observedGeneration", generation);
    condition.put("lastTransitionTime", status.since().toString());
    condition.put("reason", status.reason());
    condition.put("message", status.message());
    json.putArray("conditions").add(condition);
    status
        .figures()
        .ifPresent(figures -> {
          json.put("matched", figures.matched());
          json.put("skipped", figures.skipped());
          json.put("alreadyReplayed", figures.alreadyReplayed());
          json.put("replayed", figures.replayed());
          json.put("failed", figures.failed());
          json.put("remaining", figures.remaining());
          ArrayNode causes = json.putArray("byCause");
          figures
              .byCause()
              .forEach(
                  one -> causes.addObject().put("cause", one.cause()).put("count", one.count()));
        });
    status.startTime().ifPresent(time -> json.put("startTime", time.toString()));
    status.completionTime().ifPresent(time -> json.put("completionTime", time.toString()));
    return json;
  }

  /** Empty where the object has none, or none that can be read. */
  static Optional<ReplayStatus> read(@Nullable JsonNode json) {
    if (json == null) {
      return Optional.empty();
    }
    for (JsonNode condition : json.path("conditions")) {
      Optional<Instant> since = time(condition, "lastTransitionTime");
      if (condition.path("type").asText().equals("Succeeded") && since.isPresent()) {
        return Optional.of(
            new ReplayStatus(
                word(condition.path("status").asText()),
                condition.path("reason").asText(),
                condition.path("message").asText(),
                since.get(),
                figures(json),
                time(json, "startTime"),
                time(json, "completionTime")));
      }
    }
    return Optional.empty();
  }

  private static ReplayStatus.Succeeded word(String text) {
    return switch (text) {
      case "True" -> ReplayStatus.Succeeded.True;
      case "False" -> ReplayStatus.Succeeded.False;
      default -> ReplayStatus.Succeeded.Unknown;
    };
  }

  private static Optional<ReplaySeen.Figures> figures(JsonNode json) {
    if (!json.has("matched")) {
      return Optional.empty();
    }
    var causes = new java.util.ArrayList<ReplaySeen.Cause>();
    json.path("byCause")
        .forEach(one ->
            causes.add(
                new ReplaySeen.Cause(one.path("cause").asText(), one.path("count").asLong())));
    return Optional.of(
        new ReplaySeen.Figures(
            json.path("matched").asLong(),
            json.path("skipped").asLong(),
            0,
            json.path("alreadyReplayed").asLong(),
            json.path("replayed").asLong(),
            json.path("failed").asLong(),
            json.path("remaining").asLong(),
            java.util.List.copyOf(causes)));
  }
}
