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
    assertThat(Listener.of(kafka, PROD, "tls"))
        .isEqualTo(
            new Found(
                PROD, "tls", "prod-kafka-bootstrap.kafka.svc:9093", true, CA, "scram-sha-512"));
    assertThat(Listener.of(kafka, PROD, "plain"))
        .isEqualTo(new Found(PROD, "plain", "prod-kafka-bootstrap.kafka.svc:9092", false, "", ""));
  }

  @Test
  void theOnlyInternalListenerNeedsNoName() throws Exception {
    String one = LISTENERS.replaceAll("(?m)^.*name: plain.*\n", "");
    assertThat(Listener.of(ready(one), PROD, null))
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
        new String[] {"", "k", "k:9092 x", "PLAINTEXT://k:1", "k:1,,l:2", "a:1".repeat(2000)}) {
      says(
          ready(LISTENERS.replace("9093", "9093"), servers, CA),
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
    assertThat(Listener.of(kafka, PROD, name))
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
