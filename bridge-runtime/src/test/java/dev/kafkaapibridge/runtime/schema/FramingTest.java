package dev.kafkaapibridge.runtime.schema;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import java.util.List;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FramingTest {

  private static final String GUID = "89791762 2336 4186 9674 299b90a802e2".replace(" ", "");
  private static final Framing CONFLUENT = new ConfluentFraming();
  private static final Framing APICURIO = new ApicurioFraming();

  private final RecordHeaders headers = new RecordHeaders();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "none",
      textBlock =
          """
          00000000 07 aa           | false | id 7             | 5 | none
          00ffffff ff              | false | id 4294967295    | 5 | none
          01 GUID aa               | false | GUID 89791762-2336-4186-9674-299b90a802e2 | 17 | none
          00000000 07 00 aa        | true  | id 7             | 6 | 0
          00000000 07 02 04 aa     | true  | id 7             | 7 | 2
          00000000 07 06 00 02 04  | true  | id 7             | 9 | 0 1 2
          00000000 07 02 8010      | true  | id 7             | 8 | 1024
          """)
  void confluentsBeforeTheContent(
      String hex, boolean protobuf, String schema, int from, String indexes) throws Exception {
    Framed framed = CONFLUENT.of(bytes(hex), headers, false, protobuf);
    assertThat(framed.schema()).hasToString(schema);
    assertThat(framed.from()).isEqualTo(from);
    assertThat(framed.messageIndexes())
        .isEqualTo(
            indexes == null
                ? null
                : List.of(indexes.split(" ")).stream().map(Integer::valueOf).toList());
  }

  @Test
  void confluentsInAHeader() throws Exception {
    headers.add("__key_schema_id", bytes("0000000009"));
    headers.add("__value_schema_id", bytes("01" + GUID + "0204"));
    Framed value = CONFLUENT.of(bytes("0000000007"), headers, false, true);
    assertThat(value.schema()).hasToString("GUID 89791762-2336-4186-9674-299b90a802e2");
    assertThat(value.from()).as("the content begins at once").isZero();
    assertThat(value.messageIndexes()).containsExactly(2);
    assertThat(CONFLUENT.of(bytes("0000000007"), headers, true, false).schema())
        .hasToString("id 9");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "none",
      textBlock =
          """
          none      | false | NoSchemaId
          00000007  | false | NoSchemaId
          02000000 07 aa | false | NoSchemaId
          7b7d      | false | NoSchemaId
          00000000 07     | true | NoMessageIndex
          00000000 07 02  | true | NoMessageIndex
          00000000 07 ffffffffff | true | NoMessageIndex
          00000000 07 0180 | true | NoMessageIndex
          """)
  void whatNamesNoSchemaIsRefused(String hex, boolean protobuf, String reason) {
    assertThatThrownBy(
            () -> CONFLUENT.of(hex == null ? new byte[0] : bytes(hex), headers, false, protobuf))
        .isInstanceOfSatisfying(Undecodable.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "none",
      textBlock =
          """
          00 00000007 aabbccdd         | false | content id 7 | 5 | none
          00 00000000 00000007 aa      | false | global id 7  | 9 | none
          00 00000007 07 0a05 4f72646572 aa | true | content id 7 | 13 | Order
          00 00000000 00000007 00 aa   | true  | global id 7  | 10 | none
          """)
  void apicuriosBeforeTheContent(
      String hex, boolean protobuf, String schema, int from, String message) throws Exception {
    Framed framed = APICURIO.of(bytes(hex), headers, false, protobuf);
    assertThat(framed.schema()).hasToString(schema);
    assertThat(framed.from()).isEqualTo(from);
    assertThat(framed.messageType()).isEqualTo(message);
  }

  @Test
  void apicuriosInHeaders() throws Exception {
    headers.add("apicurio.value.contentId", bytes("0000000000000009"));
    headers.add("apicurio.protobuf.type", "shop.Order".getBytes(UTF_8));
    Framed framed = APICURIO.of(bytes("0a"), headers, false, true);
    assertThat(framed.schema()).hasToString("content id 9");
    assertThat(framed.from()).isZero();
    assertThat(framed.messageType()).isEqualTo("shop.Order");

    headers.add("apicurio.value.globalId", bytes("0000000000000008"));
    headers.add("apicurio.value.encoding", "BINARY".getBytes(UTF_8));
    assertThat(APICURIO.of(bytes("0a"), headers, false, false).schema()).hasToString("global id 8");
    headers.add("apicurio.value.encoding", "JSON".getBytes(UTF_8));
    assertThatThrownBy(() -> APICURIO.of(bytes("0a"), headers, false, false))
        .isInstanceOf(Undecodable.class);
    headers.add("apicurio.key.globalId", bytes("08"));
    assertThatThrownBy(() -> APICURIO.of(bytes("0a"), headers, true, false))
        .isInstanceOf(Undecodable.class);
  }

  private static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex.replace("GUID", GUID).replace(" ", ""));
  }
}
