package dev.kafkaapibridge.sandbox.kubernetes;

import dev.kafkaapibridge.sandbox.process.GuardedProcess;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A node that needs neither root nor images: pods that name their application run as local
 * processes, each with a loopback address of its own. The control plane is told of them as a
 * kubelet would tell it, so that Deployments, {@code kubectl} and the operator see pods like any
 * other.
 *
 * <p>Owns the threads of its pods; the watch only hands them the newest object.
 */
public final class LocalKubelet implements AutoCloseable {

  /** The programs that images would start. */
  public interface Entrypoint {
    /**
     * @param image of the container
     * @param jvmOptions that stand for the container's memory limit
     */
    List<String> command(String image, List<String> jvmOptions);
  }

  /**
   * A pod that runs here.
   *
   * @param log its program's output
   */
  public record LocalPod(String namespace, String name, String address, Path log) {}

  private record Life(PodProcess pod, Thread thread) {}

  private final KubernetesClient client;
  private final PodAddresses addresses;
  private final SandboxNode node;
  private final Entrypoint entrypoint;
  private final Path directory;
  private final HttpClient prober;
  private final Map<String, Life> lives = new ConcurrentHashMap<>();
  private final LogServer logServer;
  private final SharedIndexInformer<Pod> watch;
  private volatile boolean closing;

  private LocalKubelet(Cluster cluster, Entrypoint entrypoint, Path directory) {
    this.client = cluster.client();
    this.addresses = PodAddresses.take();
    this.entrypoint = entrypoint;
    this.directory = directory;
    this.prober =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(1))
            .build();
    this.logServer = serveLogs();
    this.node = new SandboxNode(client, addresses.node());
    this.watch =
        client
            .pods()
            .inAnyNamespace()
            .withLabel("app.kubernetes.io/name")
            .inform(
                new ResourceEventHandler<>() {
                  @Override
                  public void onAdd(Pod pod) {
                    seen(pod);
                  }

                  @Override
                  public void onUpdate(Pod before, Pod pod) {
                    seen(pod);
                  }

                  @Override
                  public void onDelete(Pod pod, boolean unknown) {
                    gone(pod);
                  }
                });
  }

  /**
   * Starts the node.
   *
   * @param directory for logs and mounted files, a folder for each pod
   */
  public static LocalKubelet start(Cluster cluster, Entrypoint entrypoint, Path directory) {
    return new LocalKubelet(cluster, entrypoint, directory);
  }

  /** The pods that run here, by name. */
  public List<LocalPod> pods() {
    return lives.values().stream()
        .map(life -> life.pod())
        .map(pod -> new LocalPod(pod.namespace(), pod.name(), pod.address(), pod.log()))
        .sorted(Comparator.comparing(LocalPod::name))
        .toList();
  }

  /** SIGTERM to a pod's program, as if it were told to stop behind Kubernetes' back. */
  public void terminate(String podName) {
    find(podName).ifPresent(process -> process.terminate());
  }

  /** SIGKILL to a pod's program: a crash. */
  public void kill(String podName) {
    find(podName).ifPresent(process -> process.kill());
  }

  @Override
  public void close() {
    closing = true;
    watch.close();
    lives.values().forEach(life -> life.thread().interrupt());
    lives
        .values()
        .forEach(life -> {
          try {
            life.thread().join(Duration.ofSeconds(20));
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    node.close();
    logServer.close();
    addresses.close();
    prober.close();
    client.close();
  }

  private LogServer serveLogs() {
    byte[] authority = Base64.getDecoder().decode(client.getConfiguration().getCaCertData());
    try {
      return LogServer.start(addresses.node(), authority, directory, this::log);
    } catch (IOException e) {
      throw new UncheckedIOException("the node cannot serve logs", e);
    }
  }

  private Optional<Path> log(String namespace, String name) {
    return pods().stream()
        .filter(pod -> pod.namespace().equals(namespace) && pod.name().equals(name))
        .map(LocalPod::log)
        .findFirst();
  }

  private Optional<GuardedProcess> find(String podName) {
    return lives.values().stream()
        .map(Life::pod)
        .filter(pod -> pod.name().equals(podName))
        .findFirst()
        .flatMap(pod -> Optional.ofNullable(pod.process()));
  }

  private void seen(Pod pod) {
    String uid = pod.getMetadata().getUid();
    Life known = lives.get(uid);
    if (known != null) {
      known.pod().update(pod);
      return;
    }
    String nodeName = pod.getSpec().getNodeName();
    if (closing || (nodeName != null && !nodeName.equals(SandboxNode.NAME))) {
      return;
    }
    String address = addresses.next();
    Path folder =
        directory.resolve(pod.getMetadata().getNamespace()).resolve(pod.getMetadata().getName());
    var process = new PodProcess(client, node, prober, entrypoint, address, folder, pod);
    Thread thread =
        Thread.ofVirtual()
            .name("pod-" + pod.getMetadata().getName())
            .unstarted(() -> {
              try {
                process.run();
              } finally {
                lives.remove(uid);
                addresses.free(address);
              }
            });
    lives.put(uid, new Life(process, thread));
    thread.start();
  }

  private void gone(Pod pod) {
    Life life = lives.get(pod.getMetadata().getUid());
    if (life != null) {
      life.pod().force();
    }
  }
}
