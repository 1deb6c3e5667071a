package dev.kafkaapibridge.sandbox.bridge;

import static dev.kafkaapibridge.sandbox.bridge.GoRun.MANY_ATTEMPTS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.kafkaapibridge.sandbox.bridge.GoRun.Way;
import dev.kafkaapibridge.sandbox.broker.EmbeddedBroker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A gRPC server in another language with certificates, on another implementation of TLS. */
@Tag("turn-0") // 130 s
@Timeout(300)
class GoGrpcTlsIT {

  private static final HeldCertificate AUTHORITY = authority();
  private static final HeldCertificate OTHER_AUTHORITY = authority();
  private static final HeldCertificate CLIENTS = authority();
  private static final String SHOWN =
      ", authentication: {type: MutualTLS, mutualTLS: {certificateSecretRef: {name: orders-client}}}";

  @TempDir static Path directory;
  @AutoClose static EmbeddedBroker broker;
  static Path program;

  @BeforeAll
  static void startBroker() {
    program = GoProgram.built();
    broker = EmbeddedBroker.start(directory.resolve("broker"));
  }

  private static HeldCertificate authority() {
    return new HeldCertificate.Builder().certificateAuthority(0).build();
  }

  private static HeldCertificate certificate(HeldCertificate authority, String name) {
    return new HeldCertificate.Builder()
        .signedBy(authority)
        .addSubjectAlternativeName(name)
        .build();
  }

  private static String switches(HeldCertificate own, HeldCertificate clients) {
    var switches =
        new TreeMap<String, Object>(
            Map.of(
                "DelayMillis",
                1,
                "Certificate",
                own.certificatePem(),
                "Key",
                own.privateKeyPkcs8Pem()));
    if (clients != null) {
      switches.put("Clients", clients.certificatePem());
    }
    try {
      return new JsonMapper().writeValueAsString(switches);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static GoRun run(String name, String switches) {
    return new GoRun(broker, program, directory, "tls-" + name, switches);
  }

  /** Each time of the same authority. */
  @ParameterizedTest
  @EnumSource(names = {"Unary", "OneByOne", "Followed"})
  void aCertificateThatIsReplacedFailsNoRecord(Way way) {
    String first = switches(certificate(AUTHORITY, "127.0.0.1"), null);
    try (var run = run("replaced-" + way, first).byTls(AUTHORITY);
        var bridge = run.bridge(run.server.address(), way, "5s", MANY_ATTEMPTS)) {
      run.producer.produce(1_000);
      await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> run.server.counts().accepted().length >= 500);
      run.server.restart(switches(certificate(AUTHORITY, "127.0.0.1"), null));
      run.producer.produce(1_000);
      run.toTheEnd(bridge);
      run.assertAllAcceptedInOrder();
      assertThat(run.server.counts().connected()).isGreaterThanOrEqualTo(2);
      assertThat(run.server.counts().repeated()).isLessThanOrEqualTo(64);
    }
  }

  @Test
  void anAuthorityThatIsNotTrustedIsSentNothingUntilItIs() {
    String other = switches(certificate(OTHER_AUTHORITY, "127.0.0.1"), null);
    try (var run = run("authority", other).byTls(AUTHORITY);
        var bridge = run.bridge(run.server.address(), Way.Unary, "5s", MANY_ATTEMPTS)) {
      run.producer.produce(500);
      awaitTold(
          bridge, "TLSFailed", "an authority that isn't trusted", "spec.target.grpc.tls.caRefs");
      assertThat(run.server.counts().calls()).isZero();
      run.trust(OTHER_AUTHORITY);
      run.toTheEnd(bridge);
      run.assertAllAcceptedInOrder();
      assertThat(run.server.counts().calls()).as("none was sent twice").isEqualTo(500);
    }
  }

  @Test
  void aCertificateForAnotherNameIsSentNothingUnlessThatIsTheNameMeant() {
    String other = switches(certificate(AUTHORITY, "orders.shop.test"), null);
    try (var run = run("name", other).byTls(AUTHORITY)) {
      run.producer.produce(500);
      try (var bridge = run.bridge(run.server.address(), Way.OneByOne, "5s", MANY_ATTEMPTS)) {
        awaitTold(bridge, "TLSFailed", "orders.shop.test", "spec.target.grpc.tls.serverName");
        assertThat(run.server.counts().calls()).isZero();
        assertThat(bridge.terminate()).as(bridge::log).isZero();
      }
      run.byTls(AUTHORITY, ", serverName: orders.shop.test", "");
      run.through(run.server.address(), Way.OneByOne, "5s", MANY_ATTEMPTS);
      run.assertAllAcceptedInOrder();
      assertThat(run.server.counts().calls()).as("none was sent twice").isEqualTo(500);
    }
  }

  /**
   * TLS 1.3 lets a client begin whose certificate is refused, and tells it in the middle of its
   * calls. Where one of these can't be written before that is read, the connection has failed and
   * nobody learns why: then the circuit is what is told.
   */
  @ParameterizedTest
  @EnumSource(names = {"Unary", "OneByOne"})
  void aServerThatWantsACertificateIsShownOne(Way way) {
    String wants = switches(certificate(AUTHORITY, "127.0.0.1"), CLIENTS);
    try (var run = run("mutual-" + way, wants).byTls(AUTHORITY, "", SHOWN)) {
      run.producer.produce(500);
      run.show(certificate(OTHER_AUTHORITY, "orders"));
      try (var bridge = run.bridge(run.server.address(), way, "5s", MANY_ATTEMPTS)) {
        await()
            .atMost(Duration.ofSeconds(90))
            .untilAsserted(() ->
                assertThat(bridge.status().target().health().reason())
                    .as(bridge::log)
                    .isIn("TLSFailed", "CircuitOpen"));
        assertThat(run.server.counts().calls()).isZero();
        run.show(certificate(CLIENTS, "orders"));
        run.toTheEnd(bridge);
      }
      run.assertAllAcceptedInOrder();
      assertThat(run.server.counts().calls()).as("none was sent twice").isEqualTo(500);
    }
  }

  private static void awaitTold(RunningBridge bridge, String reason, String... said) {
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> {
          var health = bridge.status().target().health();
          assertThat(health.ok()).as(bridge::log).isFalse();
          assertThat(health.reason()).isEqualTo(reason);
          assertThat(health.message()).contains(said);
        });
  }
}
