package dev.kafkaapibridge.operator.bridge.observe;

import static dev.kafkaapibridge.operator.bridge.observe.Pods.fleet;
import static dev.kafkaapibridge.operator.bridge.observe.Pods.pod;
import static dev.kafkaapibridge.operator.bridge.observe.Pods.says;
import static dev.kafkaapibridge.operator.bridge.observe.Pods.silent;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.operator.bridge.observe.Fleet.Member;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class TargetWeatherTest {

  private final TargetWeather weather = new TargetWeather();
  private Instant now = Instant.parse("2026-11-25T10:00:00Z");

  @Test
  void reportsAStormThatLasts() {
    assertThat(after(0, responding("a"))).isEqualTo("Responding");
    assertThat(after(10, failing("a", "CircuitOpen"))).isEqualTo("Responding");
    assertThat(after(20, failing("a", "CircuitOpen"))).isEqualTo("Responding");
    assertThat(after(10, failing("a", "CircuitOpen"))).isEqualTo("CircuitOpen");
  }

  @Test
  void passesOverAGust() {
    after(0, responding("a"));
    assertThat(after(10, failing("a", "Timeouts"))).isEqualTo("Responding");
    assertThat(after(10, responding("a"))).isEqualTo("Responding");
    assertThat(after(20, failing("a", "Timeouts"))).isEqualTo("Responding");
  }

  @Test
  void theEndOfAStormHasToLastToo() {
    after(0, failing("a", "CircuitOpen"));
    assertThat(after(10, responding("a"))).isEqualTo("CircuitOpen");
    assertThat(after(30, responding("a"))).isEqualTo("Responding");
  }

  @Test
  void aFaultOfTheConfigurationAndItsEndAreReportedAtOnce() {
    after(0, responding("a"));
    assertThat(after(10, failing("a", "AuthenticationFailed"))).isEqualTo("AuthenticationFailed");
    assertThat(after(10, responding("a"))).isEqualTo("Responding");
  }

  @Test
  void theFirstWordIsReportedAtOnce() {
    assertThat(after(0, says("a", "target.health.reason", "\"NoTraffic\""))).isEqualTo("NoTraffic");
    assertThat(after(10, failing("a", "CircuitOpen"))).isEqualTo("CircuitOpen");
  }

  @Test
  void oneMisconfiguredPodOutweighsAStorm() {
    assertThat(after(0, failing("a", "CircuitOpen"), failing("b", "TLSFailed"), responding("c")))
        .isEqualTo("TLSFailed");
  }

  @Test
  void silenceIsNoWeather() {
    after(0, responding("a"));
    now = now.plusSeconds(10);
    assertThat(weather.settle(fleet(silent(pod("a"))), now)).isNull();
  }

  private String after(int seconds, Member... members) {
    now = now.plusSeconds(seconds);
    return weather.settle(fleet(members), now).reason();
  }

  private static Member responding(String name) {
    return says(name);
  }

  private static Member failing(String name, String reason) {
    return says(name, "target.health.ok", "false", "target.health.reason", "\"" + reason + "\"");
  }
}
