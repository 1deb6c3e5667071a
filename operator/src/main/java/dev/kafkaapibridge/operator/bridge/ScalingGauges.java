package dev.kafkaapibridge.operator.bridge;

import dev.kafkaapibridge.operator.scale.Decision;
import dev.kafkaapibridge.operator.scale.Decision.Figures;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the operator has counted of each bridge, for Prometheus and for whoever scales in its place.
 * A figure that is not known has no sample. Read when somebody scrapes, for the bridges that the
 * informer holds then: one that is gone is gone here, though the operator remembers it for a while,
 * and of one that is applied again there are no two.
 */
public final class ScalingGauges implements MultiCollector {

  private final Supplier<Stream<Bridge>> bridges;
  private final Function<Bridge, Optional<Decision>> lastOf;

  /**
   * @param bridges those that are known now
   * @param lastOf the last decision; empty while there is none
   */
  public ScalingGauges(
      Supplier<Stream<Bridge>> bridges, Function<Bridge, Optional<Decision>> lastOf) {
    this.bridges = bridges;
    this.lastOf = lastOf;
  }

  @Override
  public MetricSnapshots collect() {
    var all = new HashMap<BridgeIdentity, Decision>();
    bridges
        .get()
        .forEach(bridge ->
            lastOf.apply(bridge).ifPresent(last -> all.put(BridgeIdentity.of(bridge), last)));
    return new MetricSnapshots(
        gauge(
            all,
            "kab_bridge_desired_replicas",
            "Pods that the operator holds for right, whether it or somebody else decides",
            d -> (double) d.replicas()),
        gauge(
            all,
            "kab_bridge_demand_per_second",
            "Calls a second that are wanted, to keep up and to be rid of the backlog in time",
            figure(Figures::demand)),
        gauge(
            all,
            "kab_bridge_target_ceiling_per_second",
            "Calls a second that the API is believed to accept; absent while nothing limits",
            figure(f -> f.ceiling() == null ? null : f.ceiling().perSecond())),
        gauge(
            all,
            "kab_bridge_rate_per_replica",
            "Calls a second that one pod manages",
            figure(Figures::perPod)),
        gauge(
            all,
            "kab_bridge_backlog_records",
            "Records that have not ended",
            figure(Figures::backlog)),
        regimes(all));
  }

  /** Old figures are none: they are told of no bridge whose regime says that nothing is known. */
  private static Function<Decision, @Nullable Double> figure(
      Function<Figures, @Nullable Double> of) {
    return decision ->
        switch (decision.regime()) {
          case AwaitingPods, StaleMetrics -> null;
          default -> of.apply(decision.figures());
        };
  }

  private static GaugeSnapshot gauge(
      Map<BridgeIdentity, Decision> all,
      String name,
      String help,
      Function<Decision, @Nullable Double> of) {
    var gauge = GaugeSnapshot.builder().name(name).help(help);
    all.forEach((bridge, decision) -> {
      Double value = of.apply(decision);
      if (value != null) {
        gauge.dataPoint(point(bridge, value));
      }
    });
    return gauge.build();
  }

  private static GaugeSnapshot regimes(Map<BridgeIdentity, Decision> all) {
    var gauge =
        GaugeSnapshot.builder()
            .name("kab_bridge_scaling_regime")
            .help("1 for the way in which pods are counted; see the guide of scaling");
    all.forEach((bridge, decision) ->
        gauge.dataPoint(point(bridge, 1, "regime", decision.regime().name())));
    return gauge.build();
  }

  private static GaugeDataPointSnapshot point(BridgeIdentity bridge, double value, String... more) {
    Labels labels = Labels.of("namespace", bridge.namespace(), "name", bridge.name());
    return GaugeDataPointSnapshot.builder()
        .labels(more.length == 0 ? labels : labels.merge(Labels.of(more)))
        .value(value)
        .build();
  }
}
