package dev.kafkaapibridge.operator.bridge;

import dev.kafkaapibridge.operator.kube.CleanText;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What people ask of the operator by annotations of a bridge. They are no part of the spec, so no
 * generation moves when they change. Pure.
 *
 * @param reconciliationPaused whether the operator is to touch nothing of this bridge
 * @param restartedAt any new value restarts the pods; null: none was given
 * @param skipCleanup whether a deletion is to leave the consumer group as it is
 */
public record Annotated(
    boolean reconciliationPaused, @Nullable String restartedAt, boolean skipCleanup) {

  public static final String PREFIX = "kafka-api-bridge.dev/";
  public static final String PAUSE_RECONCILIATION = PREFIX + "pause-reconciliation";
  public static final String RESTARTED_AT = PREFIX + "restarted-at";

  public static final String SKIP_CLEANUP = PREFIX + "skip-cleanup";

  /** As long as the status can hold it. */
  private static final int LONGEST = 128;

  public static Annotated of(Bridge bridge) {
    Map<String, String> annotations = annotations(bridge);
    String restartedAt = CleanText.of(annotations.getOrDefault(RESTARTED_AT, ""), LONGEST);
    return new Annotated(
        "true".equals(annotations.get(PAUSE_RECONCILIATION)),
        restartedAt.isEmpty() ? null : restartedAt,
        "true".equals(annotations.get(SKIP_CLEANUP)));
  }

  /**
   * The restart that pods are to have behind them. One that was acted on stays, also when the
   * annotation goes: taking it away must not restart them once more.
   */
  public @Nullable String restart(@Nullable String actedOn) {
    return restartedAt == null ? actedOn : restartedAt;
  }

  /**
   * Whether a change of the object is one to act on: of the spec, of these annotations, or of its
   * way out. Not of the status, which is the operator's own.
   */
  public static boolean isNews(Bridge before, Bridge after) {
    var was = before.getMetadata();
    var is = after.getMetadata();
    return !Objects.equals(was.getGeneration(), is.getGeneration())
        || !Objects.equals(was.getUid(), is.getUid())
        || !Objects.equals(was.getDeletionTimestamp(), is.getDeletionTimestamp())
        || !Objects.equals(was.getFinalizers(), is.getFinalizers())
        || !annotations(before).equals(annotations(after));
  }

  /** Those that are meant for the operator; others' tools write theirs as they like. */
  private static Map<String, String> annotations(Bridge bridge) {
    Map<String, String> all = bridge.getMetadata().getAnnotations();
    if (all == null) {
      return Map.of();
    }
    return all.entrySet().stream()
        .filter(annotation -> annotation.getKey().startsWith(PREFIX))
        .collect(java.util.stream.Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }
}
