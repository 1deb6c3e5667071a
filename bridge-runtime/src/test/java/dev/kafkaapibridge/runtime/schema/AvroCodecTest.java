package dev.kafkaapibridge.runtime.schema;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kafkaapibridge.runtime.Seeds;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.EncoderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AvroCodecTest {

  @Test
  void whatAnotherLanguagesLibraryWroteIsReadAsTheGuideSays() throws Exception {
    List<JsonNode> lines = Foreign.lines("avro.jsonl");
    assertThat(lines).hasSizeGreaterThanOrEqualTo(100);
    for (JsonNode line : lines) {
      byte[] bytes = HexFormat.of().parseHex(line.get("hex").asText());
      byte[] json = codec(line.get("schema").asText()).json(framed(bytes));
      Foreign.assertSame(Foreign.tree(json), line.get("json"), line.get("schema").asText());
    }
  }

  /** The table of the guide. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          "long"                                        | 9223372036854775807 | 9223372036854775807
          {"type": "long", "logicalType": "timestamp-millis"} | 1793491200120 | "2026-11-01T00:00:00.120Z"
          {"type": "long", "logicalType": "timestamp-nanos"}  | -1        | "1969-12-31T23:59:59.999999999Z"
          {"type": "long", "logicalType": "local-timestamp-millis"} | 0   | "1970-01-01T00:00"
          {"type": "long", "logicalType": "time-micros"} | 1              | "00:00:00.000001"
          {"type": "long", "logicalType": "time-micros"} | 86400000000    | 86400000000
          {"type": "long", "logicalType": "of-mine"}    | 5               | 5
          """)
  void numbers(String schema, long value, String json) throws Exception {
    assertThat(read(schema, value)).isEqualTo(json);
  }

  @Test
  void theRestOfTheTable() throws Exception {
    assertThat(read("{\"type\": \"int\", \"logicalType\": \"date\"}", 20_758))
        .isEqualTo("\"2026-11-01\"");
    assertThat(read("\"float\"", 0.1f)).isEqualTo("0.1");
    assertThat(read("\"double\"", Double.NaN)).isEqualTo("\"NaN\"");
    assertThat(read("\"double\"", Double.NEGATIVE_INFINITY)).isEqualTo("\"-Infinity\"");
    assertThat(read("\"bytes\"", ByteBuffer.wrap(new byte[] {(byte) 0xff, 0, 1})))
        .isEqualTo("\"/wAB\"");
    assertThat(
            read(
                "{\"type\": \"bytes\", \"logicalType\": \"decimal\", \"precision\": 9, \"scale\": 2}",
                ByteBuffer.wrap(new byte[] {4, (byte) 0xe2})))
        .isEqualTo("12.50");
    assertThat(
            read(
                "[\"null\", \"string\", {\"type\": \"map\", \"values\": \"int\"}]", Map.of("a", 1)))
        .isEqualTo("{\"a\":1}");
    Schema span =
        new Schema.Parser()
            .parse(
                "{\"type\": \"fixed\", \"name\": \"d\", \"size\": 12, \"logicalType\": \"duration\"}");
    assertThat(
            read(
                span.toString(),
                new GenericData.Fixed(span, new byte[] {1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0})))
        .isEqualTo("{\"months\":1,\"days\":2,\"millis\":3}");
  }

  @Test
  void aSchemaMayReferToOthers() throws Exception {
    var text =
        new SchemaText(
            "{\"type\": \"record\", \"name\": \"Order\", \"namespace\": \"shop\", \"fields\": [{\"name\": \"of\", \"type\": \"shop.Customer\"}]}",
            Map.of(
                "shop.Customer",
                "{\"type\": \"record\", \"name\": \"Customer\", \"namespace\": \"shop\", \"fields\": [{\"name\": \"n\", \"type\": \"int\"}]}"),
            null);
    assertThat(new String(AvroCodec.of(text).json(framed(new byte[] {2})), UTF_8))
        .isEqualTo("{\"of\":{\"n\":1}}");
    assertThatThrownBy(() -> AvroCodec.of(new SchemaText(text.text(), Map.of(), null)))
        .isInstanceOf(UnusableSchema.class);
  }

  /** Nothing that a producer writes takes more than its bytes, or anything but one answer. */
  @Test
  void damagedBytesAreReadOrRefused() {
    List<JsonNode> lines = Foreign.lines("avro.jsonl");
    Seeds.each(
        300,
        random -> {
          JsonNode line = lines.get(random.nextInt(lines.size()));
          byte[] bytes = HexFormat.of().parseHex(line.get("hex").asText());
          for (int i = random.nextInt(1, 4); i > 0 && bytes.length > 0; i--) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
          }
          byte[] cut = Arrays.copyOf(bytes, random.nextInt(bytes.length + 4));
          try {
            Foreign.tree(codec(line.get("schema").asText()).json(framed(cut)));
          } catch (Undecodable e) {
            assertThat(e.reason()).isIn("InvalidAvro", "InvalidText", "TooLarge");
          }
        });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"type": "array", "items": "null"}   | 80a8d6b90700           | TooLarge
          {"type": "array", "items": "null"}   | feffffffffffffffff0100 | InvalidAvro
          "string"                             | feffffffffffffffff01   | InvalidAvro
          "string"                             | 02ff                   | InvalidText
          "bytes"                              | 01                     | InvalidAvro
          "int"                                | 0200                   | InvalidAvro
          ["null", "int"]                      | 08                     | InvalidAvro
          {"type": "enum", "name": "e", "symbols": ["A"]} | 04          | InvalidAvro
          {"type": "fixed", "name": "f", "size": 2000000000} | 00       | InvalidAvro
          """)
  void hostileBytesAreRefused(String schema, String hex, String reason) {
    assertThatThrownBy(() -> codec(schema).json(framed(HexFormat.of().parseHex(hex))))
        .isInstanceOfSatisfying(Undecodable.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }

  @Test
  void whatIsNestedWithoutEndIsRefused() throws Exception {
    Codec list =
        codec(
            "{\"type\": \"record\", \"name\": \"L\", \"fields\": [{\"name\": \"next\", \"type\": [\"null\", \"L\"]}]}");
    byte[] deep = new byte[5_000];
    Arrays.fill(deep, (byte) 2);
    assertThatThrownBy(() -> list.json(framed(deep)))
        .isInstanceOfSatisfying(
            Undecodable.class, e -> assertThat(e.reason()).isEqualTo("TooLarge"));
  }

  @Test
  void aTreeIsReadAsDeepAsItIs() throws Exception {
    Codec tree =
        codec(
            "{\"type\": \"record\", \"name\": \"T\", \"fields\": [{\"name\": \"n\", \"type\": \"int\"}, {\"name\": \"under\", \"type\": {\"type\": \"array\", \"items\": \"T\"}}]}");
    byte[] bytes = {2, 4, /* first */ 4, 0, /* second */ 6, 2, /* in it */ 8, 0, 0, 0};
    assertThat(new String(tree.json(framed(bytes)), UTF_8))
        .isEqualTo(
            "{\"n\":1,\"under\":[{\"n\":2,\"under\":[]},{\"n\":3,\"under\":[{\"n\":4,\"under\":[]}]}]}");
  }

  private static String read(String schema, Object value) throws Exception {
    Schema parsed = new Schema.Parser().parse(schema);
    var out = new ByteArrayOutputStream();
    var encoder = EncoderFactory.get().binaryEncoder(out, null);
    new GenericDatumWriter<>(parsed).write(value, encoder);
    encoder.flush();
    return new String(codec(schema).json(framed(out.toByteArray())), UTF_8);
  }

  private static Codec codec(String schema) throws UnusableSchema {
    return AvroCodec.of(new SchemaText(schema, Map.of(), null));
  }

  /** With the five bytes before it that there are in a record. */
  private static Framed framed(byte[] bytes) {
    byte[] whole = new byte[bytes.length + 5];
    System.arraycopy(bytes, 0, whole, 5, bytes.length);
    return new Framed(new SchemaKey(SchemaKey.Kind.Id, "1"), whole, 5, null, null);
  }
}
