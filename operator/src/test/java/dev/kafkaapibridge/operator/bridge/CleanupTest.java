package dev.kafkaapibridge.operator.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.operator.bridge.Cleanup.Job;
import dev.kafkaapibridge.operator.bridge.Cleanup.Seen;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class CleanupTest {

  private static final Instant DELETED = Instant.parse("2026-11-25T10:00:00Z");
  private static final Instant GIVE_UP = Cleanup.giveUpAt(DELETED, Duration.ofSeconds(60));
  private static final GroupClaim CLAIM = new GroupClaim("kafka:9092", "crm");

  @Test
  void podsEndFirstThenAJobDeletesTheGroupThenTheBridgeMayGo() {
    assertThat(next(seen(true, 2, Job.Absent))).isInstanceOf(Cleanup.EndPods.class);
    assertThat(next(seen(false, 2, Job.Absent))).isInstanceOf(Cleanup.Wait.class);
    assertThat(next(seen(false, 0, Job.Absent))).isInstanceOf(Cleanup.StartJob.class);
    assertThat(next(seen(false, 0, Job.AtWork))).isInstanceOf(Cleanup.Wait.class);
    assertThat(reason(next(seen(false, 0, Job.Succeeded)))).isEqualTo("ConsumerGroupDeleted");
    assertThat(note(next(seen(false, 0, Job.Succeeded))))
        .isEqualTo("Consumer group 'crm' at kafka:9092 and its offsets are deleted");
  }

  @Test
  void nothingHoldsItForLongerThanTheGracePeriodAndSixMinutes() {
    assertThat(GIVE_UP).isEqualTo("2026-11-25T10:06:00Z");
    for (Job job : Job.values()) {
      for (int pods : new int[] {0, 3}) {
        assertThat(Cleanup.next(seen(pods > 0, pods, job), GIVE_UP.plusSeconds(60)))
            .as(job + " and " + pods + " pods")
            .isInstanceOf(Cleanup.LetGo.class);
      }
    }
  }

  @Test
  void aJobAtWorkEndsBeforeTheBridgeMayGoSoThatALaterOneKeepsItsOffsets() {
    for (Seen decided :
        List.of(
            new Seen(CLAIM, true, true, false, null, true, null, false, 0, Job.AtWork, "", GIVE_UP),
            new Seen(
                CLAIM, false, false, false, null, true, null, false, 0, Job.AtWork, "", GIVE_UP),
            new Seen(CLAIM, false, true, true, null, true, null, false, 0, Job.AtWork, "", GIVE_UP),
            new Seen(
                CLAIM,
                false,
                true,
                false,
                "KafkaApiBridge 'shop/b'",
                true,
                null,
                false,
                0,
                Job.AtWork,
                "",
                GIVE_UP),
            new Seen(
                CLAIM, false, true, false, null, false, null, false, 0, Job.AtWork, "", GIVE_UP))) {
      assertThat(next(decided)).as(decided.toString()).isInstanceOf(Cleanup.EndJob.class);
      assertThat(next(with(decided, Job.Ending))).isInstanceOf(Cleanup.Wait.class);
      assertThat(next(with(decided, Job.Failed))).isInstanceOf(Cleanup.LetGo.class);
    }
    assertThat(Cleanup.next(seen(false, 0, Job.AtWork), GIVE_UP))
        .isInstanceOf(Cleanup.EndJob.class);
  }

  @Test
  void whatTheJobHasDoneIsSaidWhateverIsWantedByNow() {
    var skipped =
        new Seen(CLAIM, true, true, false, null, true, null, false, 0, Job.Succeeded, "", GIVE_UP);

    assertThat(reason(next(skipped))).isEqualTo("ConsumerGroupDeleted");
  }

  @Test
  void whoGivesUpSaysWhyAndTheCommand() {
    assertThat(note(Cleanup.next(seen(false, 0, Job.Failed), GIVE_UP)))
        .isEqualTo(
            "Consumer group 'crm' was not deleted, and the deletion waits no longer: it still has members. By hand: kafka-consumer-groups.sh --bootstrap-server kafka:9092 --delete --group crm");
    assertThat(reason(next(seen(false, 0, Job.Failed)))).isEqualTo("FinalizerBlocked");
  }

  @Test
  void whereTheJobIsGoneByTheEndNothingIsClaimedOfTheGroup() {
    assertThat(note(Cleanup.next(seen(false, 0, Job.Absent), GIVE_UP)))
        .startsWith("Whether consumer group 'crm' was deleted is not known");
  }

  @Test
  void whoMayNotLookAtJobsLetsGoAndSaysWhatIsMissing() {
    assertThat(note(next(seen(true, 2, Job.Unseen)))).contains("rbac.cleanupJobs");
    assertThat(
            note(
                next(
                    new Seen(
                        CLAIM,
                        true,
                        true,
                        false,
                        null,
                        true,
                        null,
                        true,
                        1,
                        Job.Unseen,
                        "",
                        GIVE_UP))))
        .endsWith("is left as it is, as annotated");
  }

  @Test
  void aSpecThatCannotBeUsedIsNotWaitedFor() {
    var unusable =
        new Seen(CLAIM, false, true, false, null, false, null, false, 0, Job.Absent, "", GIVE_UP);

    assertThat(reason(next(unusable))).isEqualTo("FinalizerBlocked");
  }

  @Test
  void brokersThatCannotBeFoundNowAreWaitedForWhilePodsEndUntilTheTimeIsOver() {
    var running =
        new Seen(CLAIM, false, true, false, null, false, "gone", true, 2, Job.Absent, "", GIVE_UP);
    var ended =
        new Seen(CLAIM, false, true, false, null, false, "gone", false, 0, Job.Absent, "", GIVE_UP);

    assertThat(next(running)).isInstanceOf(Cleanup.EndPods.class);
    assertThat(next(ended))
        .isEqualTo(
            new Cleanup.Wait(
                "Being deleted: consumer group 'crm' is deleted once its brokers are found; given up at 2026-11-25T10:06:00Z, or at once by annotation 'kafka-api-bridge.dev/skip-cleanup'. gone"));
    assertThat(next(with(ended, Job.AtWork))).isInstanceOf(Cleanup.Wait.class);
    assertThat(note(next(with(ended, Job.Unseen)))).contains("rbac.cleanupJobs");
    assertThat(note(Cleanup.next(ended, GIVE_UP)))
        .startsWith(
            "Consumer group 'crm' was not deleted, and the deletion waits no longer: gone. By hand");
  }

  /** It was accepted with brokers, and names them now in a way that isn't served. */
  @Test
  void aSpecThatNamesNoBrokersAnyMoreSaysThatTheGroupIsLeft() {
    var moved =
        new Seen(
            new GroupClaim("", "crm"),
            false,
            true,
            false,
            null,
            false,
            null,
            true,
            1,
            Job.Absent,
            "",
            GIVE_UP);

    assertThat(reason(next(moved))).isEqualTo("FinalizerBlocked");
    assertThat(note(next(moved)))
        .isEqualTo(
            "Consumer group 'crm' was not deleted, and the deletion waits no longer: spec.kafka names no brokers. By hand: kafka-consumer-groups.sh --bootstrap-server BROKERS --delete --group crm");
  }

  @Test
  void aGroupThatOthersNeedIsKept() {
    var used =
        new Seen(
            CLAIM,
            false,
            true,
            false,
            "KafkaApiBridge 'shop/b'",
            true,
            null,
            true,
            1,
            Job.Absent,
            "",
            GIVE_UP);
    var orphaned =
        new Seen(CLAIM, false, true, true, null, true, null, true, 1, Job.Absent, "", GIVE_UP);

    assertThat(note(next(used)))
        .isEqualTo("Consumer group 'crm' is left to KafkaApiBridge 'shop/b'");
    assertThat(reason(next(orphaned))).isEqualTo("ConsumerGroupKept");
  }

  @Test
  void whoWantsItKeptAfterAllOrCannotWaitIsObeyedAtOnce() {
    var retained =
        new Seen(CLAIM, false, false, false, null, true, null, true, 1, Job.AtWork, "", GIVE_UP);
    var skipped =
        new Seen(CLAIM, true, true, false, null, true, null, true, 1, Job.AtWork, "", GIVE_UP);

    assertThat(next(with(retained, Job.Absent))).isEqualTo(new Cleanup.LetGo(null));
    assertThat(next(retained)).isInstanceOf(Cleanup.EndJob.class);
    assertThat(reason(next(with(skipped, Job.Absent)))).isEqualTo("ConsumerGroupKept");
  }

  private static Cleanup next(Seen seen) {
    return Cleanup.next(seen, DELETED.plusSeconds(30));
  }

  private static Seen seen(boolean runs, int pods, Job job) {
    return new Seen(
        CLAIM,
        false,
        true,
        false,
        null,
        true,
        null,
        runs,
        pods,
        job,
        "it still has members",
        GIVE_UP);
  }

  private static Seen with(Seen seen, Job job) {
    return new Seen(
        seen.claim(),
        seen.skipped(),
        seen.wanted(),
        seen.orphaned(),
        seen.usedBy(),
        seen.canRender(),
        seen.missing(),
        seen.runs(),
        seen.pods(),
        job,
        seen.said(),
        seen.giveUpAt());
  }

  private static String reason(Cleanup step) {
    return ((Cleanup.LetGo) step).notice().reason();
  }

  private static String note(Cleanup step) {
    return ((Cleanup.LetGo) step).notice().note();
  }
}
