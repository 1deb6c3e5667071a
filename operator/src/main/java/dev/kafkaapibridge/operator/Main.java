package dev.kafkaapibridge.operator;

import dev.kafkaapibridge.api.validation.BridgeSchema;
import dev.kafkaapibridge.api.validation.ReplaySchema;
import dev.kafkaapibridge.operator.kube.ApiRequests;
import dev.kafkaapibridge.operator.kube.Failure;
import dev.kafkaapibridge.operator.kube.ProbeServer;
import dev.kafkaapibridge.operator.kube.Pulse;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.http.Interceptor;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.net.BindException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts the operator and ends it. Exit codes: 0 stopped by a signal, 2 something outside is
 * missing or set wrongly (one screen on stderr), 1 anything else.
 */
public final class Main {

  private static final Logger LOG = LoggerFactory.getLogger(Main.class);
  private static final String USAGE =
      """
      usage: java -jar operator.jar        run the operator against the current kubeconfig, or in a pod
             java -jar operator.jar crd    print the CustomResourceDefinitions, for kubectl apply
      settings are environment variables: KAB_RUNTIME_IMAGE, KAB_WATCH_NAMESPACES, KAB_LEADER_ELECTION, KAB_PORT,
      KAB_STRIMZI, KAB_STRIMZI_NAMESPACES\
      """;

  private static final AtomicBoolean FAILED = new AtomicBoolean();

  private Main() {}

  public static void main(String[] args) throws IOException {
    switch (args.length == 0 ? "run" : String.join(" ", args)) {
      case "run" -> run();
      case "crd" -> printCrd();
      default -> exit(2, USAGE);
    }
  }

  private static void run() {
    String version =
        Objects.requireNonNullElse(Main.class.getPackage().getImplementationVersion(), "dev");
    try {
      Settings settings = Settings.from(System.getenv(), version, Cluster.isInPod());
      var metrics = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
      var watched = new ArrayList<Interceptor>(List.of(new ApiRequests(metrics)));
      Optional<Pulse> pulse =
          settings.leaderElection() ? Optional.of(Pulse.start(Main::fail)) : Optional.empty();
      pulse.ifPresent(watched::add);
      KubernetesClient client = connect(settings, version, watched, metrics);
      Rights.require(client, settings.namespaces());
      Runnable writeNoMore = pulse.<Runnable>map(p -> p::end).orElse(client::close);
      Consumer<String> onFatal =
          why -> {
            // Reconciles that run may come to their end; what they write might be the next
            // leader's.
            pulse.ifPresent(Pulse::end);
            fail(why);
          };
      var operator = new OperatorProcess(settings, client, metrics, onFatal, writeNoMore);
      Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(operator, client), "stop"));
      LOG.info(
          "kafka-api-bridge operator {} watches {} of {}{}; probes and metrics on port {}",
          version,
          settings.namespaces().isEmpty()
              ? "all namespaces"
              : "namespaces " + String.join(", ", settings.namespaces()),
          client.getMasterUrl(),
          settings.leaderElection() ? " once it has the lease" : "",
          operator.port());
    } catch (Settings.Unusable | Cluster.Missing e) {
      exit(2, String.valueOf(e.getMessage()));
    } catch (BindException e) {
      exit(
          2,
          "The port of the probes cannot be had: "
              + e.getMessage()
              + ". Set KAB_PORT to another, or to 0");
    } catch (InterruptedException e) {
      exit(1, "interrupted");
    } catch (IOException | RuntimeException e) {
      var answer = Failure.answer(e);
      if (answer != null && answer.getCode() == 403) {
        exit(2, "The operator lacks a right: " + Failure.words(answer));
      }
      LOG.error("the operator could not start", e);
      exit(1, Failure.of(e));
    }
  }

  /** In a pod an API server that is away is waited for; the kubelet sees a process that lives. */
  private static KubernetesClient connect(
      Settings settings, String version, List<Interceptor> watched, PrometheusMeterRegistry metrics)
      throws Cluster.Missing, IOException, InterruptedException {
    if (!Cluster.isInPod()) {
      return Cluster.connect(System.getenv(), version, watched);
    }
    try (var _ = new ProbeServer(settings.port(), () -> false, metrics::scrape)) {
      return Cluster.await(
          () -> Cluster.connect(System.getenv(), version, watched), () -> Thread.sleep(5_000));
    }
  }

  /** The SDK goes on after some losses; a process that is replaced is the better answer. */
  private static void fail(String why) {
    if (FAILED.compareAndSet(false, true)) {
      LOG.error("the operator ends: {}", why);
      // Elsewhere: the thread that tells may be one that the shutdown waits for.
      Thread.ofPlatform().start(() -> System.exit(1));
    }
  }

  private static void stop(OperatorProcess operator, KubernetesClient client) {
    operator.close();
    client.close();
    if (!FAILED.get()) {
      LOG.info("stopped");
      Runtime.getRuntime().halt(0);
    }
  }

  private static void printCrd() throws IOException {
    for (String resource : List.of(BridgeSchema.RESOURCE, ReplaySchema.RESOURCE)) {
      try (InputStream crd = BridgeSchema.class.getResourceAsStream(resource)) {
        System.out.println("---");
        Objects.requireNonNull(crd).transferTo(System.out);
      }
    }
    System.out.flush();
  }

  @SuppressWarnings("SystemOut") // for the person who started it, in front of any log
  private static void exit(int code, String message) {
    System.err.println(message);
    System.exit(code);
  }
}
