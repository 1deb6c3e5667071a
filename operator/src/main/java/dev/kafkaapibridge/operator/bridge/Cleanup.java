package dev.kafkaapibridge.operator.bridge;

import dev.kafkaapibridge.operator.kube.Notice;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The next step for a bridge that is being deleted and whose consumer group is to go with it: its
 * pods end first, then a Job deletes the group, then the finalizer goes. It goes in any case, in
 * time: nothing that Kafka or anybody else does may hold up the deletion. Pure.
 */
sealed interface Cleanup {

  /** After the pods should be gone the Job has so long. */
  Duration BOUND = Duration.ofMinutes(5);

  /** Its pods are to end. */
  record EndPods(String message) implements Cleanup {}

  /** Something ends or works by itself. */
  record Wait(String message) implements Cleanup {}

  record StartJob(String message) implements Cleanup {}

  /**
   * Nothing holds the bridge any more.
   *
   * @param notice what is to be told; null: nothing out of the ordinary
   */
  record LetGo(@Nullable Notice notice) implements Cleanup {}

  enum Job {
    Absent,
    AtWork,
    Succeeded,
    Failed
  }

  /**
   * @param skipped somebody has annotated that nothing be cleaned up
   * @param wanted whether the spec still wants the group deleted
   * @param orphaned the pods are to be left running
   * @param usedBy another bridge that has the group; null: none
   * @param canRender the spec is sound enough to make a Job of it
   * @param runs whether a Deployment asks for pods and is not being deleted itself
   * @param pods that have not ended
   * @param said what the Job's pod said last; may be empty
   * @param giveUpAt when the finalizer goes in any case
   */
  record Seen(
      GroupClaim claim,
      boolean skipped,
      boolean wanted,
      boolean orphaned,
      @Nullable String usedBy,
      boolean canRender,
      boolean runs,
      int pods,
      Job job,
      String said,
      Instant giveUpAt) {}

  static Instant giveUpAt(Instant deletedAt, Duration grace) {
    return deletedAt.plus(grace).plus(BOUND);
  }

  static Cleanup next(Seen seen, Instant now) {
    return letGo(seen, now)
        .map(Cleanup.class::cast)
        .orElseGet(() -> seen.runs() || seen.pods() > 0 ? drain(seen) : job(seen));
  }

  private static Optional<LetGo> letGo(Seen seen, Instant now) {
    String group = seen.claim().group();
    if (!seen.wanted()) {
      return Optional.of(new LetGo(null));
    }
    if (seen.skipped()) {
      return kept("Consumer group '%s' is left as it is, as annotated".formatted(group));
    }
    if (seen.orphaned()) {
      return kept("Consumer group '%s' is left to the pods, which run on".formatted(group));
    }
    if (seen.usedBy() != null) {
      return kept(
          "Consumer group '%s' is left to KafkaApiBridge '%s'".formatted(group, seen.usedBy()));
    }
    if (seen.job() == Job.Succeeded) {
      return Optional.of(
          new LetGo(
              new Notice(
                  Notice.Type.Normal,
                  "ConsumerGroupDeleted",
                  "CleanUp",
                  "Consumer group '%s' and its offsets are deleted".formatted(group))));
    }
    if (!seen.canRender()) {
      return blocked(seen, "the spec can't be used");
    }
    if (seen.job() == Job.Failed) {
      return blocked(seen, seen.said().isEmpty() ? "its Job failed" : seen.said());
    }
    return now.isBefore(seen.giveUpAt())
        ? Optional.empty()
        : blocked(seen, seen.said().isEmpty() ? "there was no more time" : seen.said());
  }

  private static Optional<LetGo> kept(String note) {
    return Optional.of(
        new LetGo(new Notice(Notice.Type.Normal, "ConsumerGroupKept", "CleanUp", note)));
  }

  private static Optional<LetGo> blocked(Seen seen, String why) {
    return Optional.of(
        new LetGo(
            new Notice(
                Notice.Type.Warning,
                "FinalizerBlocked",
                "CleanUp",
                "Consumer group '%1$s' was not deleted, and the deletion waits no longer: %2$s. By hand: kafka-consumer-groups.sh --bootstrap-server %3$s --delete --group %1$s"
                    .formatted(seen.claim().group(), why, seen.claim().brokers()))));
  }

  private static Cleanup drain(Seen seen) {
    String message =
        "Being deleted: %d pods finish their calls, then consumer group '%s' is deleted; given up at %s"
            .formatted(seen.pods(), seen.claim().group(), seen.giveUpAt());
    return seen.runs() ? new EndPods(message) : new Wait(message);
  }

  private static Cleanup job(Seen seen) {
    String message =
        "Being deleted: a Job deletes consumer group '%s'; given up at %s, or at once by annotation '%s'%s"
            .formatted(
                seen.claim().group(),
                seen.giveUpAt(),
                Annotated.SKIP_CLEANUP,
                seen.said().isEmpty() ? "" : ". It says: " + seen.said());
    return seen.job() == Job.Absent ? new StartJob(message) : new Wait(message);
  }
}
