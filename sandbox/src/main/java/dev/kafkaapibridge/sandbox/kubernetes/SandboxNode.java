package dev.kafkaapibridge.sandbox.kubernetes;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Node object: without one the controllers take the pods for orphans and delete them, and
 * without a heartbeat in its Lease they call them not ready. Its thread keeps the Lease fresh.
 */
final class SandboxNode implements AutoCloseable {

  static final String NAME = "sandbox";
  private static final Logger LOG = LoggerFactory.getLogger(SandboxNode.class);
  private static final String LEASES = "kube-node-lease";
  private static final Duration HEARTBEAT = Duration.ofSeconds(10);

  private final KubernetesClient client;
  private final String address;
  private final Thread heartbeat;

  SandboxNode(KubernetesClient client, String address) {
    this.client = client;
    this.address = address;
    register();
    renewLease();
    heartbeat = Thread.ofVirtual().name("node-heartbeat").start(this::beat);
  }

  String address() {
    return address;
  }

  /** Tells of something that happened to a pod, for {@code kubectl describe pod}. */
  void tell(Pod pod, String type, String reason, String message) {
    String now = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
    Event event =
        new EventBuilder()
            .withNewMetadata()
            .withGenerateName(pod.getMetadata().getName() + ".")
            .withNamespace(pod.getMetadata().getNamespace())
            .endMetadata()
            .withNewInvolvedObject()
            .withApiVersion("v1")
            .withKind("Pod")
            .withName(pod.getMetadata().getName())
            .withNamespace(pod.getMetadata().getNamespace())
            .withUid(pod.getMetadata().getUid())
            .endInvolvedObject()
            .withType(type)
            .withReason(reason)
            .withMessage(message)
            .withNewSource("kubelet", NAME)
            .withFirstTimestamp(now)
            .withLastTimestamp(now)
            .withCount(1)
            .build();
    try {
      client.v1().events().resource(event).create();
    } catch (KubernetesClientException e) {
      LOG.debug("event {} of {} not written", reason, pod.getMetadata().getName(), e);
    }
  }

  @Override
  public void close() {
    heartbeat.interrupt();
  }

  private void register() {
    String now = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
    Map<String, Quantity> size =
        Map.of(
            "cpu", new Quantity(Integer.toString(Runtime.getRuntime().availableProcessors())),
            "memory", new Quantity("16Gi"),
            "pods", new Quantity("253"));
    Node node =
        new NodeBuilder()
            .withNewMetadata()
            .withName(NAME)
            .addToLabels("kubernetes.io/hostname", NAME)
            .addToLabels("kubernetes.io/os", "linux")
            .endMetadata()
            .withNewStatus()
            .withCapacity(size)
            .withAllocatable(size)
            .addNewAddress(address, "InternalIP")
            .addNewCondition()
            .withType("Ready")
            .withStatus("True")
            .withReason("SandboxReady")
            .withMessage("pods run as local processes")
            .withLastHeartbeatTime(now)
            .withLastTransitionTime(now)
            .endCondition()
            .withNewDaemonEndpoints()
            .withNewKubeletEndpoint(PodAddresses.NODE_PORT)
            .endDaemonEndpoints()
            .withNewNodeInfo()
            .withKubeletVersion("sandbox")
            .withOperatingSystem("linux")
            .endNodeInfo()
            .endStatus()
            .build();
    client.nodes().withName(NAME).delete(); // an earlier run in the same folder may have left one
    client.nodes().resource(node).create();
    client
        .nodes()
        .withName(NAME)
        .subresource("status")
        .patch(PatchContext.of(PatchType.JSON_MERGE), node);
  }

  private void beat() {
    try {
      while (true) {
        Thread.sleep(HEARTBEAT);
        try {
          renewLease();
        } catch (KubernetesClientException e) {
          LOG.warn("the node's lease was not renewed; trying again", e);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void renewLease() {
    client
        .leases()
        .inNamespace(LEASES)
        .resource(
            new LeaseBuilder()
                .withNewMetadata()
                .withName(NAME)
                .withNamespace(LEASES)
                .endMetadata()
                .withNewSpec()
                .withHolderIdentity(NAME)
                .withLeaseDurationSeconds(40)
                .withRenewTime(ZonedDateTime.now(ZoneOffset.UTC))
                .endSpec()
                .build())
        .forceConflicts()
        .fieldManager("sandbox")
        .serverSideApply();
  }
}
