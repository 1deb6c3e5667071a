package dev.kafkaapibridge.operator.bridge.report;

import static dev.kafkaapibridge.operator.bridge.Annotated.PAUSE_RECONCILIATION;
import static dev.kafkaapibridge.operator.bridge.Annotated.RESTARTED_AT;
import static dev.kafkaapibridge.operator.bridge.observe.Pods.fleet;
import static dev.kafkaapibridge.operator.bridge.observe.Pods.leaving;
import static dev.kafkaapibridge.operator.bridge.observe.Pods.pod;
import static dev.kafkaapibridge.operator.bridge.observe.Pods.says;
import static dev.kafkaapibridge.operator.bridge.observe.Pods.seen;
import static dev.kafkaapibridge.operator.bridge.observe.Pods.settled;
import static dev.kafkaapibridge.operator.bridge.observe.Pods.silent;
import static dev.kafkaapibridge.operator.bridge.observe.Pods.starting;
import static dev.kafkaapibridge.operator.bridge.report.ConditionType.Ready;
import static dev.kafkaapibridge.operator.bridge.report.ConditionType.ReconciliationPaused;
import static dev.kafkaapibridge.operator.bridge.report.Situations.condition;
import static dev.kafkaapibridge.operator.bridge.report.Situations.running;
import static dev.kafkaapibridge.operator.bridge.report.Situations.words;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.api.v1alpha1.KafkaApiBridgeStatus;
import dev.kafkaapibridge.operator.bridge.Application;
import dev.kafkaapibridge.operator.bridge.observe.Observation;
import dev.kafkaapibridge.operator.bridge.observe.Pods;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a bridge says of itself while something of it is asked to stand still. */
class PausesTest {

  private static final String PAUSED = "true";
  private static final String RUNS = "false";
  private static final Observation WELL = seen(settled(1), fleet(says("a")));

  @Test
  void whileReconciliationIsPausedTheRestIsToldAsItIs() {
    Situations bridge = running().annotated(PAUSE_RECONCILIATION, "true").applied(held());

    assertThat(words(bridge.see(WELL)))
        .startsWith("Ready=True/Running")
        .contains("DeadLetterReady=True/TopicReady")
        .endsWith("ReconciliationPaused=True/Annotated");

    var down =
        bridge.see(
            seen(
                settled(1),
                fleet(
                    says(
                        "a",
                        "kafka.health",
                        "{\"ok\": false, \"reason\": \"BootstrapUnreachable\", \"message\":"
                            + " \"x\"}"))));
    assertThat(words(down)).contains("Ready=False/BootstrapUnreachable");
  }

  @Test
  void nobodyIsSaidToScaleWhatIsNotToBeTouched() {
    Situations bridge = running().spec("autoscaling: {mode: External}");
    bridge.annotated(PAUSE_RECONCILIATION, "true").applied(held());

    assertThat(words(bridge.see(WELL))).contains("ScalingActive=False/Disabled");
  }

  @Test
  void aBridgeWithoutPodsSaysThatRecordsStartNone() {
    Situations bridge = running().annotated(PAUSE_RECONCILIATION, "true").applied(held());

    KafkaApiBridgeStatus status = bridge.see(seen(settled(0), fleet()));
    assertThat(words(status)).contains("Ready=True/ScaledToZero");
    assertThat(condition(status, Ready).message())
        .isEqualTo(
            "No replica is asked for, and records start none while reconciliation is paused");
  }

  @Test
  void aStoppedBridgeIsStoppedWhateverWaits() {
    Situations bridge = running().spec("state: Stopped").generation(2).replicas(0);
    bridge.see(seen(settled(0), fleet()));
    bridge.spec("state: Running").generation(3).annotated(PAUSE_RECONCILIATION, "true");

    assertThat(words(bridge.applied(held()).see(seen(settled(0), fleet()))))
        .contains("Ready=True/Stopped", "Available=True/Stopped", "Paused=True/Stopped");
  }

  @Test
  void aSpecThatWaitsForTheEndOfThePauseIsNotCalledSeen() {
    Situations bridge =
        running().annotated(PAUSE_RECONCILIATION, "true").generation(2).applied(held());

    KafkaApiBridgeStatus status = bridge.see(WELL);

    assertThat(status.observedGeneration()).isEqualTo(1);
    assertThat(condition(status, Ready).observedGeneration()).isEqualTo(1);
    assertThat(condition(status, ReconciliationPaused).message())
        .isEqualTo(
            "Nothing of this bridge is changed while annotation"
                + " 'kafka-api-bridge.dev/pause-reconciliation' is 'true'. Generation 2 waits");

    bridge.notAnnotated(PAUSE_RECONCILIATION).applied(new Application.Done());
    assertThat(bridge.see(WELL).observedGeneration()).isEqualTo(2);
  }

  @Test
  void aRefusedSpecStaysRefusedWhileItsMendingWaits() {
    Situations bridge =
        running().spec("observability: {tracing: {otlpEndpoint: 'http://otel:4317'}}");
    bridge.see(WELL);
    bridge.spec("delivery: {maxInFlight: 7}").generation(2);

    assertThat(words(bridge.annotated(PAUSE_RECONCILIATION, "true").see(WELL)))
        .contains("Accepted=False/NotServed", "Stalled=True/NotServed", "Ready=False/NotServed");
  }

  @Test
  void aBridgeThatIsMadePausedGetsNothing() {
    Situations bridge = new Situations().annotated(PAUSE_RECONCILIATION, "true").applied(held());

    assertThat(words(bridge.see(seen(null, fleet()))))
        .contains(
            "Ready=Unknown/Progressing",
            "Accepted=True/Accepted",
            "ReconciliationPaused=True/Annotated");
  }

  @Test
  void aPauseIsReadyWhenAllPodsSaySo() {
    Situations bridge = running().spec("state: Paused").generation(2);

    assertThat(words(bridge.see(pods(RUNS, RUNS))))
        .startsWith("Ready=Unknown/Progressing", "Reconciling=True/Progressing");
    bridge.see(pods(PAUSED, RUNS));
    assertThat(condition(bridge.status(), Ready).message())
        .isEqualTo(
            "Pausing: 1 of 2 pods have; the kubelet brings it to each within about a minute");
    assertThat(words(bridge.see(pods(PAUSED, PAUSED))))
        .startsWith("Ready=True/Paused", "Accepted=True/Accepted")
        .contains("Paused=True/Paused", "KafkaConnected=True/Connected");
    assertThat(words(bridge.see(seen(settled(2), fleet(silent(pod("a")), silent(pod("b")))))))
        .as("a pause that was reached stands while nobody speaks")
        .contains("Paused=True/Paused");
  }

  @Test
  void aPodThatIsSilentMayStillCall() {
    Situations bridge = running().spec("state: Paused").generation(2);
    Observation oneIsSilent =
        seen(settled(2), fleet(says("a", "paused", PAUSED), silent(pod("b"))));

    assertThat(words(bridge.see(oneIsSilent)))
        .startsWith("Ready=Unknown/Progressing", "Reconciling=True/Progressing")
        .doesNotContain("Paused=True/Paused");
    assertThat(condition(bridge.status(), Ready).message())
        .isEqualTo(
            "Pausing: 1 of 2 pods have; the kubelet brings it to each within about a minute; pod"
                + " 'b' has told nothing");
  }

  @Test
  void aPodThatIsSilentMayStillStandStill() {
    Situations bridge = running().spec("state: Paused").generation(2);
    bridge.see(pods(PAUSED, PAUSED));
    bridge.spec("state: Running").generation(3);

    assertThat(
            words(bridge.see(seen(settled(2), fleet(says("a", "paused", RUNS), silent(pod("b")))))))
        .startsWith("Ready=Unknown/Progressing")
        .contains("Paused=True/Paused");
    assertThat(told(bridge, seen(settled(2), fleet(silent(pod("a")), silent(pod("b")))))).isEmpty();
    assertThat(told(bridge, pods(RUNS, RUNS))).containsExactly("Resumed");
  }

  @Test
  void theEndOfAPauseIsReadyWhenAllPodsHaveGoneOn() {
    Situations bridge = running().spec("state: Paused").generation(2);
    bridge.see(pods(PAUSED, PAUSED));
    bridge.spec("state: Running").generation(3);

    assertThat(told(bridge, pods(PAUSED, RUNS))).isEmpty();
    assertThat(words(bridge.status())).contains("Ready=Unknown/Progressing", "Paused=True/Paused");
    assertThat(told(bridge, pods(RUNS, RUNS))).containsExactly("Resumed");
    assertThat(words(bridge.status()))
        .contains("Ready=True/Running")
        .doesNotContain("Paused=True/Paused");
  }

  @Test
  void anOlderRuntimeIsNeverTakenForPaused() {
    Situations bridge = running().spec("state: Paused").generation(2);

    assertThat(words(bridge.see(seen(settled(1), fleet(says("a", "paused", "null"))))))
        .contains("Ready=Unknown/Progressing")
        .doesNotContain("Paused=True/Paused");
  }

  @Test
  void duringAPauseATargetThatWasWrongIsNobodysConcern() {
    Situations bridge = running().spec("state: Paused").generation(2);
    String wrong = "{\"ok\": false, \"reason\": \"AuthenticationFailed\", \"message\": \"401\"}";

    assertThat(
            words(
                bridge.see(
                    seen(settled(1), fleet(says("a", "paused", "true", "target.health", wrong))))))
        .contains("Ready=True/Paused", "TargetHealthy=False/AuthenticationFailed");
  }

  @Test
  void stoppedIsReadyWhenTheLastPodIsGone() {
    Situations bridge = running().spec("state: Stopped").generation(2).replicas(0);

    assertThat(told(bridge, seen(settled(0), fleet(silent(leaving("a")))))).isEmpty();
    assertThat(words(bridge.status())).contains("Ready=Unknown/Draining", "Available=True/Stopped");
    assertThat(told(bridge, seen(settled(0), fleet()))).containsExactly("Stopped");
    assertThat(words(bridge.status()))
        .contains("Ready=True/Stopped", "KafkaConnected=True/NotConnectedWhileStopped")
        .contains("Paused=True/Stopped", "ScalingActive=False/Disabled")
        .contains("ScalingLimited=False/DesiredWithinRange");

    bridge.spec("state: Running").generation(3).replicas(1);
    assertThat(told(bridge, seen(Pods.of(1, 1, 1, 0), fleet(silent(starting("b"))))))
        .containsExactly("Resumed");
  }

  @Test
  void aPauseBecomesAStop() {
    Situations bridge = running().spec("state: Paused").generation(2);
    assertThat(told(bridge, pods(PAUSED, PAUSED))).contains("Paused");
    bridge.spec("state: Stopped").generation(3).replicas(0);

    assertThat(told(bridge, seen(settled(0), fleet()))).containsExactly("Stopped");
  }

  @Test
  void pauseAndItsEndAreEvents() {
    Situations bridge = running().annotated(PAUSE_RECONCILIATION, "true").applied(held());
    assertThat(told(bridge, WELL)).containsExactly("ReconciliationPaused");
    assertThat(told(bridge, WELL)).isEmpty();

    bridge.notAnnotated(PAUSE_RECONCILIATION).applied(new Application.Done());
    assertThat(told(bridge, WELL)).containsExactly("ReconciliationResumed");
  }

  @Test
  void aRestartIsEchoedOnceItIsHandedOverAndToldOnce() {
    Situations bridge =
        running()
            .annotated(RESTARTED_AT, "2026-11-25T12:00:00Z")
            .applied(new Application.Waiting("x"));
    assertThat(bridge.see(WELL).restartedAt()).isNull();

    bridge.applied(new Application.Done());
    var rolling = seen(Pods.of(1, 2, 1, 1), fleet(says("a"), says("b")));
    assertThat(told(bridge, rolling)).containsExactly("RestartRequested");
    assertThat(bridge.status().restartedAt()).isEqualTo("2026-11-25T12:00:00Z");
    assertThat(words(bridge.status()))
        .contains("Ready=True/Running", "Reconciling=True/RollingOut");
    assertThat(told(bridge, WELL)).containsExactly("RolloutComplete");

    assertThat(bridge.notAnnotated(RESTARTED_AT).see(WELL).restartedAt())
        .isEqualTo("2026-11-25T12:00:00Z");
  }

  /** Two pods, and what they say of a pause. */
  private static Observation pods(String first, String second) {
    return seen(settled(2), fleet(says("a", "paused", first), says("b", "paused", second)));
  }

  private static Application held() {
    return new Application.Held();
  }

  private static List<String> told(Situations bridge, Observation observation) {
    KafkaApiBridgeStatus before = bridge.status();
    return StatusEvents.between(before, bridge.see(observation), "").stream()
        .map(notice -> notice.reason())
        .toList();
  }
}
