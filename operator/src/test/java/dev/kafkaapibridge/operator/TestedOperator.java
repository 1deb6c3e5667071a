package dev.kafkaapibridge.operator;

import dev.kafkaapibridge.operator.cluster.ControlPlane;
import dev.kafkaapibridge.operator.strimzi.StrimziAccess;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.Set;

/** The operator in the test's own process, with the rights that its chart gives it. */
final class TestedOperator implements AutoCloseable {

  private final String identity;
  private final int podPort;
  private final KubernetesClient client;
  private PrometheusMeterRegistry metrics;

  /** Whose Kafka resources bridges of all namespaces may refer to. */
  static final String SHARED_KAFKAS = "kafka";

  private OperatorProcess process;

  private TestedOperator(ControlPlane cluster, String identity) throws IOException {
    this.identity = identity;
    try (var socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      this.podPort = socket.getLocalPort();
    }
    this.client = cluster.operator();
    this.process = begin();
  }

  static TestedOperator start(ControlPlane cluster, String identity) throws IOException {
    return new TestedOperator(cluster, identity);
  }

  private OperatorProcess begin() throws IOException {
    metrics = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    return new OperatorProcess(
        new Settings(
            "runtime:1",
            Set.of(),
            false,
            0,
            identity,
            null,
            new StrimziAccess(true, Set.of(SHARED_KAFKAS)),
            List.of()),
        client,
        metrics,
        why -> {
          throw new AssertionError(why);
        },
        () -> {
          throw new AssertionError("a reconcile has no end");
        },
        podPort);
  }

  /** Where it looks for the status of pods. */
  int podPort() {
    return podPort;
  }

  /** What Prometheus is shown. */
  String metrics() {
    return metrics.scrape();
  }

  /** What happens while no operator runs. */
  interface Meanwhile {
    void happen() throws IOException;
  }

  /** A new process, as far as it knows. */
  void restart() throws IOException {
    restart(() -> {});
  }

  void restart(Meanwhile meanwhile) throws IOException {
    process.close();
    meanwhile.happen();
    process = begin();
  }

  @Override
  public void close() {
    process.close();
    client.close();
  }
}
