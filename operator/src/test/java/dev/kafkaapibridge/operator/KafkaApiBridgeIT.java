package dev.kafkaapibridge.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kafkaapibridge.operator.cluster.FakeKubelet;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A bridge as its user meets it: with kubectl. */
class KafkaApiBridgeIT extends OrdersBridge {

  private static final boolean FULL = "full".equals(System.getProperty("kab.scale"));

  @Test
  void makesWhatABridgeNeedsAndIsReady() {
    apply("");
    kubectl("wait", "--for=condition=Ready", "kab/orders", "--timeout=90s");

    for (String kind :
        List.of(
            "serviceaccount",
            "configmap",
            "deployment",
            "service",
            "poddisruptionbudget",
            "networkpolicy")) {
      HasMetadata child = child(kind);
      OwnerReference owner = child.getMetadata().getOwnerReferences().getFirst();
      assertThat(owner.getController()).as(kind).isTrue();
      assertThat(owner.getUid()).isEqualTo(bridge().getMetadata().getUid());
      assertThat(child.getMetadata().getManagedFields())
          .as(kind)
          .anySatisfy(field -> {
            assertThat(field.getManager()).isEqualTo("kafka-api-bridge-operator");
            assertThat(field.getOperation()).isEqualTo("Apply");
          });
    }
    assertThat(kubectl("get", "kab")).contains("True", "Running", "1");
    awaitEvent("RolloutComplete");
    assertThat(kubectl("describe", "kab", "orders"))
        .contains(
            "BridgeCreated",
            "RolloutComplete",
            "1 of 1 replica is ready; consuming 1 topic, 2 partitions");
  }

  @Test
  void writesNothingButTheStatusIntoABridge() {
    apply("");
    awaitCondition("Ready", "True", "Running");

    assertThat(bridge().getMetadata().getFinalizers()).isEmpty();
    assertThat(bridge().getMetadata().getManagedFields())
        .filteredOn(field -> field.getManager().equals("kafka-api-bridge-operator"))
        .singleElement()
        .satisfies(field -> {
          assertThat(field.getSubresource()).isEqualTo("status");
          assertThat(field.getFieldsV1().getAdditionalProperties()).containsOnlyKeys("f:status");
        });
  }

  /** Quantities in any writing, all that a Pod can have, and what the API server fills in. */
  @Test
  void atRestItWritesNothing() throws Exception {
    apply(
        """
          workload:
            terminationGracePeriodSeconds: 90
            resources:
              requests: {cpu: "0.1", memory: "1e8", ephemeral-storage: 0.5Gi}
              limits: {cpu: 1, memory: 0.5Gi}
            podLabels: {team: crm}
            podAnnotations: {a/b: "true"}
            nodeSelector: {disk: ssd}
            tolerations: [{operator: Exists, effect: NoExecute, tolerationSeconds: 30}]
            affinity: {podAntiAffinity: {preferredDuringSchedulingIgnoredDuringExecution: [{weight: 1, podAffinityTerm: {topologyKey: rack, labelSelector: {matchLabels: {a: b}}}}]}}
            topologySpreadConstraints: [{maxSkew: 1, topologyKey: rack, whenUnsatisfiable: ScheduleAnyway, labelSelector: {matchLabels: {team: crm}}}]
        """);
    awaitCondition("Ready", "True", "Running");
    var lag = new AtomicInteger();
    kubelet.report(pod ->
        pod.getMetadata().getName().startsWith("moving-")
            ? FakeKubelet.serves(
                pod, "kafka.partitions", "[{\"lag\": %d}]".formatted(lag.incrementAndGet()))
            : FakeKubelet.serves(pod));
    cluster.apply(BRIDGE.formatted("moving", namespace, ""));
    kubectl("wait", "--for=condition=Ready", "kab/moving", "--timeout=90s");
    awaitRest("moving");
    awaitCondition("ScalingActive", "True", "Tracking"); // of its first look at pods
    if (FULL) {
      Thread.sleep(
          Duration.ofSeconds(70)); // the first figures are written a minute after the start
    }
    List<String> before = cluster.writes(namespace);
    int lagBefore = lag.get();

    Duration rest = FULL ? Duration.ofMinutes(10) : Duration.ofSeconds(25);
    Thread.sleep(rest);

    await("two looks at the lag")
        .atMost(Duration.ofSeconds(30))
        .until(() -> lag.get() > lagBefore + 1);
    List<String> since = cluster.writes(namespace);
    since.subList(0, before.size()).clear();
    assertThat(since)
        .as("of a lag that moves, one figure a minute; of the other bridge nothing")
        .hasSizeLessThanOrEqualTo((int) rest.toMinutes() + 1)
        .allMatch(write -> write.contains("/kafkaapibridges/moving/status"));
    System.err.printf("at rest for %d s: %d writes%n", rest.toSeconds(), since.size());
    assertThat(before).filteredOn(write -> write.contains("/deployments/orders-")).hasSize(1);
    assertThat(before)
        .filteredOn(write -> write.contains("/configmaps/orders-"))
        .hasSizeBetween(1, 2);
  }

  @Test
  void anotherOperatorFindsNothingToDo() throws Exception {
    apply("");
    awaitCondition("ScalingActive", "True", "Tracking");
    awaitRest("orders");
    List<String> before = cluster.writes(namespace);

    operator.restart();
    awaitLook();
    Thread.sleep(5_000);

    assertThat(cluster.writes(namespace)).isEqualTo(before);
  }

  /** Its informers hold nothing any more once they are stopped. */
  @Test
  void anOperatorThatEndsAsItLooksDoesNotTakeItsBridgeForANewOne() throws Exception {
    apply("");
    awaitCondition("ScalingActive", "True", "Tracking");
    awaitRest("orders");
    List<String> before = cluster.writes(namespace);
    var looks = new CountDownLatch(1);
    kubelet.report(pod -> {
      looks.countDown();
      LockSupport.parkNanos(Duration.ofMillis(1_500).toNanos());
      return FakeKubelet.serves(pod);
    });
    assertThat(looks.await(30, TimeUnit.SECONDS)).isTrue();

    operator.restart();
    awaitLook();

    assertThat(cluster.writes(namespace)).isEqualTo(before);
  }

  @ParameterizedTest
  @CsvSource({
    "delete, networkpolicies.networking.k8s.io, '', yes",
    "delete, poddisruptionbudgets.policy, '', yes",
    "deletecollection, networkpolicies.networking.k8s.io, '', no",
    "delete, deployments.apps, '', no",
    "delete, pods, '', no",
    "create, pods, '', no",
    "create, pods, eviction, no",
    "get, pods, log, no",
    "get, secrets, '', no",
    "list, secrets, '', no",
    "watch, secrets, '', no",
    "create, pods, exec, no",
    "create, serviceaccounts, token, no",
    "impersonate, serviceaccounts, '', no",
    "create, rolebindings.rbac.authorization.k8s.io, '', no",
    "escalate, clusterroles.rbac.authorization.k8s.io, '', no",
    "update, kafkaapibridges.kafka-api-bridge.dev, '', no",
    "patch, kafkaapibridges.kafka-api-bridge.dev, scale, no",
    "list, namespaces, '', no",
    "list, nodes, '', no",
    "get, nodes, proxy, no",
    "update, customresourcedefinitions.apiextensions.k8s.io, '', no",
    "'*', '*', '', no",
  })
  void theOperatorMayDoThis(String verb, String resource, String subresource, String answer) {
    assertThat(
            cluster
                .tryKubectl(
                    "auth",
                    "can-i",
                    verb,
                    resource,
                    "--subresource=" + subresource,
                    "--namespace=" + namespace,
                    "--as=system:serviceaccount:operator:kafka-api-bridge-operator")
                .out()
                .strip())
        .isEqualTo(answer);
  }

  @Test
  void podsAreToldWhereTheBridgeStartedAndAreNotRestartedForIt() {
    apply("");
    awaitCondition("Ready", "True", "Running");

    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() ->
            assertThat(kubectl("get", "configmap", "orders-bridge", "-o", "yaml"))
                .contains("startedAt: '2026-11-25T10:00:01Z'", "clusterID: q1W2e3"));
    assertThat(kubectl("get", "replicasets", "-o", "name").lines()).hasSize(1);
  }

  @Test
  void othersConditionsSurviveAndCauseNoWrites() throws Exception {
    apply("");
    awaitCondition("Ready", "True", "Running");
    cluster.apply(
        """
        apiVersion: kafka-api-bridge.dev/v1alpha1
        kind: KafkaApiBridge
        metadata: {name: orders, namespace: %s}
        status:
          conditions:
          - {type: example.com/Audited, status: "True", reason: Passed, message: "", lastTransitionTime: "2026-11-25T10:00:00Z"}
        """
            .formatted(namespace),
        "--server-side",
        "--field-manager=auditor",
        "--subresource=status");

    patch("{\"spec\":{\"autoscaling\":{\"mode\":\"Disabled\"},\"replicas\":2}}");
    awaitStatus(status -> assertThat(status.get("readyReplicas")).isEqualTo(2));
    assertThat(kubectl("get", "kab", "orders", "-o", "yaml")).contains("example.com/Audited");
    awaitNoWritesFor(Duration.ofSeconds(12)); // longer than the time between two looks
  }
}
