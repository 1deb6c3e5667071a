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
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The {@code Kafka} resources of Strimzi, watched from the moment when a bridge refers to one, a
 * namespace at a time, and only where the cluster knows the kind and the operator has the right:
 * both are asked first, and again after a minute. Owns what is watched; safe for all threads.
 */
public final class StrimziClusters implements AutoCloseable {

  private static final String GROUP = "kafka.strimzi.io";
  private static final String PLURAL = "kafkas";

  /** Those that this reads alike, the newest first. */
  private static final List<String> VERSIONS = List.of("v1", "v1beta2");

  private static final Duration ASKED_AGAIN_AFTER = Duration.ofMinutes(1);
  private static final Duration FILLED_WITHIN = Duration.ofSeconds(5);
  private static final JsonMapper JSON = new JsonMapper();

  /** What is watched of one namespace. */
  private sealed interface Watch {
    record On(SharedIndexInformer<GenericKubernetesResource> kafkas) implements Watch {}

    /**
     * @param since by {@link System#nanoTime()}
     */
    record Off(Listener.Missing why, long since) implements Watch {}
  }

  private final KubernetesClient client;
  private final StrimziAccess access;
  private final LongSupplier nanoTime;
  private final Map<String, Watch> watches = new ConcurrentHashMap<>();
  private final Set<Consumer<ClusterName>> listening = ConcurrentHashMap.newKeySet();

  public StrimziClusters(KubernetesClient client, StrimziAccess access) {
    this.client = client;
    this.access = access;
    this.nanoTime = System::nanoTime;
  }

  /** {@code changed} is told which resource has come, changed or gone, from then on. */
  public void onChange(Consumer<ClusterName> changed) {
    listening.add(changed);
  }

  /**
   * What its resource says of a listener now. The first look at a namespace takes some seconds at
   * most.
   *
   * @param from the namespace of the bridge that refers to it
   * @param wanted null: the only internal one
   */
  public Listener listener(String from, ClusterName cluster, @Nullable String wanted) {
    Optional<Listener.Missing> forbidden = access.forbids(from, cluster);
    if (forbidden.isPresent()) {
      return forbidden.get();
    }
    return switch (watch(cluster)) {
      case Watch.Off(Listener.Missing why, var since) -> why;
      case Watch.On(var kafkas) -> {
        GenericKubernetesResource kafka =
            kafkas.getIndexer().getByKey(cluster.namespace() + "/" + cluster.name());
        if (kafka != null) {
          JsonNode tree = JSON.valueToTree(kafka.getAdditionalProperties());
          yield Listener.of(tree, cluster, wanted);
        }
        yield kafkas.hasSynced()
            ? new Listener.Missing(
                "KafkaNotFound",
                "%s was not found (spec.kafka.strimziClusterRef)".formatted(cluster))
            : new Listener.Missing(
                "KafkaNotReady", "%s is not known yet: it is waited for".formatted(cluster));
      }
    };
  }

  private Watch watch(ClusterName cluster) {
    return Objects.requireNonNull(
        watches.compute(
            cluster.namespace(),
            (namespace, last) ->
                last instanceof Watch.On || last instanceof Watch.Off off && !isOld(off)
                    ? last
                    : begin(cluster)));
  }

  private boolean isOld(Watch.Off off) {
    return nanoTime.getAsLong() - off.since() > ASKED_AGAIN_AFTER.toNanos();
  }

  private Watch begin(ClusterName cluster) {
    try {
      Optional<String> version = served();
      if (version.isEmpty()) {
        return off(
            "%s can't be read: the cluster doesn't know %s.%s in a version that this operator reads (%s). Install Strimzi, or write bootstrapServers (spec.kafka.strimziClusterRef)"
                .formatted(cluster, PLURAL, GROUP, String.join(", ", VERSIONS)));
      }
      for (String verb : List.of("list", "watch")) {
        if (!OwnRights.allow(client, verb, GROUP, PLURAL, cluster.namespace())) {
          return off(
              "%s can't be read: the operator has no right to %s %s.%s there, which strimzi.enabled and strimzi.namespaces of its chart give (spec.kafka.strimziClusterRef)"
                  .formatted(cluster, verb, PLURAL, GROUP));
        }
      }
      return on(cluster.namespace(), version.get());
    } catch (KubernetesClientException e) {
      return off("%s can't be read now: %s".formatted(cluster, Failure.words(e)));
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

  private Watch off(String message) {
    return new Watch.Off(new Listener.Missing("StrimziNotEnabled", message), nanoTime.getAsLong());
  }

  private Watch on(String namespace, String version) {
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
    informer.addEventHandler(new Changes());
    informer.exceptionHandler((started, failure) -> true); // tried again, with patience
    try {
      informer.start().toCompletableFuture().get(FILLED_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException e) {
      // What is not known yet is said, and known when it comes.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return new Watch.On(informer);
  }

  private final class Changes implements ResourceEventHandler<GenericKubernetesResource> {
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
      var name = new ClusterName(kafka.getMetadata().getNamespace(), kafka.getMetadata().getName());
      listening.forEach(one -> one.accept(name));
    }
  }

  @Override
  public void close() {
    watches
        .values()
        .forEach(watch -> {
          if (watch instanceof Watch.On(var kafkas)) {
            kafkas.close();
          }
        });
  }
}
