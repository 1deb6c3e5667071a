package dev.kafkaapibridge.operator.bridge;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kafkaapibridge.api.v1alpha1.KafkaApiBridgeStatus;
import dev.kafkaapibridge.operator.bridge.observe.PodState;
import dev.kafkaapibridge.operator.bridge.resources.BridgeLabels;
import dev.kafkaapibridge.operator.bridge.resources.BridgeNames;
import dev.kafkaapibridge.operator.bridge.resources.CleanupJob;
import dev.kafkaapibridge.operator.kube.CleanText;
import dev.kafkaapibridge.operator.kube.Failure;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Looks at a bridge that is being deleted, and takes the step that {@link Cleanup} decides on. It
 * asks the API server: deletions are rare, and an informer may be behind. All that it goes by lies
 * in the cluster, so another process can go on at any point.
 */
final class Departure {

  private static final long GRACE_IF_UNKNOWN = 60;

  private final Bridge bridge;
  private final BridgeIdentity identity;
  private final Context<Bridge> context;
  private final KubernetesClient client;
  private final Optional<AcceptedBridge> reduced;
  private final Installation installation;

  Departure(Bridge bridge, Context<Bridge> context, Installation installation) {
    this.bridge = bridge;
    this.identity = BridgeIdentity.of(bridge);
    this.context = context;
    this.client = context.getClient();
    this.installation = installation;
    this.reduced = reduced(bridge);
  }

  /**
   * Nothing but what leads to the brokers, and where and how a pod may run; empty where the spec
   * can't be used.
   */
  static Optional<AcceptedBridge> reduced(Bridge bridge) {
    ObjectNode file = bridge.asFile();
    if (file.get("spec") instanceof ObjectNode spec) {
      spec = spec.deepCopy();
      String url = spec.at("/target/http/url").asText();
      spec.retain("kafka", "workload");
      spec.putObject("target").putObject("http").put("url", url);
      file.set("spec", spec);
    }
    return Acceptance.of(BridgeIdentity.of(bridge), file).accepted();
  }

  Cleanup step(Instant now, KafkaApiBridgeStatus known) {
    Optional<GroupClaim> claim = GroupClaim.of(bridge);
    if (claim.isEmpty()) {
      return new Cleanup.LetGo(null);
    }
    Cleanup.Seen seen = look(claim.get());
    Cleanup next = Cleanup.next(seen, now);
    return switch (next) {
      case Cleanup.EndPods ignored -> {
        endPods();
        yield next;
      }
      case Cleanup.StartJob(var message) ->
          start(Duration.between(now, seen.giveUpAt()), message, known);
      case Cleanup.Wait ignored -> next;
      case Cleanup.LetGo ignored -> next;
    };
  }

  private Cleanup.Seen look(GroupClaim claim) {
    Optional<Deployment> found = deployment();
    Optional<Deployment> deployment = found.filter(d -> identity.owns(d));
    long grace =
        reduced
            .map(r -> r.spec().workload().terminationGracePeriodSeconds())
            .orElse(GRACE_IF_UNKNOWN);
    Instant deletedAt = Instant.parse(bridge.getMetadata().getDeletionTimestamp());
    Job job =
        client
            .batch()
            .v1()
            .jobs()
            .inNamespace(identity.namespace())
            .withName(CleanupJob.name(identity))
            .get();
    return new Cleanup.Seen(
        claim,
        Annotated.of(bridge).skipCleanup(),
        Finalizer.isWanted(bridge),
        isOrphaned(found),
        usedBy(claim),
        reduced.isPresent(),
        deployment.filter(Departure::asksForPods).isPresent(),
        pods(deployment),
        stateOf(job),
        said(),
        Cleanup.giveUpAt(deletedAt, Duration.ofSeconds(grace)));
  }

  private @Nullable String usedBy(GroupClaim claim) {
    return context.getPrimaryCache().byIndex(Watches.BY_GROUP, claim.key()).stream()
        .filter(other -> !other.getMetadata().getUid().equals(identity.uid()))
        .map(other -> other.getMetadata().getNamespace() + "/" + other.getMetadata().getName())
        .findFirst()
        .orElse(null);
  }

  /** Asked for by {@code --cascade=orphan}: the garbage collector then takes our name off them. */
  private boolean isOrphaned(Optional<Deployment> found) {
    return bridge.getMetadata().getFinalizers().contains("orphan")
        || found.filter(d -> !identity.owns(d)).isPresent();
  }

  /** That of our name, whoever it belongs to. */
  private Optional<Deployment> deployment() {
    return Optional.ofNullable(
        client
            .apps()
            .deployments()
            .inNamespace(identity.namespace())
            .withName(BridgeNames.child(identity))
            .get());
  }

  private static boolean asksForPods(Deployment deployment) {
    Integer replicas = deployment.getSpec().getReplicas();
    return deployment.getMetadata().getDeletionTimestamp() == null
        && (replicas == null || replicas > 0);
  }

  private int pods(Optional<Deployment> deployment) {
    return deployment
        .map(d ->
            PodState.ownedBy(
                    d.getMetadata().getUid(),
                    client
                        .apps()
                        .replicaSets()
                        .inNamespace(identity.namespace())
                        .withLabels(BridgeLabels.selector(identity))
                        .list()
                        .getItems(),
                    pods(BridgeLabels.selector(identity)).stream()
                        .filter(pod -> !hasEnded(pod))
                        .toList())
                .size())
        .orElse(0);
  }

  private List<Pod> pods(Map<String, String> labels) {
    return client.pods().inNamespace(identity.namespace()).withLabels(labels).list().getItems();
  }

  private static boolean hasEnded(Pod pod) {
    return pod.getStatus() != null
        && List.of("Succeeded", "Failed").contains(String.valueOf(pod.getStatus().getPhase()));
  }

  private Cleanup.Job stateOf(@Nullable Job job) {
    if (job == null) {
      return Cleanup.Job.Absent;
    }
    if (!identity.uid().equals(job.getMetadata().getAnnotations().get(CleanupJob.BRIDGE_UID))) {
      return Cleanup.Job.Failed; // somebody else's; it is not touched
    }
    if (has(job, "Complete")) {
      return Cleanup.Job.Succeeded;
    }
    return has(job, "Failed") ? Cleanup.Job.Failed : Cleanup.Job.AtWork;
  }

  private static boolean has(Job job, String condition) {
    return job.getStatus() != null
        && job.getStatus().getConditions().stream()
            .anyMatch(c -> condition.equals(c.getType()) && "True".equals(c.getStatus()));
  }

  /** Last words of the Job's pods. */
  private String said() {
    return pods(BridgeLabels.cleanup(identity)).stream()
        .flatMap(pod ->
            pod.getStatus() == null
                ? Stream.empty()
                : pod.getStatus().getContainerStatuses().stream())
        .filter(c -> c.getState() != null && c.getState().getTerminated() != null)
        .map(c -> String.valueOf(c.getState().getTerminated().getMessage()))
        .map(message -> CleanText.of(message.strip().lines().reduce("", (a, b) -> b), 300))
        .findFirst()
        .orElse("");
  }

  private void endPods() {
    deployment()
        .ifPresent(deployment ->
            client
                .resource(deployment)
                .patch(
                    PatchContext.of(PatchType.JSON_MERGE),
                    "{\"metadata\":{\"uid\":\"%s\"},\"spec\":{\"replicas\":0}}"
                        .formatted(deployment.getMetadata().getUid())));
  }

  private Cleanup start(Duration within, String message, KafkaApiBridgeStatus known) {
    try {
      reduced
          .map(r -> Rendered.of(r, installation, 0, known.consumer(), null))
          .map(rendered -> CleanupJob.render(rendered, within))
          .ifPresent(job -> client.resource(job).create());
      return new Cleanup.Wait(message);
    } catch (KubernetesClientException e) {
      String words = Failure.words(e);
      if (words.contains("because it is being terminated")) {
        return new Cleanup.LetGo(null); // with its namespace, in which nothing can be made any more
      }
      return new Cleanup.Wait(message + ". The Job can't be made: " + words);
    }
  }
}
