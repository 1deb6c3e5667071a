package dev.kafkaapibridge.sandbox;

import dev.kafkaapibridge.sandbox.kubernetes.Cluster;
import dev.kafkaapibridge.sandbox.network.FreePorts;
import dev.kafkaapibridge.sandbox.process.GuardedProcess;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The operator as a program of its own, which works against a kubeconfig. */
final class LocalOperator implements AutoCloseable {

  private static final Duration START_LIMIT = Duration.ofSeconds(90);
  private static final List<String> CRDS = List.of("kafkaapibridges", "kafkaapibridgereplays");

  private final GuardedProcess process;
  private final int port;

  private LocalOperator(GuardedProcess process, int port) {
    this.process = process;
    this.port = port;
  }

  /** Gives the cluster the CRDs and waits until the API server serves them. */
  static void installCrds(KubernetesClient client) {
    CRDS.forEach(crd -> installCrd(client, crd));
  }

  private static void installCrd(KubernetesClient client, String name) {
    String file = "/dev/kafkaapibridge/api/" + name + ".yaml";
    try (InputStream crd =
        Objects.requireNonNull(LocalOperator.class.getResourceAsStream(file), file)) {
      client.load(crd).forceConflicts().fieldManager("sandbox").serverSideApply();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
    client
        .apiextensions()
        .v1()
        .customResourceDefinitions()
        .withName(name + ".kafka-api-bridge.dev")
        .waitUntilCondition(LocalOperator::established, 30, TimeUnit.SECONDS);
  }

  private static boolean established(@Nullable CustomResourceDefinition crd) {
    return crd != null
        && crd.getStatus() != null
        && crd.getStatus().getConditions() != null
        && crd.getStatus().getConditions().stream()
            .anyMatch(condition ->
                "Established".equals(condition.getType()) && "True".equals(condition.getStatus()));
  }

  /**
   * Starts the operator and returns when it is ready.
   *
   * @param namespaces that it watches, separated by commas; empty: all
   */
  static LocalOperator start(Path jar, Cluster cluster, String namespaces, Path log) {
    int port = FreePorts.one();
    var environment = new HashMap<String, String>();
    environment.put("KUBECONFIG", cluster.kubeconfig().toString());
    environment.put("KAB_LEADER_ELECTION", "Disabled");
    environment.put("KAB_WATCH_NAMESPACES", namespaces);
    environment.put("KAB_PORT", Integer.toString(port));
    if (System.getenv("KAB_RUNTIME_IMAGE") == null) {
      environment.put("KAB_RUNTIME_IMAGE", "localhost/kafka-api-bridge/runtime:" + version());
    }
    var command =
        List.of(
            GuardedProcess.java(),
            "-Xmx256m",
            "-XX:TieredStopAtLevel=1", // its life is short: start quickly rather than run fast
            "-jar",
            jar.toString());
    var operator = new LocalOperator(GuardedProcess.start(command, environment, log), port);
    try {
      operator.awaitReady();
      return operator;
    } catch (RuntimeException e) {
      operator.close();
      throw e;
    }
  }

  String url() {
    return "http://127.0.0.1:" + port;
  }

  Path log() {
    return process.log();
  }

  void requireRunning() {
    if (!process.running()) {
      throw new IllegalStateException(
          "the operator ended by itself; it wrote last:\n" + process.logTail(3000));
    }
  }

  @Override
  public void close() {
    process.close();
  }

  private void awaitReady() {
    Instant until = Instant.now().plus(START_LIMIT);
    var request =
        HttpRequest.newBuilder(URI.create(url() + "/readyz"))
            .timeout(Duration.ofSeconds(2))
            .build();
    try (HttpClient client = HttpClient.newHttpClient()) {
      while (true) {
        try {
          if (client.send(request, BodyHandlers.discarding()).statusCode() == 200) {
            return;
          }
        } catch (IOException e) {
          // not listening yet
        }
        if (!process.running() || Instant.now().isAfter(until)) {
          throw new IllegalStateException(
              (process.running() ? "the operator is not ready" : "the operator ended by itself")
                  + "; it wrote last:\n"
                  + process.logTail(3000));
        }
        Thread.sleep(100);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the operator started", e);
    }
  }

  /** The tag of the images that this build makes. */
  private static String version() {
    return Objects.requireNonNullElse(
        LocalOperator.class.getPackage().getImplementationVersion(), "development");
  }
}
