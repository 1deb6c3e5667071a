package dev.kafkaapibridge.runtime.answer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.api.validation.BridgeFile;
import dev.kafkaapibridge.api.validation.BridgeFile.Reading.Sound;
import dev.kafkaapibridge.runtime.Records;
import dev.kafkaapibridge.runtime.deliver.Outcome;
import dev.kafkaapibridge.runtime.record.SourceRecord;
import dev.kafkaapibridge.runtime.target.KeptAnswer;
import dev.kafkaapibridge.runtime.target.Verdict;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

class AnswerHeadersTest {

  private static final String PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

  private final RecordHeaders own = new RecordHeaders();

  @Test
  void anAnswerNamesItsRecord() {
    own.add("traceparent", PARENT.getBytes(UTF_8));
    own.add("tracestate", "a=b".getBytes(UTF_8));
    own.add("tenant", "acme".getBytes(UTF_8));
    var answer = new KeptAnswer("text/plain", Map.of(), new byte[3], true);

    assertThat(of(new Verdict.Accepted("201").with(answer), new Outcome.Delivered(), false))
        .isEqualTo(
            ordered(
                "kab-answer-version", "1",
                "kab-topic", "orders",
                "kab-partition", "3",
                "kab-offset", "7",
                "kab-idempotency-key", record().idempotencyKey(),
                "kab-outcome", "Delivered",
                "kab-status", "201",
                "kab-reason", "Accepted",
                "content-type", "text/plain",
                "kab-truncated", "true",
                "traceparent", PARENT,
                "tracestate", "a=b",
                "kab-correlation-id", record().idempotencyKey()));
  }

  @Test
  void theRecordsOwnCorrelationIsTakenOverByteForByteTheLastOfSeveral() {
    own.add("kab-correlation-id", new byte[] {1});
    own.add("kab-correlation-id", new byte[] {0, (byte) 0xFF});
    var headers =
        AnswerHeaders.of(
            record(),
            new Verdict.Accepted("200"),
            new Outcome.Delivered(),
            false,
            "kab-correlation-id");
    assertThat(headers.headers("kab-correlation-id"))
        .singleElement()
        .extracting(Header::value)
        .isEqualTo(new byte[] {0, (byte) 0xFF});
  }

  @Test
  void ofARecordThatGotNoAnswerItIsSaidWhy() {
    own.add("traceparent", "no trace".getBytes(UTF_8));
    own.add("tracestate", "a=b".getBytes(UTF_8));
    var refused = new Verdict.RecordRefused("-", "InvalidJSON", "it is no JSON");
    assertThat(of(refused, new Outcome.DeadLettered(), true))
        .containsEntry("kab-outcome", "DeadLettered")
        .containsEntry("kab-status", "-")
        .containsEntry("kab-reason", "InvalidJSON")
        .containsEntry("content-type", "application/json")
        .doesNotContainKeys("kab-truncated", "traceparent", "tracestate");
  }

  /** The trace is the record's own either way. */
  @Test
  void theCorrelationMayTakeThePlaceOfNoOtherHeaderButTheTraces() {
    own.add("traceparent", PARENT.getBytes(UTF_8));
    own.add("tracestate", "a=b".getBytes(UTF_8));
    var answer = new KeptAnswer("text/plain", Map.of(), new byte[3], true);
    var names =
        of(new Verdict.Accepted("201").with(answer), new Outcome.Delivered(), false).keySet();

    assertThat(names.stream().filter(name -> BridgeFile.read(correlatedBy(name)) instanceof Sound))
        .containsExactly("traceparent", "tracestate", "kab-correlation-id");
  }

  private static String correlatedBy(String header) {
    return """
    apiVersion: kafka-api-bridge.dev/v1alpha1
    kind: KafkaApiBridge
    metadata: {name: scores, namespace: fraud}
    spec:
      kafka: {bootstrapServers: "kafka:9092", topics: [requests]}
      target: {http: {url: "http://scoring.test/score"}}
      response: {topic: replies, correlationHeader: %s}
    """
        .formatted(header);
  }

  private SourceRecord record() {
    return Records.record(Records.assignment("orders", 3), 7, "k", "v", own);
  }

  private Map<String, String> of(Verdict last, Outcome outcome, boolean envelope) {
    var texts = new LinkedHashMap<String, String>();
    for (Header header :
        AnswerHeaders.of(record(), last, outcome, envelope, "kab-correlation-id")) {
      assertThat(texts.put(header.key(), new String(header.value(), UTF_8))).isNull();
    }
    return texts;
  }

  private static Map<String, String> ordered(String... pairs) {
    var map = new LinkedHashMap<String, String>();
    for (int i = 0; i < pairs.length; i += 2) {
      map.put(pairs[i], pairs[i + 1]);
    }
    return map;
  }
}
