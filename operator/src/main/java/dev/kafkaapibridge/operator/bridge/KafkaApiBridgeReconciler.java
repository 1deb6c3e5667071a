package dev.kafkaapibridge.operator.bridge;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kafkaapibridge.api.derived.Reference;
import dev.kafkaapibridge.api.replay.ReplayOrder;
import dev.kafkaapibridge.api.v1alpha1.KafkaApiBridgeStatus;
import dev.kafkaapibridge.operator.bridge.observe.Expiring;
import dev.kafkaapibridge.operator.bridge.observe.Observation;
import dev.kafkaapibridge.operator.bridge.observe.PodReports;
import dev.kafkaapibridge.operator.bridge.report.BridgeStatus;
import dev.kafkaapibridge.operator.bridge.report.ExpiryNotices;
import dev.kafkaapibridge.operator.bridge.report.PositionNotices;
import dev.kafkaapibridge.operator.bridge.report.RotationNotices;
import dev.kafkaapibridge.operator.bridge.report.ScaleRequests;
import dev.kafkaapibridge.operator.bridge.report.Situation;
import dev.kafkaapibridge.operator.bridge.report.StatusJson;
import dev.kafkaapibridge.operator.bridge.resources.ConfigMapResource;
import dev.kafkaapibridge.operator.bridge.resources.DeploymentResource;
import dev.kafkaapibridge.operator.bridge.resources.DisruptionBudgetResource;
import dev.kafkaapibridge.operator.bridge.resources.LastWord;
import dev.kafkaapibridge.operator.bridge.resources.NetworkPolicyResource;
import dev.kafkaapibridge.operator.bridge.resources.OwnResource;
import dev.kafkaapibridge.operator.bridge.resources.ServiceAccountResource;
import dev.kafkaapibridge.operator.bridge.resources.ServiceResource;
import dev.kafkaapibridge.operator.kube.EventRecorder;
import dev.kafkaapibridge.operator.kube.Failure;
import dev.kafkaapibridge.operator.kube.Notice;
import dev.kafkaapibridge.operator.kube.Turns;
import dev.kafkaapibridge.operator.offsets.Lookout;
import dev.kafkaapibridge.operator.replay.Bridges;
import dev.kafkaapibridge.operator.replay.Replay;
import dev.kafkaapibridge.operator.replay.ReplayQueue;
import dev.kafkaapibridge.operator.scale.Decision;
import dev.kafkaapibridge.operator.strimzi.StrimziClusters;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.ErrorStatusUpdateControl;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.api.reconciler.Workflow;
import io.javaoperatorsdk.operator.api.reconciler.dependent.Dependent;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.inbound.SimpleInboundEventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One reconcile, from top to bottom. Each step is one file; what they decide they decide from
 * values alone, and only applying, asking pods and publishing touch the world. A bridge is
 * reconciled when it or one of its objects changes, and every five or ten seconds ({@link
 * NextLook}), since pods tell only when they are asked.
 */
@ControllerConfiguration(
    name = KafkaApiBridgeReconciler.NAME,
    fieldManager = KafkaApiBridgeReconciler.NAME)
@Workflow(
    explicitInvocation = true,
    handleExceptionsInReconciler = true,
    dependents = {
      @Dependent(type = ServiceAccountResource.class),
      @Dependent(type = ConfigMapResource.class, name = KafkaApiBridgeReconciler.CONFIG_MAP),
      @Dependent(
          type = DeploymentResource.class,
          // A pod of the new template must not start from the old file.
          dependsOn = KafkaApiBridgeReconciler.CONFIG_MAP),
      @Dependent(type = ServiceResource.class),
      @Dependent(
          type = DisruptionBudgetResource.class,
          reconcilePrecondition = DisruptionBudgetResource.Wanted.class),
      @Dependent(
          type = NetworkPolicyResource.class,
          reconcilePrecondition = NetworkPolicyResource.Wanted.class)
    })
public final class KafkaApiBridgeReconciler implements Reconciler<Bridge> {

  /** Also the field manager: whose word stands in the objects' managed fields. */
  public static final String NAME = "kafka-api-bridge-operator";

  static final String CONFIG_MAP = "configmap";

  private static final Logger LOG = LoggerFactory.getLogger(KafkaApiBridgeReconciler.class);

  private final Installation installation;
  private final PerBridge<Memory> memories;
  private final Judge judge;
  private final Headcount headcount;
  private final Publisher publisher;
  private final Clock clock;
  private final Turns turns = new Turns(32);
  private final boolean replays;
  private final StrimziClusters clusters;
  private volatile Supplier<Stream<Bridge>> informed = Stream::empty;
  private volatile Function<String, Collection<Pod>> memberPods = group -> List.of();

  /**
   * @param replays whether the cluster knows KafkaApiBridgeReplay
   */
  public KafkaApiBridgeReconciler(
      Installation installation,
      PodReports reports,
      Lookout lookout,
      EventRecorder events,
      StrimziClusters clusters,
      boolean replays,
      Clock clock) {
    this.clusters = clusters;
    this.judge = new Judge(clusters);
    this.replays = replays;
    this.installation = installation;
    this.headcount = new Headcount(lookout);
    this.memories = new PerBridge<>(() -> new Memory(reports));
    this.publisher = new Publisher(events);
    this.clock = clock;
  }

  @Override
  public UpdateControl<Bridge> reconcile(Bridge bridge, Context<Bridge> context) {
    Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    BridgeIdentity identity = BridgeIdentity.of(bridge);
    Annotated annotated = Annotated.of(bridge);
    KafkaApiBridgeStatus before = StatusJson.read(bridge.getStatus());
    Memory memory = memories.of(identity, now);

    Optional<Deployment> deployment = OwnResource.of(identity, context, Deployment.class);
    Judgement judgement = judge.of(bridge, context, deployment, before, memory, now);
    Optional<AcceptedBridge> served = judgement.served();
    Observation seen =
        memory.observer.look(
            bridge,
            context,
            deployment,
            served.map(AcceptedBridge::specHash).orElse(null),
            BridgeStatus.known(before),
            now);
    memory.forReplays =
        new Memory.ForReplays(
            identity.generation(),
            new Bridges.Seen.Looked(served.map(AcceptedBridge::spec), seen.fleet().replays()));
    Optional<ReplayOrder> replay = replay(bridge, context);
    Optional<AcceptedBridge> wanted = judgement.toApply();
    ReplicaDecision last = memory.decision;
    List<Notice> contested =
        wanted.isEmpty() ? List.of() : memory.rivals.look(deployment, last, now);
    Optional<ReplicaDecision> decision =
        wanted
            .map(a ->
                headcount.decide(
                    a,
                    seen.fleet(),
                    memory,
                    deployment,
                    before,
                    new ReferencedObjects(context.getClient(), identity.namespace()),
                    now))
            .map(d -> replay.isPresent() ? d.withAPodForAReplay() : d);
    // Before it is applied: of a step that fails half-way nothing is to be taken back.
    decision.ifPresent(memory::remember);
    Optional<Rendered> rendered =
        wanted.map(a ->
            Rendered.of(
                a,
                installation,
                decision.orElseThrow().replicas(),
                before.consumer(),
                replay.orElse(null),
                annotated.restart(before.restartedAt())));

    context.managedWorkflowAndDependentResourceContext().put(LastWord.class, memory.lastWord);
    // From here on nothing waits for a pod, so waiting for a turn is short.
    try (var _ = turns.take()) {
      Application application =
          rendered
              .map(r ->
                  Finalizer.addWanted(bridge, r.bridge().specTree(), context.getClient())
                      .orElseGet(() -> Apply.to(context, r)))
              .orElse(judgement.untouched());
      memory.refused = application instanceof Application.Refused;
      if (application instanceof Application.Done) {
        judgement.toRemember().ifPresent(memory.served::applied);
      }
      decision.ifPresent(
          d -> publisher.tell(bridge, ScaleRequests.ignored(last, d), memory.told, now));
      rendered.ifPresent(r ->
          publisher.tell(
              bridge,
              dropFinalizer(bridge, r.bridge().specTree(), context, memory, now),
              memory.told,
              now));
      publisher.tell(bridge, contested, memory.told, now);
      Observation result = seen.with(OwnResource.of(identity, context, Deployment.class));
      boolean comesBack =
          application instanceof Application.Waiting && before.desiredReplicas() != null;
      if (memory.waitsFor(result, comesBack, now)) {
        return UpdateControl.<Bridge>noUpdate().rescheduleAfter(NextLook.SOON);
      }
      KafkaApiBridgeStatus status =
          BridgeStatus.of(
              new Situation(
                  identity,
                  annotated,
                  judgement.acceptance(),
                  served.orElse(null),
                  application,
                  result,
                  judgement.brokersTrouble(),
                  decision.orElse(null),
                  before,
                  now.atOffset(ZoneOffset.UTC)));
      publisher.publish(bridge, context, before, status, memory.whyScaled, memory.told, now);
      publisher.tell(
          bridge, PositionNotices.of(memory.resets.in(result.fleet())), memory.told, now);
      tellOfReferences(
          bridge, served.map(AcceptedBridge::references).orElse(List.of()), result, memory, now);
      return UpdateControl.<Bridge>noUpdate()
          .rescheduleAfter(
              NextLook.after(
                  judgement.acceptance(), application, decision.orElse(null), before, status));
    }
  }

  private void tellOfReferences(
      Bridge bridge, List<Reference> references, Observation seen, Memory memory, Instant now) {
    OffsetDateTime at = now.atOffset(ZoneOffset.UTC);
    List<String> rotated = memory.rotations.in(seen.fleet(), references, at);
    publisher.tell(bridge, RotationNotices.of(rotated), memory.told, now);
    List<Expiring> ending = memory.expiries.in(seen.fleet(), references, at);
    publisher.tell(bridge, ExpiryNotices.of(ending, at), memory.told, now);
  }

  /** It stops nothing if that is refused, and is tried again later. */
  private static List<Notice> dropFinalizer(
      Bridge bridge, ObjectNode served, Context<Bridge> context, Memory memory, Instant now) {
    if (!memory.mayDropFinalizer(now)) {
      return List.of();
    }
    List<Notice> refused = Finalizer.dropUnwanted(bridge, served, context.getClient());
    if (!refused.isEmpty()) {
      memory.finalizerRefusedAt = now;
    }
    return refused;
  }

  /**
   * What nobody foresaw: said in the log, and in the status unless that says already that somebody
   * has to change something; and tried again, each time after a longer while.
   */
  @Override
  public ErrorStatusUpdateControl<Bridge> updateErrorStatus(
      Bridge bridge, Context<Bridge> context, Exception error) {
    BridgeIdentity identity = BridgeIdentity.of(bridge);
    Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    if (isGone(bridge, context)
        || Failure.saysGone(error, "kafkaapibridges", identity.namespace(), identity.name())) {
      // Its deletion is an event of its own, so there is nothing to try again, nor to tell.
      return ErrorStatusUpdateControl.<Bridge>noStatusUpdate()
          .withNoRetry()
          .rescheduleAfter(NextLook.USUAL);
    }
    if (Failure.answer(error) == null) {
      LOG.warn("{}: the reconcile failed and is tried again", identity, error);
    } else {
      LOG.warn("{}: {}", identity, Failure.of(error));
    }
    try {
      KafkaApiBridgeStatus before = StatusJson.read(bridge.getStatus());
      KafkaApiBridgeStatus status =
          BridgeStatus.afterError(
              before, identity.generation(), Failure.of(error), now.atOffset(ZoneOffset.UTC));
      Memory memory = memories.of(identity, now);
      publisher.publish(bridge, context, before, status, memory.whyScaled, memory.told, now);
    } catch (RuntimeException e) {
      LOG.warn("{}: the status could not be written either: {}", identity, e.getMessage());
    }
    return ErrorStatusUpdateControl.noStatusUpdate();
  }

  /** Deleted while this reconcile was under way, perhaps with its namespace. */
  private static boolean isGone(Bridge bridge, Context<Bridge> context) {
    return context
        .getPrimaryCache()
        .get(ResourceID.fromResource(bridge))
        .filter(cached ->
            cached.getMetadata().getUid().equals(bridge.getMetadata().getUid())
                && cached.getMetadata().getDeletionTimestamp() == null)
        .isEmpty();
  }

  @Override
  public List<EventSource<?, Bridge>> prepareEventSources(EventSourceContext<Bridge> context) {
    informed = () -> context.getPrimaryCache().list();
    Watches.indexByGroup(context);
    InformerEventSource<Pod, Bridge> pods = Watches.pods(context);
    memberPods = group -> pods.byIndex(Watches.BY_GROUP, group);
    var kafkas = new SimpleInboundEventSource<Bridge>("kafkas");
    clusters.onChange(
        cluster -> Watches.referring(informed.get(), cluster).forEach(kafkas::propagateEvent));
    return replays
        ? List.of(pods, Watches.replicaSets(context), kafkas, Watches.replays(context))
        : List.of(pods, Watches.replicaSets(context), kafkas);
  }

  /** The one that its pods are to run now. */
  private Optional<ReplayOrder> replay(Bridge bridge, Context<Bridge> context) {
    return replays
        ? new ReplayQueue(
                context.getSecondaryResources(Replay.class), bridge.getMetadata().getName())
            .running()
        : Optional.empty();
  }

  /** What is to be served of it, and by which brokers. */
  Judge judge() {
    return judge;
  }

  /** What is remembered of a bridge; empty where nothing is yet. */
  Optional<Memory> memory(Bridge bridge) {
    return memories.known(bridge);
  }

  /** What was counted last of the bridge; empty where nothing was yet. */
  public Optional<Decision> counted(Bridge bridge) {
    return memories.known(bridge).map(memory -> memory.decision).map(ReplicaDecision::counted);
  }

  /** All bridges, as the informer holds them now. */
  public Stream<Bridge> bridges() {
    return informed.get();
  }

  /** All pods on which this consumer group is written, as the informer holds them now. */
  Collection<Pod> members(String group) {
    return memberPods.apply(group);
  }
}
