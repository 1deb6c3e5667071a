package dev.kafkaapibridge.operator.bridge.report;

import static dev.kafkaapibridge.operator.bridge.observe.Pods.OLDER_SPEC;
import static dev.kafkaapibridge.operator.bridge.observe.Pods.fleet;
import static dev.kafkaapibridge.operator.bridge.observe.Pods.leaving;
import static dev.kafkaapibridge.operator.bridge.observe.Pods.pod;
import static dev.kafkaapibridge.operator.bridge.observe.Pods.says;
import static dev.kafkaapibridge.operator.bridge.observe.Pods.seen;
import static dev.kafkaapibridge.operator.bridge.observe.Pods.settled;
import static dev.kafkaapibridge.operator.bridge.observe.Pods.silent;
import static dev.kafkaapibridge.operator.bridge.observe.Pods.starting;
import static dev.kafkaapibridge.operator.bridge.observe.Pods.troubled;
import static dev.kafkaapibridge.operator.bridge.report.ConditionType.Accepted;
import static dev.kafkaapibridge.operator.bridge.report.ConditionType.Available;
import static dev.kafkaapibridge.operator.bridge.report.ConditionType.KafkaConnected;
import static dev.kafkaapibridge.operator.bridge.report.ConditionType.Ready;
import static dev.kafkaapibridge.operator.bridge.report.ConditionType.Reconciling;
import static dev.kafkaapibridge.operator.bridge.report.ConditionType.ResolvedRefs;
import static dev.kafkaapibridge.operator.bridge.report.ConditionType.Stalled;
import static dev.kafkaapibridge.operator.bridge.report.Situations.condition;
import static dev.kafkaapibridge.operator.bridge.report.Situations.running;
import static dev.kafkaapibridge.operator.bridge.report.Situations.words;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.api.v1alpha1.KafkaApiBridgeStatus;
import dev.kafkaapibridge.operator.bridge.Application;
import dev.kafkaapibridge.operator.bridge.observe.Fleet.Member;
import dev.kafkaapibridge.operator.bridge.observe.Observation;
import dev.kafkaapibridge.operator.bridge.observe.PodReport.Health;
import dev.kafkaapibridge.operator.bridge.observe.PodTrouble;
import dev.kafkaapibridge.operator.bridge.observe.Pods;
import dev.kafkaapibridge.operator.bridge.observe.Workload;
import dev.kafkaapibridge.operator.kube.Notice;
import dev.kafkaapibridge.operator.strimzi.Listener;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a bridge says of itself in each situation. */
class BridgeStatusTest {

  @Test
  void atTheFirstLookAllIsPending() {
    assertThat(words(new Situations().see(seen(null, fleet()))))
        .containsExactly(
            "Ready=Unknown/Progressing",
            "Reconciling=True/Progressing",
            "Accepted=True/Accepted",
            "ResolvedRefs=True/ResolvedRefs",
            "Available=Unknown/Pending",
            "KafkaConnected=Unknown/Pending",
            "TargetHealthy=Unknown/Pending",
            "DeadLetterReady=Unknown/Pending",
            "Throttled=Unknown/Pending",
            "ScalingActive=True/AwaitingPods",
            "ScalingLimited=False/DesiredWithinRange");
  }

  @Test
  void whenItServesAllIsWell() {
    KafkaApiBridgeStatus status = running().see(seen(settled(1), fleet(says("a"))));

    assertThat(words(status))
        .containsExactly(
            "Ready=True/Running",
            "Accepted=True/Accepted",
            "ResolvedRefs=True/ResolvedRefs",
            "Available=True/MinimumReplicasAvailable",
            "KafkaConnected=True/Connected",
            "TargetHealthy=True/Responding",
            "DeadLetterReady=True/TopicReady",
            "Throttled=False/WithinLimits",
            "ScalingActive=True/Tracking",
            "ScalingLimited=False/DesiredWithinRange");
    assertThat(condition(status, Ready).message())
        .isEqualTo("1 of 1 replica is ready; consuming 1 topic, 2 partitions");
    assertThat(status.selector())
        .isEqualTo("app.kubernetes.io/instance=orders,app.kubernetes.io/name=kafka-api-bridge");
    assertThat(status.runtimeVersion()).isEqualTo("0.1.0");
    assertThat(status.target().endpoint()).isEqualTo("https://crm.example.com");
    assertThat(status.target().circuitState()).isEqualTo("Closed");
    assertThat(status.consumer().group()).isEqualTo("shop.orders");
    assertThat(status.consumer().lag()).isEqualTo(10);
    assertThat(status.consumer().startedAt()).isEqualTo("2026-11-25T10:00:01Z");
    assertThat(status.deadLetter().topic()).isEqualTo("shop.orders.dlt");
  }

  @Test
  void saysTheSameForEverWhenNothingChanges() {
    Situations bridge = running();
    KafkaApiBridgeStatus before = bridge.see(seen(settled(1), fleet(says("a"))));

    assertThat(bridge.after(Duration.ofDays(3)).see(seen(settled(1), fleet(says("a")))))
        .isEqualTo(before);
  }

  @Test
  void aConditionKeepsItsTimeUntilItsStatusChanges() {
    Situations bridge = running();
    var since = condition(bridge.status(), KafkaConnected).lastTransitionTime();

    var stillUp = bridge.see(seen(settled(1), fleet(says("a", "kafka.generation", "5"))));
    assertThat(condition(stillUp, KafkaConnected).lastTransitionTime()).isEqualTo(since);

    var down = bridge.see(seen(settled(1), fleet(kafkaFault("a", "BootstrapUnreachable"))));
    var downSince = condition(down, KafkaConnected).lastTransitionTime();
    assertThat(downSince).isEqualTo(Situations.START.plusHours(1));

    bridge.after(Duration.ofMinutes(5));
    var otherFault = bridge.see(seen(settled(1), fleet(kafkaFault("a", "TLSFailed"))));
    assertThat(condition(otherFault, KafkaConnected).reason()).isEqualTo("TLSFailed");
    assertThat(condition(otherFault, KafkaConnected).lastTransitionTime()).isEqualTo(downSince);
  }

  @Test
  void everyConditionSpeaksOfTheGenerationThatWasSeen() {
    KafkaApiBridgeStatus status = running().generation(9).see(seen(settled(1), fleet(says("a"))));

    assertThat(status.observedGeneration()).isEqualTo(9);
    assertThat(status.conditions())
        .allSatisfy(c -> assertThat(c.observedGeneration()).isEqualTo(9));
  }

  @Test
  void aRefusedSpecStallsAndWhatRunsGoesOn() {
    KafkaApiBridgeStatus status =
        running()
            .spec("observability: {tracing: {otlpEndpoint: 'http://otel:4317'}}")
            .see(seen(settled(1), fleet(says("a"))));

    assertThat(words(status))
        .contains(
            "Ready=False/NotServed",
            "Stalled=True/NotServed",
            "Accepted=False/NotServed",
            "Available=True/MinimumReplicasAvailable",
            "KafkaConnected=True/Connected")
        .noneMatch(word -> word.startsWith("Reconciling"));
    assertThat(condition(status, Ready).message()).contains("spec.observability.tracing");
    assertThat(status.desiredReplicas()).isEqualTo(1);
    assertThat(status.consumer().group()).isEqualTo("shop.orders");
    assertThat(status.target().endpoint()).isEqualTo("https://crm.example.com");
  }

  /** A new process finds no spec to go on with, or one that somebody else has written. */
  @Test
  void aBridgeThatRunsOnWithNothingToGoOnWithSaysSo() {
    KafkaApiBridgeStatus status =
        new Situations()
            .spec("observability: {tracing: {otlpEndpoint: 'http://otel:4317'}}")
            .see(seen(settled(1), fleet(says("a"))));

    for (ConditionType each : List.of(Ready, Stalled, Accepted)) {
      assertThat(condition(status, each).message())
          .endsWith(
              "What runs already keeps running, but is neither scaled nor put back: ConfigMap 'orders-bridge' has no former spec to go on with");
    }
  }

  @Test
  void aNameThatIsTakenStalls() {
    KafkaApiBridgeStatus status =
        new Situations()
            .applied(new Application.Refused("NameConflict", "Deployment 'orders-bridge' exists"))
            .see(seen(null, fleet()));

    assertThat(words(status))
        .contains("Ready=False/NameConflict", "Stalled=True/NameConflict")
        .noneMatch(word -> word.startsWith("Reconciling"));
  }

  @Test
  void aStepThatIsRefusedIsNotToldAsTaken() {
    Situations bridge = running();
    Observation one = seen(settled(1), fleet(says("a")));
    KafkaApiBridgeStatus before = bridge.see(one);

    KafkaApiBridgeStatus refused =
        bridge
            .replicas(5)
            .applied(new Application.Refused("Forbidden", "a webhook says no"))
            .after(Duration.ofMinutes(1))
            .see(one);
    assertThat(refused.desiredReplicas()).isEqualTo(1);
    assertThat(refused.scaling().lastScaleTime()).isEqualTo(before.scaling().lastScaleTime());
    assertThat(StatusEvents.between(before, refused, "demand 840/s"))
        .extracting(Notice::reason)
        .containsExactly("Forbidden");

    KafkaApiBridgeStatus done = bridge.applied(new Application.Done()).see(one);
    assertThat(done.desiredReplicas()).isEqualTo(5);
    assertThat(StatusEvents.between(refused, done, "demand 840/s"))
        .extracting(Notice::note)
        .contains("Scaled from 1 to 5 replicas: demand 840/s");
  }

  @Test
  void aLeftOverIsWaitedFor() {
    KafkaApiBridgeStatus status =
        new Situations()
            .applied(new Application.Waiting("Service 'orders-bridge' is still being deleted"))
            .see(seen(null, fleet()));

    assertThat(words(status))
        .contains("Ready=Unknown/Progressing", "Reconciling=True/Progressing")
        .noneMatch(word -> word.startsWith("Stalled"));
    assertThat(condition(status, Ready).message()).contains("still being deleted");
  }

  @ParameterizedTest
  @CsvSource({
    // reason of the pod, status of the condition, status of Ready, stalled
    "BootstrapUnreachable, False, False, false",
    "AuthenticationFailed, False, False, false",
    "TopicNotFound, False, False, false",
    "GroupRebalancing, Unknown, Unknown, false",
    "ClusterChanged, False, False, true",
  })
  void kafkaFaultsAreInTheWay(String reason, String kafka, String ready, boolean stalled) {
    KafkaApiBridgeStatus status = running().see(seen(settled(1), fleet(kafkaFault("a", reason))));

    assertThat(words(status))
        .contains("KafkaConnected=" + kafka + "/" + reason, "Ready=" + ready + "/" + reason);
    assertThat(Conditions.find(status.conditions(), Stalled).isPresent()).isEqualTo(stalled);
    assertThat(condition(status, Ready).message()).isEqualTo("Pod 'a': Broker away");
  }

  @ParameterizedTest
  @CsvSource({
    "AuthenticationFailed, False/AuthenticationFailed",
    "NameNotResolved, False/NameNotResolved",
    "TLSFailed, False/TLSFailed",
    "IncompatibleDescriptor, False/IncompatibleDescriptor",
    "CircuitOpen, True/Running",
    "HighErrorRate, True/Running",
    "Timeouts, True/Running",
  })
  void aMisconfiguredTargetIsInTheWayAFailingOneIsNot(String reason, String ready) {
    var target = new Health(false, reason, "401 from the target");
    KafkaApiBridgeStatus status = running().see(seen(settled(1), fleet(says("a")), target));

    assertThat(words(status)).contains("TargetHealthy=False/" + reason, "Ready=" + ready);
  }

  @Test
  void aTargetThatWasNotCalledYetIsNotInTheWay() {
    KafkaApiBridgeStatus status =
        running().see(seen(settled(1), fleet(says("a", "target.health.reason", "\"NoTraffic\""))));

    assertThat(words(status)).contains("TargetHealthy=Unknown/NoTraffic", "Ready=True/Running");
  }

  @Test
  void aDeadLetterTopicThatCannotBeWrittenIsInTheWay() {
    KafkaApiBridgeStatus status =
        running()
            .see(
                seen(
                    settled(1),
                    fleet(
                        says(
                            "a",
                            "deadLetter.health",
                            "{\"ok\": false, \"reason\": \"WriteFailed\", \"message\": \"No"
                                + " room.\"}"))));

    assertThat(words(status))
        .contains("DeadLetterReady=False/WriteFailed", "Ready=False/WriteFailed");
  }

  @Test
  void answersThatCannotBeWrittenKeepTheBridgeFromBeingReady() {
    Situations bridge = running();
    assertThat(words(bridge.status())).noneMatch(word -> word.startsWith("AnswersReady"));

    assertThat(words(bridge.see(seen(settled(1), fleet(says("a", "answers", answers(true)))))))
        .contains("AnswersReady=True/TopicReady", "Ready=True/Running");
    assertThat(words(bridge.see(seen(settled(1), fleet(says("a", "answers", answers(false)))))))
        .contains("AnswersReady=False/TopicNotFound", "Ready=False/TopicNotFound");
  }

  @Test
  void retryTopicsThatCannotBeWrittenKeepTheBridgeFromBeingReady() {
    Situations bridge = running();
    assertThat(words(bridge.status())).noneMatch(word -> word.startsWith("RetryTopicsReady"));

    assertThat(words(bridge.see(seen(settled(1), fleet(says("a", "retry", retry(true)))))))
        .contains("RetryTopicsReady=True/TopicsReady", "Ready=True/Running");
    assertThat(words(bridge.see(seen(settled(1), fleet(says("a", "retry", retry(false)))))))
        .contains("RetryTopicsReady=False/WriteFailed", "Ready=False/WriteFailed");
  }

  private static String retry(boolean ok) {
    return "{\"health\": {\"ok\": %s, \"reason\": \"%s\", \"message\": \"A sentence.\"}, \"topics\": [], \"records\": 7, \"partitions\": []}"
        .formatted(ok, ok ? "TopicsReady" : "WriteFailed");
  }

  private static String answers(boolean ok) {
    return "{\"health\": {\"ok\": %s, \"reason\": \"%s\", \"message\": \"A sentence.\"}, \"topic\": \"a\", \"records\": 7}"
        .formatted(ok, ok ? "TopicReady" : "TopicNotFound");
  }

  @Test
  void whatLiesInTheDeadLetterTopicIsTheWordOfAllPods() {
    KafkaApiBridgeStatus status =
        running()
            .see(
                seen(
                    settled(2),
                    fleet(
                        says("a", "deadLetter", pile(40, "2026-11-25T10:00:01Z", "422", 7)),
                        says("b", "deadLetter", pile(41, "2026-11-25T10:00:00Z", "422", 2)),
                        says("c", "deadLetter", pile(41, "2026-11-25T10:00:01Z", "503", 8)))));

    assertThat(status.deadLetter().depth()).isEqualTo(41);
    assertThat(status.deadLetter().oldestAt()).isEqualTo("2026-11-25T10:00:00Z");
    assertThat(status.deadLetter().causes())
        .extracting(c -> c.cause() + " " + c.status() + " " + c.reason() + " " + c.records())
        .containsExactly("Refused 422 Refused 9", "Refused 503 Refused 8");
  }

  private static String pile(int depth, String oldestAt, String status, int records) {
    return "{\"health\": {\"ok\": true, \"reason\": \"TopicReady\", \"message\": \"\"}, \"topic\": \"shop.orders.dlt\", \"records\": 9, \"depth\": %d, \"oldestAt\": \"%s\", \"causes\": [{\"cause\": \"Refused\", \"status\": \"%s\", \"reason\": \"Refused\", \"records\": %d}, {\"cause\": 3}]}"
        .formatted(depth, oldestAt, status, records);
  }

  @Test
  void aMissingSecretIsNamed() {
    KafkaApiBridgeStatus status =
        withHeaderFromSecret()
            .see(
                seen(
                    Pods.of(1, 1, 1, 0),
                    fleet(
                        says(
                            "a",
                            "references",
                            "[{\"kind\": \"Secret\", \"name\": \"crm\", \"key\": \"token\","
                                + " \"field\": \"spec.target.http.headers[0].secretKeyRef\","
                                + " \"state\": \"KeyNotFound\"}]"))));

    assertThat(words(status))
        .contains(
            "ResolvedRefs=False/SecretKeyNotFound",
            "Ready=False/SecretKeyNotFound",
            "Reconciling=True/Progressing");
    assertThat(condition(status, Ready).message())
        .isEqualTo("Secret 'crm' has no key 'token' (spec.target.http.headers[0].secretKeyRef)");
  }

  @Test
  void whatIsMissingIsWaitedForFiveMinutesAndThenTheBridgeIsStalledUntilItComes() {
    Situations bridge = withHeaderFromSecret();
    var missing =
        seen(
            Pods.of(1, 1, 1, 0),
            fleet(
                says(
                    "a",
                    "references",
                    "[{\"kind\": \"Secret\", \"name\": \"crm\", \"key\": \"token\", \"field\":"
                        + " \"spec.f\", \"state\": \"ObjectNotFound\"}]")));

    assertThat(condition(bridge.see(missing), Reconciling).message())
        .isEqualTo("Secret 'crm' was not found (spec.f); it is waited for");
    assertThat(words(bridge.after(Duration.ofSeconds(299)).see(missing)))
        .contains("Reconciling=True/Progressing")
        .noneMatch(word -> word.startsWith("Stalled"));
    assertThat(words(bridge.after(Duration.ofSeconds(1)).see(missing)))
        .contains("Stalled=True/SecretNotFound", "Ready=False/SecretNotFound")
        .noneMatch(word -> word.startsWith("Reconciling"));
    assertThat(words(bridge.see(seen(settled(1), fleet(says("a"))))))
        .contains("Ready=True/Running")
        .noneMatch(word -> word.startsWith("Stalled") || word.startsWith("Reconciling"));
  }

  /** The words stay the same from day to day: each change is a write. */
  @Test
  void certificatesThatEndSoonAreNamedAndTheBridgeIsReady() {
    Situations bridge = new Situations().authority("{kind: Secret, name: ca, key: ca.crt}");
    var found =
        seen(
            settled(1),
            fleet(
                says(
                    "a",
                    "references",
                    "[{\"kind\": \"Secret\", \"name\": \"ca\", \"key\": \"ca.crt\", \"field\": \"f\","
                        + " \"state\": \"Found\", \"expiresAt\": \"2026-12-26T10:00:00Z\"}]")));

    assertThat(condition(bridge.see(found), ResolvedRefs).message()).isEqualTo("1 reference found");
    KafkaApiBridgeStatus ending = bridge.after(Duration.ofDays(2)).see(found);
    assertThat(words(ending)).contains("Ready=True/Running");
    assertThat(condition(ending, ResolvedRefs).message())
        .isEqualTo(
            "1 reference found; the certificates of Secret 'ca', key 'ca.crt' end on 2026-12-26T10:00Z");
    assertThat(bridge.after(Duration.ofDays(10)).see(found)).isEqualTo(ending);
    assertThat(condition(bridge.after(Duration.ofDays(20)).see(found), ResolvedRefs).message())
        .endsWith("have ended on 2026-12-26T10:00Z");
  }

  @Test
  void whatFormerPodsHaveFoundSaysNothingOfANewSpec() {
    Situations bridge = running().header("{name: A, secretKeyRef: {name: crm, key: token}}");
    Member old = says("a", "specHash", "\"" + OLDER_SPEC + "\"");

    assertThat(words(bridge.see(seen(Pods.of(1, 2, 1, 1), fleet(old, silent(starting("b")))))))
        .contains("ResolvedRefs=Unknown/Pending");
    assertThat(words(bridge.see(seen(Pods.of(1, 2, 1, 1), fleet(old, says("b"))))))
        .contains("ResolvedRefs=True/ResolvedRefs");
  }

  @Test
  void aPodThatStartedFromAFormerFileIsNotCalledTheNewSpec() {
    Situations bridge = running().generation(2);
    Member stale = says("b", "specHash", "\"" + OLDER_SPEC + "\"");

    assertThat(words(bridge.see(seen(settled(2), fleet(says("a"), stale)))))
        .contains("Ready=Unknown/RollingOut", "Reconciling=True/RollingOut");
    assertThat(condition(bridge.status(), Ready).message())
        .startsWith("1 pod of the newest template says that it runs another spec");
    assertThat(words(bridge.see(seen(settled(2), fleet(says("a"), says("b"))))))
        .contains("Ready=True/Running");
  }

  @Test
  void aBridgeIsStoppedAlsoByASpecThatIsRefused() {
    Situations bridge = running();
    bridge
        .spec("observability: {tracing: {otlpEndpoint: 'http://otel:4317'}}\n  state: Stopped")
        .generation(2)
        .replicas(0);

    assertThat(words(bridge.see(seen(settled(0), fleet()))))
        .contains(
            "Ready=False/NotServed",
            "Available=True/Stopped",
            "Paused=True/Stopped",
            "ScalingActive=False/Disabled");
    assertThat(bridge.status().desiredReplicas()).isZero();
  }

  @Test
  void referencesAreNotTakenForFoundBeforeAPodHasSaidSo() {
    assertThat(
            words(
                withHeaderFromSecret()
                    .see(seen(Pods.of(1, 1, 1, 0), fleet(silent(starting("a")))))))
        .contains("ResolvedRefs=Unknown/Pending");
    assertThat(words(withHeaderFromSecret().see(seen(settled(1), fleet(says("a"))))))
        .contains("ResolvedRefs=True/ResolvedRefs");
  }

  @Test
  void aMissingServiceAccountIsAReferenceAndMayStillCome() {
    var refused =
        new Workload(
            Pods.SPEC,
            true,
            1,
            0,
            0,
            0,
            0,
            false,
            null,
            "pods \"x\" is forbidden: error looking up service account shop/crm: serviceaccount"
                + " \"crm\" not found");
    KafkaApiBridgeStatus status =
        new Situations().spec("workload: {serviceAccountName: crm}").see(seen(refused, fleet()));

    assertThat(words(status))
        .contains(
            "ResolvedRefs=False/ServiceAccountNotFound",
            "Ready=False/ServiceAccountNotFound",
            "Available=False/MinimumReplicasUnavailable")
        .noneMatch(word -> word.startsWith("Stalled"));
  }

  @ParameterizedTest
  @CsvSource({
    "'pods \"x\" is forbidden: exceeded quota: small, requested: pods=1', QuotaExceeded",
    "'pods \"x\" is forbidden: violates PodSecurity \"restricted:latest\"', Forbidden",
    "'admission webhook \"validate.example.com\" denied the request: no limits', Forbidden",
  })
  void podsThatMayNotBeMadeStall(String answer, String reason) {
    var refused = new Workload(Pods.SPEC, true, 1, 0, 0, 0, 0, false, null, answer);

    assertThat(words(new Situations().see(seen(refused, fleet()))))
        .contains("Stalled=True/" + reason, "Ready=False/" + reason);
  }

  @Test
  void aWebhookThatDoesNotAnswerIsWaitedFor() {
    var refused =
        new Workload(
            Pods.SPEC,
            true,
            1,
            0,
            0,
            0,
            0,
            false,
            null,
            "Internal error occurred: failed calling webhook \"inject.example.com\": context"
                + " deadline exceeded");

    assertThat(words(new Situations().see(seen(refused, fleet()))))
        .contains("Available=False/MinimumReplicasUnavailable", "Reconciling=True/Progressing")
        .noneMatch(word -> word.startsWith("Stalled"));
  }

  @Test
  void aPodThatCrashesIsInTheWayWhereNoOtherServesThisSpec() {
    var crash = new PodTrouble("CrashLooping", "Pod 'b' ends again and again", false);

    assertThat(words(running().see(seen(Pods.of(1, 1, 1, 0), fleet(silent(troubled("b", crash)))))))
        .contains("Available=False/CrashLooping", "Ready=False/CrashLooping")
        .noneMatch(word -> word.startsWith("Stalled"));
    Member former = says("a", "specHash", "\"" + OLDER_SPEC + "\"");
    assertThat(
            words(
                running()
                    .generation(2)
                    .see(seen(Pods.of(1, 2, 1, 1), fleet(former, silent(troubled("b", crash)))))))
        .contains("Ready=False/CrashLooping");
  }

  @Test
  void aPodThatCrashesBesideOthersThatServeIsToldAndTakesNothingAway() {
    var crash = new PodTrouble("CrashLooping", "Pod 'b' ends again and again", false);
    Situations bridge = running().replicas(2);
    bridge.see(seen(settled(2), fleet(says("a"), says("b"))));
    KafkaApiBridgeStatus status =
        bridge.see(seen(Pods.of(2, 2, 2, 1), fleet(says("a"), silent(troubled("b", crash)))));

    assertThat(words(status))
        .contains("Available=False/CrashLooping", "Ready=True/Running")
        .noneMatch(word -> word.startsWith("Stalled"));
    assertThat(condition(status, Ready).message()).startsWith("1 of 2 replicas are ready");
    assertThat(condition(status, Available).message())
        .isEqualTo("1 of 2 replicas are available. Pod 'b' ends again and again");
    assertThat(condition(status, Reconciling).message()).contains("Pod 'b' ends again and again");
  }

  @ParameterizedTest
  @CsvSource({"Unschedulable, false", "ImagePullFailed, true", "CrashLooping, false"})
  void aPodThatWasAskedForInAdditionTakesNothingAway(String reason, boolean lasting) {
    var trouble = new PodTrouble(reason, "Pod 'c' doesn't come up", lasting);
    var one =
        seen(Pods.of(3, 3, 3, 2), fleet(says("a"), says("b"), silent(troubled("c", trouble))));
    Situations bridge = running().replicas(2);
    bridge.see(seen(settled(2), fleet(says("a"), says("b"))));

    for (int i = 0; i < 3; i++) {
      assertThat(words(bridge.after(Duration.ofMinutes(1)).replicas(3).see(one)))
          .contains("Ready=True/Running", "Reconciling=True/ScalingUp")
          .contains("Available=False/" + reason)
          .noneMatch(word -> word.startsWith("Stalled"));
    }
    assertThat(condition(bridge.status(), Reconciling).message())
        .isEqualTo("2 of 3 replicas are available. Pod 'c' doesn't come up");
    bridge.fail("etcd is away");
    assertThat(words(bridge.see(one))).as("also after an error").contains("Ready=True/Running");
  }

  @Test
  void aQuotaThatHoldsUpMorePodsStallsNothing() {
    var refused =
        new Workload(
            Pods.SPEC,
            true,
            3,
            2,
            2,
            2,
            2,
            false,
            null,
            "pods \"x\" is forbidden: exceeded quota: q");
    Situations bridge = running().replicas(2);
    bridge.see(seen(settled(2), fleet(says("a"), says("b"))));

    assertThat(words(bridge.replicas(3).see(seen(refused, fleet(says("a"), says("b"))))))
        .contains(
            "Ready=True/Running",
            "Reconciling=True/ScalingUp",
            "Available=False/MinimumReplicasUnavailable")
        .noneMatch(word -> word.startsWith("Stalled"));
    assertThat(condition(bridge.status(), Reconciling).message()).contains("exceeded quota");
  }

  @Test
  void ofABadImageItStaysStalledWhileTheKubeletTriesAgain() {
    var backOff = new PodTrouble("ImagePullFailed", "Back-off pulling image", true);
    var again = new PodTrouble("ImagePullFailed", "not found", false);
    Situations bridge = new Situations();
    assertThat(words(bridge.see(seen(Pods.of(1, 1, 1, 0), fleet(silent(troubled("b", again)))))))
        .as("a first failure may be the registry's")
        .noneMatch(word -> word.startsWith("Stalled"));

    for (PodTrouble trouble : List.of(backOff, again, backOff, again)) {
      assertThat(
              words(bridge.see(seen(Pods.of(1, 1, 1, 0), fleet(silent(troubled("b", trouble)))))))
          .contains("Stalled=True/ImagePullFailed", "Ready=False/ImagePullFailed")
          .noneMatch(word -> word.startsWith("Reconciling"));
    }
  }

  @Test
  void whoHasPausedTheDeploymentReadsIt() {
    var paused = new Workload(Pods.SPEC, true, 1, 1, 0, 1, 1, true, null, null);
    Member old = says("a", "specHash", "\"" + OLDER_SPEC + "\"");

    assertThat(
            condition(running().generation(2).see(seen(paused, fleet(old))), Reconciling).message())
        .endsWith(
            "while the Deployment is paused: kubectl rollout resume deployment/orders-bridge"
                + " --namespace shop");
  }

  @Test
  void anImageThatCannotBeHadStalls() {
    var pull = new PodTrouble("ImagePullFailed", "Pod 'b' cannot get image 'x'", true);

    assertThat(
            words(
                new Situations()
                    .see(seen(Pods.of(1, 1, 1, 0), fleet(silent(troubled("b", pull)))))))
        .contains("Stalled=True/ImagePullFailed", "Ready=False/ImagePullFailed");
  }

  @Test
  void aRolloutThatTimesOutStalls() {
    var timedOut =
        new Workload(Pods.SPEC, true, 1, 2, 1, 1, 1, false, "ReplicaSet \"x\" has timed out", null);

    assertThat(words(running().see(seen(timedOut, fleet(says("a"))))))
        .contains("Stalled=True/RolloutTimedOut", "Ready=False/RolloutTimedOut");
  }

  @Test
  void whileOldPodsServeTheOldSpecItIsNotReadyForTheNewOne() {
    Situations bridge = running().generation(2);
    Member old = says("a", "specHash", "\"" + OLDER_SPEC + "\"");

    var begun = bridge.see(seen(Pods.of(1, 2, 1, 1), fleet(old, silent(starting("b")))));
    assertThat(words(begun))
        .contains(
            "Ready=Unknown/RollingOut",
            "Reconciling=True/RollingOut",
            "KafkaConnected=True/Connected");
    assertThat(condition(begun, Ready).message())
        .isEqualTo("The newest spec is up in 0 of 1 replica; pods are replaced one by one");

    var done = bridge.see(seen(settled(1), fleet(says("b"))));
    assertThat(words(done))
        .contains("Ready=True/Running")
        .noneMatch(w -> w.startsWith("Reconciling"));
  }

  @Test
  void aDeploymentThatHasNotSeenTheNewTemplateIsRollingOut() {
    var unseen = new Workload(Pods.SPEC, false, 1, 1, 1, 1, 1, false, null, null);
    Member old = says("a", "specHash", "\"" + OLDER_SPEC + "\"");

    assertThat(words(running().generation(2).see(seen(unseen, fleet(old)))))
        .contains("Ready=Unknown/RollingOut", "Reconciling=True/RollingOut");
  }

  @Test
  void aNewerRuntimeForTheSameSpecLeavesItReady() {
    Situations bridge = running();

    assertThat(
            words(bridge.see(seen(Pods.of(1, 2, 1, 1), fleet(says("a"), silent(starting("b")))))))
        .contains("Ready=True/Running", "Reconciling=True/RollingOut");
  }

  @Test
  void aClusterThatCannotBeFoundIsAReferenceThatIsMissing() {
    var missing = new Listener.Missing("KafkaNotFound", "Kafka 'kafka/prod' was not found");
    KafkaApiBridgeStatus before =
        new Situations()
            .unresolved(missing)
            .applied(new Application.Unled())
            .see(seen(null, fleet()));
    assertThat(words(before)).contains("ResolvedRefs=False/KafkaNotFound");
    assertThat(condition(before, ResolvedRefs).message())
        .isEqualTo("Kafka 'kafka/prod' was not found");
  }

  @Test
  void anotherImageInTheSpecIsNotServedBeforeItsPodsAre() {
    Situations bridge = running().spec("workload: {image: mine}").generation(2);

    assertThat(
            words(bridge.see(seen(Pods.of(1, 2, 1, 1), fleet(says("a"), silent(starting("b")))))))
        .contains("Ready=Unknown/RollingOut", "Reconciling=True/RollingOut");
  }

  @Test
  void scalingUpLeavesItReady() {
    Situations bridge = running().replicas(3).generation(2);

    var begun = bridge.see(seen(Pods.of(3, 1, 1, 1), fleet(says("a"))));
    assertThat(words(begun)).contains("Ready=True/Running", "Reconciling=True/ScalingUp");
    assertThat(begun.desiredReplicas()).isEqualTo(3);
    assertThat(begun.replicas()).isEqualTo(1);

    var half =
        bridge.see(seen(Pods.of(3, 3, 3, 2), fleet(says("a"), says("b"), silent(starting("c")))));
    assertThat(words(half)).contains("Ready=True/Running", "Reconciling=True/ScalingUp");
  }

  @Test
  void scalingDownLeavesItReady() {
    assertThat(words(running().see(seen(Pods.of(1, 3, 3, 1), fleet(says("a"))))))
        .contains("Ready=True/Running", "Reconciling=True/Draining");
  }

  @Test
  void aPodThatWasLostIsNoScaling() {
    Situations bridge = running().replicas(2);
    bridge.see(seen(settled(2), fleet(says("a"), says("b"))));

    assertThat(
            words(bridge.see(seen(Pods.of(2, 2, 2, 1), fleet(says("a"), silent(starting("c")))))))
        .contains("Ready=True/Running", "Reconciling=True/Progressing");
  }

  @Test
  void withNoReplicaAskedForNothingIsWrong() {
    KafkaApiBridgeStatus status = running().replicas(0).see(seen(settled(0), fleet()));

    assertThat(words(status))
        .contains(
            "Ready=True/ScaledToZero",
            "Available=True/ScaledToZero",
            "KafkaConnected=True/NotConnectedWhileStopped",
            "TargetHealthy=Unknown/NoTraffic");
    assertThat(status.consumer().lag()).isNull();
  }

  @Test
  void whileTheLastPodFinishesItsCallsThatIsSaid() {
    Situations bridge = running().replicas(0);

    assertThat(words(bridge.see(seen(Pods.of(0, 1, 1, 1), fleet(silent(leaving("a")))))))
        .contains("Ready=Unknown/Draining", "Reconciling=True/Draining");
  }

  @Test
  void podsThatAreUpAndSilentPointAtTheNetwork() {
    KafkaApiBridgeStatus status = running().see(seen(settled(1), fleet(silent(pod("a")))));

    assertThat(words(status))
        .contains("Ready=Unknown/NotReported", "KafkaConnected=Unknown/NotReported");
    assertThat(condition(status, Ready).message())
        .contains(
            "Pod 'a' is ready and yet tells the operator nothing: it does not answer within 2 s")
        .contains("port 8080");
    assertThat(status.consumer().lag()).isNull();
  }

  @Test
  void whereTheBridgeStartedFirstIsNeverForgottenNorChanged() {
    KafkaApiBridgeStatus status =
        running()
            .see(
                seen(
                    settled(1),
                    fleet(
                        says(
                            "a",
                            "kafka.clusterID",
                            "\"another\"",
                            "kafka.startedAt",
                            "\"2030-01-01T00:00:00Z\""))));

    assertThat(status.consumer().clusterID()).isEqualTo("q1W2e3");
    assertThat(status.consumer().startedAt()).isEqualTo("2026-11-25T10:00:01Z");
  }

  @Test
  void theSampleKeepsItsTimeWhileTheLagStays() {
    Situations bridge = running();
    var sampledAt = bridge.status().consumer().sampledAt();

    assertThat(bridge.see(seen(settled(1), fleet(says("a")))).consumer().sampledAt())
        .isEqualTo(sampledAt);
    assertThat(
            bridge
                .see(seen(settled(1), fleet(says("a", "kafka.partitions", "[]"))))
                .consumer()
                .sampledAt())
        .isEqualTo(Situations.START.plusHours(1));
  }

  @Test
  void theVersionMovesWhenTheRolloutIsComplete() {
    Situations bridge = running();
    Member newer = says("b", "runtimeVersion", "\"0.2.0\"");

    assertThat(bridge.see(seen(Pods.of(1, 2, 1, 1), fleet(says("a"), newer))).runtimeVersion())
        .isEqualTo("0.1.0");
    assertThat(bridge.see(seen(Pods.of(1, 2, 1, 1), fleet(newer))).runtimeVersion())
        .isEqualTo("0.1.0");
    assertThat(bridge.see(seen(settled(1), fleet(newer))).runtimeVersion()).isEqualTo("0.2.0");
  }

  @Test
  void anErrorOfTheOperatorsOwnLeavesWhatWasKnown() {
    Situations bridge = running();
    var failed =
        BridgeStatus.afterError(bridge.status(), 1, "etcd is away", Situations.START.plusHours(1));

    assertThat(words(failed)).contains("Ready=True/Running", "Reconciling=True/RetryingAfterError");
    assertThat(failed.consumer()).isEqualTo(bridge.status().consumer());
    assertThat(words(bridge.see(seen(settled(1), fleet(says("a"))))))
        .noneMatch(w -> w.startsWith("Reconciling"));
  }

  @Test
  void anErrorThatStaysIsTheSameStatusOnceItWasWritten() {
    Situations bridge = running();
    bridge.fail("etcd is away");
    KafkaApiBridgeStatus read = StatusJson.read(bridge.object().getStatus());

    assertThat(bridge.after(Duration.ofMinutes(1)).fail("etcd is away")).isEqualTo(read);
  }

  private static Situations withHeaderFromSecret() {
    return new Situations().header("{name: A, secretKeyRef: {name: crm, key: token}}");
  }

  private static Member kafkaFault(String pod, String reason) {
    return says(
        pod,
        "kafka.health",
        "{\"ok\": false, \"reason\": \"%s\", \"message\": \"Broker away.\"}".formatted(reason));
  }
}
