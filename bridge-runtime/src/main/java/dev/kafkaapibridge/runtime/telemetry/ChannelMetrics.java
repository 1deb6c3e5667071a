package dev.kafkaapibridge.runtime.telemetry;

import dev.kafkaapibridge.runtime.target.ChannelCounts;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

/** Connections and streams as meters, described for people in docs/guide/metrics.md. */
public final class ChannelMetrics {

  private ChannelMetrics() {}

  public static void register(MeterRegistry registry, ChannelCounts counts) {
    Gauge.builder("kab.connections.open", counts::open)
        .description("Connections to the target that are open")
        .register(registry);
    FunctionCounter.builder("kab.connections.opened", counts, ChannelCounts::opened)
        .description("Connections that were opened")
        .register(registry);
    FunctionCounter.builder("kab.connections.failed", counts, ChannelCounts::failed)
        .description("Connections that did not come about")
        .register(registry);
    Gauge.builder("kab.streams.open", counts, ChannelCounts::streams)
        .description("Streams of records that are open")
        .register(registry);
    counts.onStreamEnd(
        DistributionSummary.builder("kab.stream.messages")
                .description("Messages on the streams that have ended")
                .serviceLevelObjectives(1, 10, 100, 1_000, 10_000)
                .register(registry)
            ::record);
  }
}
