package dev.kafkaapibridge.runtime.telemetry;

import dev.kafkaapibridge.runtime.consume.ConsumptionView;
import dev.kafkaapibridge.runtime.consume.ConsumptionView.PartitionView;
import dev.kafkaapibridge.runtime.consume.FlowControl;
import dev.kafkaapibridge.runtime.consume.PositionResets;
import dev.kafkaapibridge.runtime.deliver.HeldRecords;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;
import java.util.function.ToLongFunction;

/**
 * Gauges over what this process owns and what is under way. Sums only: labels of partitions would
 * grow without bound in a dashboard.
 */
public final class ConsumptionMetrics {

  private ConsumptionMetrics() {}

  public static void register(
      MeterRegistry registry,
      ConsumptionView view,
      BooleanSupplier circuitOpen,
      IntSupplier inFlight,
      HeldRecords held) {
    gauge(
        registry,
        view,
        "kab.records.unfinished",
        "Records taken from Kafka that have not ended",
        PartitionView::unfinished);
    gauge(registry, view, "kab.records.unfinished.bytes", "Their bytes", PartitionView::bytes);
    gauge(registry, view, "kab.partitions.owned", "Partitions that this pod owns", partition -> 1);
    gauge(
        registry,
        view,
        "kab.partitions.paused",
        "Owned partitions that don't fetch for now",
        partition -> partition.paused() ? 1 : 0);
    gauge(
        registry,
        view,
        "kab.commit.ranges.left.out",
        "Ranges that ended and found no room in the commit's metadata",
        PartitionView::leftOut);
    gauge(
        registry,
        view,
        "kab.partitions.window.full",
        "Owned partitions that don't fetch because records under way fill their window",
        partition -> isFull(partition) ? 1 : 0);
    Gauge.builder("kab.partitions.held.seconds", view, ConsumptionMetrics::heldFor)
        .description(
            "How long the first record that has not ended holds up its partition; the longest")
        .register(registry);
    FunctionCounter.builder("kab.position.resets", view.resets(), PositionResets::count)
        .description("Partitions that did not go on where the group has committed")
        .register(registry);
    Gauge.builder("kab.lag.records", view, ConsumptionMetrics::lag)
        .description("Records behind in the owned partitions; NaN while unknown")
        .register(registry);
    Gauge.builder("kab.requests.in.flight", inFlight::getAsInt)
        .description("Records that are called for now, or written as a dead letter")
        .register(registry);
    for (HeldRecords.Why why : HeldRecords.Why.values()) {
      Gauge.builder("kab.records.held", () -> held.count(why))
          .description("Records that hold up their lane for something other than the whole target")
          .tag("why", why.name())
          .register(registry);
    }
    Gauge.builder("kab.circuit.open", () -> circuitOpen.getAsBoolean() ? 1 : 0)
        .description("1 while the circuit is open")
        .register(registry);
  }

  private static void gauge(
      MeterRegistry registry,
      ConsumptionView view,
      String name,
      String description,
      ToLongFunction<PartitionView> of) {
    Gauge.builder(name, view, v -> v.snapshot().partitions().stream().mapToLong(of).sum())
        .description(description)
        .register(registry);
  }

  private static boolean isFull(PartitionView partition) {
    return FlowControl.Pause.WindowFull.name().equals(partition.pause())
        || FlowControl.Pause.PartitionWindowFull.name().equals(partition.pause());
  }

  private static double heldFor(ConsumptionView view) {
    return view.snapshot().partitions().stream()
            .mapToLong(partition -> view.heldFor(partition).toMillis())
            .max()
            .orElse(0)
        / 1000.0;
  }

  /** Missing data is never zero: one unknown partition makes the sum unknown. */
  private static double lag(ConsumptionView view) {
    double sum = 0;
    for (PartitionView partition : view.snapshot().partitions()) {
      Long lag = view.lag(partition);
      if (lag == null) {
        return Double.NaN;
      }
      sum += lag;
    }
    return sum;
  }
}
