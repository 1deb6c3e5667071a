package dev.kafkaapibridge.operator.bridge.observe;

import dev.kafkaapibridge.api.v1alpha1.DeliverySpec;
import dev.kafkaapibridge.api.v1alpha1.KafkaApiBridgeSpec;
import dev.kafkaapibridge.operator.bridge.observe.Fleet.Member;
import dev.kafkaapibridge.operator.bridge.observe.PodReport.Circuit;
import dev.kafkaapibridge.operator.scale.Sample;
import dev.kafkaapibridge.operator.scale.Sample.Due;
import dev.kafkaapibridge.operator.scale.Sample.Partition;
import dev.kafkaapibridge.operator.scale.Sample.Pod;
import dev.kafkaapibridge.operator.scale.Sample.Reading;
import io.fabric8.kubernetes.api.model.Quantity;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Makes samples for the scaling decision of what pods report: their counters run since a process
 * began, and a sample tells what was counted since the one before. Owned by one bridge's reconcile.
 */
public final class Samples {

  /** Reconciles come with every event; closer together, counters tell more chance than pace. */
  private static final Duration BETWEEN = Duration.ofSeconds(4);

  /** A process so young has counted all that it has since its start, not over hours. */
  private static final Duration YOUNG = Duration.ofMinutes(1);

  private record Last(String process, WorkCounters counters) {}

  private final Map<String, Last> lastByPod = new HashMap<>();

  /** What a call carries, as far as was seen last; the number of pods is counted in records. */
  private double recordsPerCall = 1;

  private Instant takenAt = Instant.EPOCH;

  /** What a call of the last sample carried, one with another; 1 without batches. */
  public double recordsPerCall() {
    return recordsPerCall;
  }

  /**
   * In records, also where a call carries several.
   *
   * @param replicas pods that were asked for
   * @return null while the last one is too recent
   */
  public @Nullable Sample take(Fleet fleet, KafkaApiBridgeSpec spec, int replicas, Instant now) {
    if (now.isBefore(takenAt.plus(BETWEEN))) {
      return null;
    }
    takenAt = now;
    recordsPerCall = spec.delivery().batch() == null ? 1 : recordsPerCall;
    lastByPod
        .keySet()
        .retainAll(fleet.members().stream().map(m -> m.pod().uid()).collect(Collectors.toSet()));
    List<Pod> pods =
        fleet.staying().stream()
            .map(m -> new Pod(m.pod().name(), m.pod().ready(), reading(m, spec)))
            .toList();
    var partitions = new LinkedHashMap<String, Partition>();
    boolean all = fleet.partitions() != null;
    for (Member member : fleet.members()) {
      PodReport report = member.report();
      List<PartitionWork> work = report == null ? null : report.work();
      all &= report == null || (work != null && work.size() == report.partitions());
      for (PartitionWork of : Objects.requireNonNullElse(work, List.<PartitionWork>of())) {
        // Of a partition that has just moved the pod that lost it may have an older word.
        partitions.merge(
            of.name(),
            new Partition(
                of.name(), member.pod().name(), of.end(), of.endAt(), of.backlog(), of.held()),
            (one, other) -> other.endAt().isBefore(one.endAt()) ? one : other);
      }
    }
    return new Sample(
        now,
        replicas,
        pods,
        List.copyOf(partitions.values()),
        all && !partitions.isEmpty(),
        due(fleet.staying()));
  }

  /** A pod on its way out may tell of partitions that another has by now. */
  private static List<Due> due(List<Member> staying) {
    var due = new ArrayList<Due>();
    for (Member member : staying) {
      RetrySeen retry = member.report() == null ? null : member.report().retry();
      if (retry != null) {
        retry.due().forEach(records -> due.add(new Due(member.pod().name(), records)));
      }
    }
    return due;
  }

  /** Null while the pod has told too little to compare. */
  private @Nullable Reading reading(Member member, KafkaApiBridgeSpec spec) {
    PodReport report = member.report();
    WorkCounters counters = report == null ? null : report.counters();
    if (report == null || counters == null) {
      return null;
    }
    Last last = lastByPod.put(member.pod().uid(), new Last(report.process(), counters));
    WorkCounters before = null;
    if (last != null && last.process().equals(report.process())) {
      before = last.counters();
    } else if (counters.pace().age().compareTo(YOUNG) <= 0) {
      before = counters.atStart();
    }
    boolean inTurn = spec.delivery().ordering() == DeliverySpec.Ordering.Partition;
    if (before == null) {
      return null;
    }
    Reading calls =
        counters.since(
            before,
            cpus(spec),
            inTurn ? report.partitions() : Integer.MAX_VALUE,
            report.circuit() == Circuit.Open);
    return calls == null || spec.delivery().batch() == null
        ? calls
        : inRecords(calls, counters.recordsPerCallSince(before));
  }

  /** Null where calls were sent, and nobody has told yet what such a one carries. */
  private @Nullable Reading inRecords(Reading calls, OptionalDouble told) {
    if (told.isPresent()) {
      recordsPerCall = told.getAsDouble();
    } else if (calls.sent() > 0) {
      return null;
    }
    return calls.times(recordsPerCall);
  }

  private static double cpus(KafkaApiBridgeSpec spec) {
    String limit = spec.workload().resources().limits().get("cpu");
    return limit == null ? 0 : new Quantity(limit).getNumericalAmount().doubleValue();
  }
}
