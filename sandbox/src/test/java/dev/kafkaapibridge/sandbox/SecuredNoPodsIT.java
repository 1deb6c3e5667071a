package dev.kafkaapibridge.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kafkaapibridge.sandbox.api.SwitchboardApi;
import dev.kafkaapibridge.sandbox.broker.OrderProducer;
import dev.kafkaapibridge.sandbox.broker.SecuredBroker;
import dev.kafkaapibridge.sandbox.kubernetes.Cluster;
import java.nio.file.Path;
import java.time.Duration;
import java.util.BitSet;
import java.util.Map;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A bridge without pods whose brokers ask who comes; broker, control plane and operator are real.
 */
@Tag("turn-1") // 131 s
@Timeout(600)
class SecuredNoPodsIT {

  private static final Duration SOON = Duration.ofMinutes(3);

  @TempDir static Path directory;
  @AutoClose static SecuredBroker broker;
  @AutoClose static Sandbox sandbox;

  @BeforeAll
  static void start() throws Exception {
    broker = SecuredBroker.start(directory, Map.of());
    sandbox = Sandbox.start(SandboxOptions.forTests());
  }

  @Test
  void itsLastPodGoesAndTheNextRecordBringsItBackAlsoAfterThePasswordWasExchanged()
      throws Exception {
    broker.broker().topics().create("asleep", 4);
    kubectl(
        "create",
        "secret",
        "generic",
        "asleep",
        "--from-literal=password=" + SecuredBroker.PASSWORD,
        "--from-literal=ca.crt=" + broker.authority.certificatePem());
    try (var api = SwitchboardApi.start();
        var producer = new OrderProducer(broker.broker(), "asleep", 20)) {
      api.account(producer::sent, BitSet::new);
      sandbox.applyAsItIs(
          Example.parse(
              """
              apiVersion: kafka-api-bridge.dev/v1alpha1
              kind: KafkaApiBridge
              metadata: {name: asleep}
              spec:
                kafka:
                  bootstrapServers: %s
                  topics: [asleep]
                  startFrom: Earliest
                  tls: {caRefs: [{kind: Secret, name: asleep, key: ca.crt}]}
                  authentication: {type: ScramSha512, username: orders, passwordSecretKeyRef: {name: asleep, key: password}}
                target: {http: {url: "%s/v1/orders"}}
                autoscaling: {minReplicas: 0, idleAfter: 15s}
              """
                  .formatted(broker.forUsers(), api.url())));
      producer.produce(100);
      awaitDelivered(api, producer);
      awaitReason("ScaledToZero");
      await().atMost(SOON).until(() -> pods().isEmpty());

      broker.password(ScramMechanism.SCRAM_SHA_512, "canary-77ab-next");
      awaitReason("AuthenticationFailed");
      assertThat(kubectl("describe", "kab", "asleep")).doesNotContain("canary");
      kubectl(
          "patch",
          "secret",
          "asleep",
          "--patch={\"stringData\": {\"password\": \"canary-77ab-next\"}}");
      awaitReason("ScaledToZero");
      assertThat(pods()).as("nobody came to look").isEmpty();

      producer.produce(100);
      awaitDelivered(api, producer);
      assertThat(api.ledger().lost()).isZero();
      assertThat(api.ledger().reordered()).isZero();
      assertThat(kubectl("get", "kab,events,configmaps,deployments", "--output", "yaml"))
          .doesNotContain("canary");
    }
  }

  private static void awaitDelivered(SwitchboardApi api, OrderProducer producer) {
    await()
        .atMost(SOON)
        .untilAsserted(() -> assertThat(api.ledger().delivered()).isEqualTo(producer.sentCount()));
  }

  private static void awaitReason(String reason) {
    await()
        .atMost(SOON)
        .untilAsserted(() ->
            assertThat(
                    kubectl(
                        "get",
                        "kab",
                        "asleep",
                        "--output",
                        "jsonpath={.status.conditions[?(@.type==\"Ready\")].reason}"))
                .as(() -> kubectl("describe", "kab", "asleep"))
                .isEqualTo(reason));
  }

  private static String pods() {
    return kubectl("get", "pods", "--output", "name");
  }

  private static String kubectl(String... arguments) {
    Cluster.Said said = sandbox.cluster().kubectl(arguments);
    assertThat(said.succeeded()).as(said.text()).isTrue();
    return said.text().strip();
  }
}
