package dev.kafkaapibridge.operator.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Where what is served while a newer spec is refused comes from. */
class ServedSpecTest {

  private static final AcceptedBridge FORMER =
      Bridges.accepted(Bridges.MINIMAL + "  delivery: {maxInFlight: 5}\n");
  private static final Acceptance.Refused REFUSED = new Acceptance.Refused("NotServed", "batch");

  private final ServedSpec served = new ServedSpec();

  @Test
  void aNewProcessReadsItFromTheConfigMap() {
    assertThat(refusedAt(2, () -> Optional.of(FormerSpec.tree(FORMER))))
        .contains(FORMER.specHash());
  }

  /** Somebody may edit it or delete it while one spec after the other is refused. */
  @Test
  void whatThisProcessAppliedItNeedNotRead() {
    served.of(new Acceptance.Accepted(FORMER), bridge(1), Optional::empty);
    served.applied(FORMER);

    assertThat(refusedAt(2, ServedSpecTest::notAsked)).contains(FORMER.specHash());
    assertThat(refusedAt(3, ServedSpecTest::notAsked)).contains(FORMER.specHash());
  }

  /** The API server may refuse what this operator accepts; then the one before it is served. */
  @Test
  void whatWasAcceptedAndNeverAppliedIsNotServed() {
    AcceptedBridge never =
        Bridges.accepted(Bridges.MINIMAL + "  workload: {tolerations: [{operator: Sometimes}]}\n");
    served.of(new Acceptance.Accepted(FORMER), bridge(1), Optional::empty);
    served.applied(FORMER);
    served.of(new Acceptance.Accepted(never), bridge(2), Optional::empty);

    assertThat(refusedAt(3, ServedSpecTest::notAsked)).contains(FORMER.specHash());
  }

  @Test
  void ofNothingNothingIsServed() {
    assertThat(refusedAt(1, Optional::empty)).isEmpty();
  }

  private Optional<String> refusedAt(long generation, Supplier<Optional<ObjectNode>> written) {
    return served.of(REFUSED, bridge(generation), written).map(AcceptedBridge::specHash);
  }

  private static Optional<ObjectNode> notAsked() {
    throw new AssertionError("the ConfigMap was asked");
  }

  private static Bridge bridge(long generation) {
    Bridge bridge =
        Bridges.read(
            Bridges.MINIMAL + "  observability: {tracing: {otlpEndpoint: 'http://otel:4317'}}\n");
    bridge.getMetadata().setGeneration(generation);
    return bridge;
  }
}
