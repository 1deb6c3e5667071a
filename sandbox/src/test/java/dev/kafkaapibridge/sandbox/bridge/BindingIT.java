package dev.kafkaapibridge.sandbox.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kafkaapibridge.api.derived.Binding;
import dev.kafkaapibridge.api.report.StatusReport;
import dev.kafkaapibridge.sandbox.broker.SecuredBroker;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
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

/** Bridges that a binding leads to a real broker which wants to know who comes. */
@Tag("turn-1") // 48 s
@Timeout(300)
class BindingIT {

  private static final String PASSWORD = SecuredBroker.PASSWORD;
  private static final String NEXT_PASSWORD = "canary-9d20-next";
  private static final String OTHER_PASSWORD = "canary-41ce-other";

  private static final HeldCertificate NEXT_AUTHORITY =
      SecuredBroker.authority("the next authority");

  @TempDir static Path directory;
  @AutoClose static SecuredBroker broker;

  @BeforeAll
  static void startBroker() throws Exception {
    broker = SecuredBroker.start(directory.resolve("broker"), Map.of());
    broker.password("other", ScramMechanism.SCRAM_SHA_512, OTHER_PASSWORD);
  }

  @Test
  void whatABindingHoldsIsExchangedUnderLoadAndNothingIsLostOrReordered() throws Exception {
    bindForUsers("rotated");
    try (var shop = shop("rotated")) {
      shop.beginStream();
      try (var bridge = shop.bridge("", "")) {
        bridge.awaitReady();
        await().until(() -> shop.accepted() > 500);

        broker.password(ScramMechanism.SCRAM_SHA_512, NEXT_PASSWORD);
        TimeUnit.SECONDS.sleep(4);
        write("rotated", "password", "");
        TimeUnit.MILLISECONDS.sleep(1_500);
        assertThat(bridge.status().references())
            .filteredOn(reference -> reference.key().equals("password"))
            .extracting(StatusReport.Reference::state)
            .containsExactly("Invalid");
        write("rotated", "password", NEXT_PASSWORD);
        shop.goesOn();

        // Another user, whose name and password come in two files.
        write("rotated", "password", OTHER_PASSWORD);
        write("rotated", "username", "other");
        shop.goesOn();

        write(
            "rotated",
            "ssl.truststore.crt",
            broker.authority.certificatePem() + NEXT_AUTHORITY.certificatePem());
        TimeUnit.SECONDS.sleep(2);
        broker.certificate(SecuredBroker.server(NEXT_AUTHORITY));
        shop.goesOn();
        write("rotated", "ssl.truststore.crt", NEXT_AUTHORITY.certificatePem());
        shop.goesOn();

        shop.endStream();
        assertThat(shop.api.ledger().duplicated()).as("accepted twice").isZero();
        assertThat(bridge.status().references())
            .hasSize(6)
            .extracting(StatusReport.Reference::state)
            .containsOnly("Found");
        Seen.by(bridge).hasNone(PASSWORD, NEXT_PASSWORD, OTHER_PASSWORD);
        assertThat(bridge.terminate()).as(bridge::log).isZero();
      } finally {
        broker.certificate(SecuredBroker.server(broker.authority));
        broker.password(ScramMechanism.SCRAM_SHA_512, PASSWORD);
      }
    }
  }

  @Test
  void oneThatLeadsElsewhereEndsTheProcessInOrderAndTheNextGoesOnThere() throws Exception {
    bindForUsers("moved");
    HeldCertificate client = broker.client();
    try (var shop = shop("moved")) {
      shop.producer.produce(200);
      try (var bridge = shop.bridge("", "")) {
        shop.awaitAllDelivered(Duration.ofSeconds(60));
        write("moved", "ssl.keystore.crt", client.certificatePem());
        write("moved", "ssl.keystore.key", client.privateKeyPkcs8Pem());
        write("moved", "securityProtocol", "SSL");
        write("moved", "bootstrapServers", broker.forCertificates());
        assertThat(bridge.awaitEnd()).as(bridge::log).isEqualTo(Binding.EXIT_LED_ELSEWHERE);
      }
      shop.producer.produce(200);
      try (var next = shop.bridge("", "")) {
        shop.awaitAllDelivered(Duration.ofSeconds(60));
        shop.assertKept();
        assertThat(shop.api.ledger().duplicated()).as("sent twice").isZero();
        Seen.by(next).hasNone("PRIVATE KEY");
        assertThat(next.terminate()).as(next::log).isZero();
      }
    }
  }

  @Test
  void whatIsMissingOrUnusableIsSaidAndMendedWithoutARestart() throws Exception {
    try (var shop = shop("late")) {
      shop.producer.produce(10);
      try (var bridge = shop.bridge("", "")) {
        says(bridge, "Secret 'late', key 'bootstrapServers' is missing");
        bindForUsers("late");
        write("late", "securityProtocol", "TLS");
        says(bridge, "Secret 'late', key 'securityProtocol' holds nothing that can be used");
        write("late", "securityProtocol", "SASL_SSL");
        write("late", "saslMechanism", "OAUTHBEARER");
        says(bridge, "key 'saslMechanism' holds nothing that can be used");
        write("late", "saslMechanism", "SCRAM-SHA-512");
        shop.awaitAllDelivered(Duration.ofSeconds(60));
        assertThat(bridge.terminate()).as(bridge::log).isZero();
      }
    }
  }

  private static void says(RunningBridge bridge, String words) {
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> {
          StatusReport.Health health = bridge.status().kafka().health();
          assertThat(health.reason()).as(bridge::log).isEqualTo("BindingInvalid");
          assertThat(health.message()).contains(words, "spec.kafka.bindingSecretRef");
        });
  }

  private static Shop shop(String name) {
    return new Shop(broker.broker(), directory, name, 6, 50).ledBy(name);
  }

  /** As the Strimzi Access Operator writes it for a user with SCRAM. */
  private static void bindForUsers(String name) throws IOException {
    write(name, "type", "kafka");
    write(name, "provider", "strimzi");
    write(name, "bootstrapServers", broker.forUsers());
    write(name, "saslMechanism", "SCRAM-SHA-512");
    write(name, "username", SecuredBroker.USER);
    write(name, "password", PASSWORD);
    write(name, "ssl.truststore.crt", broker.authority.certificatePem());
    write(name, "securityProtocol", "SASL_SSL");
  }

  private static void write(String name, String key, String content) {
    new Mounted(directory).secret(name, key, content);
  }
}
