package dev.kafkaapibridge.operator.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.api.v1alpha1.KafkaSpec;
import dev.kafkaapibridge.operator.bridge.StrimziReference.Way;
import dev.kafkaapibridge.operator.bridge.resources.BridgeNames;
import dev.kafkaapibridge.operator.bridge.resources.CleanupJob;
import dev.kafkaapibridge.operator.bridge.resources.ConfigMapResource;
import dev.kafkaapibridge.operator.bridge.resources.DeploymentResource;
import dev.kafkaapibridge.operator.strimzi.ClusterAuthority;
import dev.kafkaapibridge.operator.strimzi.ClusterName;
import dev.kafkaapibridge.operator.strimzi.Listener;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StrimziReferenceTest {

  private static final String REF = "strimziClusterRef: {name: prod, namespace: kafka}";
  private static final ClusterName PROD = new ClusterName("kafka", "prod");
  private static final Listener.Missing GONE = new Listener.Missing("KafkaNotFound", "gone");
  private static final Listener TLS = found("prod:9093", true, "PEM\n", "");

  private static final Instant NOW = Instant.parse("2027-06-01T00:00:00Z");

  private final StrimziReference reference = new StrimziReference();

  @Test
  void podsAreGivenTheAddressAndTheAuthoritiesAsAFileOfTheirOwn() {
    AcceptedBridge bridge = known(REF, TLS);

    KafkaSpec kafka = bridge.spec().kafka();
    assertThat(kafka.bootstrapServers()).isEqualTo("prod:9093");
    assertThat(kafka.strimziClusterRef()).isNull();
    assertThat(kafka.tls().caRefs())
        .singleElement()
        .satisfies(ca -> {
          assertThat(ca.name()).isEqualTo(BridgeNames.child(bridge.identity()));
          assertThat(ca.key()).isEqualTo("kafka-ca.crt");
        });
    assertThat(bridge.keptSpec()).contains("strimziClusterRef").doesNotContain("prod:9093");
    assertThat(configMap(bridge)).containsEntry("kafka-ca.crt", "PEM\n");
    assertThat(bridge.memberOf().orElseThrow()).endsWith("@prod:9093,strimzi/kafka/prod");
  }

  /** It is a file that they read again; another address is another spec. */
  @Test
  void otherAuthoritiesLeavePodsAsTheyAreAndAnotherAddressDoesNot() {
    AcceptedBridge first = known(REF, TLS);
    AcceptedBridge renewed = known(REF, found("prod:9093", true, "PEM\nNEW\n", ""));
    assertThat(renewed.specHash()).isEqualTo(first.specHash());
    assertThat(configMap(renewed)).containsEntry("kafka-ca.crt", "PEM\nNEW\n");

    assertThat(known(REF, found("moved:9093", true, "PEM\n", "")).specHash())
        .isNotEqualTo(first.specHash());
  }

  /** Brokers that have not been restarted show it still. */
  @Test
  void theFormerAuthorityStaysBesideTheNewest() {
    String ca = ClusterAuthority.pem("ca");
    String next = ClusterAuthority.pem("next-ca");
    Rendered first = rendered(known(REF, found("prod:9093", true, ca, "")));
    Deployment running = DeploymentResource.render(first);
    Rendered renewed = rendered(known(REF, found("prod:9093", true, next, "")));
    ConfigMap former = ConfigMapResource.render(first);

    ConfigMap both = ConfigMapResource.render(renewed, former, running, NOW);
    assertThat(both.getData()).containsEntry("kafka-ca.crt", next + ca);
    Deployment after = DeploymentResource.render(renewed, running);
    assertThat(ConfigMapResource.render(renewed, both, after, NOW)).as("it stays").isEqualTo(both);
    assertThat(after.getSpec()).as("no pod is replaced").isEqualTo(running.getSpec());
    assertThat(DeploymentResource.render(renewed, after)).isEqualTo(after);
  }

  @Test
  void tlsThatTheSpecHasComesBeforeTheListeners() {
    AcceptedBridge bridge =
        known(REF + ", tls: {caRefs: [{kind: Secret, name: own, key: ca.crt}]}", TLS);
    assertThat(bridge.spec().kafka().tls().caRefs())
        .extracting(ca -> ca.name())
        .containsExactly("own");
    assertThat(configMap(bridge)).doesNotContainKey("kafka-ca.crt");

    assertThat(known(REF, found("prod:9092", false, "", "")).spec().kafka().tls()).isNull();
    assertThat(known(REF, found("prod:9094", true, "", "")).spec().kafka().tls().caRefs())
        .as("the public authorities")
        .isEmpty();
  }

  /** It may work when the bridge's ConfigMap is gone. */
  @Test
  void theJobThatDeletesTheGroupBringsTheAuthoritiesItself() {
    var template =
        CleanupJob.render(
                Rendered.of(
                    known(REF, TLS), new Installation("runtime:1", List.of()), 0, null, null, null),
                Duration.ofMinutes(1))
            .getSpec()
            .getTemplate();
    assertThat(template.getMetadata().getAnnotations())
        .containsEntry("kafka-api-bridge.dev/kafka-ca", "PEM\n");
    assertThat(template.getSpec().getVolumes())
        .filteredOn(volume -> volume.getProjected() != null)
        .singleElement()
        .satisfies(volume ->
            assertThat(volume.getProjected().getSources())
                .singleElement()
                .satisfies(source ->
                    assertThat(source.getDownwardAPI().getItems().getFirst().getPath())
                        .isEqualTo("configmap/orders-bridge/kafka-ca.crt")));
  }

  @Test
  void whatWasFoundLastStandsWhileNothingCanBeFound() {
    assertThat(way(REF, GONE)).isInstanceOf(Way.Unknown.class);
    AcceptedBridge first = known(REF, TLS);
    assertThat(way(REF, GONE))
        .isInstanceOfSatisfying(
            Way.Former.class,
            former -> {
              assertThat(former.bridge().specHash()).isEqualTo(first.specHash());
              assertThat(former.why()).isEqualTo(GONE);
            });
    assertThat(way(REF.replace("prod", "other"), GONE))
        .as("of another cluster nothing was found")
        .isInstanceOf(Way.Unknown.class);
  }

  @Test
  void nothingIsAskedForWhereNoPodCanBeMade() {
    assertThat(way(REF, GONE).served(false)).isEmpty();
    assertThat(way(REF, GONE).served(true)).as("they send").isPresent();
    assertThat(way(REF, TLS).served(false)).isPresent();
    assertThat(way(REF, GONE).served(false)).as("by what was found last").isPresent();
  }

  /** A reconcile that throws would tell nobody why. */
  @Test
  void anAddressThatTheSpecWouldRefuseIsSaidAndTheFormerOneStands() {
    Listener refused = found("prod:99999", true, "PEM\n", "");
    assertThat(way(REF, refused))
        .isInstanceOfSatisfying(
            Way.Unknown.class,
            unknown -> {
              assertThat(unknown.why().reason()).isEqualTo("KafkaNotReady");
              assertThat(unknown.why().message())
                  .startsWith("Kafka 'kafka/prod' tells an address of listener 'tls'")
                  .contains("99999");
            });
    AcceptedBridge first = known(REF, TLS);
    assertThat(way(REF, refused))
        .isInstanceOfSatisfying(
            Way.Former.class,
            former -> assertThat(former.bridge().specHash()).isEqualTo(first.specHash()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          scram-sha-512 | true  |                                                                             | asks for scram-sha-512: set spec.kafka.authentication.type to ScramSha512
          tls           | true  | {type: ScramSha512, username: a, passwordSecretKeyRef: {name: a, key: b}}   | asks for tls: set spec.kafka.authentication.type to MutualTLS
          ''            | false | {type: MutualTLS, certificateSecretRef: {name: a}}                          | speaks without TLS
          scram-sha-512 | true  | {type: ScramSha512, username: a, passwordSecretKeyRef: {name: a, key: b}}   |
          tls           | true  | {type: MutualTLS, certificateSecretRef: {name: a}}                          |
          custom        | true  | {type: Plain, username: a, passwordSecretKeyRef: {name: a, key: b}}         |
          oauth         | true  |                                                                             |
          """)
  void aListenerThatAsksForSomethingElseIsSaid(
      String asks, boolean tls, @Nullable String authentication, @Nullable String says) {
    String kafka = REF + (authentication == null ? "" : ", authentication: " + authentication);
    Way way = way(kafka, found("prod:9093", tls, "", asks));
    if (says == null) {
      assertThat(way).isInstanceOf(Way.Known.class);
    } else {
      Listener.Missing why = way.trouble().orElseThrow();
      assertThat(why.reason()).isEqualTo("ListenerMismatch");
      assertThat(why.message()).contains(says);
    }
  }

  @Test
  void tlsThatTheListenerDoesNotSpeakIsSaid() {
    Way way = way(REF + ", tls: {serverName: prod}", found("prod:9092", false, "", ""));
    Listener.Missing why = way.trouble().orElseThrow();
    assertThat(why.reason()).isEqualTo("ListenerMismatch");
    assertThat(why.message())
        .contains("Listener 'tls' of Kafka 'kafka/prod' speaks without TLS")
        .contains("leave spec.kafka.tls out");
    assertThat(way).as("nothing would connect").isInstanceOf(Way.Unknown.class);
  }

  private AcceptedBridge known(String kafka, Listener listener) {
    Way way = way(kafka, listener);
    assertThat(way).isInstanceOf(Way.Known.class);
    return way.bridge();
  }

  private Way way(String kafka, Listener listener) {
    Bridge bridge =
        Bridges.read(Bridges.MINIMAL.replace("bootstrapServers: \"kafka:9092\"", kafka));
    return reference.of(Bridges.accepted(bridge), bridge, (from, cluster, wanted) -> listener);
  }

  private static Listener found(String servers, boolean tls, String pem, String asks) {
    return new Listener.Found(PROD, "tls", servers, tls, pem, asks);
  }

  private static java.util.Map<String, String> configMap(AcceptedBridge bridge) {
    return ConfigMapResource.render(rendered(bridge)).getData();
  }

  private static Rendered rendered(AcceptedBridge bridge) {
    return Rendered.of(bridge, new Installation("runtime:1", List.of()), 1, null, null, null);
  }
}
