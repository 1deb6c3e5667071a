package dev.kafkaapibridge.operator.bridge;

import dev.kafkaapibridge.api.v1alpha1.KafkaApiBridgeStatus;
import dev.kafkaapibridge.operator.bridge.observe.Observation;
import dev.kafkaapibridge.operator.bridge.observe.PodReports;
import dev.kafkaapibridge.operator.bridge.report.BridgeStatus;
import dev.kafkaapibridge.operator.bridge.report.Situation;
import dev.kafkaapibridge.operator.bridge.report.StatusJson;
import dev.kafkaapibridge.operator.bridge.resources.BridgeLabels;
import dev.kafkaapibridge.operator.bridge.resources.ConfigMapResource;
import dev.kafkaapibridge.operator.bridge.resources.DeploymentResource;
import dev.kafkaapibridge.operator.bridge.resources.ServiceAccountResource;
import dev.kafkaapibridge.operator.bridge.resources.ServiceResource;
import dev.kafkaapibridge.operator.kube.EventRecorder;
import dev.kafkaapibridge.operator.kube.Failure;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
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
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One reconcile, from top to bottom. Each step is one file; what they decide they decide from
 * values alone, and only applying, asking pods and publishing touch the world. A bridge is
 * reconciled when it or one of its objects changes, and every ten seconds, since pods tell only
 * when they are asked.
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
      @Dependent(type = ServiceResource.class)
    })
public final class KafkaApiBridgeReconciler implements Reconciler<Bridge> {

  /** Also the field manager: whose word stands in the objects' managed fields. */
  public static final String NAME = "kafka-api-bridge-operator";

  static final String CONFIG_MAP = "configmap";

  private static final Logger LOG = LoggerFactory.getLogger(KafkaApiBridgeReconciler.class);
  private static final Duration SOON = Duration.ofSeconds(1);
  private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(10);
  private static final Duration LATER = Duration.ofMinutes(1);

  private final String runtimeImage;
  private final Memory.All memories;
  private final Publisher publisher;
  private final Clock clock;

  /** {@code runtimeImage} is what pods run whose bridge names no image. */
  public KafkaApiBridgeReconciler(
      String runtimeImage, PodReports reports, EventRecorder events, Clock clock) {
    this.runtimeImage = runtimeImage;
    this.memories = new Memory.All(reports);
    this.publisher = new Publisher(events);
    this.clock = clock;
  }

  @Override
  public UpdateControl<Bridge> reconcile(Bridge bridge, Context<Bridge> context) {
    Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    BridgeIdentity identity = BridgeIdentity.of(bridge);
    KafkaApiBridgeStatus known = StatusJson.read(bridge.getStatus());
    Memory memory = memories.of(identity, now);

    Acceptance acceptance = Acceptance.of(identity, bridge.asFile());
    Optional<AcceptedBridge> accepted = acceptance.accepted();
    Observation seen = look(bridge, context, accepted, known, memory, now);
    Optional<Integer> replicas = accepted.map(a -> Replicas.decide(a.spec()));
    Optional<Rendered> rendered =
        accepted.map(a -> Rendered.of(a, replicas.orElseThrow(), runtimeImage, known.consumer()));
    Application application =
        rendered.map(r -> Apply.to(context, r)).orElseGet(Application.NotTried::new);

    KafkaApiBridgeStatus status =
        BridgeStatus.of(
            new Situation(
                identity,
                acceptance,
                application,
                seen.with(ChildNames.own(identity, context, Deployment.class)),
                replicas.orElse(null),
                known,
                now.atOffset(ZoneOffset.UTC)));
    publisher.publish(bridge, context, known, status, memory, now);
    return UpdateControl.<Bridge>noUpdate()
        .rescheduleAfter(untilNextLook(application, known, status));
  }

  private static Observation look(
      Bridge bridge,
      Context<Bridge> context,
      Optional<AcceptedBridge> accepted,
      KafkaApiBridgeStatus known,
      Memory memory,
      Instant now) {
    return memory.observer.look(
        bridge,
        context,
        ChildNames.own(BridgeIdentity.of(bridge), context, Deployment.class),
        accepted.map(AcceptedBridge::specHash).orElse(null),
        known.deadLetter() == null ? null : known.deadLetter().records(),
        now);
  }

  private static Duration untilNextLook(
      Application application, KafkaApiBridgeStatus known, KafkaApiBridgeStatus status) {
    return switch (application) {
      case Application.Waiting ignored -> SOON;
      // Asking the API server the same again may help when a quota or a right has changed.
      case Application.Refused refused when !refused.reason().equals("NameConflict") -> LATER;
      // What pods are given to read changes with where the bridge started.
      default -> startIsNews(known, status) ? SOON : BETWEEN_LOOKS;
    };
  }

  private static boolean startIsNews(KafkaApiBridgeStatus known, KafkaApiBridgeStatus status) {
    return status.consumer() != null
        && status.consumer().startedAt() != null
        && (known.consumer() == null || known.consumer().startedAt() == null);
  }

  /** What nobody foresaw: said in the status, and tried again, each time after a longer while. */
  @Override
  public ErrorStatusUpdateControl<Bridge> updateErrorStatus(
      Bridge bridge, Context<Bridge> context, Exception error) {
    BridgeIdentity identity = BridgeIdentity.of(bridge);
    Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    LOG.warn("{}: the reconcile failed and is tried again", identity, error);
    try {
      KafkaApiBridgeStatus known = StatusJson.read(bridge.getStatus());
      KafkaApiBridgeStatus status =
          BridgeStatus.afterError(
              known, identity.generation(), Failure.of(error), now.atOffset(ZoneOffset.UTC));
      publisher.publish(bridge, context, known, status, memories.of(identity, now), now);
    } catch (RuntimeException e) {
      LOG.warn("{}: the status could not be written either: {}", identity, e.getMessage());
    }
    return ErrorStatusUpdateControl.noStatusUpdate();
  }

  /** Pods and ReplicaSets: found by label, mapped to their bridge by name, believed by owner. */
  @Override
  public List<EventSource<?, Bridge>> prepareEventSources(EventSourceContext<Bridge> context) {
    return List.of(watch(Pod.class, context), watch(ReplicaSet.class, context));
  }

  private static <T extends HasMetadata> EventSource<T, Bridge> watch(
      Class<T> kind, EventSourceContext<Bridge> context) {
    return new InformerEventSource<>(
        InformerEventSourceConfiguration.from(kind, Bridge.class)
            .withLabelSelector(BridgeLabels.MANAGED)
            .withSecondaryToPrimaryMapper(KafkaApiBridgeReconciler::bridgeOf)
            .build(),
        context);
  }

  private static Set<ResourceID> bridgeOf(HasMetadata object) {
    var metadata = object.getMetadata();
    String name = metadata.getLabels().get(BridgeLabels.INSTANCE);
    return name == null ? Set.of() : Set.of(new ResourceID(name, metadata.getNamespace()));
  }
}
