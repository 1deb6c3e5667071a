package dev.kafkaapibridge.operator.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.operator.bridge.Cleanup.Job;
import dev.kafkaapibridge.operator.bridge.Cleanup.Seen;
import java.time.Duration;
import java.time.Instant;
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
  }

  @Test
  void nothingHoldsItForLongerThanTheGracePeriodAndFiveMinutes() {
    assertThat(GIVE_UP).isEqualTo("2026-11-25T10:06:00Z");
    for (Job job : new Job[] {Job.Absent, Job.AtWork, Job.Failed, Job.Succeeded}) {
      for (int pods : new int[] {0, 3}) {
        assertThat(Cleanup.next(seen(pods > 0, pods, job), GIVE_UP))
            .as(job + " and " + pods + " pods")
            .isInstanceOf(Cleanup.LetGo.class);
      }
    }
  }

  @Test
  void whoGivesUpSaysWhyAndTheCommand() {
    assertThat(note(Cleanup.next(seen(false, 0, Job.AtWork), GIVE_UP)))
        .isEqualTo(
            "Consumer group 'crm' was not deleted, and the deletion waits no longer: it still has members. By hand: kafka-consumer-groups.sh --bootstrap-server kafka:9092 --delete --group crm");
    assertThat(reason(next(seen(false, 0, Job.Failed)))).isEqualTo("FinalizerBlocked");
  }

  @Test
  void aSpecThatCannotBeUsedIsNotWaitedFor() {
    var unusable =
        new Seen(CLAIM, false, true, false, null, false, false, 0, Job.Absent, "", GIVE_UP);

    assertThat(reason(next(unusable))).isEqualTo("FinalizerBlocked");
  }

  @Test
  void aGroupThatOthersNeedIsKept() {
    var used =
        new Seen(CLAIM, false, true, false, "shop/b", true, true, 1, Job.Absent, "", GIVE_UP);
    var orphaned = new Seen(CLAIM, false, true, true, null, true, true, 1, Job.Absent, "", GIVE_UP);

    assertThat(note(next(used)))
        .isEqualTo("Consumer group 'crm' is left to KafkaApiBridge 'shop/b'");
    assertThat(reason(next(orphaned))).isEqualTo("ConsumerGroupKept");
  }

  @Test
  void whoWantsItKeptAfterAllOrCannotWaitIsObeyedAtOnce() {
    var retained =
        new Seen(CLAIM, false, false, false, null, true, true, 1, Job.AtWork, "", GIVE_UP);
    var skipped = new Seen(CLAIM, true, true, false, null, true, true, 1, Job.AtWork, "", GIVE_UP);

    assertThat(next(retained)).isEqualTo(new Cleanup.LetGo(null));
    assertThat(reason(next(skipped))).isEqualTo("ConsumerGroupKept");
  }

  private static Cleanup next(Seen seen) {
    return Cleanup.next(seen, DELETED.plusSeconds(30));
  }

  private static Seen seen(boolean runs, int pods, Job job) {
    return new Seen(
        CLAIM, false, true, false, null, true, runs, pods, job, "it still has members", GIVE_UP);
  }

  private static String reason(Cleanup step) {
    return ((Cleanup.LetGo) step).notice().reason();
  }

  private static String note(Cleanup step) {
    return ((Cleanup.LetGo) step).notice().note();
  }
}
