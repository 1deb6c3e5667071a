package dev.kafkaapibridge.operator;

import dev.kafkaapibridge.api.validation.BridgeSchema;
import dev.kafkaapibridge.api.validation.ReplaySchema;
import dev.kafkaapibridge.operator.bridge.Bridge;
import dev.kafkaapibridge.operator.kube.Failure;
import dev.kafkaapibridge.operator.kube.WideJson;
import dev.kafkaapibridge.operator.replay.Replay;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The cluster to work in: found, reached, and ready for bridges; or what is missing, and the fix.
 */
final class Cluster {

  /** Why there is nothing to work in; fit to be shown as it is. */
  static sealed class Missing extends Exception {
    Missing(String message) {
      super(message);
    }
  }

  /** The API server doesn't answer, or not now. */
  static final class Away extends Missing {
    Away(String message) {
      super(message);
    }
  }

  /** How a cluster is connected to. */
  interface Attempt {
    KubernetesClient connect() throws Missing;
  }

  /** Passes some time. */
  interface Pause {
    void pass() throws InterruptedException;
  }

  private static final Logger LOG = LoggerFactory.getLogger(Cluster.class);

  private static final Path TOKEN = Path.of("/var/run/secrets/kubernetes.io/serviceaccount/token");

  private Cluster() {}

  static boolean isInPod() {
    return Files.exists(TOKEN);
  }

  /**
   * Tries until the API server answers. A pod that ended instead would be started again by the
   * kubelet, after a longer while each time, and come back minutes after the API server.
   */
  static KubernetesClient await(Attempt attempt, Pause pause) throws Missing, InterruptedException {
    while (true) {
      try {
        return attempt.connect();
      } catch (Away e) {
        LOG.warn("{}. It is tried again", e.getMessage());
        pause.pass();
      }
    }
  }

  /** {@code interceptors} see every request before it is sent. */
  static KubernetesClient connect(
      Map<String, String> environment, String version, List<Interceptor> interceptors)
      throws Missing {
    if (!isInPod()) {
      requireKubeconfig(environment);
    }
    Config config = Config.autoConfigure(null);
    if (!isInPod() && config.getCurrentContext() == null) {
      throw new Missing(
          "The kubeconfig names no current context. Choose one: kubectl config use-context NAME");
    }
    config.setUserAgent("kafka-api-bridge-operator/" + version);
    // Reconciles and informers try again by themselves, with more patience.
    config.setRequestRetryBackoffLimit(3);
    KubernetesClient client =
        new KubernetesClientBuilder()
            .withConfig(config)
            .withKubernetesSerialization(WideJson.serialization(Bridge.class, Replay.class))
            .withHttpClientBuilderConsumer(http ->
                interceptors.forEach(
                    each -> http.addOrReplaceInterceptor(each.getClass().getName(), each)))
            .build();
    try {
      requireKind(client);
    } catch (Missing e) {
      client.close();
      throw e;
    }
    return client;
  }

  private static void requireKubeconfig(Map<String, String> environment) throws Missing {
    String named = environment.get("KUBECONFIG");
    if (named == null || named.isBlank()) {
      Path usual = Path.of(System.getProperty("user.home"), ".kube", "config");
      if (!Files.isReadable(usual)) {
        throw new Missing(
            "No kubeconfig: %s is not there, and KUBECONFIG is not set. Set it to the file that kubectl uses: KUBECONFIG=/path/to/kubeconfig"
                .formatted(usual));
      }
    } else if (Stream.of(named.split(File.pathSeparator))
        .noneMatch(f -> Files.isReadable(Path.of(f)))) {
      throw new Missing(
          "KUBECONFIG is '%s', which cannot be read. Set it to the file that kubectl uses"
              .formatted(named));
    }
  }

  /** False where the CRDs that are installed are older than this operator. */
  static boolean knowsReplays(KubernetesClient client) {
    var kinds = client.getApiResources(BridgeSchema.API_VERSION);
    return kinds != null
        && kinds.getResources().stream()
            .anyMatch(kind -> kind.getName().equals(ReplaySchema.PLURAL));
  }

  static void requireKind(KubernetesClient client) throws Missing {
    try {
      if (client.getApiResources(BridgeSchema.API_VERSION) != null) {
        return;
      }
    } catch (KubernetesClientException e) {
      if (e.getCode() != 404) {
        String why =
            "The cluster at %s cannot be used: %s"
                .formatted(client.getMasterUrl(), Failure.words(e));
        throw e.getCode() == 0 || e.getCode() == 429 || e.getCode() >= 500
            ? new Away(why)
            : new Missing(why);
      }
    }
    throw new Missing(
        """
        The cluster at %s doesn't know KafkaApiBridge (%s). Install it, then start again:
          java -jar operator.jar crd | kubectl apply --server-side -f -\
        """
            .formatted(client.getMasterUrl(), BridgeSchema.API_VERSION));
  }
}
