package dev.kafkaapibridge.operator.strimzi;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.kafkaapibridge.operator.strimzi.Listener.Found;
import dev.kafkaapibridge.operator.strimzi.Listener.Missing;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ListenerTest {

  private static final String CA = ClusterAuthority.pem("ca");

  private static final String LISTENERS =
      """
      spec:
        kafka:
          listeners:
          - {name: plain, port: 9092, type: internal, tls: false}
          - {name: tls, port: 9093, type: internal, tls: true, authentication: {type: scram-sha-512}}
          - {name: external, port: 9094, type: loadbalancer, tls: true, authentication: {type: tls}}
      """;

  private static final ClusterName PROD = new ClusterName("kafka", "prod");

  @Test
  void addressAndCertificatesComeFromTheStatusAndTheRestFromTheSpec() throws Exception {
    JsonNode kafka = ready(LISTENERS);
    assertThat(Listener.of(kafka, PROD, "kafka", "tls"))
        .isEqualTo(
            new Found(
                PROD, "tls", "prod-kafka-bootstrap.kafka.svc:9093", true, CA, "scram-sha-512"));
    assertThat(Listener.of(kafka, PROD, "kafka", "plain"))
        .isEqualTo(new Found(PROD, "plain", "prod-kafka-bootstrap.kafka.svc:9092", false, "", ""));
  }

  @Test
  void theOnlyInternalListenerNeedsNoName() throws Exception {
    String one = LISTENERS.replaceAll("(?m)^.*name: plain.*\n", "");
    assertThat(Listener.of(ready(one), PROD, "kafka", null))
        .isInstanceOfSatisfying(Found.class, found -> assertThat(found.name()).isEqualTo("tls"));
    says(ready(LISTENERS), null, "ListenerNotFound", "several internal listeners, 'plain', 'tls'");
    String none = LISTENERS.replace("type: internal", "type: nodeport");
    says(ready(none), null, "ListenerNotFound", "no internal listener");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {}                                                       | tls  | ListenerNotFound | has no listener 'tls'; it has none
          {spec: 7, status: [a]}                                   | tls  | ListenerNotFound | it has none
          {spec: {kafka: {listeners: {name: tls}}}}                | tls  | ListenerNotFound | it has none
          """)
  void whatIsNoSuchResourceHasNoListeners(String kafka, String name, String reason, String words)
      throws Exception {
    says(tree(kafka), name, reason, words);
  }

  @Test
  void whatTheClusterDoesNotTellYetIsWaitedFor() throws Exception {
    says(tree(LISTENERS), "tls", "KafkaNotReady", "doesn't tell the address of listener 'tls' yet");
    String failing =
        LISTENERS
            + "status: {conditions: [{type: NotReady, status: 'True', message: 'Exceeded timeout of 300000ms.'}]}\n";
    says(tree(failing), "tls", "KafkaNotReady", "yet (Exceeded timeout of 300000ms): it is waited");
    says(ready(LISTENERS), "gone", "ListenerNotFound", "it has 'plain', 'tls', 'external'");
    says(ready(LISTENERS), "external", "KafkaNotReady", "listener 'external' yet");
  }

  /** The resource may be another tenant's, who writes what they like. */
  @Test
  void whatCannotBeUsedIsNotTaken() throws Exception {
    for (String servers :
        new String[] {
          "",
          "k",
          "k:9092 x",
          "PLAINTEXT://k:1",
          "k:1,,l:2",
          "a:1".repeat(2000),
          "k:0",
          "k:99999",
          "k:65536,l:1",
          "[::1]:0"
        }) {
      says(
          ready(LISTENERS, servers, CA),
          "tls",
          "KafkaNotReady",
          "no address of listener 'tls' that can be used");
    }
    for (String pem : new String[] {"none", CA.substring(0, 100), CA.repeat(200)}) {
      says(
          ready(LISTENERS, "k:9093", pem),
          "tls",
          "KafkaNotReady",
          "no certificates of listener 'tls' that can be used");
    }
  }

  /** Its message may hold whatever its owner's cluster says; another tenant isn't told. */
  @Test
  void whatAClusterOfAnotherNamespaceSaysOfItselfIsNotTold() throws Exception {
    String failing =
        LISTENERS
            + "status: {conditions: [{type: NotReady, status: 'True', message: 'node db-7 is full'}]}\n";
    assertThat(Listener.of(tree(failing), PROD, "shop", "tls"))
        .isEqualTo(
            new Missing(
                "KafkaNotReady",
                "Kafka 'kafka/prod' doesn't tell the address of listener 'tls' yet: it is waited for"));
  }

  /** To trust the public authorities instead would cut off who is connected. */
  @ParameterizedTest
  @CsvSource({
    "internal, false",
    "cluster-ip, false",
    "nodeport, false",
    "some-later-one, false",
    "route, true",
    "ingress, true",
    "loadbalancer, true"
  })
  void withoutCertificatesOnlyWhatLeadsOutMayBeTrustedByPublicOnes(String type, boolean trusted)
      throws Exception {
    for (String certificates : new String[] {"", ", certificates: []", ", certificates: null"}) {
      JsonNode kafka =
          tree(
              LISTENERS.replace(
                      "name: tls, port: 9093, type: internal",
                      "name: tls, port: 9093, type: " + type)
                  + "status: {listeners: [{name: tls, bootstrapServers: 'k:9093'%s}]}\n"
                      .formatted(certificates));
      if (trusted) {
        assertThat(Listener.of(kafka, PROD, "kafka", "tls"))
            .isEqualTo(new Found(PROD, "tls", "k:9093", true, "", "scram-sha-512"));
      } else {
        says(kafka, "tls", "KafkaNotReady", "no certificates of listener 'tls' that can be used");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"k:1", "k:65535", "[::1]:9093,l:2"})
  void addressesHavePortsThatThereAre(String servers) throws Exception {
    assertThat(Listener.of(ready(LISTENERS, servers, CA), PROD, "kafka", "tls"))
        .isInstanceOfSatisfying(
            Found.class, found -> assertThat(found.bootstrapServers()).isEqualTo(servers));
  }

  @Test
  void whoMayReferToWhatIsTheOperatorsSetting() {
    var mine = new ClusterName("shop", "prod");
    assertThat(StrimziAccess.NONE.forbids("shop", mine).orElseThrow().message())
        .contains("strimzi.enabled");
    assertThat(new StrimziAccess(true, Set.of()).forbids("shop", mine)).isEmpty();
    assertThat(new StrimziAccess(true, Set.of()).forbids("shop", PROD).orElseThrow().message())
        .contains("strimzi.namespaces");
    assertThat(new StrimziAccess(true, Set.of("kafka")).forbids("shop", PROD)).isEmpty();
  }

  private static void says(JsonNode kafka, @Nullable String name, String reason, String words) {
    assertThat(Listener.of(kafka, PROD, "kafka", name))
        .isInstanceOfSatisfying(
            Missing.class,
            missing -> {
              assertThat(missing.reason()).as(missing.message()).isEqualTo(reason);
              assertThat(missing.message()).startsWith("Kafka 'kafka/prod' ").contains(words);
            });
  }

  private static JsonNode ready(String listeners) throws JsonProcessingException {
    return ready(listeners, "prod-kafka-bootstrap.kafka.svc:9093", CA);
  }

  private static JsonNode ready(String listeners, String servers, String pem)
      throws JsonProcessingException {
    String status =
        """
        status:
          conditions: [{type: Ready, status: 'True'}]
          listeners:
          - {name: plain, bootstrapServers: 'prod-kafka-bootstrap.kafka.svc:9092'}
          - name: tls
            bootstrapServers: '%s'
            certificates:
            - |
        %s
        """
            .formatted(servers, pem.indent(6));
    return tree(listeners + status);
  }

  private static JsonNode tree(String yaml) throws JsonProcessingException {
    return new YAMLMapper().readTree(yaml);
  }
}
