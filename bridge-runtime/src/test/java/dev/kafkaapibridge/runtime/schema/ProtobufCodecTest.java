package dev.kafkaapibridge.runtime.schema;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ProtobufCodecTest {

  private static final SchemaText ORDERS =
      new SchemaText(
          Foreign.text("orders.proto"), Map.of("money.proto", Foreign.text("money.proto")), null);

  @Test
  void whatAnotherLanguagesLibraryWroteIsReadByTheTextOfItsSchema() throws Exception {
    Codec codec = ProtobufCodec.of(ORDERS);
    List<JsonNode> lines = Foreign.lines("protobuf.jsonl");
    assertThat(lines).hasSizeGreaterThanOrEqualTo(100);
    for (JsonNode line : lines) {
      List<Integer> indexes =
          Stream.of(line.get("indexes").asText().split(",")).map(Integer::valueOf).toList();
      byte[] json = codec.json(framed(line.get("hex").asText(), indexes, null));
      Foreign.assertSame(Foreign.tree(json), line.get("json"), line.get("hex").asText());
    }
  }

  @Test
  void aMessageIsNamedByItsPlaceOrItsName() throws Exception {
    Codec codec = ProtobufCodec.of(ORDERS);
    assertThat(json(codec, "0a0178", List.of(0, 0), null)).startsWith("{\"sku\":\"x\"");
    assertThat(json(codec, "0a0178", null, "shop.v1.Order.Line")).startsWith("{\"sku\":\"x\"");
    assertThat(json(codec, "0a0178", null, "Order.Line")).startsWith("{\"sku\":\"x\"");
    for (List<Integer> nowhere :
        List.of(List.of(2), List.of(-1), List.of(0, 1), List.of(0, 0, 0, 0))) {
      assertReason(codec, "", nowhere, null, "NoMessageIndex");
    }
    assertReason(codec, "", null, "Order.State", "NoMessageIndex");
  }

  @Test
  void whatIsNoMessageIsRefused() throws Exception {
    Codec codec = ProtobufCodec.of(ORDERS);
    assertReason(codec, "0aff", List.of(0, 0), null, "InvalidProtobuf");
    assertReason(codec, "0a01ff", List.of(0, 0), null, "InvalidProtobuf");
  }

  @Test
  void anImportThatIsMissingMakesTheSchemaUnusable() {
    assertThatThrownBy(() -> ProtobufCodec.of(new SchemaText(ORDERS.text(), Map.of(), null)))
        .isInstanceOf(UnusableSchema.class);
    assertThatThrownBy(() -> ProtobufCodec.of(new SchemaText("no proto", Map.of(), null)))
        .isInstanceOf(UnusableSchema.class);
    assertThatThrownBy(
            () -> ProtobufCodec.of(new SchemaText("syntax = \"proto3\";", Map.of(), null)))
        .isInstanceOf(UnusableSchema.class);
  }

  @Test
  void proto2() throws Exception {
    Codec codec =
        ProtobufCodec.of(
            new SchemaText(
                "syntax = \"proto2\"; message A { required int32 n = 1; optional string s = 2 [default = \"x\"]; }",
                Map.of(),
                null));
    assertThat(json(codec, "0801", List.of(0), null)).isEqualTo("{\"n\":1}");
  }

  @Test
  void aTreeIsReadAsDeepAsItIs() throws Exception {
    Codec codec =
        ProtobufCodec.of(
            new SchemaText(
                "syntax = \"proto3\"; message T { int32 n = 1; repeated T under = 2; }",
                Map.of(),
                null));
    assertThat(json(codec, "0801" + "12020802" + "1206" + "0803" + "12020804", List.of(0), null))
        .isEqualTo(
            "{\"n\":1,\"under\":[{\"n\":2,\"under\":[]},{\"n\":3,\"under\":[{\"n\":4,\"under\":[]}]}]}");
    ByteString deep = ByteString.EMPTY;
    for (int depth = 0; depth < 200; depth++) {
      var under = UnknownFieldSet.Field.newBuilder().addLengthDelimited(deep).build();
      deep = UnknownFieldSet.newBuilder().addField(2, under).build().toByteString();
    }
    String hex = HexFormat.of().formatHex(deep.toByteArray());
    assertReason(codec, hex, List.of(0), null, "InvalidProtobuf");
  }

  private static void assertReason(
      Codec codec, String hex, List<Integer> indexes, String name, String reason) {
    assertThatThrownBy(() -> codec.json(framed(hex, indexes, name)))
        .isInstanceOfSatisfying(Undecodable.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }

  private static String json(Codec codec, String hex, List<Integer> indexes, String name)
      throws Undecodable {
    return new String(codec.json(framed(hex, indexes, name)), UTF_8);
  }

  private static Framed framed(String hex, List<Integer> indexes, String name) {
    byte[] bytes = HexFormat.of().parseHex("000000000100" + hex);
    return new Framed(new SchemaKey(SchemaKey.Kind.Id, "1"), bytes, 6, indexes, name);
  }
}
