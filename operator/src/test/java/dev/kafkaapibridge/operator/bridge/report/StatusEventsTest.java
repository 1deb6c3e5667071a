package dev.kafkaapibridge.operator.bridge.report;

import static dev.kafkaapibridge.operator.bridge.observe.Pods.OLDER_SPEC;
import static dev.kafkaapibridge.operator.bridge.observe.Pods.fleet;
import static dev.kafkaapibridge.operator.bridge.observe.Pods.says;
import static dev.kafkaapibridge.operator.bridge.observe.Pods.seen;
import static dev.kafkaapibridge.operator.bridge.observe.Pods.settled;
import static dev.kafkaapibridge.operator.bridge.observe.Pods.silent;
import static dev.kafkaapibridge.operator.bridge.observe.Pods.starting;
import static dev.kafkaapibridge.operator.bridge.observe.Pods.troubled;
import static dev.kafkaapibridge.operator.bridge.report.Situations.running;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.api.v1alpha1.KafkaApiBridgeStatus;
import dev.kafkaapibridge.operator.bridge.Application;
import dev.kafkaapibridge.operator.bridge.ReplicaDecision;
import dev.kafkaapibridge.operator.bridge.observe.Fleet.Member;
import dev.kafkaapibridge.operator.bridge.observe.Observation;
import dev.kafkaapibridge.operator.bridge.observe.PodReport.Health;
import dev.kafkaapibridge.operator.bridge.observe.PodTrouble;
import dev.kafkaapibridge.operator.bridge.observe.Pods;
import dev.kafkaapibridge.operator.bridge.observe.Throttling;
import dev.kafkaapibridge.operator.bridge.observe.Throttling.Cause;
import dev.kafkaapibridge.operator.kube.Notice;
import dev.kafkaapibridge.operator.scale.Decision.Limit;
import dev.kafkaapibridge.operator.scale.Regime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StatusEventsTest {

  @Test
  void tellsABridgesBirth() {
    var bridge = new Situations();

    assertThat(told(bridge, seen(null, fleet()))).isEmpty();
    assertThat(notes(bridge, seen(Pods.of(1, 1, 1, 0), fleet(silent(starting("a"))))))
        .containsExactly("BridgeCreated: Made the workload, with 1 replica");
    assertThat(told(bridge, seen(settled(1), fleet(says("a")))))
        .containsExactly("Normal RolloutComplete");
  }

  @Test
  void tellsABirthThatWasQuick() {
    assertThat(told(new Situations(), seen(settled(1), fleet(says("a")))))
        .containsExactly("Normal BridgeCreated", "Normal RolloutComplete");
  }

  @Test
  void tellsNothingWhileNothingHappens() {
    Situations bridge = running();
    bridge.see(seen(settled(1), fleet(says("a"))));

    for (int i = 0; i < 5; i++) {
      assertThat(told(bridge.after(Duration.ofMinutes(1)), seen(settled(1), fleet(says("a")))))
          .isEmpty();
    }
  }

  @Test
  void tellsARolloutFromItsBeginningToItsEnd() {
    Situations bridge = running().generation(2);
    Member old = says("a", "specHash", "\"" + OLDER_SPEC + "\"");

    assertThat(told(bridge, seen(Pods.of(1, 2, 1, 1), fleet(old, silent(starting("b"))))))
        .containsExactly("Normal BridgeUpdated");
    assertThat(told(bridge, seen(Pods.of(1, 2, 1, 1), fleet(old, says("b"))))).isEmpty();
    assertThat(told(bridge, seen(settled(1), fleet(says("b")))))
        .containsExactly("Normal RolloutComplete");
  }

  @Test
  void tellsScaling() {
    Situations bridge = running();

    assertThat(notes(bridge.replicas(3), seen(Pods.of(3, 1, 1, 1), fleet(says("a")))))
        .containsExactly("ScaledUp: Scaled from 1 to 3 replicas");
    assertThat(told(bridge, seen(settled(3), fleet(says("a"), says("b"), says("c"))))).isEmpty();
    assertThat(told(bridge.replicas(2), seen(settled(2), fleet(says("a"), says("b")))))
        .containsExactly("Normal ScaledDown");
    assertThat(told(bridge.replicas(0), seen(settled(0), fleet())))
        .containsExactly("Normal ScaledToZero");
    assertThat(told(bridge.replicas(1), seen(Pods.of(1, 0, 0, 0), fleet())))
        .contains("Normal Activated");
  }

  @Test
  void tellsARefusedSpecOnceAndAnotherReasonAnew() {
    Situations bridge = running();

    assertThat(
            told(
                bridge.spec("observability: {tracing: {otlpEndpoint: 'http://otel:4317'}}"),
                seen(settled(1), fleet(says("a")))))
        .containsExactly("Warning NotServed");
    assertThat(told(bridge, seen(settled(1), fleet(says("a"))))).isEmpty();
    assertThat(told(bridge.spec("replicas: -1"), seen(settled(1), fleet(says("a")))))
        .containsExactly("Warning InvalidSpec");
  }

  @Test
  void tellsAMissingReference() {
    String missing =
        "[{\"kind\": \"Secret\", \"name\": \"crm\", \"key\": \"k\", \"field\": \"spec.f\","
            + " \"state\": \"ObjectNotFound\"}]";
    var bridge = new Situations().header("{name: A, secretKeyRef: {name: crm, key: k}}");
    bridge.see(seen(null, fleet()));

    assertThat(notes(bridge, seen(Pods.of(1, 1, 1, 0), fleet(says("a", "references", missing)))))
        .contains("ReferenceNotFound: Secret 'crm' was not found (spec.f)");
  }

  @Test
  void tellsAnotherMissingReferenceAnewAndNoStallOfTheSame() {
    var bridge = new Situations().header("{name: A, secretKeyRef: {name: crm, key: k}}");
    bridge.see(seen(null, fleet()));

    assertThat(told(bridge, missing("crm"))).contains("Warning ReferenceNotFound");
    assertThat(told(bridge, missing("crm"))).isEmpty();
    assertThat(notes(bridge, missing("erp")))
        .containsExactly("ReferenceNotFound: Secret 'erp' was not found (spec.f)");
    assertThat(told(bridge.after(Duration.ofMinutes(6)), missing("erp"))).isEmpty();
    assertThat(Conditions.find(bridge.status().conditions(), ConditionType.Stalled)).isPresent();
  }

  private static Observation missing(String secret) {
    return seen(
        Pods.of(1, 1, 1, 0),
        fleet(
            says(
                "a",
                "references",
                "[{\"kind\": \"Secret\", \"name\": \"%s\", \"key\": \"k\", \"field\": \"spec.f\", \"state\": \"ObjectNotFound\"}]"
                    .formatted(secret))));
  }

  @Test
  void tellsThatTheTargetThrottlesAndNotThatTheOwnLimitHolds() {
    Situations bridge = running();
    Observation well = seen(settled(1), fleet(says("a")));

    assertThat(told(bridge, Pods.throttled(well, new Throttling(Cause.RateLimited, 80)))).isEmpty();
    assertThat(told(bridge, Pods.throttled(well, new Throttling(Cause.TargetThrottling, 18))))
        .containsExactly("Warning TargetThrottling");
    assertThat(told(bridge, Pods.throttled(well, new Throttling(Cause.TargetThrottling, 20))))
        .isEmpty();
    assertThat(told(bridge, well)).isEmpty();
  }

  @Test
  void tellsThatARecordHoldsOthers() {
    String held =
        "[{\"topic\": \"orders\", \"partition\": 1, \"offset\": 512, \"why\": \"Blocked\","
            + " \"reason\": \"Refused\"}]";
    Situations bridge = running();

    assertThat(notes(bridge, seen(settled(1), fleet(says("a", "held", held)))))
        .singleElement()
        .asString()
        .startsWith("DeliveryBlocked: The record at offset 512 of partition 1 of topic 'orders'");
    assertThat(told(bridge, seen(settled(1), fleet(says("a", "held", held))))).isEmpty();
  }

  @Test
  void tellsAConflictOfNamesAndTroubleWithPods() {
    var taken =
        new Situations().applied(new Application.Refused("NameConflict", "Service 'x' exists"));
    assertThat(told(taken, seen(null, fleet()))).containsExactly("Warning NameConflict");

    var crash = new PodTrouble("CrashLooping", "Pod 'a' ends again and again", false);
    assertThat(told(running(), seen(Pods.of(1, 1, 1, 0), fleet(silent(troubled("a", crash))))))
        .contains("Warning CrashLooping");

    var pull = new PodTrouble("ImagePullFailed", "Pod 'a' cannot get its image", true);
    assertThat(told(running(), seen(Pods.of(1, 1, 1, 0), fleet(silent(troubled("a", pull))))))
        .containsExactly("Warning ImagePullFailed");
  }

  @ParameterizedTest
  @CsvSource({
    "BootstrapUnreachable, KafkaUnreachable",
    "AuthenticationFailed, KafkaAuthenticationFailed",
    "AuthorizationFailed, KafkaAuthorizationFailed",
    "TLSFailed, KafkaTLSFailed",
    "KafkaFailed, KafkaFailed",
    "OutOfTouch, KafkaOutOfTouch",
    "TopicNotFound, TopicNotFound",
    "OffsetOutOfRange, OffsetOutOfRange",
    "ClusterChanged, ClusterChanged",
  })
  void tellsWhatIsWrongWithKafkaAndThatItIsOver(String reason, String event) {
    Situations bridge = running();
    String health = "{\"ok\": false, \"reason\": \"" + reason + "\", \"message\": \"\"}";

    assertThat(told(bridge, seen(settled(1), fleet(says("a", "kafka.health", health)))))
        .containsExactly("Warning " + event);
    assertThat(told(bridge, seen(settled(1), fleet(says("a")))))
        .containsExactly("Normal KafkaConnected");
  }

  @ParameterizedTest
  @CsvSource({
    "AuthenticationFailed, TargetAuthenticationFailed, TargetRecovered",
    "TLSFailed, TargetTLSFailed, TargetRecovered",
    "AddressDenied, TargetAddressDenied, TargetRecovered",
    "CircuitOpen, CircuitOpened, CircuitClosed",
    "Timeouts, TargetTimingOut, TargetRecovered",
  })
  void tellsWhatIsWrongWithTheTargetAndThatItIsOver(String reason, String event, String over) {
    Situations bridge = running();

    assertThat(told(bridge, seen(settled(1), fleet(says("a")), new Health(false, reason, "no"))))
        .containsExactly("Warning " + event);
    assertThat(told(bridge, seen(settled(1), fleet(says("a"))))).containsExactly("Normal " + over);
  }

  @Test
  void tellsDeadLettersByTheirNumber() {
    Situations bridge = running();
    bridge.see(deadLetters(4));

    assertThat(notes(bridge, deadLetters(7)))
        .containsExactly(
            "DeadLettered: 3 more records went to the dead-letter topic 'shop.orders.dlt', 7 since"
                + " the bridge was created");
    assertThat(notes(bridge, deadLetters(7))).isEmpty();
  }

  @Test
  void tellsThatTheDeadLetterTopicIsInTheWay() {
    String health = "{\"ok\": false, \"reason\": \"WriteFailed\", \"message\": \"No room.\"}";

    assertThat(told(running(), seen(settled(1), fleet(says("a", "deadLetter.health", health)))))
        .containsExactly("Warning DeadLetterUnavailable");
  }

  @Test
  void tellsThatTheTopicForAnswersIsInTheWay() {
    String answers =
        "{\"health\": {\"ok\": false, \"reason\": \"WriteFailed\", \"message\": \"No room.\"}, \"topic\": \"a\", \"records\": 7}";

    assertThat(told(running(), seen(settled(1), fleet(says("a", "answers", answers)))))
        .containsExactly("Warning AnswersUnavailable");
  }

  @Test
  void tellsAnUpgradeOfTheRuntime() {
    assertThat(notes(running(), seen(settled(1), fleet(says("a", "runtimeVersion", "\"0.2.0\"")))))
        .containsExactly("RuntimeUpgraded: From version 0.1.0 to 0.2.0");
  }

  @Test
  void aScalingSaysItsCause() {
    var bridge = running();
    var before = bridge.status();
    var after = bridge.replicas(3).see(Pods.seen(Pods.settled(1), Pods.fleet(Pods.says("a"))));

    assertThat(StatusEvents.between(before, after, "a lag of 12001 asks for 3"))
        .extracting(Notice::note)
        .contains("Scaled from 1 to 3 replicas: a lag of 12001 asks for 3");
  }

  @Test
  void howPodsAreCountedIsSaidWhenItIsSurprising() {
    var bridge = running();
    Observation serves = seen(settled(1), fleet(says("a")));
    bridge.decided(1, Regime.ApiBound, Limit.Throttling, "more replicas would not help");

    assertThat(notes(bridge, serves))
        .containsExactly("ApiBound: 1 replica; more replicas would not help");
    assertThat(notes(bridge, serves)).as("once").isEmpty();
    bridge.decided(1, Regime.Tracking, Limit.None, "demand 4/s");
    assertThat(notes(bridge, serves)).as("its end is no surprise").isEmpty();
  }

  @Test
  void aNumberThatCountsForNothingIsSaidWhenItIsWritten() {
    var managed = decision(ReplicaDecision.Cause.Managed, 1);

    assertThat(ScaleRequests.ignored(null, managed)).isEmpty();
    assertThat(ScaleRequests.ignored(managed, managed)).isEmpty();
    assertThat(ScaleRequests.ignored(managed, decision(ReplicaDecision.Cause.Managed, 5)))
        .singleElement()
        .satisfies(notice -> {
          assertThat(notice.reason()).isEqualTo("ScaleRequestIgnored");
          assertThat(notice.note()).contains("spec.replicas was set to 5", "maxReplicas");
        });
    assertThat(ScaleRequests.ignored(managed, decision(ReplicaDecision.Cause.External, 5)))
        .isEmpty();
    assertThat(ScaleRequests.ignored(decision(ReplicaDecision.Cause.External, 5), managed))
        .isEmpty();
  }

  private static ReplicaDecision decision(ReplicaDecision.Cause cause, int written) {
    return new ReplicaDecision(1, cause, Limit.None, "", written, null);
  }

  private static Observation deadLetters(long records) {
    return Pods.deadLetters(seen(settled(1), fleet(says("a"))), records);
  }

  private static List<String> told(Situations bridge, Observation observation) {
    return events(bridge, observation).stream().map(n -> n.type() + " " + n.reason()).toList();
  }

  private static List<String> notes(Situations bridge, Observation observation) {
    return events(bridge, observation).stream().map(n -> n.reason() + ": " + n.note()).toList();
  }

  private static List<Notice> events(Situations bridge, Observation observation) {
    KafkaApiBridgeStatus before = bridge.status();
    return new ArrayList<>(StatusEvents.between(before, bridge.see(observation), ""));
  }
}
