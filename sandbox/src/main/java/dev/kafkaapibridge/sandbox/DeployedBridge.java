package dev.kafkaapibridge.sandbox;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** A bridge in the cluster. Holds no state: every question goes to the API server. */
public final class DeployedBridge {

  static final ResourceDefinitionContext KIND =
      new ResourceDefinitionContext.Builder()
          .withGroup("kafka-api-bridge.dev")
          .withVersion("v1alpha1")
          .withKind("KafkaApiBridge")
          .withPlural("kafkaapibridges")
          .withNamespaced(true)
          .build();

  private final KubernetesClient client;
  private final String namespace;
  private final Example example;

  DeployedBridge(KubernetesClient client, String namespace, Example example) {
    this.client = client;
    this.namespace = namespace;
    this.example = example;
  }

  public String name() {
    return example.name();
  }

  public String group() {
    return example.group(namespace);
  }

  public String deadLetterTopic() {
    return example.deadLetterTopic(namespace);
  }

  /** The status; empty where the object is gone. */
  public Optional<BridgeState> state() {
    return Optional.ofNullable(object().get()).map(BridgeState::of);
  }

  /** Its pods, in the order of their names. */
  public List<Pod> pods() {
    return client
        .pods()
        .inNamespace(namespace)
        .withLabel("app.kubernetes.io/instance", name())
        .list()
        .getItems()
        .stream()
        .sorted((a, b) -> a.getMetadata().getName().compareTo(b.getMetadata().getName()))
        .toList();
  }

  /**
   * Waits until the bridge serves its spec.
   *
   * @throws IllegalStateException with its conditions, when it has not within {@code limit}
   */
  public BridgeState awaitReady(Duration limit) throws InterruptedException {
    Instant until = Instant.now().plus(limit);
    while (true) {
      Optional<BridgeState> state = state();
      if (state.isPresent() && state.get().ready()) {
        return state.get();
      }
      if (Instant.now().isAfter(until)) {
        throw new IllegalStateException(
            "%s is not ready after %d s; its conditions are %s"
                .formatted(name(), limit.toSeconds(), state.map(BridgeState::conditions)));
      }
      Thread.sleep(200);
    }
  }

  /** Deletes the bridge and waits until its pods are gone. */
  public void delete(Duration limit) throws InterruptedException {
    object().delete();
    Instant until = Instant.now().plus(limit);
    while ((object().get() != null || !pods().isEmpty()) && Instant.now().isBefore(until)) {
      Thread.sleep(200);
    }
  }

  private Resource<GenericKubernetesResource> object() {
    return client.genericKubernetesResources(KIND).inNamespace(namespace).withName(name());
  }
}
