package dev.kafkaapibridge.sandbox.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kafkaapibridge.api.report.StatusReport;
import dev.kafkaapibridge.sandbox.broker.AuthorizationServer;
import dev.kafkaapibridge.sandbox.broker.EmbeddedBroker;
import dev.kafkaapibridge.sandbox.broker.SecuredBroker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * An API that lets in who has a token of an authorization server. A record may be tried twice and
 * no more: what is not a record's fault must not cost it a try.
 */
@Tag("turn-1") // 99 s
@Timeout(300)
class TargetTokensIT {

  private static final Duration LIFE = Duration.ofSeconds(20);
  private static final String SECRET = "canary-first-client";
  private static final String NEXT_SECRET = "canary-next-client";
  private static final String TWO_TRIES =
      "retry: {maxAttempts: 2}, circuitBreaker: {openDuration: 1s}";

  @TempDir static Path directory;
  @AutoClose static EmbeddedBroker broker;
  @AutoClose static AuthorizationServer server;

  @BeforeAll
  static void start() throws Exception {
    broker = EmbeddedBroker.start(directory.resolve("broker"));
    HeldCertificate authority = SecuredBroker.authority("of the authorization server");
    server = new AuthorizationServer(SecuredBroker.server(authority), SECRET, LIFE);
    var mounted = new Mounted(directory);
    mounted.secret("tokens-ca", "ca.crt", authority.certificatePem());
    mounted.secret("client", "secret", SECRET);
  }

  @Test
  void tokensThatEndAreRevokedOrCantBeHadLoseAndReorderNothing() throws Exception {
    try (var shop = new Shop(broker, directory, "by-token", 6, 50)) {
      shop.api.admit(headers -> server.isGood(bearer(headers.get("authorization"))));
      shop.beginStream();
      try (var bridge = shop.bridge("", http(), TWO_TRIES)) {
        bridge.awaitReady();
        shop.goesOn();

        // Several tokens long, while each answer takes its time: nobody waits for one.
        server.takes(Duration.ofSeconds(5));
        int granted = server.granted();
        await().atMost(Duration.ofSeconds(60)).until(() -> server.granted() >= granted + 3);
        server.takes(Duration.ZERO);
        assertThat(bridge.status().target().misconfigured()).as("calls that were let in").isZero();
        shop.goesOn();

        // Revoked, each once: the calls that were under way get 401, and one question is asked.
        server.life(Duration.ofHours(1));
        int renewed = server.granted();
        await().atMost(Duration.ofSeconds(30)).until(() -> server.granted() > renewed);
        shop.goesOn();
        server.life(LIFE);
        int before = server.granted();
        server.revokeAll();
        shop.goesOn();
        assertThat(server.granted() - before).as("questions after it was revoked").isEqualTo(1);

        // Away for longer than a token lasts: records wait, and it is said why.
        server.revokeAll();
        server.away(true);
        awaitFault(bridge, "answers 503");
        TimeUnit.SECONDS.sleep(5);
        server.away(false);
        awaitHealthy(bridge);
        shop.goesOn();

        // The server knows the client by another secret, the file a while later.
        server.secret(NEXT_SECRET);
        server.revokeAll();
        awaitFault(bridge, "answers 401 invalid_client");
        new Mounted(directory).secret("client", "secret", NEXT_SECRET);
        awaitHealthy(bridge);
        shop.goesOn();

        // The API itself refuses everybody for a while.
        shop.api.set("{\"authorization\": \"Rejected\"}");
        awaitFault(bridge, "401");
        shop.api.set("{}");
        awaitHealthy(bridge);
        shop.goesOn();

        shop.endStream();
        assertThat(shop.api.ledger().duplicated()).as("accepted twice").isZero();
        assertThat(bridge.status().deadLetter().records()).as("given up").isZero();
        Seen.by(bridge).hasNone("canary", "eyJ"); // what every JSON Web Token begins with
        assertThat(bridge.terminate()).as(bridge::log).isZero();
      }
    }
  }

  private static String http() {
    return """
    authentication: {type: OAuth2, credentialTransport: AllowPlaintext, oauth2: {tokenURL: "%s", \
    clientID: orders, clientSecretKeyRef: {name: client, key: secret}, \
    tls: {caRefs: [{kind: Secret, name: tokens-ca, key: ca.crt}]}}}\
    """
        .formatted(server.tokenUrl());
  }

  private static String bearer(String authorization) {
    return authorization == null ? "" : authorization.replaceFirst("^Bearer ", "");
  }

  private static void awaitFault(RunningBridge bridge, String words) {
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> {
          StatusReport.Health health = bridge.status().target().health();
          assertThat(health.reason()).as(bridge::log).isEqualTo("AuthenticationFailed");
          assertThat(health.message()).contains(words).doesNotContain("canary");
        });
  }

  private static void awaitHealthy(RunningBridge bridge) {
    await()
        .atMost(Duration.ofSeconds(90))
        .untilAsserted(
            () -> assertThat(bridge.status().target().health().ok()).as(bridge::log).isTrue());
  }
}
