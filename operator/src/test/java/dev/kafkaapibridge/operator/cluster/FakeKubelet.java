package dev.kafkaapibridge.operator.cluster;

import com.sun.net.httpserver.HttpServer;
import dev.kafkaapibridge.operator.bridge.observe.Pods;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * Stands for the node that a bare control plane lacks, in one namespace: says of each pod that it
 * runs and is ready, and answers for it on a loopback address of its own.
 */
public final class FakeKubelet implements AutoCloseable {

  /** Pods of one test listen on one port: each process of tests has addresses of its own. */
  private static final int FORK = Integer.getInteger("kab.fork", 0);

  private static final AtomicInteger NEXT_ADDRESS = new AtomicInteger(1);

  private final KubernetesClient client;
  private final String namespace;
  private final int port;
  private final Map<String, HttpServer> servers = new ConcurrentHashMap<>();
  private final Thread loop;

  /** What a pod answers on /status, from what it is. */
  private volatile Function<Pod, String> reports = FakeKubelet::serves;

  /** What becomes of a pod; null leaves it as it is. */
  private volatile Function<Pod, PodStatusBuilder> fate = pod -> ready();

  private volatile boolean closed;

  public FakeKubelet(KubernetesClient client, String namespace, int port) {
    this.client = client;
    this.namespace = namespace;
    this.port = port;
    loop = Thread.ofVirtual().start(this::run);
  }

  /** The report of a pod that serves the spec that its template names. */
  public static String serves(Pod pod, String... extra) {
    String hash =
        pod.getMetadata().getAnnotations().getOrDefault("kafka-api-bridge.dev/spec-hash", "");
    int first = 2 * Math.floorMod(pod.getMetadata().getUid().hashCode(), 100_000);
    var all =
        new java.util.ArrayList<>(
            List.of(
                "specHash",
                "\"" + hash + "\"",
                "kafka.partitions",
                """
                [{"topic": "orders", "partition": %d, "end": 12, "lag": 7}, {"topic": "orders", "partition": %d, "end": 9, "lag": 3}]\
                """
                    .formatted(first, first + 1)));
    all.addAll(java.util.List.of(extra));
    return Pods.json(all.toArray(String[]::new));
  }

  private static String serves(Pod pod) {
    return serves(pod, new String[0]);
  }

  public void report(Function<Pod, String> newReports) {
    reports = newReports;
  }

  public void fate(Function<Pod, PodStatusBuilder> newFate) {
    fate = newFate;
  }

  public static PodStatusBuilder ready() {
    return new PodStatusBuilder()
        .withPhase("Running")
        .addNewCondition()
        .withType("Ready")
        .withStatus("True")
        .endCondition();
  }

  /** A container that waits for the reason that the kubelet names. */
  public static PodStatusBuilder waiting(String reason, String message) {
    return new PodStatusBuilder()
        .withPhase("Pending")
        .addNewContainerStatus()
        .withName("runtime")
        .withImage("x")
        .withImageID("")
        .withReady(false)
        .withRestartCount(3)
        .withNewState()
        .withNewWaiting(message, reason)
        .endState()
        .endContainerStatus();
  }

  private void run() {
    while (!closed) {
      try {
        for (Pod pod : client.pods().inNamespace(namespace).list().getItems()) {
          look(pod);
        }
        Thread.sleep(100);
      } catch (InterruptedException e) {
        return;
      } catch (KubernetesClientException e) {
        if (closed) {
          return;
        }
      }
    }
  }

  private void look(Pod pod) {
    PodStatusBuilder status = fate.apply(pod);
    if (status == null || pod.getMetadata().getDeletionTimestamp() != null) {
      return;
    }
    String address = address(pod.getMetadata().getUid(), pod);
    status.withPodIP(address).addNewPodIP(address);
    Map<String, Object> wanted =
        Serialization.unmarshal(Serialization.asJson(status.build()), Map.class);
    Map<String, Object> is =
        Serialization.unmarshal(Serialization.asJson(pod.getStatus()), Map.class);
    // A merge leaves what is not named; what a container waited for is over.
    wanted.putIfAbsent("containerStatuses", List.of());
    is.putIfAbsent("containerStatuses", List.of());
    if (wanted.entrySet().stream().anyMatch(e -> !e.getValue().equals(is.get(e.getKey())))) {
      try {
        client
            .pods()
            .inNamespace(namespace)
            .withName(pod.getMetadata().getName())
            .subresource("status")
            .patch(
                PatchContext.of(PatchType.JSON_MERGE),
                Serialization.asJson(Map.of("status", wanted)));
      } catch (KubernetesClientException e) {
        if (e.getCode() != 404) {
          throw e;
        }
      }
    }
  }

  private String address(String uid, Pod pod) {
    return servers
        .computeIfAbsent(
            uid,
            u -> {
              int n = NEXT_ADDRESS.getAndIncrement();
              String address = "127.%d.%d.%d".formatted(2 + FORK, n / 250, 1 + n % 250);
              try {
                HttpServer server =
                    HttpServer.create(
                        new InetSocketAddress(InetAddress.ofLiteral(address), port), 0);
                server.createContext(
                    "/status",
                    exchange -> {
                      try (exchange) {
                        byte[] body = reports.apply(pod).getBytes(StandardCharsets.UTF_8);
                        exchange.sendResponseHeaders(200, body.length);
                        exchange.getResponseBody().write(body);
                      }
                    });
                server.start();
                return server;
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            })
        .getAddress()
        .getAddress()
        .getHostAddress();
  }

  @Override
  public void close() {
    closed = true;
    loop.interrupt();
    servers.values().forEach(server -> server.stop(0));
  }
}
