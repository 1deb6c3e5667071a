package dev.kafkaapibridge.operator.bridge;

import dev.kafkaapibridge.api.v1alpha1.Condition;
import dev.kafkaapibridge.operator.bridge.report.StatusJson;
import io.prometheus.metrics.model.registry.Collector;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The conditions of all bridges for Prometheus: 1 for the status that each has. Read from what the
 * informer holds when somebody scrapes, so nothing is kept, and a bridge that is gone is gone here.
 */
public final class ConditionGauge implements Collector {

  private static final String NAME = "kab_bridge_condition";

  private final Supplier<Stream<Bridge>> bridges;

  /** {@code bridges} are those that are known now. */
  public ConditionGauge(Supplier<Stream<Bridge>> bridges) {
    this.bridges = bridges;
  }

  @Override
  public GaugeSnapshot collect() {
    var gauge =
        GaugeSnapshot.builder()
            .name(NAME)
            .help("1 for the status that a condition of a bridge has; see the guide of conditions");
    bridges
        .get()
        .forEach(bridge ->
            StatusJson.read(bridge.getStatus())
                .conditions()
                .forEach(condition -> gauge.dataPoint(point(bridge, condition))));
    return gauge.build();
  }

  private static GaugeDataPointSnapshot point(Bridge bridge, Condition condition) {
    return GaugeDataPointSnapshot.builder()
        .labels(
            Labels.of(
                "namespace",
                bridge.getMetadata().getNamespace(),
                "name",
                bridge.getMetadata().getName(),
                "type",
                condition.type(),
                "status",
                condition.status().name()))
        .value(1)
        .build();
  }

  @Override
  public String getPrometheusName() {
    return NAME;
  }
}
