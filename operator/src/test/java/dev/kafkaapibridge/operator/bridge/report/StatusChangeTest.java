package dev.kafkaapibridge.operator.bridge.report;

import static dev.kafkaapibridge.operator.bridge.observe.Pods.fleet;
import static dev.kafkaapibridge.operator.bridge.observe.Pods.pod;
import static dev.kafkaapibridge.operator.bridge.observe.Pods.says;
import static dev.kafkaapibridge.operator.bridge.observe.Pods.seen;
import static dev.kafkaapibridge.operator.bridge.observe.Pods.settled;
import static dev.kafkaapibridge.operator.bridge.observe.Pods.silent;
import static dev.kafkaapibridge.operator.bridge.report.ConditionType.KafkaConnected;
import static dev.kafkaapibridge.operator.bridge.report.ConditionType.Ready;
import static dev.kafkaapibridge.operator.bridge.report.ConditionType.ScalingLimited;
import static dev.kafkaapibridge.operator.bridge.report.Situations.running;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kafkaapibridge.api.v1alpha1.KafkaApiBridgeStatus;
import dev.kafkaapibridge.operator.bridge.observe.Observation;
import dev.kafkaapibridge.operator.scale.Decision.Limit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Facts at once, figures once a minute. */
class StatusChangeTest {

  @Test
  void aFigureWaitsForItsMinute() {
    Observation moreLag =
        seen(
            settled(1),
            fleet(
                says(
                    "a",
                    "kafka.partitions",
                    "[{\"partition\": 0, \"lag\": 99}, {\"partition\": 1, \"lag\": 0}]")));
    KafkaApiBridgeStatus old = running().status();
    KafkaApiBridgeStatus fresh = running().see(moreLag);

    assertThat(fresh.consumer().lag()).isEqualTo(99);
    assertThat(StatusChange.toWrite(old, fresh, false)).isEqualTo(old);
    assertThat(StatusChange.toWrite(old, fresh, true)).isEqualTo(fresh);
  }

  @Test
  void aLagThatIsNotKnownAnyMoreIsAFigureToo() {
    KafkaApiBridgeStatus old = running().status();
    KafkaApiBridgeStatus fresh =
        running().see(seen(settled(1), fleet(says("a", "kafka.generation", "null"))));

    assertThat(StatusChange.toWrite(old, fresh, false).consumer().lag()).isEqualTo(10);
    assertThat(StatusChange.toWrite(old, fresh, true).consumer().lag()).isNull();
  }

  @Test
  void neitherASilentPodNorARebalanceIsNewsWhileAsManyPodsAreReady() {
    var bridge = running().replicas(2);
    Observation both = seen(settled(2), fleet(says("a"), says("b")));
    KafkaApiBridgeStatus old = bridge.see(both);
    assertThat(Situations.condition(old, Ready).message())
        .isEqualTo("2 of 2 replicas are ready; consuming 1 topic, 4 partitions");

    KafkaApiBridgeStatus silent = bridge.see(seen(settled(2), fleet(says("a"), silent(pod("b")))));
    assertThat(StatusChange.toWrite(old, silent, false)).isEqualTo(old);
    assertThat(Situations.condition(silent, KafkaConnected).message())
        .isEqualTo("The group has 1 member and 4 assigned partitions");

    KafkaApiBridgeStatus rebalancing =
        bridge.see(seen(settled(2), fleet(says("a", "kafka.generation", "5"), says("b"))));
    assertThat(StatusChange.toWrite(old, rebalancing, false)).isEqualTo(old);
  }

  @Test
  void theFirstFigureIsWrittenAtOnce() {
    var bridge = new Situations();
    KafkaApiBridgeStatus old = bridge.see(seen(null, fleet()));
    KafkaApiBridgeStatus fresh = bridge.see(seen(settled(1), fleet(says("a"))));

    assertThat(StatusChange.toWrite(old, fresh, false)).isEqualTo(fresh);
  }

  @Test
  void aFactIsWrittenAtOnceAndTakesNoFigureAlong() {
    KafkaApiBridgeStatus old = running().status();
    KafkaApiBridgeStatus fresh = running().see(seen(settled(1), fleet(silent(pod("a")))));
    KafkaApiBridgeStatus written = StatusChange.toWrite(old, fresh, false);

    assertThat(Situations.words(written)).contains("Ready=Unknown/NotReported");
    assertThat(written.consumer().lag()).isEqualTo(10);
  }

  @Test
  void aFaultThatStaysIsNotReworded() {
    var bridge = running();
    KafkaApiBridgeStatus old = bridge.see(kafkaFault("broker 1 is away"));
    KafkaApiBridgeStatus fresh = bridge.see(kafkaFault("broker 2 is away"));

    assertThat(fresh).isNotEqualTo(old);
    assertThat(StatusChange.toWrite(old, fresh, false)).isEqualTo(old);
    assertThat(StatusChange.toWrite(old, fresh, true)).isEqualTo(fresh);
  }

  @Test
  void theSameFaultOfAnotherSpecIsNews() {
    var bridge = running();
    KafkaApiBridgeStatus old = bridge.see(kafkaFault("broker 1 is away"));
    KafkaApiBridgeStatus fresh = bridge.generation(2).see(kafkaFault("broker 2 is away"));

    assertThat(StatusChange.toWrite(old, fresh, false)).isEqualTo(fresh);
  }

  @ParameterizedTest
  @EnumSource(names = "None", mode = EnumSource.Mode.EXCLUDE)
  void figuresOfScalingWaitForTheirMinuteWhateverTheyLimit(Limit limit) {
    var bridge = running().spec("autoscaling: {minReplicas: 2}");
    Observation two = seen(settled(2), fleet(says("a"), says("b")));
    KafkaApiBridgeStatus old = bridge.limited(2, limit, "a lag of 10 asks for 1").see(two);
    KafkaApiBridgeStatus fresh = bridge.limited(2, limit, "a lag of 11 asks for 1").see(two);

    assertThat(fresh).isNotEqualTo(old);
    assertThat(StatusChange.toWrite(old, fresh, false)).isEqualTo(old);
    assertThat(StatusChange.toWrite(old, fresh, true)).isEqualTo(fresh);

    KafkaApiBridgeStatus scaled = bridge.limited(3, limit, "a lag of 12 asks for 1").see(two);
    assertThat(Situations.condition(StatusChange.toWrite(old, scaled, false), ScalingLimited))
        .as("another number is written with its figures")
        .isEqualTo(Situations.condition(scaled, ScalingLimited));
  }

  @Test
  void boundsThatCountNoMoreLimitNothing() {
    var bridge = running().limited(2, Limit.Max);
    KafkaApiBridgeStatus old = bridge.see(seen(settled(2), fleet(says("a"), says("b"))));
    assertThat(old.scaling().limitedBy()).isEqualTo("Max");

    bridge.spec("autoscaling: {mode: Disabled}\n  replicas: 2").generation(2).replicas(2);
    KafkaApiBridgeStatus fresh = bridge.see(seen(settled(2), fleet(says("a"), says("b"))));

    assertThat(StatusChange.toWrite(old, fresh, false).scaling().limitedBy()).isEmpty();
    assertThat(fresh.scaling().lastScaleTime()).isEqualTo(old.scaling().lastScaleTime());
  }

  @Test
  void oneValueThatNobodyCanReadCostsNoOther() {
    KafkaApiBridgeStatus status = running().status();
    ObjectNode object = StatusJson.write(status);
    object.put("restartedAt", "2026-11-25T12:00:00Z").put("readyReplicas", "many");
    object.withObject("/consumer").put("lag", "much");
    ((ObjectNode) object.get("conditions").get(2)).put("status", "Perhaps");

    KafkaApiBridgeStatus read = StatusJson.read(object);

    assertThat(read.restartedAt()).isEqualTo("2026-11-25T12:00:00Z");
    assertThat(read.readyReplicas()).isNull();
    assertThat(read.desiredReplicas()).isEqualTo(1);
    assertThat(read.consumer().lag()).isNull();
    assertThat(read.consumer().startedAt()).isEqualTo(status.consumer().startedAt());
    assertThat(read.consumer().clusterID()).isEqualTo(status.consumer().clusterID());
    assertThat(read.conditions()).hasSize(status.conditions().size() - 1);
  }

  @Test
  void survivesTheWayThroughTheObject() {
    KafkaApiBridgeStatus status = running().status();

    assertThat(StatusJson.read(StatusJson.write(status))).isEqualTo(status);
    assertThat(StatusJson.write(status).toString())
        .contains("\"sampledAt\":\"2026-11-25T10:00:00Z\"")
        .doesNotContain("null");
  }

  @Test
  void othersConditionsAreNoneOfOurs() {
    KafkaApiBridgeStatus status = running().status();
    ObjectNode object = StatusJson.write(status);
    ArrayNode conditions = (ArrayNode) object.get("conditions");
    conditions.insert(
        0, ((ObjectNode) conditions.get(2).deepCopy()).put("type", "example.com/Audited"));
    conditions.add(conditions.remove(1));

    assertThat(StatusJson.read(object)).isEqualTo(status);
  }

  private static Observation kafkaFault(String message) {
    return seen(
        settled(1),
        fleet(
            says(
                "a",
                "kafka.health",
                "{\"ok\": false, \"reason\": \"BootstrapUnreachable\", \"message\": \""
                    + message
                    + "\"}")));
  }
}
