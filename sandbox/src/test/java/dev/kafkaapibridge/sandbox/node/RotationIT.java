package dev.kafkaapibridge.sandbox.node;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kafkaapibridge.sandbox.Alone;
import dev.kafkaapibridge.sandbox.broker.SecuredBroker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Stream;
import okhttp3.tls.HeldCertificate;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever the brokers and the API know a bridge by is exchanged, in projected volumes of a real
 * node, while records come, with {@code -Dkab.scale=full} a thousand a second, and one in a while
 * is given up. The brokers ask anew every three seconds.
 */
@Alone
@Tag("turn-0") // 186 s
@Timeout(900)
class RotationIT {

  /** What a machine that does nothing else takes; with others on it the brokers lose touch. */
  private static final int LOAD = "full".equals(System.getProperty("kab.scale")) ? 1_000 : 300;

  private static final String NEXT_PASSWORD = "canary-next-password";
  private static final String NEXT_USER_PASSWORD = "canary-next-users-password";
  private static final HeldCertificate NEXT_AUTHORITY =
      SecuredBroker.authority("the next authority");

  @TempDir static Path directory;
  @AutoClose static Installed on;
  @AutoClose static SecuredBroker broker;

  private final BridgeOnNode bridge = new BridgeOnNode(on, "rotation-shop", "orders");

  @BeforeAll
  static void install() throws Exception {
    on = Installed.onRealNode(directory);
    broker = SecuredBroker.startForPods(directory.resolve("secured"), on.host());
  }

  @Test
  void whateverABridgeIsKnownByIsExchangedAndNothingIsLostOrOvertakenOrToldToAnybody()
      throws Exception {
    broker.broker().topics().create("poison", 3);
    try (var flow = new OrderFlow(on, broker.broker(), "rotation", LOAD)) {
      flow.api().set("{\"refusal\": {\"status\": 422, \"body\": \"" + Poison.MARK + "\"}}");
      bridge.ownNamespace();
      secret("kafka-user", "password", SecuredBroker.PASSWORD);
      secret("crm", "token", "Bearer canary-first-token");
      authorities(broker.authority.certificatePem());
      apply(flow.url(), "orders", "kafka-user");
      bridge.awaitReady();
      flow.begin();
      try (var poison = new Poison(broker.broker(), "poison")) {
        exchangeEverything(flow);
        poison.stop();
        flow.endsInOrder(bridge.group());
        System.err.printf("RotationIT: %d sent, %d poisonous%n", flow.sent(), poison.sent());
        letters(poison.sent());
      }
      seenNowhere();
    }
  }

  private void exchangeEverything(OrderFlow flow) throws Exception {
    List<String> first = bridge.pods();

    // The password, in the file first and at the brokers a moment later.
    change("kafka-user", "password", NEXT_PASSWORD);
    broker.password(ScramMechanism.SCRAM_SHA_512, NEXT_PASSWORD);
    goesOn(flow);

    // The brokers' certificate, while both authorities are trusted.
    authorities(broker.authority.certificatePem() + NEXT_AUTHORITY.certificatePem());
    bridge.awaitEvent("CredentialsRotated: ConfigMap 'kafka-ca', key 'ca.crt'");
    broker.certificate(SecuredBroker.server(NEXT_AUTHORITY, on.host()));
    authorities(NEXT_AUTHORITY.certificatePem());
    goesOn(flow);

    // What the API is shown.
    change("crm", "token", "Bearer canary-next-token");
    goesOn(flow);
    assertThat(flow.credentialsSince(0))
        .containsOnly("Bearer canary-first-token", "Bearer canary-next-token");

    assertThat(bridge.pods()).as("none was replaced or has restarted").isEqualTo(first);
    seenNowhere();

    // Another user: this is another spec, and so other pods.
    broker.password("orders-next", ScramMechanism.SCRAM_SHA_512, NEXT_USER_PASSWORD);
    secret("next-user", "password", NEXT_USER_PASSWORD);
    apply(flow.url(), "orders-next", "next-user");
    await()
        .atMost(Duration.ofMinutes(3))
        .until(() -> bridge.pods().stream().noneMatch(first::contains));
    bridge.awaitReady();
    broker.password("orders", ScramMechanism.SCRAM_SHA_512, "nobody's any more");
    goesOn(flow);
  }

  private void seenNowhere() throws Exception {
    AllThatIsSeen seen = AllThatIsSeen.of(bridge, on);
    seen.hasNone(canaries());
    assertThat(seen.ofBridges("arguments"))
        .as("no dump of a bridge's memory")
        .hasSize(2)
        .allMatch(arguments -> arguments.contains("-XX:-CreateCoredumpOnCrash"));
    assertThat(seen.ofBridges("environment"))
        .hasSize(2)
        .allMatch(environment -> environment.contains("JAVA_HOME="));
  }

  private static String[] canaries() {
    return Stream.of(
            SecuredBroker.PASSWORD,
            NEXT_PASSWORD,
            NEXT_USER_PASSWORD,
            "canary-first-token",
            "canary-next-token")
        .flatMap(secret ->
            Stream.of(
                secret,
                Base64.getEncoder().encodeToString(secret.getBytes(UTF_8)).substring(0, 12)))
        .toArray(String[]::new);
  }

  private static void goesOn(OrderFlow flow) {
    flow.passes(LOAD * 5);
  }

  private void letters(int sent) {
    String topic = bridge.group() + ".dlt";
    await()
        .atMost(Duration.ofMinutes(1))
        .untilAsserted(() ->
            assertThat(broker.broker().topics().read(topic)).hasSizeGreaterThanOrEqualTo(sent));
    var values = new HashSet<String>();
    for (ConsumerRecord<byte[], byte[]> letter : broker.broker().topics().read(topic)) {
      values.add(new String(letter.value(), UTF_8));
      Stream.of(letter.headers().toArray())
          .forEach(header ->
              assertThat(new String(header.value(), UTF_8))
                  .as(header.key())
                  .doesNotContain(canaries()));
    }
    assertThat(values).as("dead letters").hasSize(sent);
  }

  /** By another tool than apply, which would keep what it was told in the object. */
  private void secret(String name, String key, String value) {
    bridge.kubectl("create", "secret", "generic", name, "--from-literal=" + key + "=" + value);
  }

  /** Returns when the pods have it. */
  private void change(String name, String key, String value) {
    bridge.kubectl(
        "patch",
        "secret/" + name,
        "-p",
        "{\"stringData\": {\"%s\": \"%s\"}}".formatted(key, value));
    bridge.awaitEvent("CredentialsRotated: Secret '%s', key '%s'".formatted(name, key));
  }

  private void authorities(String pem) {
    on.apply(
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: kafka-ca, namespace: %s}\ndata:\n  ca.crt: |\n%s"
            .formatted(bridge.namespace(), pem.indent(4)));
  }

  private void apply(String url, String user, String secret) {
    on.apply(
        """
        apiVersion: kafka-api-bridge.dev/v1alpha1
        kind: KafkaApiBridge
        metadata: {name: %s, namespace: %s}
        spec:
          kafka:
            bootstrapServers: "%s"
            topics: [rotation, poison]
            startFrom: Earliest
            tls: {caRefs: [{kind: ConfigMap, name: kafka-ca, key: ca.crt}]}
            authentication: {type: ScramSha512, username: %s, passwordSecretKeyRef: {name: %s, key: password}}
          target:
            http: {url: "%s/v1/orders", headers: [{name: Authorization, secretKeyRef: {name: crm, key: token}}]}
          observability: {logLevel: Trace}
          autoscaling: {mode: Disabled}
          replicas: 2
        """
            .formatted(bridge.name(), bridge.namespace(), broker.forUsers(), user, secret, url));
  }
}
