package dev.kafkaapibridge.operator.bridge.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.operator.bridge.observe.Holdup.Why;
import java.time.Duration;
import java.time.OffsetDateTime;
import org.junit.jupiter.api.Test;

/** What a report says of records that others wait for, and of positions. */
class HoldupTest {

  @Test
  void takesWhatIsHeldForGoodAndPassesOverWhatGoesOnByItself() {
    PodReport report =
        Pods.report(
            "held",
            """
            [{"topic": "orders", "partition": 1, "offset": 512, "why": "Blocked", "reason": "AttemptsExhausted", "since": "2026-11-25T10:00:10Z"},
             {"topic": "orders", "partition": 1, "offset": 513, "why": "LaneLimited", "reason": "429", "since": "2026-11-25T10:00:10Z"},
             {"topic": "orders", "partition": 1, "offset": 514, "why": "DeadLetterFails", "reason": "Timeout", "since": "2026-11-25T10:00:10Z"},
             {"topic": "orders", "partition": 1, "offset": 515, "why": "LaneForbidden", "reason": "403", "since": "2026-11-25T10:00:10Z"},
             {"topic": "orders", "partition": -1, "offset": 515, "why": "Blocked", "reason": "Refused", "since": "2026-11-25T10:00:10Z"},
             {"topic": "or ders", "partition": 1, "offset": 515, "why": "Blocked", "reason": "Refused", "since": "2026-11-25T10:00:10Z"},
             {"topic": "orders", "partition": 1, "offset": 1e300, "why": "Blocked", "reason": "Refused", "since": "2026-11-25T10:00:10Z"}]\
            """);

    assertThat(report.holdups())
        .containsExactly(
            new Holdup(Why.Blocked, "orders", 1, 512, "AttemptsExhausted", Duration.ofSeconds(20)),
            new Holdup(Why.KeyForbidden, "orders", 1, 515, "", Duration.ofSeconds(20)));
  }

  @Test
  void aFullWindowIsNamedByTheRecordThatIsFirst() {
    PodReport report =
        Pods.report(
            "kafka.partitions",
            """
            [{"topic": "orders", "partition": 0, "lag": 1, "paused": true, "pauseReason": "PartitionWindowFull", "pausedSince": "2026-11-25T10:00:20Z",
              "heldBy": 77, "heldSince": "2026-11-25T10:00:05Z"},
             {"topic": "orders", "partition": 1, "lag": 1, "paused": true, "pauseReason": "NothingCanBeSent", "pausedSince": "2026-11-25T10:00:20Z",
              "heldBy": 78, "heldSince": "2026-11-25T10:00:05Z"},
             {"topic": "orders", "partition": 2, "lag": 1, "paused": false, "heldBy": 79, "heldSince": "2026-11-25T10:00:05Z"}]\
            """);

    assertThat(report.holdups())
        .containsExactly(new Holdup(Why.WindowFull, "orders", 0, 77, "", Duration.ofSeconds(10)));
  }

  @Test
  void aPositionThatWasResetIsTakenAsItIsTold() {
    PodReport report =
        Pods.report(
            "kafka.positionResets",
            """
            [{"at": "2026-11-25T10:00:20Z", "reason": "OffsetOutOfRange", "topic": "orders", "partition": 0, "from": 5, "to": 90},
             {"at": "long ago", "reason": "OffsetOutOfRange", "topic": "orders", "partition": 0, "from": 5, "to": 90},
             {"at": "2026-11-25T10:00:20Z", "reason": "TopicMadeAgain", "topic": "orders", "partition": 1, "to": 0}]\
            """);
    var at = OffsetDateTime.parse("2026-11-25T10:00:20Z");

    assertThat(report.resets())
        .containsExactly(
            new PositionReset(at, Duration.ofSeconds(10), "OffsetOutOfRange", "orders", 0, 5L, 90),
            new PositionReset(at, Duration.ofSeconds(10), "TopicMadeAgain", "orders", 1, null, 0));
  }
}
