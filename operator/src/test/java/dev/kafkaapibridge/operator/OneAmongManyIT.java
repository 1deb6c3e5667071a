package dev.kafkaapibridge.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kafkaapibridge.operator.cluster.ControlPlane;
import dev.kafkaapibridge.operator.cluster.FakeKubelet;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A hundred bridges, of which most are broken, each in a way that costs the operator time: an edit
 * of one that is well is acted on as if it were alone.
 */
@Tag("turn-3") // 64 s
class OneAmongManyIT {

  private static final int HANGING = 60;
  private static final int REFUSED = 38;

  private static final CountDownLatch END = new CountDownLatch(1);
  private static ControlPlane cluster;
  private static TestedOperator operator;
  private static FakeKubelet hangs;
  private static FakeKubelet serves;

  @BeforeAll
  static void aHundredBridges() throws Exception {
    cluster = ControlPlane.get();
    operator = TestedOperator.start(cluster, "many-it");
    for (String namespace : List.of("crowd", "alone")) {
      cluster.kubectl("create", "namespace", namespace);
    }
    hangs = new FakeKubelet(cluster.admin(), "crowd", operator.podPort());
    serves = new FakeKubelet(cluster.admin(), "alone", operator.podPort());
    hangs.report(pod -> {
      if (pod.getMetadata().getName().startsWith("hangs-")) {
        awaitEnd();
      }
      return FakeKubelet.serves(pod);
    });
    // The pods of these never answer; the children of those can't be applied.
    var all = new StringBuilder();
    IntStream.range(0, HANGING).forEach(i -> all.append(bridge("crowd", "hangs-" + i)));
    IntStream.range(0, REFUSED)
        .forEach(i ->
            all.append(
                "---\n{apiVersion: v1, kind: ConfigMap, metadata: {name: refused-%d-bridge, namespace: crowd}}\n"
                    .formatted(i)));
    IntStream.range(0, REFUSED).forEach(i -> all.append(bridge("crowd", "refused-" + i)));
    all.append(bridge("crowd", "well")).append(bridge("alone", "well"));
    cluster.apply(all.toString());
    for (String namespace : List.of("crowd", "alone")) {
      cluster.kubectl(
          "-n", namespace, "wait", "--for=condition=Ready", "kab/well", "--timeout=240s");
    }
    await()
        .atMost(Duration.ofMinutes(4))
        .untilAsserted(() -> {
          assertThat(count("NotReported")).isEqualTo(HANGING);
          assertThat(count("NameConflict")).isEqualTo(REFUSED);
        });
  }

  @AfterAll
  static void stop() {
    END.countDown();
    operator.close();
    hangs.close();
    serves.close();
    cluster.kubectl("delete", "namespace", "crowd", "alone", "--wait=false");
  }

  @Test
  void anEditInAnotherNamespaceIsActedOnAtOnce() throws Exception {
    double worst = worstOfFive("alone");
    System.err.printf("among 98 broken bridges, elsewhere: acted on within %.1f s%n", worst);
    assertThat(worst).isLessThan(5);
  }

  @Test
  void andInTheSameNamespaceWithinSeconds() throws Exception {
    double worst = worstOfFive("crowd");
    System.err.printf("among 98 broken bridges, beside them: acted on within %.1f s%n", worst);
    assertThat(worst).isLessThan(12);
  }

  /** Seconds from an edit to what pods are given to read. */
  private static double worstOfFive(String namespace) throws Exception {
    double worst = 0;
    for (int i = 1; i <= 5; i++) {
      int wanted = 10 + i;
      long began = System.nanoTime();
      cluster
          .admin()
          .genericKubernetesResources("kafka-api-bridge.dev/v1alpha1", "KafkaApiBridge")
          .inNamespace(namespace)
          .withName("well")
          .patch(
              PatchContext.of(PatchType.JSON_MERGE),
              "{\"spec\": {\"delivery\": {\"maxInFlight\": %d}}}".formatted(wanted));
      await()
          .atMost(Duration.ofSeconds(60))
          .pollInterval(Duration.ofMillis(100))
          .until(() ->
              cluster
                  .admin()
                  .configMaps()
                  .inNamespace(namespace)
                  .withName("well-bridge")
                  .get()
                  .getData()
                  .toString()
                  .contains("maxInFlight: " + wanted));
      worst = Math.max(worst, (System.nanoTime() - began) / 1e9);
    }
    return worst;
  }

  private static long count(String reason) {
    return cluster
        .kubectl("-n", "crowd", "get", "kab")
        .lines()
        .filter(line -> line.contains(reason))
        .count();
  }

  private static String bridge(String namespace, String name) {
    return """
    ---
    apiVersion: kafka-api-bridge.dev/v1alpha1
    kind: KafkaApiBridge
    metadata: {name: %s, namespace: %s}
    spec:
      kafka: {bootstrapServers: "kafka:9092", topics: [orders]}
      target: {http: {url: "https://crm.example.com/v1/orders"}}
      autoscaling: {mode: Disabled}
    """
        .formatted(name, namespace);
  }

  private static void awaitEnd() {
    try {
      END.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
