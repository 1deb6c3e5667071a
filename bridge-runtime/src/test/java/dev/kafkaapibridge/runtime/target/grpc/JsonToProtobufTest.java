package dev.kafkaapibridge.runtime.target.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.util.JsonFormat;
import dev.kafkaapibridge.api.v1alpha1.GrpcSpec;
import dev.kafkaapibridge.runtime.Seeds;
import dev.kafkaapibridge.runtime.transform.Unfit;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class JsonToProtobufTest {

  private final DescriptorSet set;

  JsonToProtobufTest() throws DescriptorSet.Unusable {
    set = DescriptorSet.parse(EveryKind.set());
  }

  @Test
  void whatProtobufWritesAsJsonBecomesTheSameMessage() throws Exception {
    Descriptor type =
        set.method("shop.v1.Orders", "PutEverything", GrpcSpec.Mode.Unary).getInputType();
    assertThat(type.getFields()).hasSizeGreaterThan(80);
    var converting = new JsonToProtobuf(type, set.types());
    var printer = JsonFormat.printer().usingTypeRegistry(set.types());
    Seeds.each(
        10_000,
        random -> {
          DynamicMessage message = new AnyMessage(random).of(type, 2);
          String json = printer.print(message);
          byte[] encoded = converting.of(json.getBytes(StandardCharsets.UTF_8));
          assertThat(printer.print(DynamicMessage.parseFrom(type, encoded))).isEqualTo(json);
        });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          PutEverything | {"one_int32": 1, "oneInt64": "2"}       | fits
          PutEverything | {}                                      | fits
          PutEverything | {"one_int32": 1.0}                      | fits
          PutEverything | {"state": "PAID"}                       | fits
          PutEverything | {"state": null}                         | fits
          PutEverything | {"one_string": 7}                       | fits
          PutEverything | {"by_string": {"a": "b"}}               | fits
          PutEverything | {"oneTimestamp": "2026-11-28T10:00:00Z"} | fits
          PutEverything | {"nope": 1}                             | UnknownField: its value has 'nope', which no field of shop.v1.Everything is
          PutEverything | {"itself": {"others": [{}, {"nope": 1}]}} | UnknownField: its value has 'itself.others[1].nope', which no field of shop.v1.Everything is
          PutEverything | {"othersByName": {"a": {"nope": 1}}}    | UnknownField: its value has 'othersByName['a'].nope', which no field of shop.v1.Everything is
          PutEverything | {"one_int32": "SECRET"}                 | WrongType: its 'one_int32' is text, which can't be a int32
          PutEverything | {"one_int32": 2147483648}               | WrongType: its 'one_int32' is a number, which can't be a int32
          PutEverything | {"one_int32": 1.5}                      | WrongType: its 'one_int32' is a number, which can't be a int32
          PutEverything | {"one_int32": {}}                       | WrongType: its 'one_int32' is an object, which can't be a int32
          PutEverything | {"one_int32": 1e999999999}              | WrongType: its 'one_int32' is a number, which can't be a int32
          PutEverything | {"one_uint64": 1e999999999}             | WrongType: its 'one_uint64' is a number, which can't be a uint64
          PutEverything | {"one_uint64": "1e999999999"}           | WrongType: its 'one_uint64' is text, which can't be a uint64
          PutEverything | {"one_uint32": "1e999999999"}           | WrongType: its 'one_uint32' is text, which can't be a uint32
          PutEverything | {"one_int64": "1e999999999"}            | WrongType: its 'one_int64' is text, which can't be a int64
          PutEverything | {"one_uint32": -1}                      | WrongType: its 'one_uint32' is a number, which can't be a uint32
          PutEverything | {"one_bool": "yes"}                     | WrongType: its 'one_bool' is text, which can't be a bool
          PutEverything | {"one_bytes": "%%%"}                    | WrongType: its 'one_bytes' is text, which can't be a bytes
          PutEverything | {"many_int32": 1}                       | WrongType: its 'many_int32' is a number, which can't be a repeated int32
          PutEverything | {"many_int32": [1, "x"]}                | WrongType: its 'many_int32[1]' is text, which can't be a int32
          PutEverything | {"by_int32": {"x": 1}}                  | WrongType: its 'by_int32['x']' is a number, which can't be a map from int32 to int32
          PutEverything | {"state": "SOLD"}                       | WrongType: its 'state' is text, which can't be a shop.v1.State
          PutEverything | {"itself": [1]}                         | WrongType: its 'itself' is a list, which can't be a shop.v1.Everything
          PutEverything | {"oneTimestamp": "yesterday"}           | WrongType: its 'oneTimestamp' is text, which can't be a google.protobuf.Timestamp
          PutEverything | {"choice_text": "a", "choice_number": 1} | InvalidMessage: its value has fields that can't stand together in shop.v1.Everything: two of a oneof, or one under both its names
          PutEverything | {"itself": {"one_int32": 1, "oneInt32": 2}} | InvalidMessage: its value has fields that can't stand together in shop.v1.Everything at 'itself': two of a oneof, or one under both its names
          PutEverything | 7                                       | WrongType: its value is a number, which can't be a shop.v1.Everything
          PutEverything | [{}]                                    | WrongType: its value is a list, which can't be a shop.v1.Everything
          PutEverything | null                                    | WrongType: its value is null, which can't be a shop.v1.Everything
          PutEverything | {one_int32: 1}                          | InvalidJSON: its value is to be JSON (spec.target.grpc.payload), and it is no JSON at line 1, column 2
          PutEverything | {"one_int32": 01}                       | InvalidJSON: its value is to be JSON (spec.target.grpc.payload), and it is no JSON at line 1, column 16
          PutRequired   | {"id": "a", "inner": {"id": "b"}}       | fits
          PutRequired   | {}                                      | MissingField: its value lacks 'id', which shop.v1.Required requires
          PutRequired   | {"id": "a", "inner": {}}                | MissingField: its value lacks 'inner.id', which shop.v1.Required requires
          """)
  void whatDoesNotFitIsRefusedWithFieldAndReasonAndNothingOfTheValue(
      String method, String json, String said) throws Exception {
    assertThat(assertTimeoutPreemptively(Duration.ofSeconds(10), () -> outcome(method, json)))
        .isEqualTo(said)
        .doesNotContain("SECRET");
  }

  @Test
  void deepNestingIsRefusedAndTakesNoStack() throws Exception {
    String deep = "{\"itself\":".repeat(900) + "{}" + "}".repeat(900);
    assertThat(outcome("PutEverything", deep)).startsWith("InvalidMessage");
  }

  @Test
  void aSetThatCannotBeUsedSaysWhy() {
    assertThatThrownBy(() -> DescriptorSet.parse("no set".getBytes(StandardCharsets.UTF_8)))
        .hasMessage("it is no FileDescriptorSet, as protoc --descriptor_set_out writes it");
    assertThatThrownBy(() -> set.method("shop.v1.Carts", "Put", GrpcSpec.Mode.Unary))
        .hasMessage("it has no service 'shop.v1.Carts'");
    assertThatThrownBy(() -> set.method("shop.v1.Orders", "Get", GrpcSpec.Mode.Unary))
        .hasMessage("its service 'shop.v1.Orders' has no method 'Get'");
    assertThatThrownBy(() -> set.method("shop.v1.Orders", "Stream", GrpcSpec.Mode.Unary))
        .hasMessageContaining("is declared as ClientStreaming, and spec.target.grpc.mode is Unary");
  }

  private String outcome(String method, String json) throws Exception {
    var converting =
        new JsonToProtobuf(
            set.method("shop.v1.Orders", method, GrpcSpec.Mode.Unary).getInputType(), set.types());
    try {
      converting.of(json.getBytes(StandardCharsets.UTF_8));
      return "fits";
    } catch (Unfit e) {
      return e.reason() + ": " + e.getMessage();
    }
  }
}
