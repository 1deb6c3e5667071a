package dev.kafkaapibridge.runtime.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kafkaapibridge.api.v1alpha1.KafkaApiBridgeSpec;
import dev.kafkaapibridge.api.validation.BridgeFile;
import dev.kafkaapibridge.runtime.Records;
import dev.kafkaapibridge.runtime.deliver.Failure;
import dev.kafkaapibridge.runtime.deliver.Outcome;
import dev.kafkaapibridge.runtime.pace.Pace;
import dev.kafkaapibridge.runtime.record.Assignment;
import dev.kafkaapibridge.runtime.record.KeyOfSeveral;
import dev.kafkaapibridge.runtime.record.RecordKey;
import dev.kafkaapibridge.runtime.record.SourceRecord;
import dev.kafkaapibridge.runtime.schema.SchemaFormats;
import dev.kafkaapibridge.runtime.target.KeptAnswer;
import dev.kafkaapibridge.runtime.target.http.HttpTarget;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.IntStream;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import okio.GzipSource;
import okio.Okio;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Batches as a real server gets them. */
@Timeout(60)
class BatchesOverHttpTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final MockWebServer server = new MockWebServer();
  private final Assignment assignment = Records.assignment("orders", 0);
  private final List<RecordedRequest> requests = Collections.synchronizedList(new ArrayList<>());
  private volatile Function<RecordedRequest, MockResponse> answers = request -> status(200);
  private HttpTarget target;

  @BeforeEach
  void start() throws Exception {
    server.setDispatcher(
        new Dispatcher() {
          @Override
          public MockResponse dispatch(RecordedRequest request) {
            requests.add(request);
            return answers.apply(request);
          }
        });
    server.start();
  }

  @AfterEach
  void stop() {
    if (target != null) {
      target.close();
    }
    server.close();
  }

  @Test
  void anArrayOfTheValuesInOrderUnderTheKeyOfAllOfThem() throws Exception {
    var bridge = bridge("", "", "{batch: {maxRecords: 3, maxWait: 1m}}");
    var records =
        List.of(record(0, "a", "{\"n\":\n 1}"), record(1, "b", null), record(2, "c", "[]"));
    bridge.dispatcher.handOver(records);
    bridge.awaitEnds(3);

    RecordedRequest request = requests.getFirst();
    assertThat(request.getBody().utf8()).isEqualTo("[{\"n\":  1},null,[]]");
    assertThat(request.getHeaders().get("Content-Type")).isEqualTo("application/json");
    assertThat(request.getHeaders().get("Idempotency-Key")).isEqualTo(keyOfAll(records));
  }

  private static String keyOfAll(List<SourceRecord> records) {
    var key = new KeyOfSeveral(records.size());
    records.forEach(record -> key.add(new RecordKey.Given(record.idempotencyKey()), 0));
    return key.key();
  }

  @Test
  void aLineForEachAndWhatIsNoJsonIsRefusedAlone() throws Exception {
    var bridge =
        bridge(
            "", "", "{ordering: Partition, batch: {maxRecords: 3, maxWait: 50ms, format: NDJSON}}");
    bridge.dispatcher.handOver(
        List.of(
            record(0, "a", "{\"a\":\r\n\"x\\ny\"}"),
            record(1, "a", "no json"),
            record(2, "a", null),
            record(3, "a", "4")));
    bridge.awaitEnds(4);

    assertThat(requests.stream().map(request -> request.getBody().utf8()))
        .containsExactly("{\"a\":  \"x\\ny\"}\n", "null\n4\n");
    assertThat(requests.getFirst().getHeaders().get("Content-Type"))
        .isEqualTo("application/x-ndjson");
    assertThat(bridge.failures)
        .singleElement()
        .extracting(f -> f.last().reason())
        .isEqualTo("InvalidJSON");
    assertThat(bridge.deadLetters).extracting(SourceRecord::offset).containsExactly(1L);
  }

  @Test
  void cloudEventsStandInABatchOfTheirOwnKind() throws Exception {
    var bridge =
        bridge(
            "",
            "body: {mode: CloudEventStructured}",
            "{batch: {maxRecords: 2, maxWait: 1m, format: CloudEventsBatch}}");
    bridge.dispatcher.handOver(List.of(record(0, "a", "1"), record(1, "b", "2")));
    bridge.awaitEnds(2);

    JsonNode body = JSON.readTree(requests.getFirst().getBody().utf8());
    assertThat(body).hasSize(2);
    assertThat(body.get(1).get("id").asText()).isEqualTo(record(1, "b", "2").idempotencyKey());
    assertThat(requests.getFirst().getHeaders().get("Content-Type"))
        .isEqualTo("application/cloudevents-batch+json");
  }

  @Test
  void onlyRecordsThatAgreeInUrlAndHeadersShareOne() throws Exception {
    var bridge =
        bridge(
            "/{key}",
            "headers: [{name: X-Tenant, recordHeader: tenant}]",
            "{ordering: Unordered, batch: {maxRecords: 100, maxWait: 50ms}}");
    var records = new ArrayList<SourceRecord>();
    for (int i = 0; i < 60; i++) {
      var headers = new RecordHeaders();
      headers.add("tenant", ("t" + i % 2).getBytes(StandardCharsets.UTF_8));
      records.add(Records.record(assignment, i, "k" + i % 3, "" + i, headers));
    }
    bridge.dispatcher.handOver(records);
    bridge.awaitEnds(60);

    assertThat(requests).hasSize(6);
    for (RecordedRequest request : requests) {
      var numbers = new HashSet<Integer>();
      JSON.readTree(request.getBody().utf8()).forEach(n -> numbers.add(n.asInt() % 6));
      int of = numbers.iterator().next();
      assertThat(numbers).hasSize(1);
      assertThat(request.getUrl().encodedPath()).endsWith("/k" + of % 3);
      assertThat(request.getHeaders().get("X-Tenant")).isEqualTo("t" + of % 2);
    }
  }

  @Test
  void anApiThatTakesFewItemsAndFewBytesGetsThemAll() throws Exception {
    var seen = ConcurrentHashMap.<Integer>newKeySet();
    answers =
        request -> {
          byte[] body = request.getBody().toByteArray();
          JsonNode items = read(body);
          if (items.size() > 37 || body.length > 65_536) {
            return status(413);
          }
          items.forEach(item -> seen.add(item.get("n").asInt()));
          return status(200);
        };
    var bridge =
        bridge(
            "",
            "",
            "{ordering: Unordered, batch: {maxRecords: 500, maxBytes: 1048576, maxWait: 5ms}}");
    for (int round = 0; round < 40; round++) {
      int first = round * 100;
      bridge.dispatcher.handOver(
          IntStream.range(first, first + 100)
              .mapToObj(i ->
                  record(
                      i, "k", "{\"n\":%d,\"pad\":\"%s\"}".formatted(i, "x".repeat(i % 5 * 1_000))))
              .toList());
      bridge.awaitEnds(first + 100);
    }

    assertThat(seen).hasSize(4_000);
    assertThat(bridge.deadLetters).isEmpty();
    assertThat(requests.size()).isLessThan(400);
  }

  /** It takes longer over more than 30 items than a request may. */
  @Test
  void anApiThatIsTooSlowForManyItemsGetsThemAllInFewer() throws Exception {
    var sizes = Collections.synchronizedList(new ArrayList<Integer>());
    answers =
        request -> {
          int items = read(request.getBody().toByteArray()).size();
          sizes.add(items);
          return new MockResponse.Builder()
              .code(200)
              .headersDelay(items > 30 ? 3_000 : 0, TimeUnit.MILLISECONDS)
              .build();
        };
    var bridge =
        bridge(
            "",
            "requestTimeout: 1s, connectTimeout: 1s",
            "{ordering: Unordered, batch: {maxRecords: 200, maxWait: 5ms}, retry: {initialBackoff: 1ms, maxBackoff: 5ms, budgetPercent: 100}}");
    for (int round = 0; round < 10; round++) {
      int first = round * 200;
      bridge.dispatcher.handOver(
          IntStream.range(first, first + 200).mapToObj(i -> record(i, "k", "" + i)).toList());
      bridge.awaitEnds(first + 200);
    }

    assertThat(bridge.deadLetters).isEmpty();
    assertThat(sizes.getFirst()).isEqualTo(200);
    assertThat(sizes.stream().filter(items -> items > 30).count())
        .as("calls in vain, of sizes %s", sizes)
        .isLessThan(35);
    assertThat(sizes.subList(sizes.size() - 20, sizes.size())).allMatch(items -> items <= 60);
  }

  @Test
  void oneRecordThatIsTooLargeByItselfIsRefused() throws Exception {
    answers = request -> status(request.getBody().size() > 65_536 ? 413 : 200);
    var bridge = bridge("", "", "{batch: {maxRecords: 10, maxWait: 20ms}}");
    bridge.dispatcher.handOver(
        List.of(
            record(0, "a", "1"),
            record(1, "b", "\"" + "x".repeat(70_000) + "\""),
            record(2, "c", "3")));
    bridge.awaitEnds(3);

    assertThat(bridge.deadLetters).extracting(SourceRecord::offset).containsExactly(1L);
  }

  @Test
  void eachItemEndsByItsOwnStatusAndWhatIsMissingIsSentAgainInOrder() throws Exception {
    var tries = new ConcurrentHashMap<Integer, AtomicInteger>();
    var accepted = Collections.synchronizedList(new ArrayList<Integer>());
    answers =
        request -> {
          var statuses = new ArrayList<String>();
          JsonNode items = read(request.getBody().toByteArray());
          // Now and then the answer has fewer items than were sent.
          int answered = requests.size() % 3 == 0 ? items.size() / 2 : items.size();
          for (int i = 0; i < answered; i++) {
            int n = items.get(i).asInt();
            int attempt = tries.computeIfAbsent(n, any -> new AtomicInteger()).incrementAndGet();
            int status =
                n % 7 == 3
                    ? 422
                    : n % 5 == 2 && attempt == 1 ? 503 : n % 9 == 4 && attempt == 1 ? 429 : 201;
            if (status == 201) {
              accepted.add(n);
            }
            statuses.add("{\"index\":{\"status\":" + status + "}}");
          }
          return status(207, "{\"results\":[" + String.join(",", statuses) + "]}");
        };
    var bridge =
        bridge(
            "",
            "",
            "{batch: {maxRecords: 20, maxWait: 10ms, partialFailure: PerItemStatus, items: {list: /results, status: /index/status}}, retry: {initialBackoff: 1ms, maxBackoff: 5ms, budgetPercent: 100, maxAttempts: 1000}}");
    bridge.dispatcher.handOver(
        IntStream.range(0, 200).mapToObj(i -> record(i, "key-" + i % 30, "" + i)).toList());
    List<Ended> ended = bridge.awaitEnds(200);

    for (Ended end : ended) {
      assertThat(end.outcome())
          .isEqualTo(
              end.record().offset() % 7 == 3
                  ? new Outcome.DeadLettered()
                  : new Outcome.Delivered());
    }
    assertThat(accepted).doesNotHaveDuplicates();
    for (int key = 0; key < 30; key++) {
      int of = key;
      assertThat(accepted.stream().filter(n -> n % 30 == of)).isSorted();
    }
    assertThat(bridge.failures)
        .extracting(Failure::last)
        .extracting(v -> v.code())
        .containsOnly("422");
  }

  /** Items that have no status code, but errors of their own. */
  @Test
  void itemsAreJudgedByRulesWhereTheyHaveNoStatus() throws Exception {
    var tries = new ConcurrentHashMap<Integer, AtomicInteger>();
    answers =
        request -> {
          var items = new ArrayList<String>();
          for (JsonNode sent : read(request.getBody().toByteArray())) {
            int n = sent.asInt();
            int attempt = tries.computeIfAbsent(n, any -> new AtomicInteger()).incrementAndGet();
            items.add(
                switch (n % 5) {
                  case 1 -> "{\"error\": {\"code\": \"invalid\"}}";
                  case 2 -> "{\"error\": {\"code\": \"duplicate\"}}";
                  case 3 -> attempt == 1 ? "{\"error\": {\"code\": \"busy\"}}" : "{\"id\": 1}";
                  case 4 -> attempt == 1 ? "{}" : "{\"status\": 201}";
                  default -> "{\"id\": 1}";
                });
          }
          return status(200, "{\"items\":[" + String.join(",", items) + "]}");
        };
    var bridge =
        bridge(
            "",
            "",
            """
            {batch: {maxRecords: 10, maxWait: 10ms, partialFailure: PerItemStatus, items: {rules: [
               {when: "item.error.code == 'duplicate' || has(item.id)", verdict: Accepted},
               {when: "item.error.code == 'invalid'", verdict: RecordRefused, reason: Invalid},
               {when: "item.error.code == 'busy'", verdict: TargetFailed}]}},
             retry: {initialBackoff: 1ms, maxBackoff: 5ms, budgetPercent: 100, maxAttempts: 1000}}
            """);
    bridge.dispatcher.handOver(
        IntStream.range(0, 50).mapToObj(i -> record(i, "key-" + i, "" + i)).toList());

    for (Ended end : bridge.awaitEnds(50)) {
      assertThat(end.outcome())
          .isEqualTo(
              end.record().offset() % 5 == 1
                  ? new Outcome.DeadLettered()
                  : new Outcome.Delivered());
    }
    assertThat(bridge.failures)
        .hasSize(10)
        .extracting(Failure::last)
        .allMatch(last -> last.toString().contains("Invalid"));
    tries.forEach((n, times) -> assertThat(times.get()).isEqualTo(n % 5 >= 3 ? 2 : 1));
  }

  @Test
  void anAnswerThatCannotBeReadAcceptsNothing() throws Exception {
    var answered = new AtomicInteger();
    answers =
        request ->
            answered.incrementAndGet() == 1
                ? status(200, "<html>")
                : status(200, "[{\"status\":\"200\"},{\"status\":\"200\"}]");
    var bridge =
        bridge(
            "",
            "",
            "{batch: {maxRecords: 2, maxWait: 50ms, partialFailure: PerItemStatus}, retry: {initialBackoff: 1ms, maxBackoff: 2ms}}");
    bridge.dispatcher.handOver(List.of(record(0, "a", "1"), record(1, "b", "2")));

    assertThat(bridge.awaitEnds(2))
        .extracting(Ended::outcome)
        .containsOnly(new Outcome.Delivered());
    assertThat(answered.get()).isGreaterThanOrEqualTo(2);
  }

  @Test
  void theSameRecordsGoAgainUnderTheSameKeyAndOthersUnderAnother() throws Exception {
    var keys = Collections.synchronizedList(new ArrayList<String>());
    answers =
        request -> {
          keys.add(request.getHeaders().get("Idempotency-Key") + " " + request.getBody().utf8());
          return status(
              keys.size() <= 2 ? 503 : request.getBody().utf8().contains("3") ? 400 : 200);
        };
    var bridge =
        bridge(
            "",
            "",
            "{batch: {maxRecords: 4, maxWait: 1m}, retry: {initialBackoff: 1ms, maxBackoff: 2ms, budgetPercent: 100}}");
    bridge.dispatcher.handOver(
        IntStream.range(0, 4).mapToObj(i -> record(i, "key-" + i, "" + i)).toList());
    bridge.awaitEnds(4);

    assertThat(keys.subList(0, 3)).allMatch(keys.getFirst()::equals);
    assertThat(Set.copyOf(keys)).hasSize(keys.size() - 2);
    assertThat(keys.getLast()).isEqualTo(record(3, "key-3", "3").idempotencyKey() + " [3]");
    assertThat(bridge.deadLetters).extracting(SourceRecord::offset).containsExactly(3L);
  }

  @Test
  void aBatchIsCompressedAsASingleBodyIs() throws Exception {
    var bridge =
        bridge(
            "",
            "compression: {algorithm: Gzip, minBytes: 10}",
            "{batch: {maxRecords: 50, maxWait: 1m}}");
    bridge.dispatcher.handOver(
        IntStream.range(0, 50).mapToObj(i -> record(i, "key-" + i, "" + i)).toList());
    bridge.awaitEnds(50);

    assertThat(requests.getFirst().getHeaders().get("Content-Encoding")).isEqualTo("gzip");
    try (var body =
        Okio.buffer(new GzipSource(new okio.Buffer().write(requests.getFirst().getBody())))) {
      assertThat(read(body.readByteArray())).hasSize(50);
    }
  }

  private SourceRecord record(int offset, String key, String value) {
    return Records.record(assignment, offset, key, value, new RecordHeaders());
  }

  private BatchingBridge bridge(String path, String http, String delivery) {
    KafkaApiBridgeSpec spec = spec(server.url("/bulk") + path, http, delivery);
    target =
        new HttpTarget(
            spec.target().http(),
            spec.record(),
            SchemaFormats.NONE,
            spec.delivery(),
            false,
            KeptAnswer.Keeping.Nothing,
            ref -> null,
            ref -> null,
            ref -> null,
            () -> true,
            Pace.none(),
            sent -> {},
            Clock.systemUTC());
    return new BatchingBridge(spec.delivery(), target.batches().orElseThrow());
  }

  private static KafkaApiBridgeSpec spec(String url, String http, String delivery) {
    String yaml =
        "{apiVersion: kafka-api-bridge.dev/v1alpha1, kind: KafkaApiBridge, metadata: {name: a}, spec: {kafka: {bootstrapServers: 'k:9', topics: [a]}, record: {tombstones: Send}, target: {http: {url: '"
            + url
            + "'"
            + (http.isEmpty() ? "" : ", " + http)
            + "}}, delivery: "
            + delivery
            + "}}";
    return switch (BridgeFile.read(yaml)) {
      case BridgeFile.Reading.Sound sound -> sound.bridge().spec();
      case BridgeFile.Reading unsound -> throw new AssertionError(unsound.toString());
    };
  }

  private static JsonNode read(byte[] body) {
    try {
      return JSON.readTree(body);
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static MockResponse status(int code) {
    return status(code, "");
  }

  private static MockResponse status(int code, String body) {
    return new MockResponse.Builder().code(code).body(body).build();
  }
}
