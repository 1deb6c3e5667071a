package dev.kafkaapibridge.runtime.telemetry;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;

/** What the process itself uses, and which version it is. */
public final class ProcessMetrics {

  private ProcessMetrics() {}

  public static void register(MeterRegistry registry, String version) {
    Gauge.builder("kab.build.info", () -> 1)
        .description("1; the label says which version runs")
        .tag("version", version)
        .register(registry);
    new JvmMemoryMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new FileDescriptorMetrics().bindTo(registry);
  }
}
