package dev.kafkaapibridge.operator.cluster;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * The external metrics API of a cluster with one metric, whose value is a test's to say: what KEDA
 * and others are for the HorizontalPodAutoscaler.
 */
public final class ExternalMetrics implements AutoCloseable {

  private static final String GROUP = "external.metrics.k8s.io/v1beta1";

  private final InetAddress address;
  private final HttpsStub server;
  private volatile long value;

  /**
   * @param address of this machine; endpoints of a Service must not be on the loopback
   */
  public ExternalMetrics(InetAddress address) throws IOException {
    this.address = address;
    server = new HttpsStub(address, (uri, body) -> answer(uri.getPath()));
  }

  /** An address of this machine that is not the loopback; a machine without network has none. */
  public static Optional<InetAddress> address() throws IOException {
    return NetworkInterface.networkInterfaces()
        .flatMap(NetworkInterface::inetAddresses)
        .filter(Inet4Address.class::isInstance)
        .filter(a -> !a.isLoopbackAddress() && !a.isLinkLocalAddress())
        .findFirst();
  }

  public void say(long newValue) {
    value = newValue;
  }

  /** To be applied: a Service that leads here, and who serves the API. */
  public String registration(String namespace) {
    return """
    apiVersion: v1
    kind: Service
    metadata: {name: metrics, namespace: %1$s}
    spec: {ports: [{port: 443, targetPort: %3$d, protocol: TCP}]}
    ---
    apiVersion: discovery.k8s.io/v1
    kind: EndpointSlice
    metadata: {name: metrics, namespace: %1$s, labels: {kubernetes.io/service-name: metrics}}
    addressType: IPv4
    endpoints: [{addresses: ["%2$s"], conditions: {ready: true}}]
    ports: [{port: %3$d, protocol: TCP}]
    ---
    apiVersion: apiregistration.k8s.io/v1
    kind: APIService
    metadata: {name: v1beta1.external.metrics.k8s.io}
    spec:
      group: external.metrics.k8s.io
      version: v1beta1
      groupPriorityMinimum: 100
      versionPriority: 100
      service: {name: metrics, namespace: %1$s, port: 443}
      insecureSkipTLSVerify: true
    """
        .formatted(namespace, address.getHostAddress(), server.port());
  }

  private String answer(String path) {
    if (!path.contains("/namespaces/")) {
      return """
      {"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": "%s",
       "resources": [{"name": "lag", "namespaced": true, "kind": "ExternalMetricValueList", "verbs": ["get"]}]}
      """
          .formatted(GROUP);
    }
    return """
    {"kind": "ExternalMetricValueList", "apiVersion": "%s", "metadata": {},
     "items": [{"metricName": "lag", "metricLabels": {}, "timestamp": "%s", "value": "%d"}]}
    """
        .formatted(GROUP, Instant.now().truncatedTo(ChronoUnit.SECONDS), value);
  }

  @Override
  public void close() {
    server.close();
  }
}
