package dev.kafkaapibridge.runtime.target.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.kafkaapibridge.api.v1alpha1.KafkaApiBridgeSpec;
import dev.kafkaapibridge.runtime.Records;
import dev.kafkaapibridge.runtime.Seeds;
import dev.kafkaapibridge.runtime.record.RecordKey;
import dev.kafkaapibridge.runtime.record.SourceRecord;
import dev.kafkaapibridge.runtime.schema.SchemaFormats;
import dev.kafkaapibridge.runtime.target.Target.Prepared;
import dev.kafkaapibridge.runtime.target.http.HttpRequests.Made;
import java.net.URLDecoder;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import okhttp3.Request;
import okio.Buffer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever stands in a record, its request goes where the spec says, in the form it says. */
@Timeout(60)
class HostileValuesTest {

  private static final JsonMapper JSON = new JsonMapper();

  /** Each is refused, or arrives whole; never at another path. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "null",
      textBlock =
          """
          ..        | UnsafePath     |                         | X-Key: ..
          .         | UnsafePath     |                         | X-Key: .
          ''        | UnsafePath     |                         | X-Key:
          null      | NullValue      |                         | NullValue
          a/b       | /v1/orders/a%2Fb/x      | q=a%2Fb        | X-Key: a/b
          %2e%2e    | UnsafePath     |                         | X-Key: %2e%2e
          a\\nb     | /v1/orders/a%0Ab/x      | q=a%0Ab        | InvalidHeader
          a\\r\\nX-Admin: 1 | /v1/orders/a%0D%0AX-Admin%3A%201/x | | InvalidHeader
          \\0       | /v1/orders/%00/x        |                | InvalidHeader
          Zoë       | /v1/orders/Zo%C3%AB/x   | q=Zo%C3%AB     | X-Key: Zoë
          日本       | /v1/orders/%E6%97%A5%E6%9C%AC/x |        | X-Key: 日本
          a?b#c&d=e | /v1/orders/a%3Fb%23c%26d%3De/x | q=a%3Fb%23c%26d%3De | X-Key: a?b#c&d=e
          a%2Fb     | /v1/orders/a%252Fb/x    |                | X-Key: a%2Fb
          ..\\\\..  | /v1/orders/..%5C../x    |                | X-Key: ..\\..
          ../admin  | /v1/orders/..%2Fadmin/x |                | X-Key: ../admin
          ;x=1      | /v1/orders/%3Bx%3D1/x   |                | X-Key: ;x=1
          """)
  void aKeyIsRefusedOrArrivesWhole(String key, String path, String query, String header)
      throws Exception {
    String value = key == null ? null : key.translateEscapes();
    SourceRecord record = record(bytes(value), "{}".getBytes(UTF_8), new RecordHeaders());
    try (var server = new MockWebServer()) {
      server.start();
      String at = server.url("/v1/orders").toString();

      String inPath = ask(server, at + "/{key}/x", "method: POST", record);
      assertThat(inPath).isEqualTo(path.startsWith("/") ? path : "refused: " + path);

      String inQuery = ask(server, at + "?q={key}&r=1", "method: POST", record);
      if (query != null && query.startsWith("q=")) {
        assertThat(inQuery).isEqualTo("/v1/orders?" + query + "&r=1");
      } else if (key == null) {
        assertThat(inQuery).isEqualTo("refused: NullValue");
      } else {
        assertThat(URLDecoder.decode(inQuery, UTF_8)).isEqualTo("/v1/orders?q=" + value + "&r=1");
      }

      String inHeader =
          ask(server, at, "headers: [{name: X-Key, template: '{{record.key}}'}]", record);
      assertThat(inHeader.strip())
          .isEqualTo(header.startsWith("X-Key:") ? "/v1/orders " + header : "refused: " + header);
    }
  }

  /** The target and the header as they arrived, or why nothing did. */
  private static String ask(MockWebServer server, String url, String fields, SourceRecord record)
      throws Exception {
    server.enqueue(new MockResponse.Builder().code(200).build());
    int before = server.getRequestCount();
    try (var target = new TargetUnderTest().at(url, fields)) {
      return switch (target.prepare(record)) {
        case Prepared.Ready(var call) -> {
          call.send();
          RecordedRequest request = server.takeRequest();
          String name = request.getHeaders().get("X-Key");
          yield request.getTarget() + (name == null ? "" : " X-Key: " + name);
        }
        case Prepared.Refused(var why) -> {
          assertThat(server.getRequestCount()).isEqualTo(before);
          yield "refused: " + why.reason();
        }
        case Prepared.Skipped skipped -> skipped.toString();
        case Prepared.NotYet notYet -> notYet.toString();
      };
    }
  }

  private static final String URL =
      "https://api.example.com:8443/v1/{key}/o/{headers[\\'h\\']}.{key}/z?q={key}&r={headers[\\'h\\']}&s=1";

  private static final String FIELDS =
      "headers: [{name: X-A, template: \"a{{record.key}}b\"}, {name: X-B, recordHeader: h}], body: {mode: Template, template: \"{\\\"k\\\": {{record.key}}, \\\"s\\\": [\\\"{{record.key}}\\\", \\\"-{{record.headers['h']}}\\\"], \\\"v\\\": {{record.value}}, \\\"end\\\": 1}\"}";

  /** No key, value or header changes the URL's, the headers' or the body's structure. */
  @Test
  void noValueChangesTheStructureAroundIt() {
    KafkaApiBridgeSpec spec =
        TargetUnderTest.spec(
            URL.replace("\\'", "''"), FIELDS, "{}, record: {keyFormat: String, valueFormat: JSON}");
    var requests = new HttpRequests(spec.target().http(), spec.record(), SchemaFormats.NONE);
    int[] sent = new int[1];

    Seeds.each(
        20_000,
        random -> {
          String key = text(random);
          String header = text(random);
          byte[] value = JSON.writeValueAsBytes(List.of(text(random), random.nextInt()));
          var headers = new RecordHeaders();
          headers.add("h", header.getBytes(UTF_8));
          headers.add(text(random), text(random).getBytes(UTF_8));

          if (requests.make(record(key.getBytes(UTF_8), value, headers))
              instanceof Made.Whole(Request request)) {
            sent[0]++;
            assertThat(request.url().pathSegments())
                .containsExactly("v1", key, "o", header + "." + key, "z");
            assertThat(request.url().host()).isEqualTo("api.example.com");
            assertThat(request.url().port()).isEqualTo(8443);
            assertThat(request.url().queryParameterNames()).containsExactly("q", "r", "s");
            assertThat(request.url().queryParameterValues("q")).containsExactly(key);
            assertThat(request.url().queryParameterValues("r")).containsExactly(header);
            assertThat(request.url().fragment()).isNull();
            assertThat(request.headers().names())
                .containsExactlyInAnyOrder("Accept-Encoding", "Idempotency-Key", "X-A", "X-B");
            assertThat(request.headers().size()).isEqualTo(4);
            assertThat(request.header("X-A")).isEqualTo("a" + key + "b");
            JsonNode body = body(request);
            assertThat(body.fieldNames()).toIterable().containsExactly("k", "s", "v", "end");
            assertThat(body.path("k").asText()).isEqualTo(key);
            assertThat(body.at("/s/0").asText()).isEqualTo(key);
            assertThat(body.at("/s/1").asText()).isEqualTo("-" + header);
            assertThat(body.path("v")).isEqualTo(JSON.readTree(value));
          }
        });
    if (Long.getLong("kab.seed") == null) {
      assertThat(sent[0]).as("records that could be sent").isGreaterThan(2_000);
    }
  }

  private static final String[] PIECES = {
    "a",
    "b",
    "..",
    ".",
    "/",
    "?",
    "#",
    "%",
    "&",
    "=",
    ";",
    "\"",
    "\\",
    "{",
    "}",
    "{{",
    "}}",
    ",",
    ":",
    "@",
    " ",
    "+",
    "%2e",
    "%2F",
    "ë",
    "日",
    "😀",
    "\n",
    "\r\n",
    "\t",
    "\u0000",
    "\u007f",
    "\u0085",
    "\u2028",
    "null",
    "http://evil/",
    "'",
    "[",
    "]"
  };

  private static String text(RandomGenerator random) {
    var text = new StringBuilder();
    for (int i = random.nextInt(5); i > 0; i--) {
      text.append(PIECES[random.nextInt(PIECES.length)]);
    }
    return text.toString();
  }

  private static JsonNode body(Request request) throws Exception {
    var buffer = new Buffer();
    request.body().writeTo(buffer);
    return JSON.readTree(buffer.readByteArray());
  }

  private static byte[] bytes(String text) {
    return text == null ? null : text.getBytes(UTF_8);
  }

  private static SourceRecord record(byte[] key, byte[] value, RecordHeaders headers) {
    var record =
        new ConsumerRecord<>(
            "orders",
            0,
            7,
            0,
            TimestampType.CREATE_TIME,
            key == null ? -1 : key.length,
            value == null ? -1 : value.length,
            key,
            value,
            headers,
            Optional.of(0));
    return new SourceRecord(
        record, Records.assignment("orders", 0), new RecordKey.Given("the-key"));
  }
}
