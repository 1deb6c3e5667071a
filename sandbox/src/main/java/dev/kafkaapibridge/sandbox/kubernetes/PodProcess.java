package dev.kafkaapibridge.sandbox.kubernetes;

import dev.kafkaapibridge.sandbox.kubernetes.LocalKubelet.Entrypoint;
import dev.kafkaapibridge.sandbox.process.GuardedProcess;
import io.fabric8.kubernetes.api.model.BindingBuilder;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HTTPGetAction;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The life of one pod, as one virtual thread tells it: bind, mount, start, probe, restart, end. All
 * state belongs to that thread, but for what the watch brings in: the newest pod, and whether it is
 * to go.
 */
final class PodProcess {

  private static final Logger LOG = LoggerFactory.getLogger(PodProcess.class);
  private static final Duration TICK = Duration.ofMillis(100);
  private static final Duration MOUNTS_REFRESH = Duration.ofSeconds(2);
  private static final int MESSAGE_LIMIT = 2000;

  private final KubernetesClient client;
  private final SandboxNode node;
  private final HttpClient prober;
  private final Entrypoint entrypoint;
  private final String address;
  private final Path directory;
  private final Map<String, AtomicFolder> volumes = new HashMap<>();
  private volatile Pod pod;
  private volatile @Nullable GuardedProcess process;
  private volatile boolean forced;
  private Instant mountsReadAt = Instant.MIN;
  private int restarts;
  private ContainerState.@Nullable Ended lastEnd;

  PodProcess(
      KubernetesClient client,
      SandboxNode node,
      HttpClient prober,
      Entrypoint entrypoint,
      String address,
      Path directory,
      Pod pod) {
    this.client = client;
    this.node = node;
    this.prober = prober;
    this.entrypoint = entrypoint;
    this.address = address;
    this.directory = directory;
    this.pod = pod;
  }

  String name() {
    return pod.getMetadata().getName();
  }

  String namespace() {
    return pod.getMetadata().getNamespace();
  }

  String address() {
    return address;
  }

  Path log() {
    return directory.resolve("log");
  }

  /** The program that runs at the moment. */
  @Nullable GuardedProcess process() {
    return process;
  }

  /** The watch has news. */
  void update(Pod newest) {
    pod = newest;
  }

  /** The object is gone: whoever deleted it did not want to wait. */
  void force() {
    forced = true;
  }

  /** Runs until the pod is gone, or the thread is interrupted. */
  void run() {
    try {
      bind();
      while (!leaving()) {
        ContainerProgram program = awaitMounts();
        if (program == null) {
          break;
        }
        runOnce(program);
        if (!leaving()) {
          backOff();
        }
      }
      deleteObject();
    } catch (InterruptedException e) {
      stop(Duration.ofSeconds(10));
    } catch (RuntimeException e) {
      LOG.error("pod {} is given up", name(), e);
      stop(Duration.ofSeconds(10));
    }
  }

  private void bind() {
    if (pod.getSpec().getNodeName() == null && !leaving()) {
      client
          .bindings()
          .resource(
              new BindingBuilder()
                  .withNewMetadata()
                  .withName(name())
                  .withNamespace(namespace())
                  .endMetadata()
                  .withNewTarget()
                  .withApiVersion("v1")
                  .withKind("Node")
                  .withName(SandboxNode.NAME)
                  .endTarget()
                  .build())
          .create();
    }
  }

  /** The program once all that it mounts is there; null when the pod is to go before that. */
  private @Nullable ContainerProgram awaitMounts() throws InterruptedException {
    String told = "";
    while (!leaving()) {
      try {
        if (pod.getSpec().getContainers().size() != 1
            || !pod.getSpec().getContainers().getFirst().getCommand().isEmpty()) {
          throw new Mounts.NotMountable(
              "the sandbox's node runs pods of one container, by its image's entrypoint");
        }
        refreshMounts();
        var folders = new HashMap<String, Path>();
        volumes.keySet().forEach(volume -> folders.put(volume, folder(volume)));
        return ContainerProgram.of(pod, address, folders, objects());
      } catch (Mounts.NotMountable e) {
        String message = String.valueOf(e.getMessage());
        if (!message.equals(told)) {
          report(new ContainerState.Waiting("CreateContainerConfigError", message), false);
          node.tell(pod, "Warning", "FailedMount", message);
          told = message;
        }
        Thread.sleep(1000);
      }
    }
    return null;
  }

  private void runOnce(ContainerProgram program) throws InterruptedException {
    String image = pod.getSpec().getContainers().getFirst().getImage();
    var command = new ArrayList<>(entrypoint.command(image, program.jvmOptions()));
    command.addAll(List.of("--address", address));
    command.addAll(program.arguments());
    Instant started = Instant.now();
    GuardedProcess running = GuardedProcess.start(command, program.environment(), log());
    process = running;
    node.tell(pod, "Normal", "Started", "Started container; its log is " + log());
    report(new ContainerState.Running(started), false);
    watch(running, started);
    int exitCode = running.ended().join();
    process = null;
    String message = exitCode == 0 ? "" : running.logTail(MESSAGE_LIMIT);
    lastEnd = new ContainerState.Ended(exitCode, started, Instant.now(), message);
  }

  /**
   * Returns when the program has ended: by itself, for its liveness, or because the pod is to go.
   */
  private void watch(GuardedProcess running, Instant started) throws InterruptedException {
    Container container = pod.getSpec().getContainers().getFirst();
    var startup = new ProbeCount(container.getStartupProbe(), false);
    var liveness = new ProbeCount(container.getLivenessProbe(), true);
    var readiness = new ProbeCount(container.getReadinessProbe(), false);
    boolean reportedReady = false;
    while (running.running()) {
      if (leaving()) {
        node.tell(pod, "Normal", "Killing", "Stopping container " + container.getName());
        running.stop(forced ? Duration.ZERO : grace());
        return;
      }
      long at = Duration.between(started, Instant.now()).toMillis();
      if (!startup.holds()) {
        check(startup, container.getStartupProbe(), container, at);
      } else {
        check(liveness, container.getLivenessProbe(), container, at);
        check(readiness, container.getReadinessProbe(), container, at);
      }
      if (startup.failed() || liveness.failed()) {
        node.tell(pod, "Warning", "Unhealthy", "Probe failed; the container is restarted");
        running.stop(grace());
        return;
      }
      boolean ready = startup.holds() && readiness.holds();
      if (ready != reportedReady) {
        report(new ContainerState.Running(started), ready);
        reportedReady = ready;
      }
      refreshMountsNowAndThen();
      Thread.sleep(TICK);
    }
  }

  private void check(ProbeCount count, @Nullable Probe probe, Container container, long at)
      throws InterruptedException {
    if (probe != null && count.due(at)) {
      count.result(succeeds(probe, container), at);
    }
  }

  private boolean succeeds(Probe probe, Container container) throws InterruptedException {
    HTTPGetAction get = probe.getHttpGet();
    if (get == null) {
      return true; // only HTTP is probed here
    }
    int port =
        get.getPort().getIntVal() != null
            ? get.getPort().getIntVal()
            : container.getPorts().stream()
                .filter(named -> get.getPort().getStrVal().equals(named.getName()))
                .mapToInt(named -> named.getContainerPort())
                .findFirst()
                .orElse(0);
    Integer timeout = probe.getTimeoutSeconds();
    try {
      int status =
          prober
              .send(
                  HttpRequest.newBuilder(
                          URI.create("http://" + address + ":" + port + get.getPath()))
                      .timeout(Duration.ofSeconds(timeout == null ? 1 : timeout))
                      .build(),
                  BodyHandlers.discarding())
              .statusCode();
      return status >= 200 && status < 400;
    } catch (IOException e) {
      return false;
    }
  }

  private void backOff() throws InterruptedException {
    restarts++;
    Duration wait = Duration.ofSeconds(Math.min(30, 1L << Math.min(5, restarts - 1)));
    ContainerState.Ended end = lastEnd;
    String how = end == null ? "" : "exit code " + end.exitCode();
    report(
        new ContainerState.Waiting(
            "CrashLoopBackOff", "back-off " + wait.toSeconds() + "s after " + how),
        false);
    node.tell(pod, "Warning", "BackOff", "Back-off restarting container after " + how);
    Instant until = Instant.now().plus(wait);
    while (Instant.now().isBefore(until) && !leaving()) {
      Thread.sleep(TICK);
    }
  }

  private void report(ContainerState state, boolean ready) {
    var report = new PodReport(node.address(), address, state, lastEnd, restarts, ready);
    try {
      client
          .pods()
          .inNamespace(namespace())
          .withName(name())
          .editStatus(present ->
              new PodBuilder(present).withStatus(report.status(present, Instant.now())).build());
    } catch (KubernetesClientException e) {
      LOG.debug("status of {} not written", name(), e); // gone, or written at the next change
    }
  }

  private void refreshMountsNowAndThen() {
    if (Instant.now().isAfter(mountsReadAt.plus(MOUNTS_REFRESH))) {
      try {
        refreshMounts();
      } catch (Mounts.NotMountable | KubernetesClientException e) {
        LOG.debug("{} keeps the files it has: {}", name(), e.getMessage());
      }
    }
  }

  private void refreshMounts() throws Mounts.NotMountable {
    mountsReadAt = Instant.now();
    Mounts.of(pod, objects())
        .forEach((volume, files) ->
            volumes.computeIfAbsent(volume, any -> new AtomicFolder(folder(volume))).write(files));
  }

  private Path folder(String volume) {
    return directory.resolve("volumes").resolve(volume);
  }

  private Mounts.Objects objects() {
    return new Mounts.Objects() {
      @Override
      public @Nullable ConfigMap configMap(String name) {
        return client.configMaps().inNamespace(namespace()).withName(name).get();
      }

      @Override
      public @Nullable Secret secret(String name) {
        return client.secrets().inNamespace(namespace()).withName(name).get();
      }
    };
  }

  private boolean leaving() {
    return forced || pod.getMetadata().getDeletionTimestamp() != null;
  }

  private Duration grace() {
    Long seconds = pod.getMetadata().getDeletionGracePeriodSeconds();
    if (seconds == null) {
      seconds = pod.getSpec().getTerminationGracePeriodSeconds();
    }
    return Duration.ofSeconds(seconds == null ? 30 : seconds);
  }

  private void stop(Duration grace) {
    GuardedProcess running = process;
    if (running != null) {
      running.stop(grace);
      process = null;
    }
  }

  private void deleteObject() {
    if (!forced) {
      client.pods().inNamespace(namespace()).withName(name()).withGracePeriod(0).delete();
    }
  }
}
