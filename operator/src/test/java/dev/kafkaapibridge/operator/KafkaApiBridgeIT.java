package dev.kafkaapibridge.operator;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kafkaapibridge.operator.cluster.ControlPlane;
import dev.kafkaapibridge.operator.cluster.FakeKubelet;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowingConsumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A bridge on a real control plane, as its user meets it: with kubectl. The operator has the rights
 * that it is meant to have. There is no node; a stand-in says that pods run, and answers for them.
 */
class KafkaApiBridgeIT {

  private static final boolean FULL = "full".equals(System.getProperty("kab.scale"));

  /** When processes of pods began that have been at work for a while. */
  private static final Instant BEGUN = Instant.now().minusSeconds(3600);

  private static final AtomicInteger NAMESPACES = new AtomicInteger();
  private static ControlPlane cluster;
  private static TestedOperator operator;

  private String namespace;
  private FakeKubelet kubelet;

  @BeforeAll
  static void start() throws Exception {
    cluster = ControlPlane.get();
    operator = TestedOperator.start(cluster, "operator-it");
  }

  @AfterAll
  static void stop() {
    operator.close();
  }

  @BeforeEach
  void ownNamespace() {
    namespace = "shop-" + NAMESPACES.incrementAndGet();
    cluster.kubectl("create", "namespace", namespace);
    cluster.kubectl(
        "label", "namespace", namespace, "pod-security.kubernetes.io/enforce=restricted");
    kubelet = new FakeKubelet(cluster.admin(), namespace, operator.podPort());
  }

  @AfterEach
  void stopPods() {
    kubelet.close();
    cluster.kubectl("delete", "namespace", namespace, "--wait=false");
  }

  @Test
  void makesWhatABridgeNeedsAndIsReady() {
    apply("");
    kubectl("wait", "--for=condition=Ready", "kab/orders", "--timeout=30s");

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
    kubectl("wait", "--for=condition=Ready", "kab/moving", "--timeout=30s");
    awaitRest("moving");
    if (FULL) {
      Thread.sleep(
          Duration.ofSeconds(70)); // the first figures are written a minute after the start
    }
    List<String> before = cluster.writes(namespace);
    int lagBefore = lag.get();

    Duration rest = FULL ? Duration.ofMinutes(10) : Duration.ofSeconds(25);
    Thread.sleep(rest);

    assertThat(lag.get()).as("looks at the lag").isGreaterThan(lagBefore + 1);
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
    awaitCondition("Ready", "True", "Running");
    awaitRest("orders");
    List<String> before = cluster.writes(namespace);

    operator.restart();
    Thread.sleep(5_000);

    assertThat(cluster.writes(namespace)).isEqualTo(before);
  }

  @Test
  void kubectlScaleIsObeyedAndRestartsNothing() {
    apply("  autoscaling: {mode: Disabled}\n");
    awaitCondition("Ready", "True", "Running");
    String replicaSets = kubectl("get", "replicasets", "-o", "name");
    Set<String> ready = watchReady();

    kubectl("scale", "kab/orders", "--replicas=2");
    awaitStatus(status -> assertThat(status.get("readyReplicas")).isEqualTo(2));
    kubectl("scale", "kab/orders", "--replicas=3");
    awaitStatus(status -> assertThat(status.get("readyReplicas")).isEqualTo(3));

    assertThat(ready).as("Ready while it was scaled").containsExactly("True/Running");
    assertThat(kubectl("get", "replicasets", "-o", "name")).isEqualTo(replicaSets);
    assertThat(scale())
        .contains(
            "\"replicas\":3",
            "app.kubernetes.io/instance=orders,app.kubernetes.io/name=kafka-api-bridge");
    awaitEvent("ScaledUp");
  }

  @Test
  void theOperatorFollowsTheLagAndIgnoresAWrittenNumber() {
    apply("  autoscaling: {minReplicas: 1, maxReplicas: 3, scaleDownStabilization: 5s}\n");
    awaitCondition("Ready", "True", "Running");

    kubectl("scale", "kab/orders", "--replicas=9");
    awaitEvent("ScaleRequestIgnored");
    assertThat(deployment().getSpec().getReplicas()).isEqualTo(1);
    assertThat(message("ScalingActive")).contains("spec.replicas: 9 counts for nothing");

    kubelet.report(pod -> working(pod, 100_000));
    // There are two partitions for each pod that runs, so it takes two steps; the first is soon
    // over.
    awaitEvent("Scaled from 1 to 2 replicas: demand 40/s, pod rate 20/s");
    awaitStatus(status -> assertThat(status.get("desiredReplicas")).isEqualTo(3));
    awaitCondition("ScalingLimited", "True", "TooManyReplicas");
    awaitCondition("ScalingActive", "True", "Tracking");

    kubelet.report(pod -> working(pod, 0));
    // Pods are taken away when all have been ready for half a minute.
    await()
        .atMost(Duration.ofSeconds(90))
        .untilAsserted(() -> assertThat(status().get("readyReplicas")).isEqualTo(1));
    assertThat(bridge().<Map<String, Object>>get("spec").get("replicas")).isEqualTo(9);
  }

  /** A pod that makes 20 calls a second with all its slots, while it has a backlog. */
  private static String working(io.fabric8.kubernetes.api.model.Pod pod, long backlog) {
    int first = 2 * Math.floorMod(pod.getMetadata().getUid().hashCode(), 100_000);
    Instant now = Instant.now();
    long age = Duration.between(BEGUN, now).toMillis();
    String partition =
        "{\"topic\": \"orders\", \"partition\": %%d, \"end\": 1000000, \"endAt\": \"%s\", \"lag\": %d, \"backlog\": %d}"
            .formatted(now, backlog, backlog);
    long calls = backlog == 0 ? 0 : age / 50;
    return FakeKubelet.serves(
        pod,
        "processStartedAt",
        "\"%s\"".formatted(backlog == 0 ? now : BEGUN),
        "reportedAt",
        "\"%s\"".formatted(now),
        "kafka.partitions",
        "[%s, %s]".formatted(partition.formatted(first), partition.formatted(first + 1)),
        "target.requests",
        String.valueOf(calls),
        "target.accepted",
        String.valueOf(calls),
        "target.busyMillis",
        String.valueOf(64 * age),
        "target.slots",
        "64");
  }

  /** Real HPA of the control plane; without a metrics API it can find the scale, and no more. */
  @Test
  void aHorizontalPodAutoscalerFindsItsTarget() {
    apply("  autoscaling: {mode: External}\n");
    awaitCondition("Ready", "True", "Running");

    kubectl("autoscale", "kab/orders", "--min=2", "--max=4", "--cpu-percent=50");

    await()
        .atMost(Duration.ofSeconds(90))
        .untilAsserted(() ->
            assertThat(
                    kubectl(
                        "get",
                        "hpa",
                        "orders",
                        "-o",
                        "jsonpath={range .status.conditions[*]}{.type}={.status}/{.reason} {end}"))
                .contains("AbleToScale=True/"));
    // Below its minimum it scales without any metric.
    awaitStatus(status -> assertThat(status.get("readyReplicas")).isEqualTo(2));
    assertThat(bridge().<Map<String, Object>>get("spec").get("replicas")).isEqualTo(2);
    assertThat(bridge().getMetadata().getManagedFields())
        .filteredOn(field -> field.getManager().equals("kafka-api-bridge-operator"))
        .allSatisfy(field -> assertThat(field.getSubresource()).isEqualTo("status"));
  }

  private String scale() {
    return kubectl(
        "get",
        "--raw",
        "/apis/kafka-api-bridge.dev/v1alpha1/namespaces/"
            + namespace
            + "/kafkaapibridges/orders/scale");
  }

  @Test
  void anAutoscalersNumberIsTakenAsItIs() {
    apply("  autoscaling: {mode: External, maxReplicas: 2}\n");
    awaitCondition("Ready", "True", "Running");
    kubectl("scale", "kab/orders", "--replicas=4");
    awaitStatus(status -> assertThat(status.get("readyReplicas")).isEqualTo(4));

    kubectl("scale", "kab/orders", "--replicas=0");
    awaitCondition("Ready", "True", "ScaledToZero");
    awaitEvent("ScaledToZero");
  }

  @Test
  void anEditedSpecRollsThePodsAndReadyWaitsForThem() {
    apply("");
    awaitCondition("Ready", "True", "Running");
    String before = hash();
    kubelet.fate(pod -> hash(pod).equals(before) ? FakeKubelet.ready() : null);

    kubectl(
        "patch",
        "kab",
        "orders",
        "--type=merge",
        "-p",
        "{\"spec\":{\"delivery\":{\"maxInFlight\":8}}}");
    awaitCondition("Ready", "Unknown", "RollingOut");
    assertThat(tryKubectl("wait", "--for=condition=Ready", "kab/orders", "--timeout=2s"))
        .isNotZero();
    assertThat(deployment().getStatus().getAvailableReplicas()).isEqualTo(1);

    kubelet.fate(pod -> FakeKubelet.ready());
    kubectl("wait", "--for=condition=Ready", "kab/orders", "--timeout=30s");
    assertThat(hash()).isNotEqualTo(before);
    awaitStatus(status -> assertThat(status.get("observedGeneration")).isEqualTo(2));
    assertThat(kubectl("get", "configmap", "orders-bridge", "-o", "yaml"))
        .contains("maxInFlight: 8");
    awaitEvent("BridgeUpdated");
  }

  @Test
  void driftIsRepairedAndWhatOthersAddIsLeft() {
    apply("");
    awaitCondition("Ready", "True", "Running");

    kubectl("scale", "deployment/orders-bridge", "--replicas=5");
    kubectl("annotate", "deployment/orders-bridge", "mine=yes");
    kubectl("delete", "service/orders-bridge");
    kubectl(
        "patch",
        "configmap",
        "orders-bridge",
        "--type=merge",
        "-p",
        "{\"data\":{\"accepted-spec.yaml\":\"x\"}}");
    kubectl(
        "label",
        "serviceaccount/orders-bridge",
        "app.kubernetes.io/managed-by-",
        "app.kubernetes.io/name-");

    await()
        .untilAsserted(() -> {
          assertThat(deployment().getSpec().getReplicas()).isEqualTo(1);
          assertThat(deployment().getMetadata().getAnnotations()).containsEntry("mine", "yes");
          assertThat(child("service").getMetadata().getLabels()).hasSize(4);
          assertThat(child("serviceaccount").getMetadata().getLabels()).hasSize(4);
          assertThat(kubectl("get", "configmap", "orders-bridge", "-o", "yaml"))
              .contains("crm.example.com")
              .doesNotContain("accepted-spec.yaml: x");
        });
    awaitCondition("Ready", "True", "Running");
  }

  @Test
  void whatASpecNoLongerWantsIsTakenAwayAndNothingOfOthers() {
    String unmanaged =
        "  networkPolicy: {mode: Unmanaged}\n"
            + "  workload: {podDisruptionBudget: {mode: Unmanaged}}\n";
    apply("");
    awaitCondition("Ready", "True", "Running");
    assertThat(kubectl("get", "poddisruptionbudgets,networkpolicies", "-o", "name").lines())
        .hasSize(2);

    apply(unmanaged);
    await()
        .untilAsserted(() ->
            assertThat(kubectl("get", "poddisruptionbudgets,networkpolicies", "-o", "name"))
                .isEmpty());
    cluster.apply(
        "{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: orders-bridge, namespace: %s}, spec: {podSelector: {}}}"
            .formatted(namespace));
    kubectl("annotate", "kab", "orders", "kafka-api-bridge.dev/restarted-at=now");
    awaitStatus(status -> assertThat(status.get("restartedAt")).isEqualTo("now"));
    awaitCondition("Ready", "True", "Running");
    assertThat(kubectl("get", "networkpolicies", "-o", "name")).contains("orders-bridge");

    apply("");
    awaitCondition("Stalled", "True", "NameConflict");
    assertThat(message("Ready")).contains("NetworkPolicy 'orders-bridge' exists");
    kubectl("delete", "networkpolicy", "orders-bridge");
    awaitCondition("Ready", "True", "Running");
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
  void deletingABridgeDeletesWhatWasMadeForIt() {
    apply("");
    awaitCondition("Ready", "True", "Running");

    kubectl("delete", "kab", "orders", "--cascade=foreground", "--timeout=30s");

    assertThat(kubectl("get", "deployments,replicasets,pods,services", "-o", "name")).isEmpty();
    assertThat(kubectl("get", "configmaps,serviceaccounts", "-o", "name")).doesNotContain("orders");
  }

  @Test
  void aBridgeMadeAnewWaitsForWhatIsLeftOfTheFormer() {
    apply("");
    awaitCondition("Ready", "True", "Running");
    String former = bridge().getMetadata().getUid();

    kubectl("delete", "kab", "orders", "--wait=false");
    apply("");

    assertThat(bridge().getMetadata().getUid()).isNotEqualTo(former);
    awaitCondition("Ready", "True", "Running");
    assertThat(operator.metrics().lines())
        .filteredOn(
            line -> line.startsWith("kab_bridge_desired_replicas{") && line.contains(namespace))
        .hasSize(1);
    assertThat(deployment().getMetadata().getOwnerReferences())
        .singleElement()
        .satisfies(owner -> assertThat(owner.getUid()).isEqualTo(bridge().getMetadata().getUid()));
    assertThat(kubectl("get", "events")).doesNotContain("NameConflict");
  }

  @Test
  void anObjectThatIsNotOursIsLeftAloneAndNamed() {
    kubectl("create", "configmap", "orders-bridge", "--from-literal=mine=yes");
    apply("");

    awaitCondition("Stalled", "True", "NameConflict");
    assertThat(message("Ready")).contains("ConfigMap 'orders-bridge' exists").contains("delete it");
    assertThat(kubectl("get", "deployments", "-o", "name")).isEmpty();
    assertThat(
            kubectl(
                "get",
                "configmap",
                "orders-bridge",
                "-o",
                "jsonpath={.data}{.metadata.ownerReferences}"))
        .isEqualTo("{\"mine\":\"yes\"}");
    awaitEvent("NameConflict");
    assertThat(kubectl("get", "events")).doesNotContain("BridgeCreated");

    kubectl("delete", "configmap", "orders-bridge");
    awaitCondition("Ready", "True", "Running");
  }

  @Test
  void aRefusedSpecLeavesRunningWhatRunsAndStopsNoOtherBridge() {
    apply("");
    awaitCondition("Ready", "True", "Running");
    String before = hash();

    apply(
        "  workload: {affinity: {nodeAffinity: [nonsense]}, tolerations: [{tolerationSeconds:"
            + " soon}]}\n");
    awaitCondition("Accepted", "False", "InvalidSpec");
    awaitCondition("Stalled", "True", "InvalidSpec");
    assertThat(message("Ready"))
        .contains(
            "spec.workload.affinity.nodeAffinity",
            "spec.workload.tolerations[0].tolerationSeconds");
    assertThat(hash()).isEqualTo(before);
    assertThat(status().get("readyReplicas")).isEqualTo(1);

    cluster.apply(BRIDGE.formatted("others", namespace, ""));
    kubectl("wait", "--for=condition=Ready", "kab/others", "--timeout=30s");

    apply("  delivery: {batch: {}}\n");
    awaitCondition("Accepted", "False", "NotServed");

    apply("");
    awaitCondition("Ready", "True", "Running");
  }

  /** As deep and as long as the API server takes it, there before the operator starts again. */
  @Test
  void aHostileObjectIsThatBridgesAffairAlsoAfterARestart() throws Exception {
    String deep = "{\"a\":".repeat(5_000) + "1" + "}".repeat(5_000);
    String longName = "{\"" + "k".repeat(60_000) + "\":1}";
    int number = 0;
    for (String affinity :
        List.of(
            deep,
            longName,
            "{\"nodeAffinity\":\"x\"}",
            "{\"podAffinity\":{\"preferredDuringSchedulingIgnoredDuringExecution\":[null]}}")) {
      create("hostile-" + number++, "\"workload\":{\"affinity\":" + affinity + "}");
    }
    create(
        "hostile-" + number++,
        "\"workload\":{\"podAnnotations\":" + longName.replace(":1", ":\"1\"") + "}");

    apply("");
    awaitCondition("Ready", "True", "Running");
    operator.restart();
    kubectl(
        "patch",
        "kab",
        "orders",
        "--type=merge",
        "-p",
        "{\"spec\":{\"delivery\":{\"maxInFlight\":9}}}");
    awaitCondition("Ready", "True", "Running");

    for (int i = 0; i < number; i++) {
      String name = "hostile-" + i;
      await()
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(() ->
              assertThat(
                      kubectl(
                          "get",
                          "kab",
                          name,
                          "-o",
                          "jsonpath={.status.conditions[?(@.type=='Stalled')].reason}"))
                  .isEqualTo("InvalidSpec"));
    }
  }

  /** By the API's own door: kubectl would not send it. */
  private void create(String name, String belowSpec) throws IOException {
    java.nio.file.Path file = java.nio.file.Files.createTempFile("hostile", ".json");
    java.nio.file.Files.writeString(
        file,
        """
        {"apiVersion":"kafka-api-bridge.dev/v1alpha1","kind":"KafkaApiBridge","metadata":{"name":"%s"},"spec":{
          "kafka":{"bootstrapServers":"kafka:9092","topics":["orders"]},"target":{"http":{"url":"https://crm.example.com"}},%s}}
        """
            .formatted(name, belowSpec));
    cluster.kubectl(
        "create",
        "--raw",
        "/apis/kafka-api-bridge.dev/v1alpha1/namespaces/" + namespace + "/kafkaapibridges",
        "-f",
        file.toString());
    java.nio.file.Files.delete(file);
  }

  @Test
  void aRefusedSpecFreezesNothingButItself() throws Exception {
    apply("  autoscaling: {mode: External}\n");
    awaitCondition("Ready", "True", "Running");
    apply("  autoscaling: {mode: External}\n  delivery: {batch: {}}\n");
    awaitCondition("Stalled", "True", "NotServed");

    kubectl("scale", "kab/orders", "--replicas=2");
    awaitStatus(status -> assertThat(status.get("readyReplicas")).isEqualTo(2));
    kubectl("delete", "service/orders-bridge");
    await().untilAsserted(() -> assertThat(child("service")).isNotNull());
    operator.close();
    operator = TestedOperator.start(cluster, "operator-it");
    kubectl("patch", "kab/orders", "--type=merge", "-p", "{\"spec\":{\"state\":\"Stopped\"}}");
    awaitStatus(status -> assertThat(status.get("replicas")).isEqualTo(0));
    awaitCondition("Paused", "True", "Stopped");
    assertThat(kubectl("get", "configmap/orders-bridge", "-o", "yaml")).doesNotContain("batch");
  }

  /** A pod that is evicted meanwhile starts from the file that it was made for. */
  @Test
  void whileARolloutFailsTheFilesOfBothSpecsAreThere() {
    apply("  delivery: {maxInFlight: 5}\n");
    awaitCondition("Ready", "True", "Running");
    kubelet.fate(pod ->
        "bad".equals(pod.getSpec().getContainers().getFirst().getImage())
            ? FakeKubelet.waiting("ImagePullBackOff", "no such image")
            : FakeKubelet.ready());

    apply("  delivery: {maxInFlight: 6}\n  workload: {image: bad}\n");
    awaitCondition("Stalled", "True", "ImagePullFailed");
    assertThat(kubectl("get", "configmap/orders-bridge", "-o", "yaml"))
        .contains("maxInFlight: 5", "maxInFlight: 6");

    kubelet.fate(pod -> FakeKubelet.ready());
    awaitCondition("Ready", "True", "Running");
    await()
        .untilAsserted(() ->
            assertThat(kubectl("get", "configmap/orders-bridge", "-o", "yaml"))
                .doesNotContain("maxInFlight: 5"));
  }

  @Test
  void whatTheApiServerRefusesIsToldInItsWords() {
    apply(
        "  workload: {tolerations: [{operator: Sometimes}], resources: {requests: {memory: 1Gi},"
            + " limits: {memory: 512Mi}}}\n");

    awaitCondition("Stalled", "True", "InvalidSpec");
    assertThat(message("Ready"))
        .contains("must be less than or equal to memory limit", "Sometimes");
  }

  @Test
  void whatTheApiServerRefusesChangesNothingThatPodsRead() {
    apply("");
    awaitCondition("Ready", "True", "Running");
    assertThat(kubectl("get", "configmap", "orders-bridge", "-o", "yaml")).contains("maxInFlight");

    apply("  delivery: {maxInFlight: 7}\n  workload: {tolerations: [{operator: Sometimes}]}\n");
    awaitCondition("Stalled", "True", "InvalidSpec");

    assertThat(kubectl("get", "configmap", "orders-bridge", "-o", "yaml"))
        .doesNotContain("maxInFlight: 7\n");
  }

  @Test
  void aQuotaIsNamed() {
    cluster.apply(
        "{apiVersion: v1, kind: ResourceQuota, metadata: {name: small, namespace: %s}, spec: {hard: {pods: 0}}}"
            .formatted(namespace));
    apply("");

    awaitCondition("Stalled", "True", "QuotaExceeded");
    assertThat(message("Ready")).contains("exceeded quota: small");
    kubectl("delete", "resourcequota", "small");
  }

  @Test
  void aServiceAccountThatIsMissingIsNamedAndWaitedFor() {
    apply("  workload: {serviceAccountName: crm-caller}\n");

    awaitCondition("ResolvedRefs", "False", "ServiceAccountNotFound");
    assertThat(message("Ready")).contains("crm-caller", "spec.workload.serviceAccountName");
    kubectl("create", "serviceaccount", "crm-caller");
    kubectl("delete", "replicasets", "--all"); // or wait for the ReplicaSet's own patience
    awaitCondition("Ready", "True", "Running");
  }

  @Test
  void whatPodsSayIsSeenInConditionsAndEvents() {
    kubelet.report(pod ->
        FakeKubelet.serves(
            pod,
            "kafka.health",
            "{\"ok\": false, \"reason\": \"BootstrapUnreachable\", \"message\": \"kafka:9092"
                + " refuses\\u001b[2J.\"}"));
    apply("");

    awaitCondition("KafkaConnected", "False", "BootstrapUnreachable");
    awaitCondition("Ready", "False", "BootstrapUnreachable");
    assertThat(message("Ready")).endsWith(": kafka:9092 refuses [2J");
    awaitEvent("KafkaUnreachable");

    kubelet.report(pod ->
        FakeKubelet.serves(
            pod,
            "target.health",
            "{\"ok\": false, \"reason\": \"CircuitOpen\", \"message\": \"503\"}"));
    awaitCondition("TargetHealthy", "False", "CircuitOpen");
    awaitCondition("Ready", "True", "Running");
    awaitEvent("CircuitOpened");

    kubelet.report(pod -> "no JSON");
    awaitCondition("KafkaConnected", "Unknown", "NotReported");
    assertThat(message("KafkaConnected")).contains("it answers something that is no JSON");
  }

  @Test
  void whatMakesRecordsWaitIsSeenInConditionsAndEventsAndTheBridgeIsReady() {
    kubelet.report(pod ->
        FakeKubelet.serves(
            pod,
            "target.requests",
            "100",
            "target.rateLimited",
            "40",
            "held",
            "[{\"topic\": \"orders\", \"partition\": 1, \"offset\": 512, \"why\": \"Blocked\","
                + " \"reason\": \"Refused\"}]"));
    apply("");

    awaitCondition("Throttled", "True", "TargetThrottling");
    assertThat(message("Throttled")).contains("429 to 40% of the calls");
    awaitCondition("Blocked", "True", "RecordRefused");
    awaitCondition("Ready", "True", "Running");
    awaitEvent("TargetThrottling");
    awaitEvent("DeliveryBlocked");

    kubelet.report(pod ->
        FakeKubelet.serves(
            pod,
            "kafka.positionResets",
            "[{\"at\": \"2026-11-25T10:00:20Z\", \"reason\": \"OffsetOutOfRange\", \"topic\":"
                + " \"orders\", \"partition\": 0, \"from\": 5, \"to\": 90}]"));
    awaitEvent("records from offset 5 to 89 were not read");
    await().until(() -> condition("Blocked").isEmpty());
  }

  @Test
  void aStrangersPodDoesNotSpeakForTheBridge() {
    cluster.kubectl("label", "namespace", namespace, "pod-security.kubernetes.io/enforce-");
    apply("");
    awaitCondition("Ready", "True", "Running");
    kubelet.report(pod ->
        pod.getMetadata().getName().equals("stranger")
            ? FakeKubelet.serves(
                pod, "kafka.health", "{\"ok\": false, \"reason\": \"Lies\", \"message\": \"\"}")
            : FakeKubelet.serves(pod));
    cluster.apply(
        """
        apiVersion: v1
        kind: Pod
        metadata:
          name: stranger
          namespace: %s
          annotations: {kafka-api-bridge.dev/spec-hash: %s}
          labels: {app.kubernetes.io/name: stranger, app.kubernetes.io/instance: orders, app.kubernetes.io/managed-by: kafka-api-bridge-operator}
        spec: {containers: [{name: a, image: a}]}
        """
            .formatted(namespace, hash()));

    await()
        .during(Duration.ofSeconds(12))
        .atMost(Duration.ofSeconds(15))
        .until(() -> reason("KafkaConnected").equals("Connected"));
  }

  @Test
  void podsAreToldWhereTheBridgeStartedAndAreNotRestartedForIt() {
    apply("");
    awaitCondition("Ready", "True", "Running");

    await()
        .untilAsserted(() ->
            assertThat(kubectl("get", "configmap", "orders-bridge", "-o", "yaml"))
                .contains("startedAt: '2026-11-25T10:00:01Z'", "clusterID: q1W2e3"));
    assertThat(kubectl("get", "replicasets", "-o", "name").lines()).hasSize(1);
  }

  @Test
  void nothingIsTouchedWhileReconciliationIsPausedAndAtItsEndAllIsAtOnce() throws Exception {
    apply("");
    awaitCondition("Ready", "True", "Running");
    awaitRest("orders");
    kubectl("annotate", "kab/orders", "kafka-api-bridge.dev/pause-reconciliation=true");
    awaitCondition("ReconciliationPaused", "True", "Annotated");

    kubectl("scale", "deployment/orders-bridge", "--replicas=3");
    kubectl(
        "patch",
        "kab/orders",
        "--type=merge",
        "-p",
        "{\"spec\":{\"delivery\":{\"maxInFlight\":8}}}");
    awaitStatus(status -> assertThat(status.get("readyReplicas")).isEqualTo(3));
    Thread.sleep(11_000); // once more than the time between two looks
    assertThat(deployment().getSpec().getReplicas()).isEqualTo(3);
    assertThat(kubectl("get", "configmap/orders-bridge", "-o", "yaml"))
        .doesNotContain("maxInFlight: 8");
    assertThat(status().get("observedGeneration")).isEqualTo(1);

    kubectl("annotate", "kab/orders", "kafka-api-bridge.dev/pause-reconciliation-");
    await()
        .atMost(Duration.ofSeconds(4)) // woken, for the next look may be ten seconds away
        .untilAsserted(() -> assertThat(deployment().getSpec().getReplicas()).isEqualTo(1));
    awaitCondition("Ready", "True", "Running");
    assertThat(condition("ReconciliationPaused")).isEmpty();
    awaitEvent("ReconciliationResumed");
  }

  @Test
  void anAnnotationRestartsThePodsAndItsRemovalDoesNot() throws Exception {
    apply("");
    awaitCondition("Ready", "True", "Running");
    Set<String> ready = watchReady();

    kubectl("annotate", "kab/orders", "kafka-api-bridge.dev/restarted-at=2026-11-25T12:00:00Z");
    awaitStatus(status -> assertThat(status.get("restartedAt")).isEqualTo("2026-11-25T12:00:00Z"));
    awaitEvent("RestartRequested");
    awaitEvent("RolloutComplete");
    await()
        .untilAsserted(() ->
            assertThat(deployment().getStatus().getUpdatedReplicas())
                .isEqualTo(deployment().getStatus().getReplicas()));
    assertThat(kubectl("get", "replicasets", "-o", "name").lines()).hasSize(2);

    kubectl("annotate", "kab/orders", "kafka-api-bridge.dev/restarted-at-");
    Thread.sleep(5_000);
    assertThat(kubectl("get", "replicasets", "-o", "name").lines()).hasSize(2);
    assertThat(ready).as("Ready while it was restarted").containsExactly("True/Running");
  }

  @Test
  void aPauseAndAStopAreReadyWhenThePodsSaySoAndRestartNothing() {
    apply("");
    awaitCondition("Ready", "True", "Running");
    String hash = hash();

    state("Paused");
    awaitCondition("Ready", "Unknown", "Progressing");
    assertThat(kubectl("get", "configmap/orders-bridge", "-o", "yaml")).contains("state: Paused");
    kubelet.report(pod -> FakeKubelet.serves(pod, "paused", "true"));
    kubectl("wait", "--for=condition=Ready", "kab/orders", "--timeout=30s");
    assertThat(kubectl("get", "kab")).contains("True", "Paused");
    awaitEvent("Paused");
    assertThat(hash()).isEqualTo(hash);

    state("Stopped");
    kubectl("wait", "--for=condition=Ready", "kab/orders", "--timeout=60s");
    assertThat(kubectl("get", "kab")).contains("True", "Stopped");
    kubectl("scale", "kab/orders", "--replicas=5");
    awaitCondition("Ready", "True", "Stopped");
    assertThat(kubectl("get", "pods", "-o", "name")).isEmpty();
    awaitEvent("Stopped");

    kubelet.report(pod -> FakeKubelet.serves(pod));
    state("Running");
    kubectl("wait", "--for=condition=Ready", "kab/orders", "--timeout=60s");
    assertThat(kubectl("get", "replicasets", "-o", "name").lines()).hasSize(1);
    awaitEvent("Resumed");
    assertThat(kubectl("get", "events")).doesNotContain("ScaledToZero").doesNotContain("Activated");
  }

  private void state(String state) {
    kubectl(
        "patch", "kab/orders", "--type=merge", "-p", "{\"spec\":{\"state\":\"" + state + "\"}}");
  }

  @Test
  void ofTwoBridgesWithOneConsumerGroupTheYoungerWaitsForTheOlder() {
    String group =
        "  kafka: {bootstrapServers: \"kafka:9092\", topics: [orders], consumerGroup: crm}\n";
    String bridge =
        BRIDGE.replace("  kafka: {bootstrapServers: \"kafka:9092\", topics: [orders]}\n", group);
    cluster.apply(bridge.formatted("first", namespace, ""));
    kubectl("wait", "--for=condition=Ready", "kab/first", "--timeout=30s");
    cluster.apply(bridge.formatted("orders", namespace, ""));

    awaitCondition("Accepted", "False", "ConsumerGroupInUse");
    awaitCondition("Stalled", "True", "ConsumerGroupInUse");
    assertThat(message("Ready")).contains("Consumer group 'crm' is used by KafkaApiBridge 'first'");
    awaitEvent("ConsumerGroupInUse");
    assertThat(kubectl("get", "deployments", "-o", "name").lines())
        .containsExactly("deployment.apps/first-bridge");

    // What it leaves stays for longer than a pod does that finishes its calls.
    // The garbage collector learns of a new kind every half minute, and orphaning is its work.
    kubectl("delete", "kab/first", "--cascade=orphan", "--timeout=60s");
    await()
        .during(Duration.ofSeconds(5)) // without the other bridge it is looked at every two seconds
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(() -> assertThat(reason("Accepted")).isEqualTo("ConsumerGroupInUse"));

    kubectl("delete", "deployment/first-bridge");
    await()
        .atMost(Duration.ofSeconds(6))
        .untilAsserted(() -> assertThat(reason("Accepted")).isEqualTo("Accepted"));
    awaitCondition("Ready", "True", "Running");
  }

  @Test
  void anImageThatCannotBePulledStalls() {
    kubelet.fate(pod -> FakeKubelet.waiting("ImagePullBackOff", "not found"));
    apply("");

    awaitCondition("Stalled", "True", "ImagePullFailed");
    assertThat(message("Ready")).contains("not found", "spec.workload.image");
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

    kubectl(
        "patch",
        "kab",
        "orders",
        "--type=merge",
        "-p",
        "{\"spec\":{\"autoscaling\":{\"mode\":\"Disabled\"},\"replicas\":2}}");
    awaitStatus(status -> assertThat(status.get("readyReplicas")).isEqualTo(2));
    assertThat(kubectl("get", "kab", "orders", "-o", "yaml")).contains("example.com/Audited");
    Thread.sleep(3_000);
    List<String> before = cluster.writes(namespace);
    Thread.sleep(12_000);
    assertThat(cluster.writes(namespace)).isEqualTo(before);
  }

  private static final String BRIDGE =
      """
      apiVersion: kafka-api-bridge.dev/v1alpha1
      kind: KafkaApiBridge
      metadata: {name: %s, namespace: %s}
      spec:
        kafka: {bootstrapServers: "kafka:9092", topics: [orders]}
        target: {http: {url: "https://crm.example.com/v1/orders"}}
      %s\
      """;

  /** The last that is written of a new bridge is, for its pods, where it started. */
  private void awaitRest(String bridge) throws InterruptedException {
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() ->
            kubectl("get", "configmap", bridge + "-bridge", "-o", "yaml").contains("startedAt"));
    Thread.sleep(3_000);
  }

  private void apply(String belowSpec) {
    cluster.apply(BRIDGE.formatted("orders", namespace, belowSpec));
  }

  private String kubectl(String... arguments) {
    return cluster.kubectl(inNamespace(arguments));
  }

  private int tryKubectl(String... arguments) {
    return cluster.tryKubectl(inNamespace(arguments)).exitCode();
  }

  private String[] inNamespace(String... arguments) {
    var all = new java.util.ArrayList<>(List.of(arguments));
    all.addAll(0, List.of("-n", namespace));
    return all.toArray(String[]::new);
  }

  private GenericKubernetesResource bridge() {
    return requireNonNull(
        cluster
            .admin()
            .genericKubernetesResources("kafka-api-bridge.dev/v1alpha1", "KafkaApiBridge")
            .inNamespace(namespace)
            .withName("orders")
            .get());
  }

  /** Collects what Ready says from now on. */
  private Set<String> watchReady() {
    Set<String> seen = ConcurrentHashMap.newKeySet();
    cluster
        .admin()
        .genericKubernetesResources("kafka-api-bridge.dev/v1alpha1", "KafkaApiBridge")
        .inNamespace(namespace)
        .withName("orders")
        .inform(
            new ResourceEventHandler<>() {
              @Override
              public void onAdd(GenericKubernetesResource bridge) {
                seen.add(
                    condition(bridge, "Ready").get("status")
                        + "/"
                        + condition(bridge, "Ready").get("reason"));
              }

              @Override
              public void onUpdate(
                  GenericKubernetesResource before, GenericKubernetesResource after) {
                onAdd(after);
              }

              @Override
              public void onDelete(GenericKubernetesResource bridge, boolean unknown) {}
            });
    return seen;
  }

  private Map<String, Object> status() {
    return bridge().get("status");
  }

  private Deployment deployment() {
    return cluster
        .admin()
        .apps()
        .deployments()
        .inNamespace(namespace)
        .withName("orders-bridge")
        .get();
  }

  private HasMetadata child(String kind) {
    return io.fabric8.kubernetes.client.utils.Serialization.unmarshal(
        kubectl("get", kind, "orders-bridge", "-o", "json", "--show-managed-fields"));
  }

  private String hash() {
    return deployment()
        .getSpec()
        .getTemplate()
        .getMetadata()
        .getAnnotations()
        .get("kafka-api-bridge.dev/spec-hash");
  }

  private static String hash(io.fabric8.kubernetes.api.model.Pod pod) {
    return pod.getMetadata().getAnnotations().getOrDefault("kafka-api-bridge.dev/spec-hash", "");
  }

  private Map<String, Object> condition(String type) {
    return condition(bridge(), type);
  }

  private static Map<String, Object> condition(GenericKubernetesResource bridge, String type) {
    List<Map<String, Object>> conditions = bridge.get("status", "conditions");
    return conditions == null
        ? Map.of()
        : conditions.stream().filter(c -> c.get("type").equals(type)).findFirst().orElse(Map.of());
  }

  private String message(String type) {
    return (String) condition(type).get("message");
  }

  private String reason(String type) {
    return (String) condition(type).get("reason");
  }

  private void awaitCondition(String type, String status, String reason) {
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> {
          var generation = bridge().getMetadata().getGeneration();
          assertThat(condition(type))
              .containsEntry("status", status)
              .containsEntry("reason", reason)
              .containsEntry("observedGeneration", generation.intValue());
        });
  }

  private void awaitStatus(ThrowingConsumer<Map<String, Object>> requirement) {
    await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> requirement.accept(status()));
  }

  private void awaitEvent(String reason) {
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(kubectl("get", "events", "-o", "wide")).contains(reason));
  }
}
