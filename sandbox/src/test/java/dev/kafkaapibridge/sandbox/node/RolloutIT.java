package dev.kafkaapibridge.sandbox.node;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kafkaapibridge.sandbox.Alone;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a bridge's user changes while 300 records come each second: none is lost, sent twice or
 * overtaken, and they never come to a halt.
 */
@Alone
@Tag("turn-2") // 133 s
@Timeout(600)
class RolloutIT {

  private static final int LOAD = 300;
  private static final double STEADY = 0.7;

  @TempDir static Path directory;
  @AutoClose static Installed on;

  @BeforeAll
  static void install() {
    on = Installed.onRealNode(directory);
  }

  @Test
  void aChangedSpecReplacesThePodsOneByOne() {
    try (var flow = new OrderFlow(on, "rollout", LOAD)) {
      var bridge = BridgeOnNode.create(on, "rollout", flow.url(), "", "replicas: 2");
      bridge.awaitReady();
      flow.begin();
      List<String> before = bridge.pods();

      bridge.patch("{\"delivery\": {\"maxInFlight\": 40}}");
      bridge.awaitEvent("BridgeUpdated");
      bridge.awaitReady();
      awaitLeft(bridge, 2);

      assertThat(bridge.pods()).hasSize(2).doesNotContainAnyElementsOf(before);
      flow.passes(LOAD * 5);
      flow.endsWholeAndInOrder(bridge.group());
      assertThat(flow.worstStretch()).isGreaterThan(STEADY);
    }
  }

  /** Takes minutes: a second operator has to start beside the pods. */
  @Test
  @EnabledIfSystemProperty(named = "kab.scale", matches = "full")
  void anUpgradeOfTheOperatorReplacesThePodsByThoseOfItsRuntime() throws Exception {
    on.load(NextRuntime.archive(directory.resolve("next")));
    try (var flow = new OrderFlow(on, "upgrade", LOAD)) {
      var bridge = BridgeOnNode.create(on, "upgrade", flow.url(), "", "replicas: 2");
      bridge.awaitReady();
      flow.begin();
      List<String> before = bridge.pods();

      runtimeOfTheOperator(NextRuntime.NAME);
      bridge.awaitEvent("RuntimeUpgraded: From version ");
      bridge.awaitReady();
      awaitLeft(bridge, 2);

      assertThat(bridge.get(".status.runtimeVersion")).isEqualTo(NextRuntime.VERSION);
      assertThat(bridge.pods()).hasSize(2).doesNotContainAnyElementsOf(before);
      flow.passes(LOAD * 5);
      flow.endsWholeAndInOrder(bridge.group());
      assertThat(flow.worstStretch()).isGreaterThan(STEADY);
    }
  }

  /** What an upgrade of the chart changes in the operator's Deployment. */
  private static void runtimeOfTheOperator(String image) {
    on.kubectl(
        "-n",
        "kafka-api-bridge",
        "set",
        "env",
        "deployment",
        "--all",
        "KAB_RUNTIME_IMAGE=" + image);
  }

  @Test
  void aRotatedSecretReachesTheCallsWithoutARestart() {
    try (var flow = new OrderFlow(on, "secret", LOAD)) {
      var bridge = new BridgeOnNode(on, "secret-shop", "orders");
      bridge.ownNamespace();
      bridge.kubectl("create", "secret", "generic", "crm", "--from-literal=token=Bearer first");
      bridge.apply(
          "secret",
          flow.url(),
          "headers: [{name: Authorization, secretKeyRef: {name: crm, key: token}}]",
          "replicas: 2");
      bridge.awaitReady();
      flow.begin();
      List<String> before = bridge.pods();

      bridge.kubectl(
          "patch", "secret/crm", "-p", "{\"stringData\": {\"token\": \"Bearer second\"}}");
      bridge.awaitEvent("CredentialsRotated: Secret 'crm', key 'token'");

      long known = flow.accepted();
      flow.passes(LOAD);
      assertThat(flow.credentialsSince(0))
          .containsExactlyInAnyOrder("Bearer first", "Bearer second");
      assertThat(flow.credentialsSince(known)).containsExactly("Bearer second");
      assertThat(bridge.pods()).isEqualTo(before);
      flow.endsWholeAndInOrder(bridge.group());
      assertThat(flow.worstStretch()).isGreaterThan(STEADY);
    }
  }

  @Test
  void podsShowTheApiTheirOwnTokenForItAlone() {
    try (var flow = new OrderFlow(on, "token", LOAD)) {
      String url = flow.url();
      var bridge =
          BridgeOnNode.create(
              on,
              "token",
              url,
              "authentication: {type: ServiceAccountToken, credentialTransport: AllowPlaintext, serviceAccountToken: {audience: ledger}}",
              "");
      bridge.awaitReady();
      flow.begin();
      flow.passes(LOAD);
      assertThat(flow.credentialsSince(0))
          .singleElement()
          .asString()
          .matches("Bearer [^.]+[.][^.]+[.][^.]+")
          .satisfies(token ->
              assertThat(new String(Base64.getUrlDecoder().decode(token.split("[.]")[1]), UTF_8))
                  .contains(
                      "\"aud\":[\"ledger\"]",
                      "\"sub\":\"system:serviceaccount:token-shop:orders-bridge\""));
      flow.endsWholeAndInOrder(bridge.group());
    }
  }

  @Test
  void theApisAuthorityIsExchangedWhileBothAreValid() {
    var former = new HeldCertificate.Builder().certificateAuthority(0).build();
    var next = new HeldCertificate.Builder().certificateAuthority(0).build();
    try (var flow = new OrderFlow(on, "authority", LOAD / 3);
        var front = new TlsFront(flow.api().port(), serverOf(former))) {
      var bridge = new BridgeOnNode(on, "authority-shop", "orders");
      bridge.ownNamespace();
      authorities(bridge, former.certificatePem());
      bridge.apply(
          "authority",
          on.hostUrl("https", front.port()),
          "tls: {caRefs: [{kind: ConfigMap, name: corporate-ca, key: ca.crt}]}",
          "replicas: 2");
      bridge.awaitReady();
      flow.begin();
      List<String> before = bridge.pods();

      authorities(bridge, former.certificatePem() + next.certificatePem());
      bridge.awaitEvent("CredentialsRotated: ConfigMap 'corporate-ca', key 'ca.crt'");
      front.use(serverOf(next));
      authorities(bridge, next.certificatePem());

      await()
          .atMost(Duration.ofMinutes(1))
          .untilAsserted(() -> {
            assertThat(front.connectionsOfPresent()).isPositive();
            assertThat(front.openOfFormer())
                .as("connections that are not trusted any more")
                .isZero();
          });
      flow.passes(LOAD * 2);
      assertThat(bridge.pods()).isEqualTo(before);
      bridge.awaitCondition("Ready", "True Running");
      flow.endsWholeAndInOrder(bridge.group());
      assertThat(flow.worstStretch()).isGreaterThan(STEADY);
    }
  }

  private static HeldCertificate serverOf(HeldCertificate authority) {
    return new HeldCertificate.Builder()
        .signedBy(authority)
        .addSubjectAlternativeName(URI.create(on.apiUrl()).getHost())
        .build();
  }

  private static void authorities(BridgeOnNode bridge, String pem) {
    on.apply(
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: corporate-ca, namespace: %s}\ndata:\n  ca.crt: |\n%s"
            .formatted(bridge.namespace(), pem.indent(4)));
  }

  private static void awaitLeft(BridgeOnNode bridge, int pods) {
    await()
        .atMost(Duration.ofMinutes(2))
        .untilAsserted(() ->
            assertThat(
                    bridge
                        .kubectl(
                            "get", "pods", "-l", "app.kubernetes.io/instance=orders", "-o", "name")
                        .lines())
                .hasSize(pods));
  }
}
