package dev.kafkaapibridge.operator.bridge.resources;

import dev.kafkaapibridge.operator.bridge.BridgeIdentity;
import dev.kafkaapibridge.operator.bridge.Rendered;
import dev.kafkaapibridge.operator.bridge.pod.PodTemplate;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import java.time.Duration;
import java.util.Map;

/**
 * Deletes the consumer group of a bridge that is being deleted. Nobody owns it: what a bridge owns
 * is deleted before the bridge is, if that is how it is deleted. It goes by itself when its time is
 * over.
 */
public final class CleanupJob {

  /** Whose it is: names are reused, uids are not. */
  public static final String BRIDGE_UID = "kafka-api-bridge.dev/bridge-uid";

  private static final int KEPT_SECONDS = 300;

  private CleanupJob() {}

  /** At most 63 characters, as the longest label. */
  public static String name(BridgeIdentity bridge) {
    String uid = bridge.uid().replace("-", "");
    return bridge.name() + "-del-" + uid.substring(0, Math.min(8, uid.length()));
  }

  /**
   * @param reduced a bridge that has nothing but what leads to its brokers
   * @param within when it is given up
   */
  public static Job render(Rendered reduced, Duration within) {
    BridgeIdentity bridge = reduced.bridge().identity();
    return new JobBuilder()
        .withNewMetadata()
        .withName(name(bridge))
        .withNamespace(bridge.namespace())
        .withLabels(BridgeLabels.cleanup(bridge))
        .withAnnotations(Map.of(BRIDGE_UID, bridge.uid()))
        .endMetadata()
        .withNewSpec()
        .withActiveDeadlineSeconds(Math.max(1, within.toSeconds()))
        .withTtlSecondsAfterFinished(KEPT_SECONDS)
        .withBackoffLimit(1)
        .withTemplate(PodTemplate.ofCleanup(reduced))
        .endSpec()
        .build();
  }

  /**
   * A patch of this very Job after which it has no pod, nor gets one, and has failed: so it also
   * goes by itself, which one that is suspended would not.
   */
  public static String toEnd(Job job) {
    return "{\"metadata\":{\"uid\":\"%s\"},\"spec\":{\"parallelism\":0,\"activeDeadlineSeconds\":1}}"
        .formatted(job.getMetadata().getUid());
  }
}
