package dev.kafkaapibridge.sandbox.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kafkaapibridge.api.report.StatusReport;
import dev.kafkaapibridge.sandbox.broker.AuthorizationServer;
import dev.kafkaapibridge.sandbox.broker.SecuredBroker;
import dev.kafkaapibridge.sandbox.process.GuardedProcess;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A real broker that takes tokens of an authorization server, checks them by its keys, and asks
 * anew every three seconds, or when the token ends.
 */
@Tag("turn-2") // 135 s
@Timeout(600)
class BrokerTokensIT {

  /**
   * Of a token. A broker takes no second look at a client within a second, and looks again at the
   * end of the token: one that lives for ten seconds would be shown within its last.
   */
  private static final Duration LIFE = Duration.ofSeconds(20);

  private static final String ALLOWED = "org.apache.kafka.sasl.oauthbearer.allowed.urls";
  private static final String SECRET = "canary-first-client";
  private static final String NEXT_SECRET = "canary-next-client";

  @TempDir static Path directory;
  private static AuthorizationServer server;
  private static SecuredBroker broker;
  private static List<String> java;

  @BeforeAll
  static void start() throws Exception {
    HeldCertificate authority = SecuredBroker.authority("of the authorization server");
    server = new AuthorizationServer(SecuredBroker.server(authority), SECRET, LIFE);
    System.setProperty(ALLOWED, server.keysUrl());
    String mechanism = "listener.name.clients1.oauthbearer.";
    broker =
        SecuredBroker.start(
            directory.resolve("broker"),
            Map.of(
                "listener.name.clients1.sasl.enabled.mechanisms",
                "SCRAM-SHA-512,SCRAM-SHA-256,PLAIN,OAUTHBEARER",
                mechanism + "sasl.jaas.config",
                "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required unsecuredLoginStringClaim_sub=\"broker\";",
                mechanism + "sasl.login.callback.handler.class",
                "org.apache.kafka.common.security.oauthbearer.internals.unsecured.OAuthBearerUnsecuredLoginCallbackHandler",
                mechanism + "sasl.server.callback.handler.class",
                "org.apache.kafka.common.security.oauthbearer.OAuthBearerValidatorCallbackHandler",
                mechanism + "sasl.oauthbearer.jwks.endpoint.url",
                server.keysUrl(),
                mechanism + "sasl.oauthbearer.expected.audience",
                "kafka",
                mechanism + "sasl.oauthbearer.expected.issuer",
                AuthorizationServer.ISSUER,
                mechanism + "sasl.oauthbearer.jwks.endpoint.refresh.ms",
                "1000"));
    java = javaThatTrusts(authority);
    secret("tokens-ca", "ca.crt", broker.authority.certificatePem());
  }

  @AfterAll
  static void stop() {
    broker.close();
    server.close();
    System.clearProperty(ALLOWED);
  }

  @Test
  void tokensThatEndAreRevokedOrCantBeHadLoseAndReorderNothing() throws Exception {
    secret("client", "secret", SECRET);
    try (var shop = shop("by-token")) {
      shop.beginStream();
      try (var bridge = shop.bridge(java, kafka("client"), "", "")) {
        bridge.awaitReady();
        await().until(() -> shop.accepted() > 500);

        // Several tokens long, while each answer takes its time.
        server.takes(Duration.ofSeconds(2));
        TimeUnit.SECONDS.sleep(40);
        shop.goesOn();
        assertThat(server.granted()).as("tokens").isGreaterThan(2);
        server.takes(Duration.ZERO);

        // Away for longer than a token lasts: records wait, and it is said why.
        server.away(true);
        awaitFault(bridge, "answers 503");
        server.away(false);
        awaitConnected(bridge);
        shop.goesOn();

        // The server knows the client by another secret, the file a while later.
        server.secret(NEXT_SECRET);
        awaitFault(bridge, "answers 401 invalid_client");
        secret("client", "secret", NEXT_SECRET);
        awaitConnected(bridge);
        shop.goesOn();

        // A token that is good for an hour by what it says itself, and by nobody else.
        server.life(Duration.ofHours(1));
        int before = server.granted();
        await().atMost(Duration.ofSeconds(60)).until(() -> server.granted() > before);
        shop.goesOn();
        server.revokeAll();
        TimeUnit.SECONDS.sleep(10);
        shop.goesOn();
        assertThat(server.granted() - before).as("tokens for one that was revoked").isBetween(2, 6);

        shop.endStream();
        Seen.by(bridge).hasNone("canary", "eyJ");
        assertThat(bridge.terminate()).as(bridge::log).isZero();
      } finally {
        server.secret(SECRET);
        server.life(LIFE);
      }
    }
  }

  @Test
  void whatIsMissingAtTheStartIsSaidAndMendedWithoutARestart() throws Exception {
    try (var shop = shop("no-secret")) {
      shop.producer.produce(50);
      try (var bridge = shop.bridge(java, kafka("later"), "", "")) {
        awaitFault(bridge, "Secret 'later' has no key 'secret' (spec.kafka.authentication.oauth2");
        secret("later", "secret", SECRET);
        shop.awaitAllDelivered(Duration.ofSeconds(60));
        Seen.by(bridge).hasNone("canary", "eyJ");
      }
    }
  }

  private static String kafka(String secret) {
    return "tls: {caRefs: [{kind: Secret, name: tokens-ca, key: ca.crt}]}, authentication: {type: OAuthBearer, oauth2: {tokenURL: \"%s\", clientID: orders, clientSecretKeyRef: {name: %s, key: secret}}}"
        .formatted(server.tokenUrl(), secret);
  }

  private static Shop shop(String topic) {
    return new Shop(broker.broker(), directory, topic, 6, 50).reachingBrokerAt(broker.forUsers());
  }

  /** Reason and message of one answer: the next may tell of something else. */
  private static void awaitFault(RunningBridge bridge, String words) {
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> {
          StatusReport.Health health = bridge.status().kafka().health();
          assertThat(health.reason()).as(bridge::log).isEqualTo("AuthenticationFailed");
          assertThat(health.message()).contains(words).doesNotContain("canary");
        });
  }

  /** An endpoint that has refused for a while is asked again after 64 s at the latest. */
  private static void awaitConnected(RunningBridge bridge) {
    await()
        .atMost(Duration.ofSeconds(150))
        .untilAsserted(
            () -> assertThat(bridge.status().kafka().health().ok()).as(bridge::log).isTrue());
  }

  private static void secret(String name, String key, String content) {
    new Mounted(directory).secret(name, key, content);
  }

  private static List<String> javaThatTrusts(HeldCertificate authority) throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setCertificateEntry("authority", authority.certificate());
    Path file = directory.resolve("trusted.p12");
    try (OutputStream out = Files.newOutputStream(file)) {
      store.store(out, "trusted".toCharArray());
    }
    return List.of(
        GuardedProcess.java(),
        "-Xmx256m",
        "-XX:TieredStopAtLevel=1",
        "-Djavax.net.ssl.trustStore=" + file,
        "-Djavax.net.ssl.trustStorePassword=trusted");
  }
}
