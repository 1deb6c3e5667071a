package dev.kafkaapibridge.sandbox.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kafkaapibridge.api.report.StatusReport;
import dev.kafkaapibridge.sandbox.broker.SecuredBroker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import okhttp3.tls.HeldCertificate;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A real broker that wants to know who comes: user names and passwords over TLS at {@code
 * localhost}, client certificates at {@code 127.0.0.2}. It asks anew every three seconds.
 */
@Tag("turn-0") // 55 s
@Timeout(300)
class SecuredBrokerIT {

  private static final String PASSWORD = SecuredBroker.PASSWORD;
  private static final String NEXT_PASSWORD = "canary-77ab-next";

  private static final HeldCertificate NEXT_AUTHORITY =
      SecuredBroker.authority("the next authority");

  @TempDir static Path directory;
  @AutoClose static SecuredBroker broker;

  @BeforeAll
  static void startBroker() throws Exception {
    broker = SecuredBroker.start(directory.resolve("broker"), Map.of());
    secret("kafka-ca", "ca.crt", broker.authority.certificatePem());
    secret("kafka-user", "password", PASSWORD + "\n");
  }

  @Test
  void passwordsAndCertificatesThatAreExchangedUnderLoadLoseAndReorderNothing() throws Exception {
    secret("rotated", "password", PASSWORD);
    secret("rotated-ca", "ca.crt", broker.authority.certificatePem());
    try (var shop = shop("rotated")) {
      shop.beginStream();
      try (var bridge =
          shop.bridge(
              "tls: {caRefs: [{kind: Secret, name: rotated-ca, key: ca.crt}]}, authentication: {type: ScramSha512, username: orders, passwordSecretKeyRef: {name: rotated, key: password}}",
              "")) {
        bridge.awaitReady();
        await().until(() -> shop.accepted() > 500);

        // The broker first, and the file while everybody is refused already.
        broker.password(ScramMechanism.SCRAM_SHA_512, NEXT_PASSWORD);
        TimeUnit.SECONDS.sleep(4);
        secret("rotated", "password", "");
        TimeUnit.MILLISECONDS.sleep(1_500);
        secret("rotated", "password", NEXT_PASSWORD);
        shop.goesOn();

        // Both authorities while the certificate is exchanged, then the new one alone.
        secret(
            "rotated-ca",
            "ca.crt",
            broker.authority.certificatePem() + NEXT_AUTHORITY.certificatePem());
        TimeUnit.SECONDS.sleep(2);
        broker.certificate(SecuredBroker.server(NEXT_AUTHORITY));
        shop.goesOn();
        secret("rotated-ca", "ca.crt", NEXT_AUTHORITY.certificatePem());
        shop.goesOn();

        shop.endStream();
        assertThat(shop.api.ledger().duplicated()).as("accepted twice").isZero();
        StatusReport status = bridge.status();
        assertThat(status.references())
            .extracting(StatusReport.Reference::state)
            .containsOnly("Found");
        Seen.by(bridge).hasNone(PASSWORD, NEXT_PASSWORD);
        assertThat(bridge.terminate()).as(bridge::log).isZero();
      } finally {
        broker.certificate(SecuredBroker.server(broker.authority));
        broker.password(ScramMechanism.SCRAM_SHA_512, PASSWORD);
      }
    }
  }

  @Test
  void theOtherMechanismsAreServed() throws Exception {
    for (String type : List.of("ScramSha256", "Plain")) {
      try (var shop = shop("by-" + type)) {
        shop.producer.produce(100);
        String user = type.equals("Plain") ? "plain" : "orders";
        try (var bridge =
            shop.bridge(
                "tls: {minVersion: TLS13, caRefs: [{kind: Secret, name: kafka-ca, key: ca.crt}]}, authentication: {type: %s, username: %s, passwordSecretKeyRef: {name: kafka-user, key: password}}"
                    .formatted(type, user),
                "")) {
          shop.awaitAllDelivered(Duration.ofSeconds(60));
          Seen.by(bridge).hasNone(PASSWORD);
          assertThat(bridge.terminate()).as(bridge::log).isZero();
        }
      }
    }
  }

  @Test
  void aClientCertificateIsShownAndExchanged() throws Exception {
    HeldCertificate first = broker.client();
    secret("orders-client", "user.crt", first.certificatePem());
    secret("orders-client", "user.key", first.privateKeyPkcs8Pem());
    try (var shop = shop("mutual").reachingBrokerAt(broker.forCertificates())) {
      shop.producer.produce(100);
      try (var bridge =
          shop.bridge(
              "tls: {caRefs: [{kind: Secret, name: kafka-ca, key: ca.crt}]}, authentication: {type: MutualTLS, certificateSecretRef: {name: orders-client}}",
              "")) {
        shop.awaitAllDelivered(Duration.ofSeconds(60));
        HeldCertificate next = broker.client();
        secret("orders-client", "user.crt", next.certificatePem());
        TimeUnit.MILLISECONDS.sleep(1_200); // half of it is read
        secret("orders-client", "user.key", next.privateKeyPkcs8Pem());
        broker.broker().restart();
        shop.producer.produce(100);
        shop.awaitAllDelivered(Duration.ofSeconds(60));
        shop.assertKept();
        Seen.by(bridge).hasNone("PRIVATE KEY");
        assertThat(bridge.terminate()).as(bridge::log).isZero();
      }
    }
  }

  @Test
  void eachMistakeHasASentenceAndIsMendedWithoutARestart() throws Exception {
    String login =
        "authentication: {type: ScramSha512, username: orders, passwordSecretKeyRef: {name: %s, key: password}}";
    secret("strangers-ca", "ca.crt", SecuredBroker.authority("a stranger").certificatePem());
    secret("wrong", "password", "canary-wrong");
    String trusted = "tls: {caRefs: [{kind: Secret, name: kafka-ca, key: ca.crt}]}, ";
    says(
        "no-password",
        trusted + login.formatted("not-there"),
        "AuthenticationFailed",
        "Secret 'not-there', key 'password' has no password");
    says(
        "no-authority",
        "tls: {caRefs: [{kind: Secret, name: not-there-ca, key: ca.crt}]}, "
            + login.formatted("kafka-user"),
        "TLSFailed",
        "has no certificates (spec.kafka.tls.caRefs[0])");
    says(
        "wrong-authority",
        "tls: {caRefs: [{kind: Secret, name: strangers-ca, key: ca.crt}]}, "
            + login.formatted("kafka-user"),
        "TLSFailed",
        "unable to find valid certification path");
    says(
        "wrong-name",
        "tls: {serverName: broker.example.com, caRefs: [{kind: Secret, name: kafka-ca, key: ca.crt}]}, "
            + login.formatted("kafka-user"),
        "TLSFailed",
        "broker.example.com");
    try (var shop = shop("wrong-password")) {
      shop.producer.produce(10);
      try (var bridge = shop.bridge(trusted + login.formatted("wrong"), "")) {
        StatusReport.Health health = awaitFault(bridge, "AuthenticationFailed");
        assertThat(health.message()).contains("spec.kafka.authentication");
        Seen.by(bridge).hasNone("canary-wrong");
        secret("wrong", "password", PASSWORD);
        shop.awaitAllDelivered(Duration.ofSeconds(60));
      }
    }
  }

  private static void says(String topic, String kafka, String reason, String words)
      throws Exception {
    try (var shop = shop(topic);
        var bridge = shop.bridge(kafka, "")) {
      assertThat(awaitFault(bridge, reason).message()).contains(words);
    }
  }

  private static StatusReport.Health awaitFault(RunningBridge bridge, String reason) {
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() ->
            assertThat(bridge.status().kafka().health().reason())
                .as(bridge::log)
                .isEqualTo(reason));
    return bridge.status().kafka().health();
  }

  private static Shop shop(String topic) {
    return new Shop(broker.broker(), directory, topic, 6, 50).reachingBrokerAt(broker.forUsers());
  }

  private static void secret(String name, String key, String content) {
    new Mounted(directory).secret(name, key, content);
  }
}
