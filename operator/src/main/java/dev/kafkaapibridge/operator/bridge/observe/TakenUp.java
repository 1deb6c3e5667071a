package dev.kafkaapibridge.operator.bridge.observe;

import static dev.kafkaapibridge.operator.bridge.observe.ReportFields.referenced;
import static dev.kafkaapibridge.operator.bridge.observe.ReportFields.time;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;

/**
 * A pod uses changed content of a Secret or ConfigMap.
 *
 * @param what kind, name and key
 * @param at since when, by the pod's own clock
 */
public record TakenUp(String what, OffsetDateTime at) {

  private static final int MOST = 20;

  static List<TakenUp> read(JsonNode tree) {
    var takenUp = new ArrayList<TakenUp>();
    for (JsonNode reference : tree.path("references")) {
      OffsetDateTime at = time(reference.path("takenUpAt"));
      if (at != null && takenUp.size() < MOST) {
        takenUp.add(new TakenUp(referenced(reference), at));
      }
    }
    return List.copyOf(takenUp);
  }
}
