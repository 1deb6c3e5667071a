package dev.kafkaapibridge.sandbox.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kafkaapibridge.sandbox.broker.OrderProducer;
import java.time.Duration;
import java.util.BitSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * From {@code kubectl apply} to delivered records, with containers: images, RBAC, service accounts,
 * probes, pod security and networking are the real thing. The same for every kind of cluster.
 */
@Timeout(600)
interface FirstLight {

  Installed installed();

  @Test
  default void aBridgeIsAppliedAndItsRecordsAreDelivered() {
    Installed on = installed();
    on.broker().topics().create("orders", 6);
    on.apply(
        "{apiVersion: v1, kind: Namespace, metadata: {name: shop, labels: {pod-security.kubernetes.io/enforce: restricted}}}");
    on.apply(
        """
        apiVersion: kafka-api-bridge.dev/v1alpha1
        kind: KafkaApiBridge
        metadata: {name: orders-to-crm, namespace: shop}
        spec:
          kafka: {bootstrapServers: "%s", topics: [orders]}
          target: {http: {url: "%s/v1/orders"}}
          autoscaling: {mode: External}
        """
            .formatted(on.bootstrapServers(), on.apiUrl()));
    on.kubectl(
        "-n", "shop", "wait", "kab/orders-to-crm", "--for=condition=Ready", "--timeout=180s");

    try (var producer = new OrderProducer(on.broker(), "orders", 50)) {
      on.api().account(producer::sent, BitSet::new);
      producer.produce(1_000);
      awaitDelivered(1_000);

      on.kubectl("-n", "shop", "scale", "kab/orders-to-crm", "--replicas=2");
      await()
          .atMost(Duration.ofMinutes(2))
          .untilAsserted(() -> assertThat(column("{.status.readyReplicas}")).isEqualTo("2"));
      producer.produce(1_000);
      awaitDelivered(2_000);

      on.kubectl(
          "-n",
          "shop",
          "patch",
          "kab/orders-to-crm",
          "--type=merge",
          "-p",
          "{\"spec\": {\"delivery\": {\"maxInFlight\": 8}}}");
      on.kubectl(
          "-n", "shop", "wait", "kab/orders-to-crm", "--for=condition=Ready", "--timeout=180s");
      await()
          .atMost(Duration.ofMinutes(3))
          .untilAsserted(() ->
              assertThat(
                      on.kubectlSays(
                          "-n",
                          "shop",
                          "rollout",
                          "status",
                          "deployment/orders-to-crm-bridge",
                          "--timeout=5s"))
                  .contains("successfully rolled out"));
      producer.produce(1_000);
      awaitDelivered(3_000);
    }
    assertThat(on.api().ledger().duplicated())
        .as("neither scaling nor a rollout repeats a record")
        .isZero();
    assertThat(on.api().ledger().kept()).isTrue();

    assertThat(
            on.kubectl(
                "-n",
                "shop",
                "get",
                "pods",
                "-o",
                "jsonpath={.items[0].spec.automountServiceAccountToken}"))
        .isEqualTo("false");
    assertThat(on.kubectl("-n", "shop", "get", "kab", "orders-to-crm"))
        .contains("READY", "True", "Running");
    assertThat(on.kubectl("-n", "shop", "describe", "kab", "orders-to-crm"))
        .contains("Type:                  Ready", "BridgeCreated");

    assertThat(on.startOptions()).contains("-XX:AOTCache=");
    assertThat(on.kubectl("-n", "shop", "logs", "-l", "app.kubernetes.io/instance=orders-to-crm"))
        .as("Java complains when it can't start from what the rehearsal has left")
        .doesNotContain("[aot");

    on.kubectl("-n", "shop", "delete", "kab", "orders-to-crm");
    await()
        .atMost(Duration.ofMinutes(2))
        .untilAsserted(() ->
            assertThat(
                    on.kubectlSays(
                        "-n",
                        "shop",
                        "get",
                        "deployments,pods,services,configmaps,serviceaccounts",
                        "-l",
                        "app.kubernetes.io/instance=orders-to-crm"))
                .contains("No resources found"));
    assertThat(on.broker().topics().lag("shop.orders-to-crm", "orders")).hasValue(0);
  }

  @ParameterizedTest
  @CsvSource({
    "list, pods, '', yes",
    "patch, deployments.apps, '', yes",
    "patch, kafkaapibridges.kafka-api-bridge.dev, status, yes",
    "get, secrets, '', no",
    "list, secrets, '', no",
    "create, roles.rbac.authorization.k8s.io, '', no",
    "create, pods, exec, no",
    "create, serviceaccounts, token, no",
    "update, kafkaapibridges.kafka-api-bridge.dev, '', no",
    "delete, kafkaapibridges.kafka-api-bridge.dev, '', no",
    "list, nodes, '', no"
  })
  default void theOperatorHoldsTheRightsThatItNeedsAndNoOther(
      String verb, String resource, String subresource, String answer) {
    assertThat(
            installed()
                .kubectlSays(
                    "auth",
                    "can-i",
                    verb,
                    resource,
                    "--subresource=" + subresource,
                    "--all-namespaces",
                    "--as=system:serviceaccount:kafka-api-bridge:kafka-api-bridge-operator"))
        .endsWith(answer);
  }

  @Test
  default void theOperatorMeetsTheRestrictedProfile() {
    assertThat(
            installed()
                .kubectl(
                    "-n",
                    "kafka-api-bridge",
                    "get",
                    "pods",
                    "-o",
                    "jsonpath={.items[*].spec.containers[*].securityContext.readOnlyRootFilesystem}"))
        .isEqualTo("true");
    assertThat(
            installed()
                .kubectl(
                    "get",
                    "namespace",
                    "kafka-api-bridge",
                    "-o",
                    "jsonpath={.metadata.labels.pod-security\\.kubernetes\\.io/enforce}"))
        .isEqualTo("restricted");
  }

  private String column(String jsonPath) {
    return installed()
        .kubectl("-n", "shop", "get", "kab", "orders-to-crm", "-o", "jsonpath=" + jsonPath);
  }

  private void awaitDelivered(long records) {
    await()
        .atMost(Duration.ofMinutes(3))
        .untilAsserted(() -> assertThat(installed().api().ledger().delivered()).isEqualTo(records));
  }
}
