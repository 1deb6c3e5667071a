package dev.kafkaapibridge.operator.bridge;

import dev.kafkaapibridge.api.v1alpha1.Condition;
import dev.kafkaapibridge.api.v1alpha1.KafkaApiBridgeStatus;
import dev.kafkaapibridge.operator.bridge.report.StatusChange;
import dev.kafkaapibridge.operator.bridge.report.StatusEvents;
import dev.kafkaapibridge.operator.bridge.report.StatusJson;
import dev.kafkaapibridge.operator.kube.EventRecorder;
import dev.kafkaapibridge.operator.kube.Notice;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.PrimaryUpdateAndCacheUtils;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes a status if it says something new, then tells what changed: an event, a line in the log.
 * By server-side apply of the fields that the operator owns, so that other writers' conditions
 * survive.
 */
final class Publisher {

  private static final Logger LOG = LoggerFactory.getLogger(Publisher.class);
  private static final Duration BETWEEN_FIGURES = Duration.ofMinutes(1);

  private final EventRecorder events;

  Publisher(EventRecorder events) {
    this.events = events;
  }

  void publish(
      Bridge bridge,
      Context<Bridge> context,
      KafkaApiBridgeStatus old,
      KafkaApiBridgeStatus fresh,
      String whyScaled,
      Told told,
      Instant now) {
    boolean figuresDue = figuresDue(old, told, now);
    KafkaApiBridgeStatus written =
        StatusChange.toWrite(
            old, told.regime.settle(old, told.limit.settle(old, fresh, now), now), figuresDue);
    if (written.equals(old)) {
      return;
    }
    PrimaryUpdateAndCacheUtils.ssaPatchStatusAndCacheResource(
        bridge, holder(bridge, written), context);
    if (figuresDue) {
      told.figuresAt = now;
    }
    tell(bridge, StatusEvents.between(old, written, whyScaled), told, now);
    logReady(bridge, old, written);
  }

  /** Events and lines in the log, as far as the bridge's budget goes; the rest is counted. */
  void tell(Bridge bridge, List<Notice> notices, Told told, Instant now) {
    Told.Due due = told.due(notices, now);
    if (due.tooMany() > 0) {
      LOG.info(
          "{}: {} events before were too many to tell", BridgeIdentity.of(bridge), due.tooMany());
    }
    for (var notice : due.notices()) {
      LOG.info("{}: {}: {}", BridgeIdentity.of(bridge), notice.reason(), notice.note());
      events.tell(bridge, notice);
    }
  }

  private static boolean figuresDue(KafkaApiBridgeStatus old, Told told, Instant now) {
    Instant last = told.figuresAt;
    if (old.consumer() != null && old.consumer().sampledAt() != null) {
      Instant sampled = old.consumer().sampledAt().toInstant();
      last = sampled.isAfter(last) ? sampled : last;
    }
    return !now.isBefore(last.plus(BETWEEN_FIGURES));
  }

  /** Nothing but what the operator owns; the uid, so that it can't land on a later bridge. */
  private static Bridge holder(Bridge bridge, KafkaApiBridgeStatus status) {
    var holder = new Bridge();
    holder.setMetadata(
        new ObjectMetaBuilder()
            .withName(bridge.getMetadata().getName())
            .withNamespace(bridge.getMetadata().getNamespace())
            .withUid(bridge.getMetadata().getUid())
            .build());
    holder.setStatus(StatusJson.write(status));
    return holder;
  }

  private static void logReady(
      Bridge bridge, KafkaApiBridgeStatus old, KafkaApiBridgeStatus written) {
    Condition now = ready(written);
    Condition was = ready(old);
    if (now != null
        && (was == null || now.status() != was.status() || !now.reason().equals(was.reason()))) {
      LOG.info(
          "{} generation {}: Ready={} {}: {}",
          BridgeIdentity.of(bridge),
          written.observedGeneration(),
          now.status(),
          now.reason(),
          now.message());
    }
  }

  private static @org.jspecify.annotations.Nullable Condition ready(KafkaApiBridgeStatus status) {
    return status.conditions().stream()
        .filter(c -> c.type().equals("Ready"))
        .findFirst()
        .orElse(null);
  }
}
