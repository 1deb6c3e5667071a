package dev.kafkaapibridge.api.derived;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.api.v1alpha1.KafkaAuthenticationSpec;
import dev.kafkaapibridge.api.v1alpha1.KafkaSpec;
import dev.kafkaapibridge.api.v1alpha1.NameRef;
import dev.kafkaapibridge.api.validation.BridgeFile;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BindingTest {

  private static final NameRef SECRET = new NameRef("access");
  private static final String PASSWORD = "canary-3c1d";

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          bootstrapServers=k:9092 securityProtocol=PLAINTEXT                         | k:9092        | -             | -            | bootstrapServers securityProtocol
          bootstrap-servers=k:9092 security.protocol=PLAINTEXT                       | k:9092        | -             | -            | bootstrapServers securityProtocol
          type=kafka provider=strimzi bootstrapServers=k:1,[::1]:2 securityProtocol=SSL | k:1,[::1]:2 | public      | -            | bootstrapServers securityProtocol
          bootstrapServers=k:1 securityProtocol=SSL ssl.truststore.crt=CA            | k:1           | access        | -            | bootstrapServers securityProtocol ssl.truststore.crt
          bootstrapServers=k:1 securityProtocol=PLAINTEXT ssl.truststore.crt=CA username=u | k:1     | -             | -            | bootstrapServers securityProtocol
          bootstrapServers=k:1 securityProtocol=SSL ssl.keystore.crt=C ssl.keystore.key=K | k:1      | public        | MutualTLS    | bootstrapServers securityProtocol ssl.keystore.crt ssl.keystore.key
          bootstrapServers=k:1 securityProtocol=SASL_SSL saslMechanism=SCRAM-SHA-512 username=u password=P ssl.truststore.crt=CA | k:1 | access | ScramSha512 u | bootstrapServers securityProtocol saslMechanism username password ssl.truststore.crt
          bootstrapServers=k:1 securityProtocol=SASL_SSL sasl.mechanism=SCRAM-SHA-256 user=u password=P | k:1 | public | ScramSha256 u | bootstrapServers securityProtocol saslMechanism username password
          bootstrapServers=k:1 securityProtocol=SASL_PLAINTEXT saslMechanism=SCRAM-SHA-256 username=u password=P | k:1 | - | ScramSha256 u | bootstrapServers securityProtocol saslMechanism username password
          bootstrapServers=k:1 securityProtocol=SASL_SSL saslMechanism=PLAIN username=u password=P ssl.keystore.crt=C ssl.keystore.key=K | k:1 | public | Plain u +certificate | bootstrapServers securityProtocol saslMechanism username password ssl.keystore.crt ssl.keystore.key
          """)
  void leadsAsTheSpecThatItStandsFor(
      String keys, String servers, String trusts, String shows, String needed) {
    Binding read = read(keys);

    assertThat(read)
        .isInstanceOfSatisfying(
            Binding.Whole.class,
            whole -> {
              KafkaSpec kafka = whole.kafka();
              assertThat(kafka.bootstrapServers()).isEqualTo(servers);
              assertThat(trusts(kafka)).isEqualTo(trusts);
              assertThat(shows(kafka)).isEqualTo(shows);
              assertThat(kafka.topics()).containsExactly("orders");
              assertThat(kafka.bindingSecretRef()).isEqualTo(SECRET);
            });
    assertThat(read.needed(new BindingKeys(SECRET)))
        .extracting(Reference::key)
        .containsExactly(needed.split(" "));
  }

  private static String trusts(KafkaSpec kafka) {
    if (kafka.tls() == null) {
      return "-";
    }
    return kafka.tls().caRefs().isEmpty() ? "public" : kafka.tls().caRefs().getFirst().name();
  }

  private static String shows(KafkaSpec kafka) {
    KafkaAuthenticationSpec authentication = kafka.authentication();
    if (authentication == null) {
      return "-";
    }
    boolean both =
        authentication.passwordSecretKeyRef() != null
            && authentication.certificateSecretRef() != null;
    return authentication.type()
        + (authentication.username() == null ? "" : " " + authentication.username())
        + (both ? " +certificate" : "");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          securityProtocol=SSL                                            | key 'bootstrapServers' is missing (spec.kafka.bindingSecretRef): write host:port
          bootstrapServers=k securityProtocol=SSL                         | key 'bootstrapServers' holds nothing that can be used
          bootstrapServers=k:0 securityProtocol=SSL                       | key 'bootstrapServers' holds nothing that can be used
          bootstrapServers=k:70000 securityProtocol=SSL                   | key 'bootstrapServers' holds nothing that can be used
          bootstrapServers=k:1,, securityProtocol=SSL                     | key 'bootstrapServers' holds nothing that can be used
          bootstrapServers=PLAINTEXT://k:1 securityProtocol=SSL           | key 'bootstrapServers' holds nothing that can be used
          bootstrapServers=k:1                                            | key 'securityProtocol' is missing (spec.kafka.bindingSecretRef): write PLAINTEXT, SSL
          bootstrapServers=k:1 securityProtocol=TLS                       | key 'securityProtocol' holds nothing that can be used (spec.kafka.bindingSecretRef): write PLAINTEXT, SSL
          bootstrapServers=k:1 securityProtocol=ssl                       | key 'securityProtocol' holds nothing that can be used
          bootstrapServers=k:1 securityProtocol=SASL_SSL                  | key 'saslMechanism' is missing (spec.kafka.bindingSecretRef): write SCRAM-SHA-512
          bootstrapServers=k:1 securityProtocol=SASL_SSL saslMechanism=OAUTHBEARER username=u password=P | key 'saslMechanism' holds nothing that can be used
          bootstrapServers=k:1 securityProtocol=SASL_SSL saslMechanism=PLAIN password=P | key 'username' is missing
          bootstrapServers=k:1 securityProtocol=SASL_SSL saslMechanism=PLAIN username=u | key 'password' is missing
          bootstrapServers=k:1 securityProtocol=SASL_PLAINTEXT saslMechanism=PLAIN username=u password=P | key 'securityProtocol' holds nothing that can be used
          bootstrapServers=k:1 securityProtocol=SSL ssl.keystore.crt=C    | key 'ssl.keystore.key' is missing
          bootstrapServers=k:1 securityProtocol=SSL ssl.keystore.key=K    | key 'ssl.keystore.crt' is missing
          type=postgresql bootstrapServers=k:1 securityProtocol=SSL       | key 'type' holds nothing that can be used (spec.kafka.bindingSecretRef): name a Secret whose type is kafka
          """)
  void whatLeadsNowhereIsSaidWithKeyAndFix(String keys, String says) {
    Binding read = read(keys);
    assertThat(read)
        .isInstanceOfSatisfying(
            Binding.Unusable.class,
            no ->
                assertThat(no.sentence())
                    .startsWith("Secret 'access', ")
                    .contains(says)
                    .doesNotContain(PASSWORD));
    assertThat(read.needed(new BindingKeys(SECRET)))
        .as("is reported")
        .contains(((Binding.Unusable) read).key());
  }

  @Test
  void whoLogsInMayChangeOnTheWayAndWhereToMayNot() {
    String from =
        "bootstrapServers=k:1 securityProtocol=SASL_SSL saslMechanism=PLAIN username=u password=P";
    var whole = (Binding.Whole) read(from);
    assertThat(((Binding.Whole) read(from.replace("=u ", "=v "))).leadsAsDoes(whole)).isTrue();
    assertThat(((Binding.Whole) read(from.replace("k:1", "l:1"))).leadsAsDoes(whole)).isFalse();
    assertThat(((Binding.Whole) read(from + " ssl.truststore.crt=CA")).leadsAsDoes(whole))
        .isFalse();
    assertThat(((Binding.Whole) read(from.replace("PLAIN", "SCRAM-SHA-512"))).leadsAsDoes(whole))
        .isFalse();
  }

  private static Binding read(String keys) {
    Map<String, String> texts = new HashMap<>();
    Stream.of(keys.split(" "))
        .map(key -> key.split("=", 2))
        .forEach(key -> texts.put(key[0], key[1].equals("P") ? PASSWORD + "\n" : key[1] + "\n"));
    return Binding.of(
        declared(), SECRET, key -> texts.getOrDefault(key.key(), texts.get(key.otherKey())));
  }

  private static KafkaSpec declared() {
    String yaml =
        "{apiVersion: kafka-api-bridge.dev/v1alpha1, kind: KafkaApiBridge, metadata: {name: a}, spec: {kafka: {bindingSecretRef: {name: access}, topics: [orders]}, target: {http: {url: 'https://a'}}}}";
    return ((BridgeFile.Reading.Sound) BridgeFile.read(yaml)).bridge().spec().kafka();
  }
}
