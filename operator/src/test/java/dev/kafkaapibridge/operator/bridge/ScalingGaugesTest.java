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
import org.junit.jupiter.api.Test;

class ScalingGaugesTest {

  private static final BridgeIdentity ORDERS = new BridgeIdentity("shop", "orders", "uid", 1);

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

  private static String scrape(Regime regime, Double perPod) {
    var decision =
        new Decision(
            5,
            regime,
            Limit.None,
            false,
            new Figures(84, 80, 100, 79, 0, perPod, null, null, 5, null, 0),
            "",
            Memory.empty());
    var registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    registry.getPrometheusRegistry().register(new ScalingGauges(() -> Map.of(ORDERS, decision)));
    return registry.scrape();
  }
}
