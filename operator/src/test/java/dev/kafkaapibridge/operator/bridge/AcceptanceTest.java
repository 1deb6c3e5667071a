package dev.kafkaapibridge.operator.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.operator.bridge.Acceptance.Refused;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever is written into a bridge, the answer is a word for its author, and never an exception.
 */
class AcceptanceTest {

  @Test
  void takesTheLeastThatABridgeCanBe() {
    assertThat(Bridges.accept(Bridges.read(Bridges.MINIMAL)))
        .isInstanceOf(Acceptance.Accepted.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        // a field below spec               | reason      | field that the message names
        "observability: {tracing: {otlpEndpoint: 'http://otel:4317'}}             | NotServed   | spec.observability.tracing",
        "record: {filter: 'record.valeu == 1'} | InvalidFilter | spec.record.filter",
        "record: {filter: 'record.topic'}    | InvalidFilter | spec.record.filter",
        "record: {filter: 'record.partition + 1 == record.topic'} | InvalidFilter | spec.record.filter",
        "record: {filter: '1 +', tombstones: Never} | InvalidSpec | spec.record.tombstones",
        "replicas: -1                      | InvalidSpec | spec.replicas",
        "delivery: {ordering: Sometimes}   | InvalidSpec | spec.delivery.ordering",
        "autoscaling: {minReplicas: 9, maxReplicas: 2} | InvalidSpec | spec.autoscaling",
        "colour: blue                      | InvalidSpec | spec.colour",
        "workload: {resources: {requests: {cpu: '1e1.5'}}, affinity: {}} | InvalidSpec | spec.workload.resources.requests.cpu",
        "workload: {resources: {limits: {memory: '-1Gi'}}} | InvalidSpec | spec.workload.resources.limits.memory",
        "workload: {tolerations: [{key: a}, {tolerationSeconds: soon}]} | InvalidSpec | spec.workload.tolerations[1].tolerationSeconds",
        "workload: {tolerations: [{colour: blue}]} | InvalidSpec | spec.workload.tolerations[0].colour",
        "workload: {affinity: {nodeAffinity: []}} | InvalidSpec | spec.workload.affinity.nodeAffinity",
        "workload: {affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchExpressions: [{key: a, operator: In, values: x}]}]}}}} | InvalidSpec | spec.workload.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchExpressions[0].values",
        "workload: {topologySpreadConstraints: [{maxSkew: many}]} | InvalidSpec | spec.workload.topologySpreadConstraints[0].maxSkew",
      })
  void namesTheField(String below, String reason, String field) {
    Acceptance acceptance = Bridges.accept(Bridges.read(Bridges.MINIMAL + "  " + below + "\n"));

    assertThat(acceptance).isInstanceOf(Refused.class);
    assertThat(((Refused) acceptance).reason()).isEqualTo(reason);
    assertThat(((Refused) acceptance).message())
        .contains(field)
        .contains("What runs already keeps running")
        .doesNotContain("Exception", "io.fabric8", "java.");
  }

  @Test
  void namesFiveFaultsAndCountsTheRest() {
    String eight =
        Bridges.MINIMAL
            + "  workload: {tolerations: [{a: 1}, {a: 1}, {a: 1}, {a: 1}, {a: 1}, {a: 1}, {a: 1}, {a: 1}]}\n";

    assertThat(((Refused) Bridges.accept(Bridges.read(eight))).message())
        .contains("tolerations[4]")
        .doesNotContain("tolerations[5]")
        .contains("and 3 more");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "spec: 5", "spec: []", "spec: null", "spec: {kafka: {}, target: {http: 3}}"})
  void survivesWhatIsNoSpecAtAll(String spec) {
    String head = Bridges.MINIMAL.substring(0, Bridges.MINIMAL.indexOf("spec:"));

    assertThat(Bridges.accept(Bridges.read(head + spec))).isInstanceOf(Refused.class);
  }

  @Test
  void survivesNullsWhereTheSchemaDoesNotLook() {
    Bridge bridge =
        Bridges.read(
            Bridges.MINIMAL
                + "  workload: {affinity: {nodeAffinity: null}, tolerations: [{key: null}]}\n");

    assertThat(Bridges.accept(bridge)).isNotNull();
  }

  /** A deletion would be tried again for ever if its bridge could not even be judged. */
  @Test
  void anAccidentOfTheOperatorsOwnRefusesTheBridge() {
    Bridge bridge = Bridges.read(Bridges.MINIMAL);
    var accident =
        new Acceptance.Check(
            "InvalidSpec",
            spec -> {
              throw new IllegalStateException("nobody thought of this");
            });

    assertThat(Acceptance.of(BridgeIdentity.of(bridge), bridge.asFile(), List.of(accident)))
        .isEqualTo(
            new Refused(
                "InvalidSpec",
                "spec: cannot be read by this version: nobody thought of this. What runs already keeps running"));
  }

  @Test
  void aStatusOfAnotherVersionIsNoReasonToRefuse() {
    Bridge bridge = Bridges.read(Bridges.MINIMAL + "status: {conditions: yes, replicas: many}\n");

    assertThat(Bridges.accept(bridge)).isInstanceOf(Acceptance.Accepted.class);
  }
}
