package dev.kafkaapibridge.operator.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.operator.strimzi.ClusterName;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class WatchesTest {

  @Test
  void aChangeOfAClusterWakesThoseThatReferToIt() {
    assertThat(woken(new ClusterName("shop", "prod"))).containsExactly("own");
    assertThat(woken(new ClusterName("kafka", "prod"))).containsExactly("other");
    assertThat(woken(new ClusterName("kafka", "test"))).isEmpty();
  }

  private static Stream<String> woken(ClusterName changed) {
    return Watches.referring(
            Stream.of(
                bridge("own", "strimziClusterRef: {name: prod}"),
                bridge("other", "strimziClusterRef: {name: prod, namespace: kafka}"),
                bridge("odd", "strimziClusterRef: [prod]"),
                bridge("none", "bootstrapServers: \"kafka:9092\""),
                new Bridge()),
            changed)
        .map(ResourceID::getName);
  }

  private static Bridge bridge(String name, String kafka) {
    return Bridges.read(
        Bridges.MINIMAL
            .replace("name: orders", "name: " + name)
            .replace("bootstrapServers: \"kafka:9092\"", kafka));
  }
}
