package dev.kafkaapibridge.operator.bridge.report;

import static dev.kafkaapibridge.operator.bridge.observe.Pods.fleet;
import static dev.kafkaapibridge.operator.bridge.observe.Pods.pod;
import static dev.kafkaapibridge.operator.bridge.observe.Pods.says;
import static dev.kafkaapibridge.operator.bridge.observe.Pods.seen;
import static dev.kafkaapibridge.operator.bridge.observe.Pods.settled;
import static dev.kafkaapibridge.operator.bridge.observe.Pods.silent;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.api.v1alpha1.Condition;
import dev.kafkaapibridge.api.v1alpha1.KafkaApiBridgeStatus;
import dev.kafkaapibridge.api.v1alpha1.RetryTopicStatus;
import dev.kafkaapibridge.operator.bridge.observe.Fleet;
import dev.kafkaapibridge.operator.bridge.observe.Fleet.Member;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PutAsideTest {

  private static final String NINE = "2026-11-25T09:00:00Z";
  private static final String TEN = "2026-11-25T10:00:00Z";

  private final Situations bridge = new Situations();

  @Test
  void theStatusTellsOfEachTopicHowMuchWaitsAndSinceWhen() {
    KafkaApiBridgeStatus status =
        look(
            reads("a", 2, of(1, 0, 40, TEN), of(1, 1, 2, NINE), of(2, 0, 0, null)),
            reads("b", 2, of(1, 2, 8, null), of(2, 1, 5, TEN)));

    assertThat(status.retryTopics())
        .containsExactly(
            new RetryTopicStatus("g.retry.1", 50L, OffsetDateTime.parse(NINE)),
            new RetryTopicStatus("g.retry.2", 5L, OffsetDateTime.parse(TEN)));
    assertThat(condition(status).reason()).isEqualTo("TopicsReady");
  }

  @Test
  void whatSomePodDoesNotTellIsTakenAsItWasLast() {
    look(reads("a", 1, of(1, 0, 40, TEN)));

    KafkaApiBridgeStatus status = look(reads("a", 1, of(1, 0, 3, TEN)), silent(pod("b")));

    assertThat(status.retryTopics())
        .containsExactly(new RetryTopicStatus("g.retry.1", 40L, OffsetDateTime.parse(TEN)));
  }

  @Test
  void aTopicThatIsTakenAwayWhileRecordsWaitInItIsNotForgotten() {
    look(reads("a", 3, of(1, 0, 1, TEN), of(2, 0, 0, null), of(3, 0, 1204, NINE)));

    KafkaApiBridgeStatus status = look(reads("a", 1, of(1, 0, 1, TEN)));

    assertThat(status.retryTopics())
        .containsExactly(
            new RetryTopicStatus("g.retry.1", 1L, OffsetDateTime.parse(TEN)),
            new RetryTopicStatus("g.retry.3", 1204L, OffsetDateTime.parse(NINE)));
    assertThat(condition(status).status()).isEqualTo(Condition.Status.True);
    assertThat(condition(status).reason()).isEqualTo("RecordsLeftBehind");
    assertThat(condition(status).message())
        .isEqualTo(
            "Nobody reads retry topic 'g.retry.3', in which 1204 records waited when it was seen last, for the spec has fewer retry topics than before. Ask for as many again until they are empty");
  }

  @Test
  void norIsWhereThereAreNoRetryTopicsAnyMore() {
    look(reads("a", 1, of(1, 0, 1, TEN)));

    KafkaApiBridgeStatus status = look(says("a"));

    assertThat(condition(status).message())
        .startsWith("Nobody reads retry topic 'g.retry.1', in which 1 record waited");
    assertThat(look(says("a")).retryTopics()).hasSize(1);
  }

  @Test
  void namedAgainAndEmptiedItIsForgotten() {
    look(reads("a", 2, of(1, 0, 0, null), of(2, 0, 7, NINE)));
    look(reads("a", 1, of(1, 0, 0, null)));
    look(reads("a", 2, of(1, 0, 0, null), of(2, 0, 0, null)));

    KafkaApiBridgeStatus status = look(reads("a", 1, of(1, 0, 0, null)));

    assertThat(status.retryTopics()).containsExactly(new RetryTopicStatus("g.retry.1", 0L, null));
    assertThat(condition(status).reason()).isEqualTo("TopicsReady");
  }

  @Test
  void whileNoPodSpeaksItStaysAsItWas() {
    look(reads("a", 1, of(1, 0, 40, TEN)));

    KafkaApiBridgeStatus status = look(silent(pod("a")));

    assertThat(status.retryTopics()).hasSize(1);
    assertThat(Conditions.find(status.conditions(), ConditionType.RetryTopicsReady)).isEmpty();
  }

  /**
   * With order, a source's partition takes those of retry topics along, to whoever owns it next.
   */
  @Test
  void whileSomePodsKnowATopicNoMoreItIsNotCountedByTheOthers() {
    look(reads("a", 2, of(1, 0, 0, null), of(2, 0, 40, NINE)));

    KafkaApiBridgeStatus rolling =
        look(reads("a", 2, of(1, 1, 0, null)), reads("b", 1, of(1, 0, 0, null)));
    assertThat(rolling.retryTopics())
        .extracting(RetryTopicStatus::records)
        .containsExactly(0L, 40L);

    KafkaApiBridgeStatus rolled = look(reads("b", 1, of(1, 0, 0, null), of(1, 1, 0, null)));
    assertThat(condition(rolled).reason()).isEqualTo("RecordsLeftBehind");
  }

  @Test
  void whereAPodHasNoPartitionOfATopicYetNothingIsKnownOfIt() {
    KafkaApiBridgeStatus status = look(reads("a", 1));

    assertThat(status.retryTopics()).containsExactly(new RetryTopicStatus("g.retry.1", null, null));
  }

  @Test
  void aTopicThatASilentPodMayReadIsNotSaidToBeLeftBehind() {
    look(reads("a", 2, of(1, 0, 0, null), of(2, 0, 40, NINE)));

    KafkaApiBridgeStatus status = look(reads("b", 1, of(1, 0, 0, null)), silent(pod("a")));

    assertThat(condition(status).reason()).isEqualTo("TopicsReady");
    assertThat(status.retryTopics()).hasSize(2);
  }

  @Test
  void saidOnceItStaysWhilePodsComeAndGo() {
    look(reads("a", 2, of(1, 0, 0, null), of(2, 0, 40, NINE)));
    look(reads("a", 1, of(1, 0, 0, null)));

    KafkaApiBridgeStatus status = look(reads("a", 1, of(1, 0, 0, null)), silent(pod("b")));

    assertThat(condition(status).reason()).isEqualTo("RecordsLeftBehind");
  }

  private KafkaApiBridgeStatus look(Member... members) {
    Fleet fleet = fleet(members);
    return bridge.see(seen(settled(members.length), fleet));
  }

  private static Condition condition(KafkaApiBridgeStatus status) {
    return Conditions.find(status.conditions(), ConditionType.RetryTopicsReady).orElseThrow();
  }

  private static Member reads(String pod, int topics, String... partitions) {
    var names = new StringBuilder();
    for (int i = 1; i <= topics; i++) {
      names.append(i > 1 ? "," : "").append("{\"topic\": \"g.retry.%d\"}".formatted(i));
    }
    return says(
        pod,
        "retry",
        """
        {"health": {"ok": true, "reason": "TopicsReady", "message": "They are."},
         "topics": [%s], "partitions": [%s]}\
        """
            .formatted(names, String.join(",", partitions)));
  }

  private static String of(int topic, int partition, long records, @Nullable String oldestAt) {
    return """
    {"topic": "g.retry.%d", "partition": %d, "backlog": %d%s}\
    """
        .formatted(
            topic,
            partition,
            records,
            oldestAt == null ? "" : ", \"oldestAt\": \"" + oldestAt + "\"");
  }
}
