package dev.kafkaapibridge.operator.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.api.derived.Reference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AcceptedBridgeTest {

  @ParameterizedTest
  @CsvSource({
    "https://crm.example.com/v1/orders, https://crm.example.com",
    "https://crm.example.com, https://crm.example.com",
    "http://crm:8080/a?token=x, http://crm:8080",
    "'http://[::1]:8080/a//b', 'http://[::1]:8080'",
  })
  void showsNothingOfTheUrlButWhereItLeads(String url, String endpoint) {
    assertThat(bridge(url).endpoint()).isEqualTo(endpoint);
  }

  @Test
  void derivesTheGroup() {
    assertThat(bridge("http://crm").consumerGroup()).isEqualTo("shop.orders");
  }

  @Test
  void namesEachReferenceByItsField() {
    AcceptedBridge bridge =
        Bridges.accepted(
            Bridges.MINIMAL.replace(
                "/v1/orders\"",
                "/v1/orders\", headers: [{name: A, value: b}, {name: B, secretKeyRef: {name: crm, key: token}}], tls: {caRefs: [{kind: ConfigMap, name: ca, key: ca.crt}]}"));

    assertThat(bridge.references())
        .containsExactly(
            new Reference(
                "Secret",
                "crm",
                "token",
                "spec.target.http.headers[1].secretKeyRef",
                Reference.Holds.Text),
            new Reference(
                "ConfigMap",
                "ca",
                "ca.crt",
                "spec.target.http.tls.caRefs[0]",
                Reference.Holds.Certificates));
    assertThat(bridge.references())
        .extracting(Reference::path)
        .containsExactly("secret/crm/token", "configmap/ca/ca.crt");
  }

  @Test
  void namesWhatAGrpcTargetRefersToAndWhereItLeads() {
    AcceptedBridge bridge =
        Bridges.accepted(
            Bridges.MINIMAL.replaceFirst(
                "http:.*\\n",
                "grpc: {address: 'orders:9090', service: shop.v1.Orders, method: Put, payload: JSONToProtobuf, descriptorConfigMapKeyRef: {name: api, key: orders.pb}, metadata: [{name: authorization, secretKeyRef: {name: crm, key: token}}], tls: {caRefs: [{kind: ConfigMap, name: ca, key: ca.crt}]}}}\n"));

    assertThat(bridge.endpoint()).isEqualTo("grpcs://orders:9090");
    assertThat(bridge.references())
        .containsExactly(
            new Reference(
                "Secret",
                "crm",
                "token",
                "spec.target.grpc.metadata[0].secretKeyRef",
                Reference.Holds.Text),
            new Reference(
                "ConfigMap",
                "ca",
                "ca.crt",
                "spec.target.grpc.tls.caRefs[0]",
                Reference.Holds.Certificates),
            new Reference(
                "ConfigMap",
                "api",
                "orders.pb",
                "spec.target.grpc.descriptorConfigMapKeyRef",
                Reference.Holds.Bytes));
  }

  private static AcceptedBridge bridge(String url) {
    return Bridges.accepted(Bridges.MINIMAL.replace("https://crm.example.com/v1/orders", url));
  }
}
