package dev.kafkaapibridge.operator.replay;

import dev.kafkaapibridge.api.v1alpha1.replay.KafkaApiBridgeReplaySpec;
import dev.kafkaapibridge.api.validation.ReplayFile;
import dev.kafkaapibridge.operator.kube.EventRecorder;
import dev.kafkaapibridge.operator.kube.Failure;
import dev.kafkaapibridge.operator.kube.Notice;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.ErrorStatusUpdateControl;
import io.javaoperatorsdk.operator.api.reconciler.PrimaryUpdateAndCacheUtils;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says of each replay what its bridge's pods tell, starts one after the other, and deletes those
 * that are over when their time is. What runs is run by pods ({@link ReplayQueue#running} is put
 * into the file that they read): here nothing is sent and no broker is asked.
 */
@ControllerConfiguration(
    name = KafkaApiBridgeReplayReconciler.NAME,
    fieldManager = KafkaApiBridgeReplayReconciler.FIELD_MANAGER)
public final class KafkaApiBridgeReplayReconciler implements Reconciler<Replay> {

  static final String NAME = "kafka-api-bridge-replays";
  static final String FIELD_MANAGER = "kafka-api-bridge-operator";

  private static final Logger LOG = LoggerFactory.getLogger(KafkaApiBridgeReplayReconciler.class);
  private static final Duration LOOK_AGAIN = Duration.ofSeconds(5);

  private final Bridges bridges;
  private final EventRecorder events;
  private final Clock clock;

  public KafkaApiBridgeReplayReconciler(Bridges bridges, EventRecorder events, Clock clock) {
    this.bridges = bridges;
    this.events = events;
    this.clock = clock;
  }

  @Override
  public UpdateControl<Replay> reconcile(Replay replay, Context<Replay> context) {
    Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    if (replay.isMarkedForDeletion()) {
      return UpdateControl.noUpdate();
    }
    String namespace = replay.getMetadata().getNamespace();
    List<Replay> all = context.getPrimaryCache().list(namespace).toList();
    Optional<ReplayStatus> before = ReplayStatusJson.read(replay.getStatus());
    ReplayStatus status =
        ReplayStatus.of(
            new ReplayStatus.Situation(
                replay.getMetadata().getUid(),
                ReplayQueue.createdAt(replay),
                replay.reading(),
                replay.bridge(),
                before,
                before.filter(ReplayStatus::isOver).isPresent()
                    ? Optional.empty()
                    : bridges.of(namespace, replay.bridge(), context.getClient()),
                new ReplayQueue(all, replay.bridge()).before(replay),
                ReplayQueue.latestStart(all, replay.bridge()),
                now));
    if (before.filter(status::equals).isEmpty()) {
      PrimaryUpdateAndCacheUtils.ssaPatchStatusAndCacheResource(
          replay,
          replay.holding(ReplayStatusJson.write(status, replay.getMetadata().getGeneration())),
          context);
      tell(replay, before, status);
    }
    return status.completionTime().isEmpty()
        ? UpdateControl.<Replay>noUpdate().rescheduleAfter(LOOK_AGAIN)
        : untilItsTime(replay, status.completionTime().get(), context, now);
  }

  private UpdateControl<Replay> untilItsTime(
      Replay replay, Instant completed, Context<Replay> context, Instant now) {
    Duration left = Duration.between(now, completed.plus(ttl(replay)));
    if (left.isPositive()) {
      return UpdateControl.<Replay>noUpdate().rescheduleAfter(left);
    }
    LOG.info("{}: is over since {} and is deleted", replay, completed);
    context
        .getClient()
        .resource(replay)
        .lockResourceVersion(replay.getMetadata().getResourceVersion())
        .delete();
    return UpdateControl.noUpdate();
  }

  private static Duration ttl(Replay replay) {
    return replay.reading()
            instanceof ReplayFile.Reading.Sound(KafkaApiBridgeReplaySpec spec, var t)
        ? spec.ttlAfterFinished()
        : Duration.ofHours(24);
  }

  private void tell(Replay replay, Optional<ReplayStatus> before, ReplayStatus status) {
    boolean started =
        status.startTime().isPresent() && before.flatMap(ReplayStatus::startTime).isEmpty();
    if (started) {
      tell(replay, Notice.Type.Normal, "ReplayStarted", "It was given to the bridge's pods");
    }
    if (status.isOver()) {
      boolean good = status.succeeded() == ReplayStatus.Succeeded.True;
      tell(
          replay,
          good ? Notice.Type.Normal : Notice.Type.Warning,
          good ? "ReplayCompleted" : "ReplayFailed",
          status.reason() + ": " + status.message());
    }
  }

  private void tell(Replay replay, Notice.Type type, String reason, String note) {
    LOG.info("{}: {}: {}", replay, reason, note);
    events.tell(replay, new Notice(type, reason, "Replay", note));
  }

  @Override
  public ErrorStatusUpdateControl<Replay> updateErrorStatus(
      Replay replay, Context<Replay> context, Exception error) {
    LOG.warn("{}: {}; it is tried again", replay, Failure.of(error));
    return ErrorStatusUpdateControl.noStatusUpdate();
  }
}
