package dev.kafkaapibridge.operator.bridge;

import dev.kafkaapibridge.api.v1alpha1.KafkaApiBridgeStatus;
import dev.kafkaapibridge.operator.bridge.report.BridgeStatus;
import dev.kafkaapibridge.operator.bridge.report.StatusJson;
import dev.kafkaapibridge.operator.kube.EventRecorder;
import dev.kafkaapibridge.operator.kube.Failure;
import dev.kafkaapibridge.operator.kube.Turns;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.ErrorStatusUpdateControl;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees a bridge off that is being deleted and whose consumer group is to go with it. A controller
 * of its own: the SDK shows a deletion to one that applies objects only if every bridge has a
 * finalizer.
 */
@ControllerConfiguration(
    name = DepartureReconciler.NAME,
    fieldManager = KafkaApiBridgeReconciler.NAME,
    triggerReconcilerOnAllEvents = true)
public final class DepartureReconciler implements Reconciler<Bridge> {

  static final String NAME = "kafka-api-bridge-departures";

  private static final Logger LOG = LoggerFactory.getLogger(DepartureReconciler.class);

  private final Installation installation;
  private final PerBridge<Told> told = new PerBridge<>(Told::new);

  /** A look is half a dozen requests, and a thousand bridges may go at once. */
  private final Turns turns = new Turns(8);

  private final KafkaApiBridgeReconciler bridges;
  private final Publisher publisher;
  private final Clock clock;

  /** {@code bridges} watches the pods, also those of other bridges. */
  public DepartureReconciler(
      Installation installation,
      KafkaApiBridgeReconciler bridges,
      EventRecorder events,
      Clock clock) {
    this.installation = installation;
    this.bridges = bridges;
    this.publisher = new Publisher(events);
    this.clock = clock;
  }

  @Override
  public UpdateControl<Bridge> reconcile(Bridge bridge, Context<Bridge> context) {
    if (context.isPrimaryResourceDeleted()
        || !bridge.isMarkedForDeletion()
        || !Finalizer.isThere(bridge)) {
      return UpdateControl.noUpdate();
    }
    Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    KafkaApiBridgeStatus known = StatusJson.read(bridge.getStatus());
    Cleanup step;
    try (var _ = turns.take()) {
      step =
          new Departure(
                  bridge,
                  context,
                  bridges::members,
                  bridges.judge()::wanted,
                  declared -> bridges.judge().led(declared, bridge),
                  installation)
              .step(now, known);
    }
    String message =
        switch (step) {
          case Cleanup.LetGo(var notice) -> {
            Finalizer.remove(bridge, context.getClient());
            if (notice != null) {
              publisher.tell(bridge, List.of(notice), told.of(BridgeIdentity.of(bridge), now), now);
            }
            yield "";
          }
          case Cleanup.EndPods(var pods) -> pods;
          case Cleanup.StartJob(var job) -> job;
          case Cleanup.EndJob(var job, var ignored) -> job;
          case Cleanup.Wait(var what) -> what;
        };
    if (message.isEmpty()) {
      return UpdateControl.noUpdate();
    }
    say(message, bridge, context, now);
    Instant deletedAt = Instant.parse(bridge.getMetadata().getDeletionTimestamp());
    return UpdateControl.<Bridge>noUpdate()
        .rescheduleAfter(NextLook.leaving(Duration.between(deletedAt, now)));
  }

  private void say(String message, Bridge bridge, Context<Bridge> context, Instant now) {
    KafkaApiBridgeStatus known = StatusJson.read(bridge.getStatus());
    KafkaApiBridgeStatus status =
        BridgeStatus.whileLeaving(
            known, bridge.getMetadata().getGeneration(), message, now.atOffset(ZoneOffset.UTC));
    publisher.publish(
        bridge, context, known, status, "", told.of(BridgeIdentity.of(bridge), now), now);
  }

  /** Said where people look who wait for the deletion, with what they can do themselves. */
  @Override
  public ErrorStatusUpdateControl<Bridge> updateErrorStatus(
      Bridge bridge, Context<Bridge> context, Exception error) {
    LOG.warn("{}: the deletion is tried again: {}", BridgeIdentity.of(bridge), Failure.of(error));
    try {
      say(
          "Being deleted, which fails. %s. %s"
              .formatted(Failure.of(error), Finalizer.byHand(bridge)),
          bridge,
          context,
          clock.instant().truncatedTo(ChronoUnit.SECONDS));
    } catch (RuntimeException e) {
      LOG.warn(
          "{}: the status could not be written either: {}",
          BridgeIdentity.of(bridge),
          e.getMessage());
    }
    return ErrorStatusUpdateControl.noStatusUpdate();
  }

  @Override
  public List<EventSource<?, Bridge>> prepareEventSources(EventSourceContext<Bridge> context) {
    Watches.indexByGroup(context);
    return List.of();
  }
}
