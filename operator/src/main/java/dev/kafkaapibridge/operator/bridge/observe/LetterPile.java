package dev.kafkaapibridge.operator.bridge.observe;

import static dev.kafkaapibridge.operator.bridge.observe.ReportFields.figure;
import static dev.kafkaapibridge.operator.bridge.observe.ReportFields.text;
import static dev.kafkaapibridge.operator.bridge.observe.ReportFields.time;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What lies in a dead-letter topic, and what for.
 *
 * @param depth null while unknown
 * @param oldestAt null where nothing lies there, and while unknown
 * @param causes what pods have written records for, the most frequent first
 */
public record LetterPile(
    @Nullable Long depth, @Nullable OffsetDateTime oldestAt, List<Cause> causes) {

  /** So many stand in a status. */
  private static final int MOST = 5;

  public record Cause(String cause, String status, String reason, long records) {
    private Cause and(Cause other) {
      return new Cause(cause, status, reason, records + other.records);
    }
  }

  static LetterPile read(JsonNode deadLetter) {
    var causes = new ArrayList<Cause>();
    for (JsonNode node : deadLetter.path("causes")) {
      String cause = ReportFields.reason(node.path("cause"));
      String status = text(node.path("status"), 64);
      String reason = text(node.path("reason"), 128);
      Long records = figure(node.path("records"));
      if (cause != null
          && status != null
          && reason != null
          && records != null
          && causes.size() < MOST) {
        causes.add(new Cause(cause, status, reason, records));
      }
    }
    return new LetterPile(
        figure(deadLetter.path("depth")), time(deadLetter.path("oldestAt")), List.copyOf(causes));
  }

  /** All see the same topic, a moment apart; each tells its own causes. */
  static LetterPile of(List<LetterPile> seen) {
    Map<List<String>, Cause> causes = new HashMap<>();
    for (LetterPile pile : seen) {
      for (Cause one : pile.causes()) {
        causes.merge(List.of(one.cause(), one.status(), one.reason()), one, Cause::and);
      }
    }
    return new LetterPile(
        seen.stream()
            .map(LetterPile::depth)
            .filter(Objects::nonNull)
            .max(Comparator.naturalOrder())
            .orElse(null),
        seen.stream()
            .map(LetterPile::oldestAt)
            .filter(Objects::nonNull)
            .min(Comparator.naturalOrder())
            .orElse(null),
        causes.values().stream()
            .sorted(
                Comparator.comparing(Cause::records)
                    .reversed()
                    .thenComparing(Cause::cause)
                    .thenComparing(Cause::status)
                    .thenComparing(Cause::reason))
            .limit(MOST)
            .toList());
  }
}
