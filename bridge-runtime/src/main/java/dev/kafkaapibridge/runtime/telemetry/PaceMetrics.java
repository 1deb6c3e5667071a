package dev.kafkaapibridge.runtime.telemetry;

import dev.kafkaapibridge.runtime.deliver.BatchSize;
import dev.kafkaapibridge.runtime.pace.Pace;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.IntSupplier;

/** What the target was found to take, as meters, described for people in docs/guide/metrics.md. */
public final class PaceMetrics {

  private PaceMetrics() {}

  /**
   * @param callsAtOnce how many may be under way at once now
   * @param retriesWaiting how many the retry budget holds back now
   */
  public static void register(
      MeterRegistry registry, Pace pace, IntSupplier callsAtOnce, IntSupplier retriesWaiting) {
    Gauge.builder("kab.requests.in.flight.limit", callsAtOnce::getAsInt)
        .description("Calls that may be under way at once now")
        .register(registry);
    Gauge.builder("kab.retries.waiting", retriesWaiting::getAsInt)
        .description("Retries that the retry budget holds back now")
        .register(registry);
    Gauge.builder("kab.learned.rate", () -> orNaN(pace.reading().callsPerSecond()))
        .description("Calls a second that the target was found to take from this pod; NaN: none")
        .register(registry);
    Gauge.builder("kab.advertised.limit", () -> orNaN(pace.reading().advertised()))
        .description("Calls a second that the target says it allows all callers; NaN: it doesn't")
        .register(registry);
  }

  /** How large batches may be now, which is less than the spec says where the target takes less. */
  public static void register(MeterRegistry registry, BatchSize size) {
    Gauge.builder("kab.batch.records.limit", () -> size.room().records())
        .description("Records that a batch may have now")
        .register(registry);
    Gauge.builder("kab.batch.bytes.limit", () -> size.room().bytes())
        .description("Bytes that a batch's body may have now, before compression")
        .baseUnit("bytes")
        .register(registry);
  }

  private static double orNaN(@org.jspecify.annotations.Nullable Double rate) {
    return rate == null ? Double.NaN : rate;
  }
}
