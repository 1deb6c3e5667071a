package dev.kafkaapibridge.operator.kube;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.MicroTime;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.fabric8.kubernetes.api.model.events.v1.EventBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes events. The name of an event follows from what it says, so the same thing said again is
 * the same event, counted up. A new process finds the event, and not how often it was told, for
 * which it would need a right to read events; it begins at the second time. An event that cannot be
 * written is logged and forgotten: telling must not hold up doing. Safe for all threads.
 */
public final class EventRecorder {

  private static final Logger LOG = LoggerFactory.getLogger(EventRecorder.class);
  private static final String CONTROLLER = "kafka-api-bridge.dev/operator";
  private static final int LONGEST_NOTE = 1000;
  private static final DateTimeFormatter MICROSECONDS =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

  private final KubernetesClient client;
  private final String instance;
  private final Clock clock;

  /** How often an event was told, by its name; the least recently told are forgotten. */
  private final Map<String, Integer> told =
      Collections.synchronizedMap(
          new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Integer> eldest) {
              return size() > 4096;
            }
          });

  /** {@code instance} tells this process from others, for example the name of its pod. */
  public EventRecorder(KubernetesClient client, String instance, Clock clock) {
    this.client = client;
    this.instance = instance;
    this.clock = clock;
  }

  public void tell(HasMetadata of, Notice notice) {
    Event event = event(of, notice);
    String name = event.getMetadata().getName();
    try {
      int count = told.merge(name, 1, Integer::sum);
      if (count == 1) {
        client.resource(event).create();
      } else {
        again(event, count);
      }
    } catch (KubernetesClientException e) {
      if (e.getCode() == 409) {
        repeat(event);
      } else if (!Failure.words(e).contains("because it is being terminated")) {
        LOG.warn("event {} was not written: {}", notice.reason(), Failure.words(e));
      }
    }
  }

  /** An earlier operator has told it already. */
  private void repeat(Event event) {
    try {
      again(event, told.merge(event.getMetadata().getName(), 1, Integer::sum));
    } catch (KubernetesClientException e) {
      LOG.warn("event {} was not counted up: {}", event.getReason(), Failure.words(e));
    }
  }

  private void again(Event event, int count) {
    String series =
        "{\"series\":{\"count\":%d,\"lastObservedTime\":\"%s\"}}"
            .formatted(count, MICROSECONDS.format(clock.instant()));
    try {
      client.resource(event).patch(PatchContext.of(PatchType.JSON_MERGE), series);
    } catch (KubernetesClientException e) {
      if (e.getCode() != 404) {
        throw e;
      }
      // Events are forgotten after an hour.
      told.put(event.getMetadata().getName(), 1);
      client.resource(event).create();
    }
  }

  private Event event(HasMetadata of, Notice notice) {
    Instant now = clock.instant();
    var metadata = of.getMetadata();
    String note = CleanText.of(notice.note(), LONGEST_NOTE);
    String name = metadata.getName() + "." + hash(metadata.getUid(), notice.reason(), note);
    return new EventBuilder()
        .withNewMetadata()
        .withName(name)
        .withNamespace(metadata.getNamespace())
        .endMetadata()
        .withEventTime(new MicroTime(MICROSECONDS.format(now)))
        .withType(notice.type().name())
        .withReason(notice.reason())
        .withAction(notice.action())
        .withNote(note)
        .withReportingController(CONTROLLER)
        .withReportingInstance(instance)
        .withRegarding(
            new ObjectReferenceBuilder()
                .withApiVersion(of.getApiVersion())
                .withKind(of.getKind())
                .withNamespace(metadata.getNamespace())
                .withName(metadata.getName())
                .withUid(metadata.getUid())
                .build())
        .build();
  }

  private static String hash(String... parts) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256")
              .digest(String.join("\n", parts).getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
