package dev.kafkaapibridge.sandbox;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.kafkaapibridge.api.report.StatusReport;
import dev.kafkaapibridge.sandbox.api.Journal;
import dev.kafkaapibridge.sandbox.broker.OrderProducer;
import dev.kafkaapibridge.sandbox.view.Snapshot;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.readiness.Readiness;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Looks at all parts of a running sandbox and makes one picture of them. Owns the figures of the
 * last seconds, from which it tells rates; one thread.
 */
final class Observer implements AutoCloseable {

  private static final Duration RATE_WINDOW = Duration.ofSeconds(3);
  private static final BridgeState NOTHING =
      new BridgeState(false, List.of(), null, null, null, null, null);

  private record Sample(Instant at, long produced, long delivered, long limited) {}

  private static final JsonMapper JSON = new JsonMapper();

  private final HttpClient http = HttpClient.newHttpClient();
  private final Sandbox sandbox;
  private final DeployedBridge bridge;
  private final String topic;
  private final OrderProducer producer;
  private final Instant start = Instant.now();
  private final Deque<Sample> samples = new ArrayDeque<>();

  Observer(Sandbox sandbox, DeployedBridge bridge, String topic, OrderProducer producer) {
    this.sandbox = sandbox;
    this.bridge = bridge;
    this.topic = topic;
    this.producer = producer;
  }

  Snapshot look(String weather) {
    Journal.Figures figures = sandbox.api().journal().figures();
    Instant now = Instant.now();
    var sample = new Sample(now, producer.sentCount(), figures.accepted(), figures.status(429));
    samples.add(sample);
    while (samples.size() > 2 && samples.getFirst().at().isBefore(now.minus(RATE_WINDOW))) {
      samples.removeFirst();
    }
    Sample before = samples.getFirst();
    double seconds = Math.max(0.2, Duration.between(before.at(), now).toMillis() / 1000.0);
    return new Snapshot(
        bridge.name(),
        weather,
        Duration.between(start, now),
        sample.produced(),
        (sample.produced() - before.produced()) / seconds,
        sample.delivered(),
        (sample.delivered() - before.delivered()) / seconds,
        sample.limited(),
        (sample.limited() - before.limited()) / seconds,
        figures.failed(),
        lag(),
        bridge.state().orElse(NOTHING),
        bridge.pods().stream().map(this::pod).toList());
  }

  OptionalLong lag() {
    return sandbox.broker().topics().lag(bridge.group(), topic);
  }

  private Snapshot.PodLine pod(Pod pod) {
    Optional<ContainerStatus> container =
        pod.getStatus().getContainerStatuses().stream().findFirst();
    String waiting =
        container
            .map(status -> status.getState().getWaiting())
            .map(state -> state.getReason())
            .orElse(pod.getStatus().getPhase());
    return new Snapshot.PodLine(
        pod.getMetadata().getName(),
        pod.getMetadata().getDeletionTimestamp() != null ? "Terminating" : waiting,
        Readiness.isPodReady(pod),
        container.map(ContainerStatus::getRestartCount).orElse(0),
        Optional.ofNullable(pod.getStatus().getPodIP()).orElse(""),
        says(pod));
  }

  /** The pod's own word, which is newer than the bridge's status; pods elsewhere aren't asked. */
  private String says(Pod pod) {
    if (sandbox.kubelet().isEmpty() || pod.getStatus().getPodIP() == null) {
      return "";
    }
    URI uri = URI.create("http://" + pod.getStatus().getPodIP() + ":8080/status");
    try {
      byte[] body =
          http.send(
                  HttpRequest.newBuilder(uri).timeout(Duration.ofMillis(300)).build(),
                  BodyHandlers.ofByteArray())
              .body();
      StatusReport.Target target = JSON.readValue(body, StatusReport.class).target();
      return "circuit %s, %d in flight%s"
          .formatted(
              target.circuit(),
              target.inFlight(),
              target.gateClosedUntil() == null ? "" : ", waits until " + target.gateClosedUntil());
    } catch (IOException e) {
      return "";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "";
    }
  }

  @Override
  public void close() {
    http.close();
  }
}
