package dev.kafkaapibridge.operator.strimzi;

import dev.kafkaapibridge.operator.strimzi.WatchedNamespace.Look;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The {@code Kafka} resources of Strimzi, watched from the moment when a bridge refers to one, a
 * namespace at a time, and only where the cluster knows the kind and the operator has the right:
 * both are asked first, and again after a minute ({@link WatchedNamespace}). Safe for all threads.
 */
public final class StrimziClusters implements AutoCloseable {

  private final KafkaWatch.Begin begin;
  private final StrimziAccess access;
  private final LongSupplier nanoTime;
  private final Map<String, WatchedNamespace> namespaces = new ConcurrentHashMap<>();
  private final Set<Consumer<ClusterName>> listening = ConcurrentHashMap.newKeySet();

  public StrimziClusters(KubernetesClient client, StrimziAccess access) {
    this(new KafkaInformers(client), access, System::nanoTime);
  }

  StrimziClusters(KafkaWatch.Begin begin, StrimziAccess access, LongSupplier nanoTime) {
    this.begin = begin;
    this.access = access;
    this.nanoTime = nanoTime;
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
    // Made under the map's lock, asked outside of it: the API server may take its time.
    WatchedNamespace namespace =
        namespaces.computeIfAbsent(
            cluster.namespace(), name -> new WatchedNamespace(name, begin, this::tell, nanoTime));
    return switch (namespace.look(cluster.name())) {
      case Look.Kafka(var tree) -> Listener.of(tree, cluster, from, wanted);
      case Look.NoSuch() ->
          missing("KafkaNotFound", cluster, "was not found (spec.kafka.strimziClusterRef)");
      case Look.NotKnown(String why) -> missing("KafkaNotReady", cluster, why);
      case Look.Unreadable(String why) -> missing("StrimziNotEnabled", cluster, why);
    };
  }

  private static Listener.Missing missing(String reason, ClusterName cluster, String why) {
    return new Listener.Missing(reason, cluster + " " + why);
  }

  private void tell(ClusterName changed) {
    listening.forEach(one -> one.accept(changed));
  }

  @Override
  public void close() {
    namespaces.values().forEach(WatchedNamespace::close);
  }
}
