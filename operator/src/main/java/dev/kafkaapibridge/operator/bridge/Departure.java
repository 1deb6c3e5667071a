package dev.kafkaapibridge.operator.bridge;

import dev.kafkaapibridge.api.v1alpha1.KafkaApiBridgeStatus;
import dev.kafkaapibridge.operator.bridge.observe.PodState;
import dev.kafkaapibridge.operator.bridge.resources.BridgeLabels;
import dev.kafkaapibridge.operator.bridge.resources.BridgeNames;
import dev.kafkaapibridge.operator.bridge.resources.CleanupJob;
import dev.kafkaapibridge.operator.kube.Failure;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
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
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Looks at a bridge that is being deleted, and takes the step that {@link Cleanup} decides on. Of
 * the bridge's own objects it asks the API server: deletions are rare, and an informer may be
 * behind. Who else uses the group only the informers can tell. All that it goes by lies in the
 * cluster, so another process can go on at any point.
 */
final class Departure {

  private static final long GRACE_IF_UNKNOWN = 60;

  private final Bridge bridge;
  private final BridgeIdentity identity;
  private final Context<Bridge> context;
  private final KubernetesClient client;
  private final Function<String, Collection<Pod>> members;
  private final Function<Bridge, Optional<GroupClaim>> wanted;
  private final Installation installation;
  private final Function<AcceptedBridge, StrimziReference.Way> led;

  /** As the bridge has it, until the cluster was asked. */
  private Membership was;

  /**
   * @param members the pods that are members of a group, whoever they belong to
   * @param wanted which group another bridge asks for
   * @param led the way to the brokers of a spec
   */
  Departure(
      Bridge bridge,
      Context<Bridge> context,
      Function<String, Collection<Pod>> members,
      Function<Bridge, Optional<GroupClaim>> wanted,
      Function<AcceptedBridge, StrimziReference.Way> led,
      Installation installation) {
    this.led = led;
    this.wanted = wanted;
    this.bridge = bridge;
    this.identity = BridgeIdentity.of(bridge);
    this.context = context;
    this.client = context.getClient();
    this.members = members;
    this.installation = installation;
    this.was = Membership.of(bridge, Optional.empty(), Optional.empty(), led);
  }

  Cleanup step(Instant now, KafkaApiBridgeStatus known) {
    try {
      Optional<Deployment> found = deployment();
      Optional<Deployment> own = found.filter(identity::owns);
      was = Membership.of(bridge, own, files(), led);
      Instant giveUpAt = giveUpAt();
      Cleanup next = Cleanup.next(look(found, own, giveUpAt, now), now);
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
      if (now.isBefore(Cleanup.lastMoment(giveUpAt()))) {
        throw e;
      }
      return Cleanup.unseen(was.claim(), Failure.words(e));
    }
  }

  private Instant giveUpAt() {
    long grace =
        was.access()
            .map(r -> r.spec().workload().terminationGracePeriodSeconds())
            .orElse(GRACE_IF_UNKNOWN);
    Instant deletedAt = Instant.parse(bridge.getMetadata().getDeletionTimestamp());
    return Cleanup.giveUpAt(deletedAt, Duration.ofSeconds(grace));
  }

  private Cleanup.Seen look(
      Optional<Deployment> found, Optional<Deployment> deployment, Instant giveUpAt, Instant now) {
    JobSeen job = job(now);
    return new Cleanup.Seen(
        was.claim(),
        Annotated.of(bridge).skipCleanup(),
        was.wanted(),
        isOrphaned(found),
        usedBy(was.claim()),
        was.access().isPresent(),
        was.missing(),
        deployment.filter(Departure::asksForPods).isPresent(),
        pods(deployment),
        job.state(),
        job.said(),
        giveUpAt);
  }

  /** Whose spec asks for it, or whose pods are members, whatever their spec says by now. */
  private @Nullable String usedBy(GroupClaim claim) {
    Stream<Bridge> bridges =
        context.getPrimaryCache().byIndex(Watches.BY_GROUP, claim.group()).stream()
            .filter(other -> !other.getMetadata().getUid().equals(identity.uid()))
            .filter(other -> wanted.apply(other).filter(claim::meets).isPresent());
    return Stream.concat(
            bridges.map(other -> called("KafkaApiBridge", other)),
            Claims.othersThan(bridge, claim, members.apply(claim.group()))
                .map(pod -> called("pod", pod)))
        .findFirst()
        .orElse(null);
  }

  private static String called(String kind, HasMetadata object) {
    return "%s '%s/%s'"
        .formatted(kind, object.getMetadata().getNamespace(), object.getMetadata().getName());
  }

  /** Asked for by {@code --cascade=orphan}: the garbage collector then takes our name off them. */
  private boolean isOrphaned(Optional<Deployment> found) {
    return bridge.getMetadata().getFinalizers().contains("orphan")
        || found.filter(d -> !identity.owns(d)).isPresent();
  }

  private Optional<ConfigMap> files() {
    return Optional.ofNullable(
            client
                .configMaps()
                .inNamespace(identity.namespace())
                .withName(BridgeNames.child(identity))
                .get())
        .filter(identity::owns);
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
      was.access()
          .map(r -> Rendered.of(r, installation, 0, known.consumer(), null, null))
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
