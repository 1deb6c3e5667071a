package dev.kafkaapibridge.operator.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.operator.quota.Portion;
import dev.kafkaapibridge.operator.quota.Terms;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OwnPartTest {

  private static final Bridge BRIDGE =
      Bridges.read(
          Bridges.MINIMAL
              + "  delivery: {rateLimit: {requests: 100, burst: 50, shared: {name: crm}}}\n");
  private static final AcceptedBridge DECLARED = Bridges.accepted(BRIDGE);
  private static final Terms WHOLE = new Terms(100, Duration.ofSeconds(1), 50);

  private final OwnPart part = new OwnPart();

  @Test
  void podsAreGivenThePartAsTheirOwnLimit() {
    AcceptedBridge parted = of(new Terms(25, Duration.ofSeconds(1), 12));

    var limit = parted.spec().delivery().rateLimit();
    assertThat(limit.requests()).isEqualTo(25);
    assertThat(limit.burst()).isEqualTo(12);
    assertThat(limit.shared()).isNull();
    assertThat(parted.specHash()).isNotEqualTo(DECLARED.specHash());
    assertThat(MountedBridge.yaml(parted, null, null))
        .contains("requests: 25")
        .doesNotContain("shared");
  }

  @Test
  void whatIsKeptForALaterProcessIsWhatWasDeclared() {
    AcceptedBridge parted = of(new Terms(25, Duration.ofSeconds(1), 12));

    assertThat(parted.keptSpec()).isEqualTo(DECLARED.keptSpec()).contains("shared");
    assertThat(parted.seal()).isEqualTo(DECLARED.seal());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "PT0.1S",
        "PT1S",
        "PT1.5S",
        "PT99.999S",
        "PT100S",
        "PT2M",
        "PT24H",
        "PT23H1M1.001S"
      })
  void whateverThePeriodIsThePartHasIt(Duration period) {
    assertThat(of(new Terms(25, period, 0)).spec().delivery().rateLimit().period())
        .isEqualTo(period);
  }

  @Test
  void aStrictPartHasNoBurst() {
    assertThat(of(new Terms(1, Duration.ofSeconds(1), 0)).spec().delivery().rateLimit().burst())
        .isNull();
  }

  @Test
  void withoutAPartItStaysAsItWasDeclared() {
    assertThat(part.of(DECLARED, Optional.empty(), BRIDGE)).isSameAs(DECLARED);
    assertThat(part.of(DECLARED, Optional.of(new Portion.None("none is free")), BRIDGE))
        .isSameAs(DECLARED);
  }

  private AcceptedBridge of(Terms terms) {
    return part.of(
        DECLARED, Optional.of(new Portion.Part("crm", terms, WHOLE, 4, List.of())), BRIDGE);
  }
}
