package dev.kafkaapibridge.operator.bridge.report;

import dev.kafkaapibridge.operator.bridge.ReplicaDecision;
import dev.kafkaapibridge.operator.kube.Notice;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Somebody asks for a number of pods where the operator decides it. Pure. */
public final class ScaleRequests {

  private ScaleRequests() {}

  /** An event if {@code spec.replicas} was changed since the last decision and does not count. */
  public static List<Notice> ignored(@Nullable ReplicaDecision last, ReplicaDecision decision) {
    return last == null
            || last.written() == decision.written()
            || !last.cause().isManaged()
            || !decision.cause().isManaged()
        ? List.of()
        : List.of(
            new Notice(
                Notice.Type.Warning,
                "ScaleRequestIgnored",
                "Scale",
                "spec.replicas was set to %d, which counts for nothing while spec.autoscaling.mode is Managed: bound the number with minReplicas and maxReplicas, or set the mode to External"
                    .formatted(decision.written())));
  }
}
