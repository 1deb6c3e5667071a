package dev.kafkaapibridge.api.replay;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kafkaapibridge.api.v1alpha1.replay.KafkaApiBridgeReplaySpec;
import dev.kafkaapibridge.api.v1alpha1.replay.WindowSpec;
import dev.kafkaapibridge.api.validation.ReplayFile;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The one replay that a bridge's pods run now: an annotation of the file that they read, {@value
 * #ANNOTATION}, as JSON. When it goes from there, they stop it.
 *
 * @param uid tells a replay from another of the same name
 * @param startedAt when it was given to the pods; of two replays of a bridge the later one has the
 *     later time, so that a pod whose file is old doesn't begin one that is over
 * @param createdAt when the object was made, in whole seconds
 */
public record ReplayOrder(
    String uid,
    String name,
    Instant startedAt,
    Instant createdAt,
    KafkaApiBridgeReplaySpec spec,
    JsonNode tree) {

  public static final String ANNOTATION = "kafka-api-bridge.dev/replay";

  private static final JsonMapper JSON = new JsonMapper();

  /** Whether a time is in the window; without {@code until} it ends with the object's creation. */
  public boolean covers(Instant time) {
    WindowSpec window = spec.window();
    Instant until = window.until() == null ? createdAt.plusSeconds(1) : window.until().toInstant();
    return time.isBefore(until) && !time.isBefore(since());
  }

  /** The beginning of the window; long ago where there is none. */
  public Instant since() {
    var since = spec.window().since();
    return since == null ? Instant.EPOCH : since.toInstant();
  }

  public boolean isDryRun() {
    return spec.dryRun() == KafkaApiBridgeReplaySpec.DryRun.Enabled;
  }

  /** How many records it may replay. */
  public long most() {
    Long most = spec.maxRecords();
    return most == null ? Long.MAX_VALUE : most;
  }

  public String write() {
    ObjectNode json = JSON.createObjectNode();
    json.put("uid", uid).put("name", name);
    json.put("startedAt", startedAt.toString()).put("createdAt", createdAt.toString());
    json.set("spec", tree);
    return json.toString();
  }

  /** Empty where it is none, or none that this version can run. */
  public static Optional<ReplayOrder> read(@Nullable String text) {
    if (text == null || text.isBlank()) {
      return Optional.empty();
    }
    try {
      JsonNode json = JSON.readTree(text);
      String uid = json.path("uid").asText();
      String name = json.path("name").asText();
      Instant startedAt = Instant.parse(json.path("startedAt").asText());
      Instant createdAt = Instant.parse(json.path("createdAt").asText());
      return ReplayFile.spec(json.path("spec")) instanceof ReplayFile.Reading.Sound(var spec, var t)
              && !uid.isEmpty()
          ? Optional.of(new ReplayOrder(uid, name, startedAt, createdAt, spec, t))
          : Optional.empty();
    } catch (JsonProcessingException | DateTimeException e) {
      return Optional.empty();
    }
  }
}
