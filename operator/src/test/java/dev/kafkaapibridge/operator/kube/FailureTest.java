package dev.kafkaapibridge.operator.kube;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FailureTest {

  @ParameterizedTest
  @CsvSource({
    "404, kafkaapibridges, orders, true",
    "404, namespaces, shop, true",
    "404, kafkaapibridges, another, false",
    "404, namespaces, another, false",
    "404, deployments, orders, false",
    "404, '', '', false",
    "409, kafkaapibridges, orders, false",
  })
  void onlyThatTheObjectItselfIsNotThereMeansThatItIsGone(
      int code, String kind, String name, boolean gone) {
    var status =
        new StatusBuilder()
            .withCode(code)
            .withNewDetails()
            .withKind(kind)
            .withName(name)
            .endDetails()
            .build();
    var failure = new IllegalStateException(new KubernetesClientException(status));

    assertThat(Failure.saysGone(failure, "kafkaapibridges", "shop", "orders")).isEqualTo(gone);
  }

  @Test
  void anApiThatIsNotServedIsNotABridgeThatIsGone() {
    var failure = new KubernetesClientException("404 page not found", 404, null);

    assertThat(Failure.saysGone(failure, "kafkaapibridges", "shop", "orders")).isFalse();
  }
}
