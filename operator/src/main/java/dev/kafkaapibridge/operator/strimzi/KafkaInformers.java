package dev.kafkaapibridge.operator.strimzi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.kafkaapibridge.operator.kube.Failure;
import dev.kafkaapibridge.operator.kube.OwnRights;
import io.fabric8.kubernetes.api.model.APIGroup;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GroupVersionForDiscovery;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Watches {@code Kafka} resources by an informer, after asking for the kind and the right. */
final class KafkaInformers implements KafkaWatch.Begin {

  private static final String GROUP = "kafka.strimzi.io";
  private static final String PLURAL = "kafkas";

  /** Those that this reads alike, the newest first. */
  private static final List<String> VERSIONS = List.of("v1", "v1beta2");

  private static final Duration FILLED_WITHIN = Duration.ofSeconds(5);
  private static final JsonMapper JSON = new JsonMapper();

  private final KubernetesClient client;

  KafkaInformers(KubernetesClient client) {
    this.client = client;
  }

  @Override
  public KafkaWatch.Begun in(String namespace, Consumer<ClusterName> changed) {
    try {
      Optional<String> version = served();
      if (version.isEmpty()) {
        return new KafkaWatch.Begun.Unreadable(
            "can't be read: the cluster doesn't know %s.%s in a version that this operator reads (%s). Install Strimzi, or write bootstrapServers (spec.kafka.strimziClusterRef)"
                .formatted(PLURAL, GROUP, String.join(", ", VERSIONS)));
      }
      for (String verb : List.of("list", "watch")) {
        if (!OwnRights.allow(client, verb, GROUP, PLURAL, namespace)) {
          return new KafkaWatch.Begun.Unreadable(
              "can't be read: the operator has no right to %s %s.%s there, which strimzi.enabled and strimzi.namespaces of its chart give (spec.kafka.strimziClusterRef)"
                  .formatted(verb, PLURAL, GROUP));
        }
      }
      return new KafkaWatch.Begun.Watching(watch(namespace, version.get(), changed));
    } catch (KubernetesClientException e) {
      return new KafkaWatch.Begun.Unreadable("can't be read now: " + Failure.words(e));
    }
  }

  private Optional<String> served() {
    APIGroup group = client.getApiGroup(GROUP);
    Set<String> served =
        group == null
            ? Set.of()
            : group.getVersions().stream()
                .map(GroupVersionForDiscovery::getVersion)
                .collect(Collectors.toSet());
    return VERSIONS.stream().filter(served::contains).findFirst();
  }

  private KafkaWatch watch(String namespace, String version, Consumer<ClusterName> changed) {
    var informer =
        client
            .genericKubernetesResources(
                new ResourceDefinitionContext.Builder()
                    .withGroup(GROUP)
                    .withVersion(version)
                    .withKind("Kafka")
                    .withPlural(PLURAL)
                    .withNamespaced(true)
                    .build())
            .inNamespace(namespace)
            .runnableInformer(0);
    informer.addEventHandler(new Changes(changed));
    var watch = new Informed(namespace, informer);
    informer.exceptionHandler((started, failure) -> watch.goesOn(failure));
    try {
      informer.start().toCompletableFuture().get(FILLED_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException e) {
      // What is not known yet is said, and known when it comes.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return watch;
  }

  private static final class Informed implements KafkaWatch {
    private final String namespace;
    private final SharedIndexInformer<GenericKubernetesResource> informer;
    private volatile @Nullable String lost;

    Informed(String namespace, SharedIndexInformer<GenericKubernetesResource> informer) {
      this.namespace = namespace;
      this.informer = informer;
    }

    /** What the API server doesn't know or allow needs other questions; all else patience. */
    boolean goesOn(Throwable failure) {
      KubernetesClientException answer = Failure.answer(failure);
      if (answer == null || answer.getCode() != 403 && answer.getCode() != 404) {
        return true;
      }
      lost = Failure.words(answer);
      return false;
    }

    @Override
    public @Nullable JsonNode kafka(String name) {
      GenericKubernetesResource kafka = informer.getIndexer().getByKey(namespace + "/" + name);
      return kafka == null ? null : JSON.valueToTree(kafka.getAdditionalProperties());
    }

    @Override
    public boolean isFilled() {
      return informer.hasSynced();
    }

    @Override
    public boolean isWatching() {
      return informer.isWatching();
    }

    @Override
    public Optional<String> lost() {
      return Optional.ofNullable(lost);
    }

    @Override
    public void close() {
      informer.close();
    }
  }

  private record Changes(Consumer<ClusterName> changed)
      implements ResourceEventHandler<GenericKubernetesResource> {
    @Override
    public void onAdd(GenericKubernetesResource kafka) {
      tell(kafka);
    }

    @Override
    public void onUpdate(GenericKubernetesResource before, GenericKubernetesResource kafka) {
      if (!before.getAdditionalProperties().equals(kafka.getAdditionalProperties())) {
        tell(kafka);
      }
    }

    @Override
    public void onDelete(GenericKubernetesResource kafka, boolean unknown) {
      tell(kafka);
    }

    private void tell(GenericKubernetesResource kafka) {
      changed.accept(
          new ClusterName(kafka.getMetadata().getNamespace(), kafka.getMetadata().getName()));
    }
  }
}
