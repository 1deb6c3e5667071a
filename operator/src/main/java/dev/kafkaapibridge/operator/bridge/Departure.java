package dev.kafkaapibridge.operator.bridge;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kafkaapibridge.api.v1alpha1.KafkaApiBridgeStatus;
import dev.kafkaapibridge.operator.bridge.observe.PodState;
import dev.kafkaapibridge.operator.bridge.resources.BridgeLabels;
import dev.kafkaapibridge.operator.bridge.resources.BridgeNames;
import dev.kafkaapibridge.operator.bridge.resources.CleanupJob;
import dev.kafkaapibridge.operator.kube.Failure;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
    GroupClaim claim = GroupClaim.named(bridge);
    Instant giveUpAt = giveUpAt();
    try {
      Cleanup next = Cleanup.next(look(claim, giveUpAt, now), now);
      return switch (next) {
        case Cleanup.EndPods ignored -> {
          endPods();
          yield next;
        }
        case Cleanup.StartJob(var message) ->
            start(Duration.between(now, giveUpAt), message, known);
        case Cleanup.EndJob endJob -> end(endJob);
        case Cleanup.Wait ignored -> next;
        case Cleanup.LetGo ignored -> next;
      };
    } catch (KubernetesClientException e) {
      if (now.isBefore(Cleanup.lastMoment(giveUpAt))) {
        throw e;
      }
      return Cleanup.unseen(claim, Failure.words(e));
    }
  }

  private Instant giveUpAt() {
    long grace =
        reduced
            .map(r -> r.spec().workload().terminationGracePeriodSeconds())
            .orElse(GRACE_IF_UNKNOWN);
    Instant deletedAt = Instant.parse(bridge.getMetadata().getDeletionTimestamp());
    return Cleanup.giveUpAt(deletedAt, Duration.ofSeconds(grace));
  }

  private Cleanup.Seen look(GroupClaim claim, Instant giveUpAt, Instant now) {
    Optional<Deployment> found = deployment();
    Optional<Deployment> deployment = found.filter(d -> identity.owns(d));
    JobSeen job = job(now);
    return new Cleanup.Seen(
        claim,
        Annotated.of(bridge).skipCleanup(),
        Finalizer.isWanted(bridge),
        isOrphaned(found),
        usedBy(claim),
        reduced.isPresent(),
        deployment.filter(Departure::asksForPods).isPresent(),
        pods(deployment),
        job.state(),
        job.said(),
        giveUpAt);
  }

  private @Nullable String usedBy(GroupClaim claim) {
    return context.getPrimaryCache().byIndex(Watches.BY_GROUP, claim.group()).stream()
        .filter(other -> !other.getMetadata().getUid().equals(identity.uid()))
        .filter(other -> GroupClaim.of(other).filter(claim::meets).isPresent())
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
                        .filter(pod -> !JobSeen.hasEnded(pod))
                        .toList())
                .size())
        .orElse(0);
  }

  private List<Pod> pods(Map<String, String> labels) {
    return client.pods().inNamespace(identity.namespace()).withLabels(labels).list().getItems();
  }

  private JobSeen job(Instant now) {
    Job job;
    try {
      job = jobs().get();
    } catch (KubernetesClientException e) {
      if (e.getCode() != 403) {
        throw e;
      }
      return new JobSeen(Cleanup.Job.Unseen, "");
    }
    if (job == null) {
      return new JobSeen(Cleanup.Job.Absent, "");
    }
    return JobSeen.of(job, identity, pods(BridgeLabels.cleanup(identity)), now);
  }

  private Resource<Job> jobs() {
    return client
        .batch()
        .v1()
        .jobs()
        .inNamespace(identity.namespace())
        .withName(CleanupJob.name(identity));
  }

  private Cleanup end(Cleanup.EndJob end) {
    try {
      Job job = jobs().get();
      if (job != null) {
        client.resource(job).patch(PatchContext.of(PatchType.JSON_MERGE), CleanupJob.toEnd(job));
      }
    } catch (KubernetesClientException e) {
      return switch (e.getCode()) {
        case 403 -> end.otherwise();
        // Gone or another by now: the next look tells.
        case 404, 409 -> end;
        default -> throw e;
      };
    }
    return end;
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
