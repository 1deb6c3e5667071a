package dev.kafkaapibridge.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsTest {

  @Test
  void worksWithNothingSetOutsideAPod() throws Exception {
    Settings settings = Settings.from(Map.of(), "1.2.3", false);

    assertThat(settings.runtimeImage()).isEqualTo("localhost/kafka-api-bridge/runtime:1.2.3");
    assertThat(settings.namespaces()).isEmpty();
    assertThat(settings.leaderElection()).isFalse();
    assertThat(settings.port()).isEqualTo(8080);
  }

  @Test
  void takesTurnsInAPod() throws Exception {
    Settings settings =
        Settings.from(
            Map.of(
                "POD_NAME", "operator-1",
                "POD_NAMESPACE", "bridges",
                "KAB_WATCH_NAMESPACES", "shop, billing ,",
                "KAB_PORT", "0"),
            "1.2.3",
            true);

    assertThat(settings.leaderElection()).isTrue();
    assertThat(settings.identity()).isEqualTo("operator-1");
    assertThat(settings.ownNamespace()).isEqualTo("bridges");
    assertThat(settings.namespaces()).containsExactly("billing", "shop");
  }

  @ParameterizedTest
  @CsvSource({
    "KAB_PORT, http, a port from 0 to 65535",
    "KAB_PORT, 65536, a port from 0 to 65535",
    "KAB_LEADER_ELECTION, true, Enabled or Disabled",
    "KAB_WATCH_NAMESPACES, 'shop;billing', names separated by commas",
    "KAB_STRIMZI, yes, write Enabled or Disabled",
    "KAB_STRIMZI_NAMESPACES, 'kafka;more', leave it empty for none",
    "KAB_RUNTIME_IMAGE, ' ', write an image",
  })
  void saysWhichVariableAndHowToMendIt(String variable, String value, String fix) {
    assertThatThrownBy(() -> Settings.from(Map.of(variable, value), "1.2.3", false))
        .isInstanceOf(Settings.Unusable.class)
        .hasMessageContaining(variable)
        .hasMessageContaining("'" + value + "'")
        .hasMessageContaining(fix);
  }

  @Test
  void saysAllThatIsWrongAtOnce() {
    assertThatThrownBy(
            () -> Settings.from(Map.of("KAB_PORT", "x", "KAB_LEADER_ELECTION", "y"), "1.2.3", true))
        .hasMessageContaining("KAB_PORT")
        .hasMessageContaining("KAB_LEADER_ELECTION");
  }

  @Test
  void wantsANamespaceForTheLease() {
    assertThatThrownBy(() -> Settings.from(Map.of(), "1.2.3", true))
        .hasMessageContaining("POD_NAMESPACE");
  }

  @Test
  void twoOfNoNameNeverHoldTheLeaseInOneName() throws Exception {
    assertThatThrownBy(() -> Settings.from(Map.of("POD_NAMESPACE", "bridges"), "1.2.3", true))
        .hasMessageContaining("POD_NAME is not set");

    Map<String, String> environment = Map.of("HOSTNAME", "laptop");
    String one = Settings.from(environment, "1.2.3", false).identity();
    assertThat(one)
        .startsWith("kafka-api-bridge-operator-laptop-")
        .isNotEqualTo(Settings.from(environment, "1.2.3", false).identity());
  }
}
