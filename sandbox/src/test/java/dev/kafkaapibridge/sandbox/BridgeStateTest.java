package dev.kafkaapibridge.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class BridgeStateTest {

  @Test
  void whatTheStatusDoesNotSayIsUnknown() {
    BridgeState state = state("status: {observedGeneration: -1}");

    assertThat(state).isEqualTo(new BridgeState(false, List.of(), null, null, null, null, null));
    assertThat(state.ready()).isFalse();
  }

  @Test
  void readyCountsOnlyForThePresentSpec() {
    String conditions =
        "conditions: [{type: Ready, status: 'True', reason: Running, message: fine}], consumer: {lag: 7}";

    assertThat(state("status: {observedGeneration: 2, " + conditions + "}").ready()).isTrue();
    assertThat(state("status: {observedGeneration: 1, " + conditions + "}").ready()).isFalse();
    assertThat(state("status: {observedGeneration: 2, " + conditions + "}").lag()).isEqualTo(7);
  }

  private static BridgeState state(String status) {
    return BridgeState.of(
        Example.parse("kind: KafkaApiBridge\nmetadata: {name: x, generation: 2}\n" + status)
            .bridge());
  }
}
