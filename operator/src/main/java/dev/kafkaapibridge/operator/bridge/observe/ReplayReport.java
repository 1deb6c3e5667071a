package dev.kafkaapibridge.operator.bridge.observe;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kafkaapibridge.operator.kube.CleanText;
import dev.kafkaapibridge.operator.replay.ReplaySeen;
import dev.kafkaapibridge.operator.replay.ReplaySeen.Phase;
import java.util.LinkedHashMap;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a pod's report says of a replay, as far as the operator believes it. Pure. */
final class ReplayReport {

  private static final Pattern UID = Pattern.compile("[A-Za-z0-9-]{1,64}");

  /** As many as a status holds. */
  private static final int MOST_CAUSES = 16;

  private ReplayReport() {}

  /** Null where it says nothing, or nothing that makes sense. */
  static @Nullable ReplaySeen read(JsonNode tree) {
    JsonNode replay = tree.path("replay");
    Phase phase = phase(replay.path("phase").asText());
    if (phase == null || !UID.matcher(replay.path("uid").asText()).matches()) {
      return null;
    }
    return new ReplaySeen(
        replay.path("uid").asText(),
        phase,
        Objects.requireNonNullElse(ReportFields.reason(replay.path("reason")), phase.name()),
        CleanText.of(replay.path("message").asText(), 600),
        new ReplaySeen.Figures(
            figure(replay, "matched"),
            figure(replay, "skipped"),
            figure(replay, "unjudged"),
            figure(replay, "alreadyReplayed"),
            figure(replay, "replayed"),
            figure(replay, "failed"),
            figure(replay, "remaining"),
            causes(replay.path("byCause"))));
  }

  private static long figure(JsonNode replay, String name) {
    return Objects.requireNonNullElse(ReportFields.figure(replay.path(name)), 0L);
  }

  private static java.util.List<ReplaySeen.Cause> causes(JsonNode list) {
    var causes = new LinkedHashMap<String, Long>(); // one of each, as the status demands
    for (JsonNode one : list) {
      if (causes.size() < MOST_CAUSES) {
        causes.put(CleanText.of(one.path("cause").asText(), 64), figure(one, "count"));
      }
    }
    return causes.entrySet().stream()
        .map(one -> new ReplaySeen.Cause(one.getKey(), one.getValue()))
        .toList();
  }

  private static @Nullable Phase phase(String word) {
    for (Phase phase : Phase.values()) {
      if (phase.name().equals(word)) {
        return phase;
      }
    }
    return null;
  }
}
