package dev.kafkaapibridge.operator.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.operator.scale.Decision;
import dev.kafkaapibridge.operator.scale.Decision.Figures;
import dev.kafkaapibridge.operator.scale.Decision.Limit;
import dev.kafkaapibridge.operator.scale.Memory;
import dev.kafkaapibridge.operator.scale.Regime;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ScalingGaugesTest {

  private static final Bridge ORDERS = Bridges.read(Bridges.MINIMAL);

  @Test
  void anAutoscalerCanReadWhatTheOperatorHoldsForRight() {
    String scraped = scrape(Regime.Tracking, 20.0);

    assertThat(scraped)
        .contains("kab_bridge_desired_replicas{name=\"orders\",namespace=\"shop\"} 5.0")
        .contains("kab_bridge_demand_per_second{name=\"orders\",namespace=\"shop\"} 84.0")
        .contains("kab_bridge_rate_per_replica{name=\"orders\",namespace=\"shop\"} 20.0")
        .contains("regime=\"Tracking\"} 1.0");
  }

  @Test
  void whatIsNotKnownHasNoSample() {
    assertThat(scrape(Regime.Tracking, null))
        .doesNotContain("kab_bridge_rate_per_replica{")
        .doesNotContain("kab_bridge_target_ceiling_per_second{");
    assertThat(scrape(Regime.StaleMetrics, 20.0))
        .contains("kab_bridge_desired_replicas{")
        .doesNotContain("kab_bridge_demand_per_second{");
  }

  /** Of both the operator still knows what it decided last. */
  @Test
  void ofABridgeThatIsAppliedAgainOnlyTheLaterOneIsShownAndOfOneThatIsGoneNothing() {
    Bridge again = Bridges.read(Bridges.MINIMAL.replace("uid: 6b1f", "uid: 7c20"));

    assertThat(scrape(Stream.of(again), Map.of("6b1f", decision(5), "7c20", decision(2))))
        .contains("kab_bridge_desired_replicas{name=\"orders\",namespace=\"shop\"} 2.0")
        .doesNotContain("5.0");
    assertThat(scrape(Stream.of(), Map.of("6b1f", decision(5))))
        .doesNotContain("kab_bridge_desired_replicas{");
  }

  private static String scrape(Regime regime, Double perPod) {
    return scrape(Stream.of(ORDERS), Map.of("6b1f", decision(5, regime, perPod)));
  }

  private static String scrape(Stream<Bridge> bridges, Map<String, Decision> byUid) {
    var registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    registry
        .getPrometheusRegistry()
        .register(
            new ScalingGauges(
                () -> bridges,
                bridge -> Optional.ofNullable(byUid.get(bridge.getMetadata().getUid()))));
    return registry.scrape();
  }

  private static Decision decision(int replicas) {
    return decision(replicas, Regime.Tracking, 20.0);
  }

  private static Decision decision(int replicas, Regime regime, Double perPod) {
    return new Decision(
        replicas,
        regime,
        Limit.None,
        false,
        new Figures(84, 80, 100, 79, 0, perPod, null, null, replicas, null, 0),
        "",
        Memory.empty());
  }
}
