package dev.kafkaapibridge.runtime.telemetry;

import dev.kafkaapibridge.api.report.StatusReport.RetryTopic;
import dev.kafkaapibridge.runtime.consume.ConsumptionView;
import dev.kafkaapibridge.runtime.consume.ConsumptionView.Aside;
import dev.kafkaapibridge.runtime.consume.ConsumptionView.PartitionView;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Gauges over what waits in retry topics, of the partitions that this pod owns. */
public final class RetryMetrics {

  private RetryMetrics() {}

  public static void register(MeterRegistry registry, RetryTopicHealth health, Clock clock) {
    ConsumptionView view = health.view();
    for (RetryTopic topic : health.topics()) {
      Gauge.builder("kab.retry.records", () -> sum(topic, view, view::backlog))
          .description("Records in a retry topic that have not ended; NaN while unknown")
          .tag("topic", topic.topic())
          .register(registry);
      Gauge.builder("kab.retry.overdue.seconds", () -> overdue(topic, view))
          .description("How long a record in a retry topic has been due and not ended; the longest")
          .tag("topic", topic.topic())
          .register(registry);
      Gauge.builder("kab.retry.due.records", () -> sum(topic, view, view::due))
          .description("Records in a retry topic whose time has come, about; NaN while unknown")
          .tag("topic", topic.topic())
          .register(registry);
      Gauge.builder("kab.retry.age.seconds", () -> age(topic, view, clock))
          .description("How long ago the oldest record in a retry topic was put there")
          .tag("topic", topic.topic())
          .register(registry);
    }
  }

  private static Stream<PartitionView> of(RetryTopic topic, ConsumptionView view) {
    return view.snapshot().partitions().stream()
        .filter(partition -> partition.partition().topic().equals(topic.topic()));
  }

  private static double sum(
      RetryTopic topic, ConsumptionView view, Function<PartitionView, @Nullable Long> figure) {
    return of(topic, view).map(figure).mapToDouble(one -> one == null ? Double.NaN : one).sum();
  }

  private static double age(RetryTopic topic, ConsumptionView view, Clock clock) {
    return of(topic, view)
            .map(PartitionView::aside)
            .filter(Objects::nonNull)
            .map(Aside::oldestAt)
            .filter(Objects::nonNull)
            .mapToLong(oldest -> Duration.between(oldest, clock.instant()).toMillis())
            .max()
            .orElse(0)
        / 1000.0;
  }

  private static double overdue(RetryTopic topic, ConsumptionView view) {
    return of(topic, view)
            .mapToLong(partition -> view.heldFor(partition).toMillis())
            .max()
            .orElse(0)
        / 1000.0;
  }
}
