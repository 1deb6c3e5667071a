package dev.kafkaapibridge.operator.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import java.util.logging.Level;
import org.junit.jupiter.api.Test;

@EnableKubernetesMockClient
class ChildNamesTest {

  static {
    java.util.logging.Logger.getLogger("io.fabric8.mockwebserver").setLevel(Level.WARNING);
  }

  KubernetesMockServer server;
  KubernetesClient client;

  /** Between the look and the patch somebody may have made another of the same name. */
  @Test
  void labelsAreGivenBackToThisVeryObject() throws Exception {
    BridgeIdentity bridge = BridgeIdentity.of(Bridges.read(Bridges.MINIMAL));
    ConfigMap ours =
        new ConfigMapBuilder()
            .withNewMetadata()
            .withName("orders-bridge")
            .withNamespace("shop")
            .withUid("of-this-one")
            .withOwnerReferences(bridge.asOwner())
            .endMetadata()
            .build();
    server
        .expect()
        .patch()
        .withPath("/api/v1/namespaces/shop/configmaps/orders-bridge")
        .andReturn(200, ours)
        .once();

    assertThat(ChildNames.giveLabelsBack(bridge, client, ours))
        .isEqualTo(new Application.Waiting("ConfigMap 'orders-bridge' got its labels back"));
    assertThat(server.getLastRequest().getBody().readUtf8())
        .contains("\"uid\":\"of-this-one\"", "\"app.kubernetes.io/instance\":\"orders\"");
  }
}
