package dev.kafkaapibridge.operator.kube;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PulseTest {

  private static final String STATUS =
      "/apis/kafka-api-bridge.dev/v1alpha1/kafkaapibridges/a/status";
  private static final String LEASE = "/apis/coordination.k8s.io/v1/namespaces/a/leases/b";

  private final List<String> told = new ArrayList<>();
  private long now;
  private final Pulse pulse = Pulse.still(told::add, () -> now);

  @Test
  void aSlowProcessMayWrite() {
    pass(Duration.ofSeconds(9));
    assertThat(pulse.refuses("PATCH", STATUS)).isFalse();
    pulse.beat();
    pass(Duration.ofSeconds(9));
    assertThat(pulse.refuses("PATCH", STATUS)).isFalse();
    assertThat(told).isEmpty();
  }

  @Test
  void oneThatAwakesIsRefusedBeforeAnybodyHasNoticed() {
    pass(Duration.ofSeconds(60));
    assertThat(pulse.refuses("PATCH", STATUS)).isTrue();
    assertThat(pulse.refuses("POST", "/api/v1/namespaces/a/events")).isTrue();
  }

  @Test
  void itIsRefusedForEverAndToldToEnd() {
    pass(Duration.ofSeconds(60));
    pulse.beat();
    pulse.beat();
    assertThat(pulse.refuses("PATCH", STATUS)).isTrue();
    assertThat(told.getFirst()).isEqualTo("it stood still for 60 seconds, and another may lead");
  }

  @Test
  void itMayLookAndAskForTheLease() {
    pass(Duration.ofSeconds(60));
    assertThat(pulse.refuses("GET", STATUS)).isFalse();
    assertThat(pulse.refuses("PUT", LEASE)).isFalse();
  }

  @Test
  void oneThatLostItsLeaseIsRefusedAtOnceAndMayGiveItBack() {
    pulse.end();
    assertThat(pulse.refuses("PATCH", STATUS)).isTrue();
    assertThat(pulse.refuses("PUT", LEASE)).isFalse();
    pulse.beat();
    assertThat(pulse.refuses("PATCH", STATUS)).isTrue();
  }

  @Test
  void aNamespaceThatIsCalledLeasesIsLikeAnyOther() {
    pass(Duration.ofSeconds(60));
    assertThat(pulse.refuses("PATCH", "/apis/apps/v1/namespaces/leases/deployments/a")).isTrue();
    assertThat(pulse.refuses("PUT", "/behind/a/proxy" + LEASE)).isFalse();
  }

  private void pass(Duration time) {
    now += time.toNanos();
  }
}
