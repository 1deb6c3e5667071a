package dev.kafkaapibridge.operator;

import dev.kafkaapibridge.operator.cluster.ControlPlane;
import dev.kafkaapibridge.operator.cluster.FakeKubelet;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/**
 * A namespace for each test on a real control plane. The operator has the rights that it is meant
 * to have. There is no node; a stand-in says that pods run, and answers for them.
 */
abstract class OwnNamespace {

  private static final AtomicInteger NAMESPACES = new AtomicInteger();
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  static ControlPlane cluster;
  static TestedOperator operator;

  String namespace;
  FakeKubelet kubelet;

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
    namespace =
        getClass().getSimpleName().toLowerCase(Locale.ROOT) + "-" + NAMESPACES.incrementAndGet();
    cluster.kubectl("create", "namespace", namespace);
    kubelet = new FakeKubelet(cluster.admin(), namespace, operator.podPort());
  }

  @AfterEach
  void stopPods() {
    kubelet.close();
    cluster.kubectl("delete", "namespace", namespace, "--wait=false", "--ignore-not-found");
  }

  String kubectl(String... arguments) {
    return cluster.kubectl(inNamespace(arguments));
  }

  int tryKubectl(String... arguments) {
    return cluster.tryKubectl(inNamespace(arguments)).exitCode();
  }

  private String[] inNamespace(String... arguments) {
    var all = new ArrayList<>(List.of("-n", namespace));
    all.addAll(List.of(arguments));
    return all.toArray(String[]::new);
  }

  /** Until the operator has written nothing for so long; all that it had written until then. */
  List<String> awaitNoWritesFor(Duration stretch) throws IOException, InterruptedException {
    List<String> last = cluster.writes(namespace);
    for (long from = System.nanoTime(); System.nanoTime() - from < PATIENCE.toNanos(); ) {
      Thread.sleep(stretch);
      List<String> now = cluster.writes(namespace);
      if (now.equals(last)) {
        return now;
      }
      last = now;
    }
    throw new AssertionError("no peace: " + last);
  }

  Deployment deployment() {
    return cluster
        .admin()
        .apps()
        .deployments()
        .inNamespace(namespace)
        .withName("orders-bridge")
        .get();
  }
}
