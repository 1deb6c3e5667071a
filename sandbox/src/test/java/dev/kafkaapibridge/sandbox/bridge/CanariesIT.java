package dev.kafkaapibridge.sandbox.bridge;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kafkaapibridge.sandbox.bridge.TellTaleApi.Mood;
import dev.kafkaapibridge.sandbox.broker.AuthorizationServer;
import dev.kafkaapibridge.sandbox.broker.OrderProducer;
import dev.kafkaapibridge.sandbox.broker.SecuredBroker;
import io.grpc.Status;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import okhttp3.tls.HeldCertificate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * All that a bridge shows to a broker, to an API and to the servers behind them, while everything
 * fails once and each line is logged: none of it is seen anywhere else.
 */
@Tag("turn-2") // 267 s
@Timeout(180)
class CanariesIT {

  private static final int RECORDS = 200;

  /** What the API is shown, besides a header and a signature. */
  enum Shown {
    Basic("basic: {secretRef: {name: canaries}}"),
    BearerToken("bearerToken: {secretKeyRef: {name: canaries, key: token}}"),
    APIKey("apiKey: {secretKeyRef: {name: canaries, key: key}}"),
    OAuth2(
        "oauth2: {tokenURL: \"%s\", clientID: orders, clientSecretKeyRef: {name: canaries, key: client}, tls: {caRefs: [{kind: Secret, name: ca, key: ca.crt}]}}"),
    MutualTLS("mutualTLS: {certificateSecretRef: {name: certificate}}");

    private final String settings;

    Shown(String settings) {
      this.settings = settings;
    }

    String authentication() {
      return "authentication: {type: %s, %s}"
          .formatted(name(), String.format(settings, server.tokenUrl()));
    }
  }

  /** All but those that Java makes: keys of certificates and tokens of the server. */
  private static final Map<String, String> CANARIES =
      Map.of(
          "username", "canary-user",
          "password", "canary-password",
          "token", "canary-token",
          "key", "canary-key",
          "client", "canary-client-secret",
          "header", "canary-header",
          "signing", "canary-signing-secret",
          "metadata", "canary-metadata");

  @TempDir static Path directory;
  @AutoClose static SecuredBroker broker;
  @AutoClose static AuthorizationServer server;
  private static HeldCertificate clients;
  private static HeldCertificate certificate;
  private static Mounted mounted;

  @BeforeAll
  static void start() throws Exception {
    broker = SecuredBroker.start(directory.resolve("broker"), Map.of());
    server =
        new AuthorizationServer(
            SecuredBroker.server(broker.authority), CANARIES.get("client"), Duration.ofSeconds(20));
    clients = SecuredBroker.authority("the clients' authority");
    certificate =
        new HeldCertificate.Builder().commonName("orders").rsa2048().signedBy(clients).build();
    mounted = new Mounted(directory);
    mounted.secret("ca", "ca.crt", broker.authority.certificatePem());
    mounted.secret("kafka-user", "password", SecuredBroker.PASSWORD);
    Path descriptors = Files.createDirectories(directory.resolve("refs/configmap/orders-api"));
    Files.write(descriptors.resolve("orders.pb"), GrpcOrders.descriptorSet());
    mend();
  }

  private static void mend() {
    CANARIES.forEach((key, value) -> mounted.secret("canaries", key, value));
    mounted.certificate("certificate", certificate);
  }

  /** What nobody accepts, or nobody can read, and is still nobody's business. */
  private static void spoil() {
    CANARIES.forEach((key, value) -> mounted.secret("canaries", key, value + "\u0007 spoilt"));
    mounted.secret("certificate", "tls.key", certificate.privateKeyPkcs8Pem().substring(0, 600));
  }

  @ParameterizedTest
  @EnumSource
  void whatAnApiIsShownIsSeenNowhereElse(Shown shown) throws Exception {
    String name = "by-" + shown;
    broker.broker().topics().create(name, 3);
    try (var api = new TellTaleApi(SecuredBroker.server(broker.authority), clients);
        var producer = new OrderProducer(broker.broker(), name, 50)) {
      String target =
          """
          http: {url: "%s/orders", tls: {caRefs: [{kind: Secret, name: ca, key: ca.crt}]}, %s, \
          headers: [{name: X-Partner, secretKeyRef: {name: canaries, key: header}}], \
          signing: {secretKeyRef: {name: canaries, key: signing}}}\
          """
              .formatted(api.url(), shown.authentication());
      try (var bridge = RunningBridge.start(directory, yaml(name, target))) {
        producer.produce(RECORDS / 2);
        eventually().until(() -> api.accepted() > 0);
        for (Mood mood : List.of(Mood.Stranger, Mood.Moved)) {
          api.mood(mood);
          producer.produce(RECORDS / 10);
          eventually().until(() -> !bridge.status().target().health().ok());
          api.mood(Mood.Fair);
          eventually().until(() -> bridge.status().target().health().ok());
        }
        spoil();
        TimeUnit.MILLISECONDS.sleep(1_500);
        producer.produce(RECORDS / 10);
        TimeUnit.MILLISECONDS.sleep(1_500);
        mend();
        producer.produce(RECORDS / 10);
        awaitEnd(bridge, name);

        assertThat(api.wasShown(CANARIES.get("header"))).as("the header").isTrue();
        assertThat(api.wasShownACertificate()).isEqualTo(shown == Shown.MutualTLS);
        assertSeenNowhere(bridge, name);
      } finally {
        mend();
      }
    }
  }

  @Test
  void whatAGrpcServerIsShownIsSeenNowhereElse() throws Exception {
    String name = "by-grpc";
    broker.broker().topics().create(name, 3);
    try (var orders = new GrpcOrders(CanariesIT::moody);
        var producer = new OrderProducer(broker.broker(), name, 50)) {
      String target =
          """
          grpc: {address: "%s", service: shop.v1.Orders, method: Put, mode: Unary, transport: Plaintext, \
          payload: JSONToProtobuf, descriptorConfigMapKeyRef: {name: orders-api, key: orders.pb}, \
          authentication: {credentialTransport: AllowPlaintext, %s, \
          metadata: [{name: x-partner, secretKeyRef: {name: canaries, key: metadata}}]}\
          """
              .formatted(
                  orders.address(),
                  Shown.Basic.authentication().substring("authentication: {".length()));
      try (var bridge = RunningBridge.start(directory, yaml(name, target))) {
        producer.produce(RECORDS);
        eventually().until(() -> orders.calls() > 10);
        orders.restart();
        spoil();
        TimeUnit.MILLISECONDS.sleep(1_500);
        producer.produce(RECORDS / 10);
        TimeUnit.MILLISECONDS.sleep(1_500);
        mend();
        awaitEnd(bridge, name);
        assertSeenNowhere(bridge, name);
      } finally {
        mend();
      }
    }
  }

  private static GrpcOrders.Answer moody(long sequence, long call) {
    if (call > 20 && call < 24) {
      return new GrpcOrders.Answer(Status.UNAUTHENTICATED);
    }
    return sequence % 10 == 3 ? new GrpcOrders.Answer(Status.INVALID_ARGUMENT) : null;
  }

  private static String yaml(String topic, String target) {
    return """
    apiVersion: kafka-api-bridge.dev/v1alpha1
    kind: KafkaApiBridge
    metadata: {name: test, namespace: shop}
    spec:
      kafka:
        bootstrapServers: "%s"
        topics: [%s]
        consumerGroup: shop.%s
        startFrom: Earliest
        tls: {caRefs: [{kind: Secret, name: ca, key: ca.crt}]}
        authentication: {type: ScramSha512, username: orders, passwordSecretKeyRef: {name: kafka-user, key: password}}
      target: {%s}
      delivery: {circuitBreaker: {openDuration: 1s, maxOpenDuration: 2s}, retry: {initialBackoff: 50ms}}
      observability: {logLevel: Trace}
    """
        .formatted(broker.forUsers(), topic, topic, target);
  }

  private static ConditionFactory eventually() {
    return await().atMost(Duration.ofSeconds(30));
  }

  private static void awaitEnd(RunningBridge bridge, String topic) {
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() ->
            assertThat(broker.broker().topics().lag("shop." + topic, topic))
                .as(bridge::log)
                .isEqualTo(OptionalLong.of(0)));
  }

  private static void assertSeenNowhere(RunningBridge bridge, String topic) throws Exception {
    var secrets = new ArrayList<>(List.of("canary", "eyJ", "PRIVATE KEY"));
    certificate
        .privateKeyPkcs8Pem()
        .lines()
        .skip(1)
        .filter(line -> line.length() == 64)
        .forEach(secrets::add);
    CANARIES.values().stream().map(CanariesIT::inBase64).forEach(secrets::add);
    String[] all = secrets.toArray(String[]::new);
    Seen seen = Seen.by(bridge);
    assertThat(seen.text().get("log"))
        .as("each line is logged")
        .contains("DEBUG RecordLog", "DEBUG NetworkClient");
    seen.hasNone(all);
    List<ConsumerRecord<byte[], byte[]>> letters =
        broker.broker().topics().read("shop." + topic + ".dlt");
    assertThat(letters).as("dead letters").isNotEmpty();
    for (ConsumerRecord<byte[], byte[]> letter : letters) {
      assertThat(text(letter)).doesNotContain(all);
    }
  }

  /** As it is in the midst of other text: without its last characters. */
  private static String inBase64(String secret) {
    return Base64.getEncoder().encodeToString(secret.getBytes(UTF_8)).substring(0, 12);
  }

  private static String text(ConsumerRecord<byte[], byte[]> letter) {
    var text = new StringBuilder(new String(letter.value(), UTF_8));
    Arrays.stream(letter.headers().toArray())
        .forEach(header -> text.append(header.key()).append(new String(header.value(), UTF_8)));
    return text.toString();
  }
}
