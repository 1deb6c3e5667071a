package dev.kafkaapibridge.sandbox.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A bridge, as its user deals with it: by kubectl. Its namespace keeps to the restricted profile.
 */
record BridgeOnNode(Installed on, String namespace, String name) {

  /**
   * A namespace of its own, and in it a bridge from a topic of the broker to an API.
   *
   * @param http further fields of {@code spec.target.http}, in YAML's flow style
   * @param spec further fields of {@code spec}, the same
   */
  static BridgeOnNode create(Installed on, String topic, String url, String http, String spec) {
    var bridge = new BridgeOnNode(on, topic + "-shop", "orders");
    bridge.ownNamespace();
    bridge.apply(topic, url, http, spec);
    return bridge;
  }

  void ownNamespace() {
    on.apply(
        "{apiVersion: v1, kind: Namespace, metadata: {name: %s, labels: {pod-security.kubernetes.io/enforce: restricted}}}"
            .formatted(namespace));
  }

  void apply(String topic, String url, String http, String spec) {
    on.apply(
        """
        apiVersion: kafka-api-bridge.dev/v1alpha1
        kind: KafkaApiBridge
        metadata: {name: %s, namespace: %s}
        spec:
          kafka: {bootstrapServers: "%s", topics: [%s]}
          target: {http: {url: "%s/v1/orders"%s}}
          autoscaling: {mode: Disabled}
        %s
        """
            .formatted(
                name,
                namespace,
                on.bootstrapServers(),
                topic,
                url,
                http.isEmpty() ? "" : ", " + http,
                spec.indent(2)));
  }

  String group() {
    return namespace + "." + name;
  }

  String kubectl(String... arguments) {
    return on.kubectl(inNamespace(arguments));
  }

  String kubectlSays(String... arguments) {
    return on.kubectlSays(inNamespace(arguments));
  }

  private String[] inNamespace(String... arguments) {
    var all = new ArrayList<>(List.of("-n", namespace));
    all.addAll(List.of(arguments));
    return all.toArray(String[]::new);
  }

  /** A merge patch of its spec. */
  void patch(String spec) {
    kubectl("patch", "kab/" + name, "--type=merge", "-p", "{\"spec\": " + spec + "}");
  }

  String get(String jsonPath) {
    return kubectl("get", "kab/" + name, "-o", "jsonpath={" + jsonPath + "}");
  }

  void awaitReady() {
    kubectl("wait", "kab/" + name, "--for=condition=Ready", "--timeout=300s");
  }

  /** "True Running", "Unknown RollingOut" and the like. */
  String condition(String type) {
    return kubectl(
        "get",
        "kab/" + name,
        "-o",
        "jsonpath={range .status.conditions[?(@.type==\"%s\")]}{.status} {.reason}: {.message}{end}"
            .formatted(type));
  }

  void awaitCondition(String type, String beginning) {
    await()
        .atMost(Duration.ofMinutes(5))
        .pollInterval(Duration.ofMillis(500))
        .untilAsserted(() -> assertThat(condition(type)).as(type).startsWith(beginning));
  }

  void awaitEvent(String reason) {
    await()
        .atMost(Duration.ofMinutes(5))
        .pollInterval(Duration.ofMillis(500))
        .untilAsserted(() -> assertThat(events()).contains(reason));
  }

  /** Reasons and notes, a line each. */
  String events() {
    return kubectl(
        "get",
        "events.events.k8s.io",
        "-o",
        "jsonpath={range .items[?(@.regarding.kind==\"KafkaApiBridge\")]}{.reason}: {.note}{\"\\n\"}{end}");
  }

  /** Name and restarts of each pod that is not on its way out. */
  List<String> pods() {
    return kubectl(
            "get",
            "pods",
            "-l",
            "app.kubernetes.io/instance=" + name,
            "-o",
            "go-template={{range .items}}{{if not .metadata.deletionTimestamp}}{{.metadata.name}} {{range .status.containerStatuses}}{{.restartCount}}{{end}}{{\"\\n\"}}{{end}}{{end}}")
        .lines()
        .filter(line -> !line.isBlank())
        .sorted()
        .toList();
  }
}
