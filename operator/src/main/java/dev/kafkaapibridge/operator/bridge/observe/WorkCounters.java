package dev.kafkaapibridge.operator.bridge.observe;

import static dev.kafkaapibridge.operator.bridge.observe.ReportFields.count;
import static dev.kafkaapibridge.operator.bridge.observe.ReportFields.figure;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kafkaapibridge.operator.scale.Sample.Reading;
import java.time.Duration;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * What a process has counted since its start, as far as the number of pods depends on it.
 *
 * @param pace how often and how fast it called
 * @param accepted calls
 * @param failed calls, for the target's sake
 * @param busy what all calls together took
 * @param slots calls that may be under way at once
 * @param cpu time used; null where the pod does not tell it
 * @param batches that were answered; null where the pod makes none, or tells of none
 * @param carried records in them; null likewise
 * @param advertised calls a second that the target says the fleet may send; null where it says
 *     nothing
 */
public record WorkCounters(
    PaceCounters pace,
    long accepted,
    long failed,
    Duration busy,
    int slots,
    @Nullable Duration cpu,
    @Nullable Long batches,
    @Nullable Long carried,
    @Nullable Double advertised) {

  /** Null where a figure is absent or absurd: then nothing is known of the pod's work. */
  static @Nullable WorkCounters read(JsonNode tree) {
    JsonNode target = tree.path("target");
    PaceCounters pace = PaceCounters.read(tree);
    Long accepted = figure(target.path("accepted"));
    Long failed = figure(target.path("failed"));
    Long busy = figure(target.path("busyMillis"));
    Integer slots = count(target.path("slots"));
    Long cpu = figure(tree.path("cpuMillis"));
    if (pace == null
        || accepted == null
        || failed == null
        || busy == null
        || slots == null
        || slots == 0) {
      return null;
    }
    JsonNode advertised = target.path("advertisedLimit");
    return new WorkCounters(
        pace,
        accepted,
        failed,
        Duration.ofMillis(busy),
        slots,
        cpu == null ? null : Duration.ofMillis(cpu),
        figure(target.path("batch").path("answered")),
        figure(target.path("batch").path("records")),
        advertised.isNumber() ? Double.valueOf(advertised.doubleValue()) : null);
  }

  /** Of a process that has just begun. */
  WorkCounters atStart() {
    return new WorkCounters(
        PaceCounters.none(),
        0,
        0,
        Duration.ZERO,
        slots,
        cpu == null ? null : Duration.ZERO,
        batches == null ? null : Long.valueOf(0),
        carried == null ? null : Long.valueOf(0),
        null);
  }

  /**
   * What was counted since.
   *
   * @param cpus that the pod may use; 0 where nothing limits it
   * @param mostSlots that the spec's ordering leaves of its slots
   * @return null where no time has passed, or a counter ran backwards
   */
  @Nullable Reading since(WorkCounters before, double cpus, int mostSlots, boolean circuitOpen) {
    double seconds = seconds(pace.age().minus(before.pace().age()));
    long sent = pace.requests() - before.pace().requests();
    long throttled = pace.rateLimited() - before.pace().rateLimited();
    double gated =
        seconds(pace.limited().minus(before.pace().limited()))
            + seconds(pace.slowed().minus(before.pace().slowed()));
    double worked = seconds(busy.minus(before.busy()));
    double cpuShare =
        cpus <= 0 || cpu == null || before.cpu() == null
            ? 0
            : seconds(cpu.minus(before.cpu())) / (seconds * cpus);
    if (seconds <= 0
        || sent < 0
        || throttled < 0
        || gated < 0
        || worked < 0
        || cpuShare < 0
        || accepted < before.accepted()
        || failed < before.failed()) {
      return null;
    }
    return new Reading(
        seconds,
        sent,
        accepted - before.accepted(),
        throttled,
        failed - before.failed(),
        worked,
        Math.max(1, Math.min(slots, mostSlots)),
        cpuShare,
        gated,
        circuitOpen,
        advertised);
  }

  /**
   * What the batches that were answered since held, one with another: nothing where none was, or
   * the pod tells of none.
   */
  OptionalDouble recordsPerCallSince(WorkCounters before) {
    if (batches == null
        || carried == null
        || before.batches() == null
        || before.carried() == null
        || batches <= before.batches()
        || carried < before.carried()) {
      return OptionalDouble.empty();
    }
    double records = carried - before.carried();
    return OptionalDouble.of(Math.max(1, records / (batches - before.batches())));
  }

  private static double seconds(Duration duration) {
    return duration.toMillis() / 1000.0;
  }
}
