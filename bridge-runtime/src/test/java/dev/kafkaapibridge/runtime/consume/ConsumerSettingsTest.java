package dev.kafkaapibridge.runtime.consume;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.runtime.consume.deal.LoadAssignor;
import dev.kafkaapibridge.runtime.consume.deal.Loads;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.junit.jupiter.api.Test;

class ConsumerSettingsTest {

  private static final String STRATEGY = ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG;

  private final Loads loads = new Loads(System::nanoTime);
  private final Map<String, Object> classic =
      new HashMap<>(
          Map.of("group.protocol", "classic", STRATEGY, CooperativeStickyAssignor.class.getName()));

  @Test
  void aClassicMemberOffersLoadsFirstAndWhatEarlierBuildsKnow() {
    Map<String, Object> settings = ConsumerSettings.dealtByLoad(classic, loads);

    assertThat(settings.get(STRATEGY))
        .isEqualTo(
            List.of(LoadAssignor.class.getName(), CooperativeStickyAssignor.class.getName()));
    assertThat(settings).containsEntry(Loads.CONFIG, loads);
  }

  @Test
  void whereRacksAreSaidTheLibrarysOwnKnowsThem() {
    classic.put("client.rack", "zone-a");

    assertThat(ConsumerSettings.dealtByLoad(classic, loads)).isEqualTo(classic);
  }

  @Test
  void whereBrokersAssignNothingIsOffered() {
    Map<String, Object> brokers = Map.of("group.protocol", "consumer");

    assertThat(ConsumerSettings.dealtByLoad(brokers, loads)).isEqualTo(brokers);
  }

  @Test
  void whoIsNoMemberAssignsNothing() {
    assertThat(
            ConsumerSettings.ofNoGroup(
                ConsumerSettings.dealtByLoad(classic, loads), new FlowControl.FetchSizes(1, 1, 1)))
        .doesNotContainKeys(STRATEGY, Loads.CONFIG);
  }
}
