package dev.kafkaapibridge.sandbox.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kafkaapibridge.api.report.StatusReport;
import dev.kafkaapibridge.sandbox.broker.EmbeddedBroker;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import okhttp3.tls.HeldCertificate;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A real broker that wants to know who comes: user names and passwords over TLS at {@code
 * localhost}, client certificates at {@code 127.0.0.2}. It asks anew every three seconds.
 */
@Timeout(300)
class SecuredBrokerIT {

  private static final String PASSWORD = "canary-5f1e-first";
  private static final String NEXT_PASSWORD = "canary-77ab-next";

  private static final HeldCertificate AUTHORITY = authority("the authority");
  private static final HeldCertificate NEXT_AUTHORITY = authority("the next authority");
  private static final HeldCertificate CLIENTS = authority("the clients' authority");

  @TempDir static Path directory;
  @AutoClose static EmbeddedBroker broker;

  @BeforeAll
  static void startBroker() throws Exception {
    HeldCertificate server = server(AUTHORITY);
    broker =
        EmbeddedBroker.start(
            directory.resolve("broker"),
            List.of("localhost", "127.0.0.2"),
            Map.ofEntries(
                Map.entry(
                    "listener.security.protocol.map",
                    "CONTROLLER:PLAINTEXT,CLIENTS0:PLAINTEXT,CLIENTS1:SASL_SSL,CLIENTS2:SSL"),
                Map.entry(
                    "listener.name.clients1.sasl.enabled.mechanisms",
                    "SCRAM-SHA-512,SCRAM-SHA-256,PLAIN"),
                Map.entry(
                    "listener.name.clients1.scram-sha-512.sasl.jaas.config",
                    "org.apache.kafka.common.security.scram.ScramLoginModule required;"),
                Map.entry(
                    "listener.name.clients1.scram-sha-256.sasl.jaas.config",
                    "org.apache.kafka.common.security.scram.ScramLoginModule required;"),
                Map.entry(
                    "listener.name.clients1.plain.sasl.jaas.config",
                    "org.apache.kafka.common.security.plain.PlainLoginModule required user_plain=\"%s\";"
                        .formatted(PASSWORD)),
                Map.entry("listener.name.clients1.connections.max.reauth.ms", "3000"),
                Map.entry("listener.name.clients1.ssl.keystore.type", "PEM"),
                Map.entry(
                    "listener.name.clients1.ssl.keystore.certificate.chain",
                    server.certificatePem()),
                Map.entry("listener.name.clients1.ssl.keystore.key", server.privateKeyPkcs8Pem()),
                Map.entry("listener.name.clients2.ssl.keystore.type", "PEM"),
                Map.entry(
                    "listener.name.clients2.ssl.keystore.certificate.chain",
                    server.certificatePem()),
                Map.entry("listener.name.clients2.ssl.keystore.key", server.privateKeyPkcs8Pem()),
                Map.entry("listener.name.clients2.ssl.client.auth", "required"),
                Map.entry("listener.name.clients2.ssl.truststore.type", "PEM"),
                Map.entry(
                    "listener.name.clients2.ssl.truststore.certificates",
                    CLIENTS.certificatePem())));
    password(ScramMechanism.SCRAM_SHA_512, PASSWORD);
    password(ScramMechanism.SCRAM_SHA_256, PASSWORD);
    secret("kafka-ca", "ca.crt", AUTHORITY.certificatePem());
    secret("kafka-user", "password", PASSWORD + "\n");
  }

  @Test
  void passwordsAndCertificatesThatAreExchangedUnderLoadLoseAndReorderNothing() throws Exception {
    secret("rotated", "password", PASSWORD);
    secret("rotated-ca", "ca.crt", AUTHORITY.certificatePem());
    try (var shop = shop("rotated")) {
      var producing = Thread.ofVirtual().start(() -> shop.producer.produceEvenly(60_000, 200));
      try (var bridge =
          shop.bridge(
              "tls: {caRefs: [{kind: Secret, name: rotated-ca, key: ca.crt}]}, authentication: {type: ScramSha512, username: orders, passwordSecretKeyRef: {name: rotated, key: password}}",
              "")) {
        bridge.awaitReady();
        await().until(() -> shop.accepted() > 500);

        // The broker first, and the file while everybody is refused already.
        password(ScramMechanism.SCRAM_SHA_512, NEXT_PASSWORD);
        TimeUnit.SECONDS.sleep(4);
        secret("rotated", "password", "");
        TimeUnit.MILLISECONDS.sleep(1_500);
        secret("rotated", "password", NEXT_PASSWORD);
        goesOn(shop);

        // Both authorities while the certificate is exchanged, then the new one alone.
        secret(
            "rotated-ca", "ca.crt", AUTHORITY.certificatePem() + NEXT_AUTHORITY.certificatePem());
        TimeUnit.SECONDS.sleep(2);
        certificate(server(NEXT_AUTHORITY));
        goesOn(shop);
        secret("rotated-ca", "ca.crt", NEXT_AUTHORITY.certificatePem());
        goesOn(shop);

        assertThat(shop.producer.sentCount()).as("under load all the time").isLessThan(60_000);
        producing.interrupt();
        producing.join();
        shop.producer.produce(0); // the rest is acknowledged
        shop.awaitAllDelivered(Duration.ofSeconds(60));
        shop.assertKept();
        assertThat(shop.api.ledger().duplicated()).as("sent twice").isZero();
        StatusReport status = bridge.status();
        assertThat(status.references())
            .extracting(StatusReport.Reference::state)
            .containsOnly("Found");
        seenNowhere(bridge, PASSWORD);
        seenNowhere(bridge, NEXT_PASSWORD);
        assertThat(bridge.terminate()).as(bridge::log).isZero();
      } finally {
        certificate(server(AUTHORITY));
        password(ScramMechanism.SCRAM_SHA_512, PASSWORD);
      }
    }
  }

  private static void goesOn(Shop shop) {
    long now = shop.accepted();
    await().atMost(Duration.ofSeconds(30)).until(() -> shop.accepted() > now + 400);
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
          seenNowhere(bridge, PASSWORD);
          assertThat(bridge.terminate()).as(bridge::log).isZero();
        }
      }
    }
  }

  @Test
  void aClientCertificateIsShownAndExchanged() throws Exception {
    HeldCertificate first = client();
    secret("orders-client", "user.crt", first.certificatePem());
    secret("orders-client", "user.key", first.privateKeyPkcs8Pem());
    try (var shop = shop("mutual").reachingBrokerAt(broker.bootstrapServers("127.0.0.2"))) {
      shop.producer.produce(100);
      try (var bridge =
          shop.bridge(
              "tls: {caRefs: [{kind: Secret, name: kafka-ca, key: ca.crt}]}, authentication: {type: MutualTLS, certificateSecretRef: {name: orders-client}}",
              "")) {
        shop.awaitAllDelivered(Duration.ofSeconds(60));
        HeldCertificate next = client();
        secret("orders-client", "user.crt", next.certificatePem());
        TimeUnit.MILLISECONDS.sleep(1_200); // half of it is read
        secret("orders-client", "user.key", next.privateKeyPkcs8Pem());
        broker.restart();
        shop.producer.produce(100);
        shop.awaitAllDelivered(Duration.ofSeconds(60));
        shop.assertKept();
        seenNowhere(bridge, "PRIVATE KEY");
        assertThat(bridge.terminate()).as(bridge::log).isZero();
      }
    }
  }

  @Test
  void eachMistakeHasASentenceAndIsMendedWithoutARestart() throws Exception {
    String login =
        "authentication: {type: ScramSha512, username: orders, passwordSecretKeyRef: {name: %s, key: password}}";
    secret("strangers-ca", "ca.crt", authority("a stranger").certificatePem());
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
        seenNowhere(bridge, "canary-wrong");
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

  private static void seenNowhere(RunningBridge bridge, String secret) throws IOException {
    assertThat(Files.readString(Path.of(bridge.file() + ".log"))).doesNotContain(secret);
    for (String path : List.of("/status", "/metrics", "/healthz", "/readyz")) {
      assertThat(bridge.get(path)).doesNotContain(secret);
    }
  }

  private static Shop shop(String topic) {
    return new Shop(broker, directory, topic, 6, 50)
        .reachingBrokerAt(broker.bootstrapServers("localhost"));
  }

  /** As the kubelet does: what is read is whole. */
  private static void secret(String name, String key, String content) throws IOException {
    Path file = directory.resolve("refs/secret").resolve(name).resolve(key);
    Files.createDirectories(file.getParent());
    Path written = Files.createTempFile(directory, "secret", "");
    Files.writeString(written, content, StandardCharsets.UTF_8);
    Files.move(written, file, StandardCopyOption.ATOMIC_MOVE);
  }

  private static void password(ScramMechanism mechanism, String password) throws Exception {
    broker
        .topics()
        .admin()
        .alterUserScramCredentials(
            List.of(
                new UserScramCredentialUpsertion(
                    "orders", new ScramCredentialInfo(mechanism, 4096), password)))
        .all()
        .get();
  }

  private static void certificate(HeldCertificate server) throws Exception {
    Map<ConfigResource, Collection<AlterConfigOp>> change =
        Map.of(
            new ConfigResource(ConfigResource.Type.BROKER, "1"),
            Stream.of(
                    new ConfigEntry(
                        "listener.name.clients1.ssl.keystore.certificate.chain",
                        server.certificatePem()),
                    new ConfigEntry(
                        "listener.name.clients1.ssl.keystore.key", server.privateKeyPkcs8Pem()))
                .map(entry -> new AlterConfigOp(entry, AlterConfigOp.OpType.SET))
                .toList());
    broker.topics().admin().incrementalAlterConfigs(change).all().get();
  }

  private static HeldCertificate authority(String name) {
    return new HeldCertificate.Builder().certificateAuthority(0).commonName(name).build();
  }

  private static HeldCertificate server(HeldCertificate authority) {
    return new HeldCertificate.Builder()
        .commonName("broker")
        .addSubjectAlternativeName("localhost")
        .addSubjectAlternativeName("127.0.0.2")
        .signedBy(authority)
        .build();
  }

  private static HeldCertificate client() {
    return new HeldCertificate.Builder().commonName("orders").rsa2048().signedBy(CLIENTS).build();
  }
}
