package dev.kafkaapibridge.sandbox.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kafkaapibridge.api.derived.Reference;
import dev.kafkaapibridge.api.v1alpha1.KafkaSpec;
import dev.kafkaapibridge.api.validation.BridgeFile;
import dev.kafkaapibridge.operator.offsets.KafkaAccess;
import dev.kafkaapibridge.operator.offsets.Look;
import dev.kafkaapibridge.operator.offsets.Lookout;
import dev.kafkaapibridge.operator.offsets.Referenced;
import dev.kafkaapibridge.operator.offsets.Trouble;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The operator's own look at the offsets of a broker that asks who comes. */
@Timeout(120)
class SecuredLookIT {

  private static final String TRUSTED =
      "tls: {caRefs: [{kind: Secret, name: ca, key: ca.crt}]}, authentication: ";
  private static final String LOGIN =
      "{type: %s, username: %s, passwordSecretKeyRef: {name: user, key: password}}";

  @TempDir static Path directory;
  @AutoClose static SecuredBroker broker;
  @AutoClose private final Lookout lookout = new Lookout(false);
  private final Map<String, String> secrets = new HashMap<>();

  @BeforeAll
  static void start() throws Exception {
    broker = SecuredBroker.start(directory, Map.of());
    broker.broker().topics().create("orders", 3);
    try (var producer = new OrderProducer(broker.broker(), "orders", 10)) {
      producer.produce(50);
    }
  }

  @Test
  void itSeesWhatWaitsByEachMechanism() {
    secrets.put("secret/ca/ca.crt", broker.authority.certificatePem());
    secrets.put("secret/user/password", SecuredBroker.PASSWORD + "\n");
    HeldCertificate client = broker.client();
    secrets.put("secret/client/user.crt", client.certificatePem());
    secrets.put("secret/client/user.key", client.privateKeyPkcs8Pem());

    sees(broker.forUsers(), TRUSTED + LOGIN.formatted("ScramSha512", "orders"));
    sees(broker.forUsers(), TRUSTED + LOGIN.formatted("ScramSha256", "orders"));
    sees(broker.forUsers(), TRUSTED + LOGIN.formatted("Plain", "plain"));
    sees(
        broker.forCertificates(),
        TRUSTED + "{type: MutualTLS, certificateSecretRef: {name: client}}");
  }

  @Test
  void whatKeepsItOutIsSaidWithoutTheSecret() {
    secrets.put("secret/ca/ca.crt", broker.authority.certificatePem());
    secrets.put("secret/user/password", "canary-wrong");
    String users = TRUSTED + LOGIN.formatted("ScramSha512", "orders");
    blind(look(broker.forUsers(), users), "AuthenticationFailed", "refuse the user's name");
    blind(
        look(broker.forUsers(), TRUSTED + LOGIN.formatted("Plain", "plain")),
        "AuthenticationFailed",
        "refuse the user's name");
    secrets.put("secret/user/password", "");
    blind(look(broker.forUsers(), users), "AuthenticationFailed", "has no password");
    secrets.put("secret/user/password", SecuredBroker.PASSWORD);
    secrets.put("secret/ca/ca.crt", SecuredBroker.authority("a stranger").certificatePem());
    blind(look(broker.forUsers(), users), "TLSFailed", "TLS to a broker fails");
    secrets.put("secret/ca/ca.crt", "");
    blind(look(broker.forUsers(), users), "TLSFailed", "has no certificates");
    secrets.put("secret/ca/ca.crt", broker.authority.certificatePem());
    blind(look(broker.broker().bootstrapServers(), users), "TLSFailed", "TLS to a broker fails");
    blind(
        look(
            broker.forCertificates(),
            TRUSTED + "{type: MutualTLS, certificateSecretRef: {name: nobody}}"),
        "AuthenticationFailed",
        "has no client certificate");
    sees(broker.forUsers(), users);
  }

  @Test
  void aBindingLeadsItToo() {
    bind(
        Map.of(
            "bootstrapServers",
            broker.forUsers(),
            "securityProtocol",
            "SASL_SSL",
            "saslMechanism",
            "SCRAM-SHA-512",
            "username",
            "orders",
            "password",
            SecuredBroker.PASSWORD,
            "ssl.truststore.crt",
            broker.authority.certificatePem()));
    sees("", "bindingSecretRef: {name: access}");

    HeldCertificate client = broker.client();
    secrets.clear();
    bind(
        Map.of(
            "bootstrapServers", broker.forCertificates(),
            "securityProtocol", "SSL",
            "ssl.keystore.crt", client.certificatePem(),
            "ssl.keystore.key", client.privateKeyPkcs8Pem(),
            "ssl.truststore.crt", broker.authority.certificatePem()));
    sees("", "bindingSecretRef: {name: access}");

    secrets.remove("secret/access/ssl.keystore.key");
    blind(
        look("", "bindingSecretRef: {name: access}"),
        "BindingInvalid",
        "Secret 'access', key 'ssl.keystore.key' is missing");
  }

  private void bind(Map<String, String> keys) {
    keys.forEach((key, text) -> secrets.put("secret/access/" + key, text));
  }

  /** A group's coordinator comes up when it is asked for first. */
  private void sees(String brokers, String kafka) {
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() ->
            assertThat(look(brokers, kafka))
                .isInstanceOfSatisfying(
                    Look.Seen.class,
                    seen -> {
                      assertThat(seen.gap()).isNull();
                      assertThat(seen.places().stream().mapToLong(Look.Place::end).sum())
                          .isEqualTo(50);
                    }));
  }

  private static void blind(Look look, String reason, String words) {
    assertThat(look)
        .isInstanceOfSatisfying(
            Look.Blind.class,
            blind -> {
              Trouble why = blind.why();
              assertThat(why.reason()).as(why.message()).isEqualTo(reason);
              assertThat(why.message()).contains(words).doesNotContain("canary");
            });
  }

  private Look look(String brokers, String kafka) {
    return lookout.look(
        "shop", () -> KafkaAccess.of(spec(brokers, kafka), "shop.orders", "dlt", this::content));
  }

  private Referenced.Content content(Reference reference) {
    for (String path : List.of(reference.path(), String.valueOf(reference.otherPath()))) {
      String text = secrets.get(path);
      if (text != null && !text.isEmpty()) {
        return new Referenced.Content.Text(text);
      }
    }
    return new Referenced.Content.Missing();
  }

  private static KafkaSpec spec(String brokers, String kafka) {
    BridgeFile.Reading read =
        BridgeFile.read(
            """
            apiVersion: kafka-api-bridge.dev/v1alpha1
            kind: KafkaApiBridge
            metadata: {name: test, namespace: shop}
            spec:
              kafka: {%s topics: [orders], %s}
              target: {http: {url: "http://127.0.0.1:1/v1/orders"}}
            """
                .formatted(
                    brokers.isEmpty() ? "" : "bootstrapServers: \"%s\",".formatted(brokers),
                    kafka));
    return ((BridgeFile.Reading.Sound) read).bridge().spec().kafka();
  }
}
