package dev.kafkaapibridge.runtime.target.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.api.v1alpha1.KafkaApiBridgeSpec;
import dev.kafkaapibridge.runtime.Records;
import dev.kafkaapibridge.runtime.record.RecordKey;
import dev.kafkaapibridge.runtime.record.SourceRecord;
import dev.kafkaapibridge.runtime.schema.SchemaFormats;
import dev.kafkaapibridge.runtime.target.Batches;
import dev.kafkaapibridge.runtime.target.http.HttpRequests.Made;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import okhttp3.Request;
import okio.Buffer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What becomes of one record under each setting. */
class HttpRequestsTest {

  private static final byte[] NO_TEXT = {(byte) 0xff, 0, 1};

  private final RecordHeaders headers = new RecordHeaders();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "none",
      quoteCharacter = '`',
      textBlock =
          """
          Raw    | Value                | application/octet-stream   | {"n": 1}
          String | Value                | text/plain; charset=utf-8  | {"n": 1}
          JSON   | Value                | application/json           | {"n": 1}
          Raw    | Envelope             | application/json           | {"key":"k-1","value":"{\\"n\\": 1}","headers":{"tenant":"shop"},"topic":"orders","partition":3,"offset":7,"timestamp":"2026-11-01T00:00:00.120Z"}
          JSON   | Envelope             | application/json           | {"key":"k-1","value":{"n": 1},"headers":{"tenant":"shop"},"topic":"orders","partition":3,"offset":7,"timestamp":"2026-11-01T00:00:00.120Z"}
          Raw    | CloudEventBinary     | application/octet-stream   | {"n": 1}
          JSON   | CloudEventBinary     | application/json           | {"n": 1}
          JSON   | CloudEventStructured | application/cloudevents+json | {"specversion":"1.0","id":"ID","source":"urn:kafka:topic:orders","type":"dev.kafka-api-bridge.record","time":"2026-11-01T00:00:00.120Z","subject":"k-1","datacontenttype":"application/json","data":{"n": 1}}
          String | CloudEventStructured | application/cloudevents+json | {"specversion":"1.0","id":"ID","source":"urn:kafka:topic:orders","type":"dev.kafka-api-bridge.record","time":"2026-11-01T00:00:00.120Z","subject":"k-1","datacontenttype":"text/plain; charset=utf-8","data":"{\\"n\\": 1}"}
          Raw    | None                 | none                       | ``
          """)
  void aRecordInEachMode(String format, String mode, String contentType, String body) {
    headers.add("tenant", "shop".getBytes(UTF_8));
    SourceRecord record = record("k-1".getBytes(UTF_8), "{\"n\": 1}".getBytes(UTF_8));

    Request request = whole("body: {mode: " + mode + "}", "{valueFormat: " + format + "}", record);

    assertThat(body(request)).isEqualTo(body.replace("ID", record.idempotencyKey()));
    assertThat(contentType(request)).isEqualTo(contentType);
    assertThat(request.body().isOneShot()).isTrue();
    assertThat(request.header("Idempotency-Key")).isEqualTo(record.idempotencyKey());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          Value                | ``
          Envelope             | {"key":"k-1","value":null,"headers":{},"topic":"orders","partition":3,"offset":7,"timestamp":"2026-11-01T00:00:00.120Z"}
          CloudEventBinary     | ``
          CloudEventStructured | {"specversion":"1.0","id":"ID","source":"urn:kafka:topic:orders","type":"dev.kafka-api-bridge.record","time":"2026-11-01T00:00:00.120Z","subject":"k-1"}
          Template, template: '{"deleted": {{record.value == null}}, "value": {{record.value}}}' | {"deleted": true, "value": null}
          """)
  void aTombstoneIsSent(String mode, String body) {
    SourceRecord record = record("k-1".getBytes(UTF_8), null);
    Request request = whole("body: {mode: " + mode + "}", "{valueFormat: JSON}", record);
    assertThat(body(request)).isEqualTo(body.replace("ID", record.idempotencyKey()));
  }

  @Test
  void aTombstoneIsPassedOverOrRefusedWhereTheSpecAsksForIt() {
    SourceRecord tombstone = record(null, null);
    assertThat(make("method: POST", "{tombstones: Skip}", tombstone)).isInstanceOf(Made.None.class);
    assertThat(refusal("method: POST", "{tombstones: Refuse}", tombstone))
        .isEqualTo("Tombstone: it has no value, and spec.record.tombstones is Refuse");
    assertThat(whole("method: POST", "{tombstones: Skip}", record(null, new byte[0])))
        .as("an empty value is a value")
        .isNotNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          record.value.n > 0                              | passes
          record.value.n > 1                              | skipped
          record.key == 'k-1'                             | passes
          record.headers['tenant'] == 'shop'              | passes
          record.topic == 'orders' && record.partition == 3 && record.offset == 7 | passes
          record.timestamp > timestamp('2026-11-01T00:00:00Z') | passes
          record.timestamp.getFullYear() == 2025          | skipped
          has(record.value.total) && record.value.total > 0 | skipped
          record.value.total > 0                          | MissingField: spec.record.filter: nothing is there that 'record.value.total > 0' names
          record.headers['other'] == 'x'                  | MissingField: spec.record.filter: nothing is there that 'record.headers['other'] == 'x'' names
          record.value.n                                  | ExpressionFailed: spec.record.filter: 'record.value.n' can't be applied to what is there
          record.value.many.all(a, record.value.many.all(b, record.value.many.exists(c, c != a))) | ExpressionTooCostly: spec.record.filter: 'record.value.many.all(a, record.value.many.all(b, record.value.many.exists(c, c != a)))' takes more than 10000 steps
          """)
  void theFilterDecidesWhichRecordsAreDeliveredAndOneItCannotJudgeIsRefused(
      String filter, String becomes) {
    headers.add("tenant", "shop".getBytes(UTF_8));
    String many = "1,".repeat(120) + "2";
    byte[] value = "{\"n\": 1, \"many\": [%s]}".formatted(many).getBytes(UTF_8);
    String spec = "{keyFormat: String, valueFormat: JSON, filter: \"%s\"}".formatted(filter);
    String became =
        switch (make("method: POST", spec, record("k-1".getBytes(UTF_8), value))) {
          case Made.Whole ignored -> "passes";
          case Made.None ignored -> "skipped";
          case Made.NotYet ignored -> "not yet";
          case Made.Impossible(var why) -> why.reason() + ": " + why.detail();
        };
    assertThat(became).isEqualTo(becomes);
  }

  /** Who filters others' records away need not be able to read them. */
  @Test
  void whatTheFilterTakesAwayIsNotDecodedForAnythingElse() {
    String filter = "valueFormat: JSON, tombstones: Refuse, filter: record.topic == 'other'}";
    SourceRecord noJson = record("k".getBytes(UTF_8), NO_TEXT);
    assertThat(make("body: {mode: Value}", "{" + filter, noJson)).isInstanceOf(Made.None.class);
    assertThat(make("body: {mode: Value}", "{" + filter, record(null, null)))
        .as("a tombstone of others'")
        .isInstanceOf(Made.None.class);
  }

  @Test
  void whatIsNeitherJsonNorTextIsBase64InAnEnvelope() {
    headers.add("binary", NO_TEXT);
    headers.add("null", null);
    assertThat(body(whole("body: {mode: Envelope}", "{}", record(NO_TEXT, NO_TEXT))))
        .startsWith(
            "{\"keyBase64\":\"/wAB\",\"valueBase64\":\"/wAB\",\"headers\":{\"null\":null},\"headersBase64\":{\"binary\":\"/wAB\"},");
    assertThat(body(whole("body: {mode: CloudEventStructured}", "{}", record(NO_TEXT, NO_TEXT))))
        .endsWith("\"datacontenttype\":\"application/octet-stream\",\"data_base64\":\"/wAB\"}")
        .doesNotContain("subject");
  }

  @Test
  void aBinaryCloudEventCarriesItsAttributesInHeaders() {
    SourceRecord record = record("Zoë \"50%\"".getBytes(UTF_8), "{}".getBytes(UTF_8));
    Request request = whole("body: {mode: CloudEventBinary}", "{}", record);
    assertThat(request.header("ce-specversion")).isEqualTo("1.0");
    assertThat(request.header("ce-id")).isEqualTo(record.idempotencyKey());
    assertThat(request.header("ce-source")).isEqualTo("urn:kafka:topic:orders");
    assertThat(request.header("ce-type")).isEqualTo("dev.kafka-api-bridge.record");
    assertThat(request.header("ce-time")).isEqualTo("2026-11-01T00:00:00.120Z");
    assertThat(request.header("ce-subject")).isEqualTo("Zo%C3%AB%20%2250%25%22");
  }

  @Test
  void aRecordThatIsACloudEventStaysThatEvent() {
    headers.add("ce_specversion", "1.0".getBytes(UTF_8));
    headers.add("ce_id", "e-1".getBytes(UTF_8));
    headers.add("ce_source", "/shop".getBytes(UTF_8));
    headers.add("ce_type", "order.placed".getBytes(UTF_8));
    headers.add("ce_tenant", "a\r\nX-Admin: true".getBytes(UTF_8));
    headers.add("ce_Not-A-Name", "x".getBytes(UTF_8));
    SourceRecord record = record("k".getBytes(UTF_8), "1".getBytes(UTF_8));

    Request binary = whole("body: {mode: CloudEventBinary}", "{}", record);
    assertThat(binary.headers("ce-id")).containsExactly("e-1");
    assertThat(binary.header("ce-tenant")).isEqualTo("a%0D%0AX-Admin:%20true");
    assertThat(binary.headers().names()).noneMatch(name -> name.contains("ot-"));
    assertThat(body(whole("body: {mode: CloudEventStructured}", "{valueFormat: JSON}", record)))
        .isEqualTo(
            "{\"specversion\":\"1.0\",\"id\":\"e-1\",\"source\":\"/shop\",\"type\":\"order.placed\",\"tenant\":\"a\\r\\nX-Admin: true\",\"datacontenttype\":\"application/json\",\"data\":1}");
  }

  /** The event's id is how its consumer recognises it again, so it is what the API is told, too. */
  @Test
  void theIdOfAnEventIsTheIdempotencyKey() {
    headers.add("request-id", "r-1".getBytes(UTF_8));
    String key = "idempotencyKey: {source: RecordHeader, recordHeader: request-id}, ";
    SourceRecord record = record(null, "1".getBytes(UTF_8));
    assertThat(whole(key + "body: {mode: CloudEventBinary}", "{}", record).header("ce-id"))
        .isEqualTo("r-1");
    assertThat(
            whole("idempotencyKey: {source: None}, body: {mode: CloudEventBinary}", "{}", record)
                .header("ce-id"))
        .isEqualTo(record.idempotencyKey());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {valueFormat: JSON}   | body: {mode: Value}     | {"n": 1           | InvalidJSON: its value can't be read as spec.record.valueFormat says: it is no JSON at line 1, column 8
          {valueFormat: JSON}   | body: {mode: Envelope}  | {"n": 1}{         | InvalidJSON: its value can't be read as spec.record.valueFormat says: something follows the JSON value at line 1, column 9
          {valueFormat: String} | body: {mode: Value}     | BYTES             | InvalidText: its value is no UTF-8 (spec.record.valueFormat)
          {keyFormat: JSON}     | body: {mode: Envelope}  | x                 | InvalidJSON: its key can't be read as spec.record.keyFormat says: it is no JSON at line 1, column 1
          {valueFormat: JSON}   | headers: [{name: T, template: '{{record.value.t}}'}] | {"n": 1} | MissingField: spec.target.http.headers[0].template: nothing is there that 'record.value.t' names
          {valueFormat: JSON}   | headers: [{name: T, template: '{{record.value.n}}'}] | {"n": {}} | NotText: spec.target.http.headers[0].template: 'record.value.n' is no text: it is a list or an object
          {valueFormat: JSON}   | headers: [{name: T, template: '{{record.value.n}}'}] | {"n": null} | NullValue: spec.target.http.headers[0].template: 'record.value.n' is null
          {valueFormat: JSON}   | headers: [{name: T, template: '{{record.value.n}}'}] | {"n": "a\\r\\nb"} | InvalidHeader: spec.target.http.headers[0].template: what it gives has control characters, or white space around it
          {valueFormat: JSON}   | headers: [{name: T, template: '{{record.value.n}}'}] | {"n": " a"} | InvalidHeader: spec.target.http.headers[0].template: what it gives has control characters, or white space around it
          {valueFormat: JSON}   | body: {mode: Template, template: '[{{record.value.t}}]'} | {} | MissingField: spec.target.http.body.template: nothing is there that 'record.value.t' names
          """)
  void aRecordThatCannotBeARequestSaysWhyAndNotWhatIsInIt(
      String record, String http, String value, String says) {
    byte[] bytes = value.equals("BYTES") ? NO_TEXT : value.getBytes(UTF_8);
    assertThat(refusal(http, record, record("k-1".getBytes(UTF_8), bytes)))
        .startsWith(says)
        .doesNotContain("\"n\"");
  }

  /** A value that nobody looks into may be anything. */
  @Test
  void whatIsNotNeededIsNotDecoded() {
    SourceRecord record = record("no json".getBytes(UTF_8), "no json".getBytes(UTF_8));
    assertThat(whole("body: {mode: None}", "{keyFormat: JSON, valueFormat: JSON}", record))
        .isNotNull();
    assertThat(
            whole(
                "body: {mode: Template, template: '{{record.offset}}'}",
                "{keyFormat: JSON, valueFormat: JSON}",
                record))
        .isNotNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          GET    | None  | false
          DELETE | None  | false
          DELETE | Value | true
          PUT    | None  | true
          PATCH  | Value | true
          """)
  void methodsHaveABodyWhereTheyMust(String method, String mode, boolean hasBody) {
    Request request =
        whole(
            "method: " + method + ", body: {mode: " + mode + "}", "{}", record(null, new byte[1]));
    assertThat(request.method()).isEqualTo(method);
    assertThat(request.body() != null).isEqualTo(hasBody);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "none",
      textBlock =
          """
          00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01 | a=1,b=2 | yes | a=1,b=2
          00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01 | none    | yes | none
          cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-what | none | yes | none
          00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-what | a=1 | no | none
          00-00000000000000000000000000000000-00f067aa0ba902b7-01 | a=1     | no  | none
          00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01 | a=1     | no  | none
          ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01 | a=1     | no  | none
          00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01 | a=1     | no  | none
          00-abc-def-01                                           | a=1     | no  | none
          none                                                    | a=1     | no  | none
          """)
  void aValidTraceContextIsPassedOn(String parent, String state, String passed, String stateSent) {
    if (parent != null) {
      headers.add("traceparent", parent.getBytes(UTF_8));
    }
    if (state != null) {
      headers.add("tracestate", state.getBytes(UTF_8));
    }
    Request request = whole("method: POST", "{}", record(null, new byte[0]));
    assertThat(request.header("traceparent")).isEqualTo(passed.equals("yes") ? parent : null);
    assertThat(request.header("tracestate")).isEqualTo(stateSent);
  }

  @Test
  void theSpecsOwnTraceHeaderStandsAlone() {
    headers.add(
        "traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01".getBytes(UTF_8));
    assertThat(
            whole("headers: [{name: TraceParent, value: x}]", "{}", record(null, new byte[0]))
                .headers("traceparent"))
        .containsExactly("x");
  }

  @Test
  void aBodyThatIsNotWhatItsSchemaSaysRefusesItsRecordWithAPointerToTheField() {
    String http =
        "body: {mode: Template, template: '{\"order\": {{record.value}}}', schema: {configMapKeyRef: {name: schemas, key: order.json}}}";
    KafkaApiBridgeSpec spec =
        TargetUnderTest.spec("https://a/v1", http, "{}, record: {valueFormat: JSON}");
    byte[] schema =
        "{\"properties\": {\"order\": {\"properties\": {\"total\": {\"type\": \"number\"}}}}}"
            .getBytes(UTF_8);
    var file = new AtomicReference<byte[]>();
    var requests =
        new HttpRequests(
            spec.target().http(),
            spec.record(),
            SchemaFormats.of(
                spec.record(),
                spec.target().http().body().schema(),
                ref -> null,
                ref -> null,
                ref ->
                    ref.name().equals("schemas") && ref.key().equals("order.json")
                        ? file.get()
                        : null,
                Clock.systemUTC()));
    SourceRecord good = record(null, "{\"total\": 1}".getBytes(UTF_8));
    SourceRecord bad = record(null, "{\"total\": \"secret\"}".getBytes(UTF_8));

    assertThat(requests.make(good)).isEqualTo(new Made.NotYet("ConfigMapMissing"));
    file.set(schema);
    assertThat(requests.make(good)).isInstanceOf(Made.Whole.class);
    assertThat(requests.make(bad))
        .isInstanceOfSatisfying(
            Made.Impossible.class,
            made -> {
              assertThat(made.why().reason()).isEqualTo("SchemaViolated");
              assertThat(made.why().detail())
                  .contains("its body is not what its schema says", "spec.target.http.body.schema")
                  .doesNotContain("secret");
              assertThat(made.why().clues().pointer()).isEqualTo("/order/total");
            });
    assertThat(requests.item(good)).isInstanceOf(Batches.Prepared.Ready.class);
    assertThat(requests.item(bad)).isInstanceOf(Batches.Prepared.Refused.class);
  }

  private SourceRecord record(byte[] key, byte[] value) {
    var record =
        new ConsumerRecord<>(
            "orders",
            3,
            7,
            1793491200120L,
            TimestampType.CREATE_TIME,
            key == null ? -1 : key.length,
            value == null ? -1 : value.length,
            key,
            value,
            headers,
            Optional.of(0));
    return new SourceRecord(
        record, Records.assignment("orders", 3), new RecordKey.Given("the-key"));
  }

  private static Request whole(String http, String record, SourceRecord of) {
    return switch (make(http, record, of)) {
      case Made.Whole(var request) -> request;
      case Made made -> throw new AssertionError(made.toString());
    };
  }

  private static String refusal(String http, String record, SourceRecord of) {
    return switch (make(http, record, of)) {
      case Made.Impossible(var why) -> why.reason() + ": " + why.detail();
      case Made made -> throw new AssertionError(made.toString());
    };
  }

  private static Made make(String http, String record, SourceRecord of) {
    KafkaApiBridgeSpec spec = TargetUnderTest.spec("https://a/v1", http, "{}, record: " + record);
    return new HttpRequests(spec.target().http(), spec.record(), SchemaFormats.NONE).make(of);
  }

  private static String body(Request request) {
    var buffer = new Buffer();
    try {
      request.body().writeTo(buffer);
    } catch (java.io.IOException e) {
      throw new AssertionError(e);
    }
    return buffer.readUtf8();
  }

  private static String contentType(Request request) {
    return request.body().contentType() == null ? null : request.body().contentType().toString();
  }
}
