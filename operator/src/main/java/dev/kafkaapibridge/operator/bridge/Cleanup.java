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

  /** So long a Job that is to end is waited for; usually it takes a second. */
  Duration JOB_ENDS_WITHIN = Duration.ofMinutes(1);

  /** Its pods are to end. */
  record EndPods(String message) implements Cleanup {}

  /** Something ends or works by itself. */
  record Wait(String message) implements Cleanup {}

  record StartJob(String message) implements Cleanup {}

  /**
   * The Job is to end before the bridge may go: it would work on, and delete what a later bridge of
   * this name has committed.
   *
   * @param otherwise what is to be done if it can't be ended
   */
  record EndJob(String message, LetGo otherwise) implements Cleanup {}

  /**
   * Nothing holds the bridge any more.
   *
   * @param notice what is to be told; null: nothing out of the ordinary
   */
  record LetGo(@Nullable Notice notice) implements Cleanup {}

  enum Job {
    Absent,
    AtWork,
    /** Was told to end, or has a pod left that was. */
    Ending,
    Succeeded,
    Failed,
    /** The operator has no right to look at it. */
    Unseen
  }

  /**
   * @param skipped somebody has annotated that nothing be cleaned up
   * @param wanted whether the group is still to be deleted
   * @param orphaned the pods are to be left running
   * @param usedBy kind and name of another bridge, or its pod, that has the group; null: none
   * @param canRender there is a spec that leads to the group, sound enough to make a Job of it
   * @param missing why the brokers of a sound spec can't be found now; null: they can, or the spec
   *     can't be used
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
      @Nullable String missing,
      boolean runs,
      int pods,
      Job job,
      String said,
      Instant giveUpAt) {}

  static Instant giveUpAt(Instant deletedAt, Duration grace) {
    return deletedAt.plus(grace).plus(BOUND);
  }

  /** From then on nothing is waited for. */
  static Instant lastMoment(Instant giveUpAt) {
    return giveUpAt.plus(JOB_ENDS_WITHIN);
  }

  static Cleanup next(Seen seen, Instant now) {
    return letGo(seen, now)
        .map(letGo -> now.isBefore(lastMoment(seen.giveUpAt())) ? withoutJob(seen, letGo) : letGo)
        .orElseGet(() -> seen.runs() || seen.pods() > 0 ? drain(seen) : job(seen));
  }

  private static Cleanup withoutJob(Seen seen, LetGo letGo) {
    String message =
        "Being deleted: the Job that deletes consumer group '%s' ends first"
            .formatted(seen.claim().group());
    return switch (seen.job()) {
      case AtWork -> new EndJob(message, letGo);
      case Ending -> new Wait(message);
      case Absent, Succeeded, Failed, Unseen -> letGo;
    };
  }

  /** Nobody could look until it was too late. */
  static LetGo unseen(GroupClaim claim, String why) {
    return unsure(claim, why);
  }

  private static Optional<LetGo> letGo(Seen seen, Instant now) {
    String group = seen.claim().group();
    if (seen.job() == Job.Succeeded) {
      return Optional.of(
          new LetGo(
              new Notice(
                  Notice.Type.Normal,
                  "ConsumerGroupDeleted",
                  "CleanUp",
                  "Consumer group '%s' at %s and its offsets are deleted"
                      .formatted(group, seen.claim().brokers()))));
    }
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
      return kept("Consumer group '%s' is left to %s".formatted(group, seen.usedBy()));
    }
    if (!seen.canRender() && seen.missing() == null) {
      return blocked(
          seen,
          seen.claim().brokers().isEmpty()
              ? "spec.kafka names no brokers"
              : "the spec can't be used");
    }
    if (seen.job() == Job.Unseen) {
      return blocked(
          seen, "the operator has no right to Jobs, rbac.cleanupJobs of its chart is false");
    }
    if (!now.isBefore(seen.giveUpAt())) {
      if (seen.missing() != null && seen.job() == Job.Absent) {
        return blocked(seen, seen.missing());
      }
      return seen.job() == Job.Absent && !seen.runs() && seen.pods() == 0
          ? Optional.of(unsure(seen.claim(), "its Job is gone, or never was"))
          : blocked(seen, seen.said().isEmpty() ? "there was no more time" : seen.said());
    }
    return seen.job() == Job.Failed
        ? blocked(seen, seen.said().isEmpty() ? "its Job failed" : seen.said())
        : Optional.empty();
  }

  private static Optional<LetGo> kept(String note) {
    return Optional.of(
        new LetGo(new Notice(Notice.Type.Normal, "ConsumerGroupKept", "CleanUp", note)));
  }

  private static Optional<LetGo> blocked(Seen seen, String why) {
    return Optional.of(
        blocked(
            "Consumer group '%s' was not deleted, and the deletion waits no longer: %s. By hand: %s",
            seen.claim(), why));
  }

  private static LetGo unsure(GroupClaim claim, String why) {
    return blocked(
        "Whether consumer group '%s' was deleted is not known, and the deletion waits no longer: %s. To be sure: %s",
        claim, why);
  }

  private static LetGo blocked(String note, GroupClaim claim, String why) {
    String command =
        "kafka-consumer-groups.sh --bootstrap-server %s --delete --group %s"
            .formatted(claim.addresses(), claim.group());
    return new LetGo(
        new Notice(
            Notice.Type.Warning,
            "FinalizerBlocked",
            "CleanUp",
            note.formatted(claim.group(), why, command)));
  }

  private static Cleanup drain(Seen seen) {
    String message =
        "Being deleted: %d pods finish their calls, then consumer group '%s' is deleted; given up at %s"
            .formatted(seen.pods(), seen.claim().group(), seen.giveUpAt());
    return seen.runs() ? new EndPods(message) : new Wait(message);
  }

  private static Cleanup job(Seen seen) {
    if (seen.missing() != null && seen.job() == Job.Absent) {
      return new Wait(
          "Being deleted: consumer group '%s' is deleted once its brokers are found; given up at %s, or at once by annotation '%s'. %s"
              .formatted(
                  seen.claim().group(), seen.giveUpAt(), Annotated.SKIP_CLEANUP, seen.missing()));
    }
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
