package dev.kafkaapibridge.runtime.telemetry;

import dev.kafkaapibridge.api.report.StatusReport.RetryTopic;
import dev.kafkaapibridge.runtime.consume.ConsumptionView;
import dev.kafkaapibridge.runtime.consume.ConsumptionView.PartitionView;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.stream.Stream;

/** Gauges over what waits in retry topics, of the partitions that this pod owns. */
public final class RetryMetrics {

  private RetryMetrics() {}

  public static void register(MeterRegistry registry, RetryTopicHealth health) {
    ConsumptionView view = health.view();
    for (RetryTopic topic : health.topics()) {
      Gauge.builder("kab.retry.records", () -> records(topic, view))
          .description("Records in a retry topic that have not ended; NaN while unknown")
          .tag("topic", topic.topic())
          .register(registry);
      Gauge.builder("kab.retry.overdue.seconds", () -> overdue(topic, view))
          .description("How long a record in a retry topic has been due and not ended; the longest")
          .tag("topic", topic.topic())
          .register(registry);
    }
  }

  private static Stream<PartitionView> of(RetryTopic topic, ConsumptionView view) {
    return view.snapshot().partitions().stream()
        .filter(partition -> partition.partition().topic().equals(topic.topic()));
  }

  private static double records(RetryTopic topic, ConsumptionView view) {
    return of(topic, view)
        .map(view::backlog)
        .mapToDouble(backlog -> backlog == null ? Double.NaN : backlog)
        .sum();
  }

  private static double overdue(RetryTopic topic, ConsumptionView view) {
    return of(topic, view)
            .mapToLong(partition -> view.heldFor(partition).toMillis())
            .max()
            .orElse(0)
        / 1000.0;
  }
}
