package dev.kafkaapibridge.operator.kube;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ApiRequestsTest {

  @ParameterizedTest
  @CsvSource({
    "GET, /api/v1/pods?labelSelector=a%3Db&resourceVersion=0, list, pods",
    "GET, /api/v1/pods?labelSelector=a%3Db&watch=true, watch, pods",
    "GET, /api/v1/namespaces/shop/pods, list, pods",
    "GET, /api/v1/namespaces/shop/configmaps/orders-bridge, get, configmaps",
    "PATCH, /apis/apps/v1/namespaces/shop/deployments/orders-bridge?fieldManager=x, patch, deployments",
    "PATCH, /apis/kafka-api-bridge.dev/v1alpha1/namespaces/shop/kafkaapibridges/orders/status, patch, kafkaapibridges/status",
    "POST, /apis/events.k8s.io/v1/namespaces/shop/events, create, events",
    "PUT, /apis/coordination.k8s.io/v1/namespaces/operator/leases/kafka-api-bridge-operator, update, leases",
    "GET, /api/v1/namespaces/shop, get, namespaces",
    "GET, /version, get, other",
    "GET, /apis/kafka-api-bridge.dev/v1alpha1, get, other",
  })
  void aRequestIsNamedAsInRbac(String method, String uri, String verb, String resource) {
    assertThat(ApiRequests.Asked.of(method, URI.create("https://127.0.0.1:6443" + uri)))
        .isEqualTo(new ApiRequests.Asked(verb, resource));
  }
}
