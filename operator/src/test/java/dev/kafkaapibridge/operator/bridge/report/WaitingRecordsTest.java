package dev.kafkaapibridge.operator.bridge.report;

import static dev.kafkaapibridge.operator.bridge.observe.Pods.fleet;
import static dev.kafkaapibridge.operator.bridge.observe.Pods.lagUnknownFor;
import static dev.kafkaapibridge.operator.bridge.observe.Pods.pod;
import static dev.kafkaapibridge.operator.bridge.observe.Pods.says;
import static dev.kafkaapibridge.operator.bridge.observe.Pods.seen;
import static dev.kafkaapibridge.operator.bridge.observe.Pods.settled;
import static dev.kafkaapibridge.operator.bridge.observe.Pods.silent;
import static dev.kafkaapibridge.operator.bridge.observe.Pods.throttled;
import static dev.kafkaapibridge.operator.bridge.report.ConditionType.Blocked;
import static dev.kafkaapibridge.operator.bridge.report.ConditionType.ScalingLimited;
import static dev.kafkaapibridge.operator.bridge.report.ConditionType.Throttled;
import static dev.kafkaapibridge.operator.bridge.report.Situations.condition;
import static dev.kafkaapibridge.operator.bridge.report.Situations.running;
import static dev.kafkaapibridge.operator.bridge.report.Situations.words;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.operator.bridge.observe.Fleet.Member;
import dev.kafkaapibridge.operator.bridge.observe.PodReport.Health;
import dev.kafkaapibridge.operator.bridge.observe.Throttling;
import dev.kafkaapibridge.operator.bridge.observe.Throttling.Cause;
import dev.kafkaapibridge.operator.scale.Decision.Limit;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a bridge says while records wait or pods are not as many as they could be: it is Ready. */
class WaitingRecordsTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "RateLimited | 83 | Calls stood still for spec.delivery.rateLimit for 83% of the last minute. More replicas would not help; raise the limit if the API's owner agrees",
        "TargetThrottling | 18 | The target answered 429 to 18% of the calls of the last minute, and calls wait as it asks. More replicas would not help",
        "TargetThrottling | | The target answered 429, and calls wait as it asks. More replicas would not help",
      })
  void aLimitIsNamedAndTheBridgeStaysReady(Cause cause, Integer percent, String message) {
    var status =
        running()
            .see(throttled(seen(settled(1), fleet(says("a"))), new Throttling(cause, percent)));

    assertThat(words(status)).contains("Throttled=True/" + cause, "Ready=True/Running");
    assertThat(condition(status, Throttled).message()).isEqualTo(message);
    assertThat(BridgeStatus.known(status).throttling()).isEqualTo(cause);
  }

  @Test
  void whereEachReplicaHasTheLimitForItselfNobodySaysThatMoreWouldNotHelp() {
    var status =
        running()
            .spec("delivery: {rateLimit: {requests: 10, scope: Replica}}")
            .see(
                throttled(
                    seen(settled(1), fleet(says("a"))), new Throttling(Cause.RateLimited, 83)));

    assertThat(condition(status, Throttled).message()).doesNotContain("More replicas");
  }

  @Test
  void whileNothingIsKnownOfThePaceNothingIsSaid() {
    assertThat(words(running().see(throttled(seen(settled(1), fleet(says("a"))), null))))
        .contains("Throttled=Unknown/Pending");
    assertThat(words(running().replicas(0).see(seen(settled(0), fleet()))))
        .contains("Throttled=Unknown/NoTraffic");
    assertThat(words(running().see(seen(settled(1), fleet(silent(pod("a")))))))
        .contains("Throttled=Unknown/NotReported");
  }

  @ParameterizedTest
  @CsvSource({
    "Blocked, AttemptsExhausted, RetriesExhausted, spec.delivery.onExhausted: Block",
    "Blocked, TooOld, RetriesExhausted, spec.delivery.onExhausted: Block",
    "Blocked, Refused, RecordRefused, spec.delivery.onRefused: Block",
    "LaneForbidden, Forbidden, KeyForbidden, responseRules of spec.target",
  })
  void aRecordThatHoldsOthersIsNamed(String why, String cause, String reason, String field) {
    var status = running().see(seen(settled(1), fleet(holds("a", why, cause, 512))));

    assertThat(words(status)).contains("Blocked=True/" + reason, "Ready=True/Running");
    assertThat(condition(status, Blocked).message())
        .startsWith("The record at offset 512 of partition 1 of topic 'orders' ")
        .contains(field)
        .doesNotContain("more like it");
    assertThat(words(running().see(seen(settled(1), fleet(says("a"))))))
        .noneMatch(word -> word.startsWith("Blocked"));
  }

  @Test
  void ofManyTheFirstIsNamedAndTheOthersAreCounted() {
    var status =
        running()
            .see(
                seen(
                    settled(2),
                    fleet(
                        holds("a", "Blocked", "Refused", 512),
                        holds("b", "Blocked", "Refused", 98))));

    assertThat(condition(status, Blocked).message())
        .startsWith("The record at offset 98 of")
        .endsWith(". And 1 more like it");
  }

  @ParameterizedTest
  @CsvSource({
    // full since, first since, throttled, target; whether it is said
    "2026-11-25T09:59:30Z, 2026-11-25T09:50:00Z, WithinLimits, Responding, true",
    "2026-11-25T09:59:31Z, 2026-11-25T09:50:00Z, WithinLimits, Responding, false",
    "2026-11-25T09:50:00Z, 2026-11-25T09:59:31Z, WithinLimits, Responding, false",
    "2026-11-25T09:50:00Z, 2026-11-25T09:50:00Z, RateLimited, Responding, false",
    "2026-11-25T09:50:00Z, 2026-11-25T09:50:00Z, WithinLimits, CircuitOpen, false",
  })
  void oneSlowKeyThatHoldsItsPartitionIsSaidWhereNothingElseSaysWhy(
      String full, String first, Cause cause, String target, boolean said) {
    var slow =
        says(
            "a",
            "kafka.partitions",
            """
            [{"topic": "orders", "partition": 0, "lag": 900, "unfinished": 250, "paused": true, "pauseReason": "PartitionWindowFull",
              "pausedSince": "%s", "heldBy": 77, "heldSince": "%s"}]\
            """
                .formatted(full, first));
    var status =
        running()
            .see(
                throttled(
                    seen(
                        settled(1),
                        fleet(slow),
                        new Health(target.equals("Responding"), target, "")),
                    new Throttling(cause, null)));

    assertThat(Conditions.find(status.conditions(), Blocked).map(c -> c.reason()).orElse(""))
        .isEqualTo(said ? "WindowFull" : "");
  }

  @ParameterizedTest
  @CsvSource({
    // spec.autoscaling, seconds without a lag, whether the pod speaks; the condition
    "'{mode: Disabled}', 99, true, False/Disabled",
    "'{mode: External}', 99, true, True/External",
    "'{mode: ObserveOnly}', 99, true, False/ObserveOnly",
    "'{mode: Managed}', 0, true, True/Tracking",
    "'{mode: Managed}', 29, true, True/Tracking",
    "'{mode: Managed}', 30, true, False/LagUnknown",
    "'{mode: Managed}', 30, false, False/MetricsUnavailable",
  })
  void whoDecidesTheNumberOfReplicasIsSaid(
      String autoscaling, int seconds, boolean speaks, String active) {
    var status =
        running()
            .spec("autoscaling: " + autoscaling)
            .see(
                lagUnknownFor(
                    seen(settled(1), fleet(speaks ? says("a") : silent(pod("a")))),
                    Duration.ofSeconds(seconds)));

    assertThat(words(status)).contains("ScalingActive=" + active);
  }

  @ParameterizedTest
  @CsvSource({
    // below spec, what was decided; the condition, of a topic with two partitions
    "'autoscaling: {mode: Disabled}\n  replicas: 3', 3, True/LimitedByPartitions",
    "'autoscaling: {mode: External}\n  replicas: 2', 2, False/DesiredWithinRange",
  })
  void whatLimitsTheNumberOfReplicasIsSaid(String below, int decided, String limited) {
    var status = running().spec(below).replicas(decided).see(seen(settled(1), fleet(says("a"))));

    assertThat(words(status)).contains("ScalingLimited=" + limited);
  }

  @ParameterizedTest
  @CsvSource({
    "Max, TooManyReplicas, spec.autoscaling.maxReplicas",
    "Min, TooFewReplicas, spec.autoscaling.minReplicas",
    "Partitions, LimitedByPartitions, the number of partitions",
    "Throttling, LimitedByTarget, what the API bears",
  })
  void whatKeepsTheOperatorFromItsWishIsSaid(Limit limit, String reason, String bound) {
    var status = running().limited(2, limit).see(seen(settled(2), fleet(says("a"), says("b"))));

    assertThat(words(status)).contains("ScalingLimited=True/" + reason);
    assertThat(condition(status, ScalingLimited).message())
        .isEqualTo("Limited to 2 replicas by " + bound + ": demand 840/s, pod rate 50/s");
    assertThat(status.scaling().limitedBy()).isEqualTo(limit.name());
    assertThat(status.scaling().lastScaleTime()).isNotNull();
  }

  @Test
  void aRefusedSpecChangesNothingOfWhatIsSaidOfScaling() {
    var bridge = running().spec("autoscaling: {mode: Disabled}\n  replicas: 3").replicas(3);
    var before = bridge.see(seen(settled(1), fleet(says("a"))));
    var after =
        bridge
            .spec("observability: {tracing: {otlpEndpoint: 'http://otel:4317'}}")
            .see(seen(settled(1), fleet(says("a"))));

    assertThat(words(after)).contains("Accepted=False/NotServed", "ScalingActive=False/Disabled");
    assertThat(condition(after, ScalingLimited)).isEqualTo(condition(before, ScalingLimited));
  }

  private static Member holds(String pod, String why, String reason, long offset) {
    return says(
        pod,
        "held",
        """
        [{"topic": "orders", "partition": 1, "offset": %d, "why": "%s", "reason": "%s", "since": "2026-11-25T10:00:10Z"}]\
        """
            .formatted(offset, why, reason));
  }
}
