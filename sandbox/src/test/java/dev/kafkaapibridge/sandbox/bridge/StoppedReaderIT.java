package dev.kafkaapibridge.sandbox.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kafkaapibridge.sandbox.api.Call;
import dev.kafkaapibridge.sandbox.broker.EmbeddedBroker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.BitSet;
import java.util.HashMap;
import java.util.OptionalLong;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * An API over HTTP/2 that reads no more: who writes to it is not told, and its connection is shared
 * by all.
 */
@Tag("turn-2") // 115 s
@Timeout(300)
class StoppedReaderIT {

  private static final int RECORDS = 200;
  private static final int BYTES = 500_000;
  private static final String DELIVERY =
      "maxInFlight: 40, circuitBreaker: {openDuration: 1s, maxOpenDuration: 2s}, retry: {maxAttempts: 50, initialBackoff: 20ms, maxBackoff: 500ms}";

  @TempDir static Path directory;
  @AutoClose static EmbeddedBroker broker;

  @BeforeAll
  static void startBroker() {
    broker = EmbeddedBroker.start(directory.resolve("broker"));
  }

  @ParameterizedTest
  @CsvSource({"plain, HTTP2, false", "shared, HTTP2, true", "offered, Auto, true"})
  void whoWritesToItIsCutLooseAndItsRecordsAreSentAgain(
      String name, String httpVersion, boolean tls) throws Exception {
    var authority = new HeldCertificate.Builder().certificateAuthority(0).build();
    var own =
        new HeldCertificate.Builder()
            .signedBy(authority)
            .addSubjectAlternativeName("127.0.0.1")
            .build();
    var certificates = new HandshakeCertificates.Builder().heldCertificate(own).build();
    new Mounted(directory).secret("ca", "ca.crt", authority.certificatePem());
    try (var api = new Http2Orders(tls ? certificates : null, false, RECORDS / 5)) {
      String target =
          "http: {url: \"%s\", requestTimeout: 2s, httpVersion: %s%s}"
              .formatted(
                  api.url(),
                  httpVersion,
                  tls ? ", tls: {caRefs: [{kind: Secret, name: ca, key: ca.crt}]}" : "");
      isCutLoose(name, api, target);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "calls   | mode: Unary",
        "streams | mode: BidirectionalStreaming, stream: {acknowledgement: PerResponse}"
      })
  void soIsWhoSpeaksGrpc(String name, String mode) throws Exception {
    try (var api = new Http2Orders(null, true, RECORDS / 5)) {
      String target =
          "grpc: {address: \"%s\", service: shop.v1.Orders, method: Put, %s, transport: Plaintext, deadline: 2s}"
              .formatted(api.address(), mode);
      isCutLoose(name, api, target);
    }
  }

  private static void isCutLoose(String name, Http2Orders api, String target) throws Exception {
    try (var shop = new Shop(broker, directory, "unread-" + name, 4, 40, BYTES);
        var bridge = shop.bridgeTo(target, DELIVERY)) {
      bridge.awaitReady();
      shop.producer.produce(RECORDS);
      await()
          .atMost(Duration.ofSeconds(120))
          .untilAsserted(() ->
              assertThat(broker.topics().lag(shop.group, shop.topic))
                  .as(bridge::log)
                  .isEqualTo(OptionalLong.of(0)));
      assertAllTakenInOrder(shop, api);
      assertThat(api.connectionsAtTheStop).isPositive();
      assertThat(api.connections.get()).isGreaterThan(api.connectionsAtTheStop);
      assertThat(broker.topics().read(shop.group + ".dlt")).isEmpty();
      assertThat(bridge.terminate()).as(bridge::log).isZero();
    }
  }

  private static void assertAllTakenInOrder(Shop shop, Http2Orders api) {
    var taken = new BitSet();
    var highest = new HashMap<String, Long>();
    for (Call.Numbered order : api.taken()) {
      if (!taken.get((int) order.sequence())) {
        taken.set((int) order.sequence());
        assertThat(highest.getOrDefault(order.key(), -1L)).isLessThan(order.sequence());
        highest.put(order.key(), order.sequence());
      }
    }
    assertThat(taken).isEqualTo(shop.producer.sent());
  }
}
