package dev.kafkaapibridge.operator.bridge.observe;

import dev.kafkaapibridge.operator.replay.ReplaySeen;
import java.time.OffsetDateTime;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a pod says of itself, as far as the operator uses it: cleaned, bounded, and with null for
 * each figure that is absent or absurd. It is the tenant's word: what runs in a pod is the tenant's
 * choice.
 *
 * @param specHash of the spec that the pod runs
 * @param process tells this process from an earlier one of the same pod
 * @param answers of the topic for answers; null where it writes none
 * @param generation of the consumer group as the pod knows it
 * @param partitionCount of all source topics together; null where it doesn't say
 * @param owned its partitions, by topic and number; one that stands twice was reported twice
 * @param lag of all its partitions together; null when that of one is unknown
 * @param deadLetters written since the process started
 * @param letterPile what lies in the dead-letter topic
 * @param missing the references that it did not find
 * @param pace null in reports of an older runtime
 * @param counters null in reports of an older runtime
 * @param work of each partition; null where that of one is unknown
 * @param holdups records that others wait for
 * @param resets partitions that did not go on where the group had committed, the newest last
 * @param paused whether {@code spec.state} Paused is in force in it
 * @param processStartedAt null where it isn't said, or is no time
 * @param takenUp changed Secrets and ConfigMaps
 * @param expiring certificates, and when they end
 * @param replay null while it runs none and stands by for none
 * @param retry of retry topics; null where it reads none
 */
public record PodReport(
    String specHash,
    @Nullable String runtimeVersion,
    String process,
    boolean draining,
    Health kafka,
    Health target,
    Health deadLetter,
    @Nullable Health answers,
    @Nullable String clusterID,
    @Nullable OffsetDateTime startedAt,
    @Nullable Integer generation,
    @Nullable Integer topics,
    @Nullable Integer partitionCount,
    List<String> owned,
    @Nullable Long lag,
    @Nullable Circuit circuit,
    @Nullable String deadLetterTopic,
    @Nullable Long deadLetters,
    LetterPile letterPile,
    List<Missing> missing,
    @Nullable PaceCounters pace,
    @Nullable WorkCounters counters,
    @Nullable List<PartitionWork> work,
    List<Holdup> holdups,
    List<PositionReset> resets,
    boolean paused,
    @Nullable OffsetDateTime processStartedAt,
    List<TakenUp> takenUp,
    List<Expiring> expiring,
    @Nullable ReplaySeen replay,
    @Nullable RetrySeen retry) {

  public int partitions() {
    return owned.size();
  }

  /**
   * @param reason fit for a condition
   * @param message one line; may be empty
   */
  public record Health(boolean ok, String reason, String message) {}

  /** From best to worst. */
  public enum Circuit {
    Closed,
    HalfOpen,
    Open
  }

  /**
   * @param reason of the condition ResolvedRefs
   * @param message names object, key and field
   */
  public record Missing(String reason, String message) {}
}
