package dev.kafkaapibridge.api.expression;

import dev.cel.common.types.CelType;
import dev.cel.common.types.MapType;
import dev.cel.common.types.NullableType;
import dev.cel.common.types.SimpleType;
import dev.kafkaapibridge.api.v1alpha1.RecordSpec;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The names that an expression may use, in the order in which people are told them. A name may have
 * dots: with {@code record.key} declared, {@code record.topc} is refused when it is compiled.
 */
public record Declarations(Map<String, Type> names) {

  /** What a name stands for. All but {@link #Integer} and {@link #TextMap} may be null. */
  public enum Type {
    /** Known only when it is evaluated. */
    Any(SimpleType.DYN),
    Integer(SimpleType.INT),
    Text(NullableType.create(SimpleType.STRING)),
    /** A {@code byte[]}. */
    Bytes(NullableType.create(SimpleType.BYTES)),
    /** An {@link java.time.Instant}. */
    Time(NullableType.create(SimpleType.TIMESTAMP)),
    /** From text to text. */
    TextMap(MapType.create(SimpleType.STRING, SimpleType.STRING));

    private final CelType cel;

    Type(CelType cel) {
      this.cel = cel;
    }

    CelType cel() {
      return cel;
    }
  }

  public Declarations {
    names = new LinkedHashMap<>(names);
  }

  public static final String RESPONSE_STATUS = "response.status";
  public static final String RESPONSE_HEADERS = "response.headers";
  public static final String RESPONSE_BODY = "response.body";
  public static final String RESPONSE_CODE = "response.code";
  public static final String RESPONSE_MESSAGE = "response.message";
  public static final String RESPONSE_TRAILERS = "response.trailers";

  public static final String ITEM = "item";

  /** What an answer says of one record of a batch. */
  public static Declarations ofItem() {
    return new Declarations(Map.of(ITEM, Type.Any));
  }

  /** The parts of an HTTP answer; names of headers are in lower case. */
  public static Declarations ofResponse() {
    var names = new LinkedHashMap<String, Type>();
    names.put(RESPONSE_STATUS, Type.Integer);
    names.put(RESPONSE_HEADERS, Type.TextMap);
    names.put(RESPONSE_BODY, Type.Any);
    return new Declarations(names);
  }

  /**
   * The parts of an answer over gRPC. Its status and its code are the same, a name such as {@code
   * UNAVAILABLE}; names of headers and trailers are in lower case.
   */
  public static Declarations ofGrpcResponse() {
    var names = new LinkedHashMap<String, Type>();
    names.put(RESPONSE_STATUS, Type.Text);
    names.put(RESPONSE_CODE, Type.Text);
    names.put(RESPONSE_MESSAGE, Type.Text);
    names.put(RESPONSE_HEADERS, Type.TextMap);
    names.put(RESPONSE_TRAILERS, Type.TextMap);
    names.put(RESPONSE_BODY, Type.Any);
    return new Declarations(names);
  }

  /**
   * The fields of a record.
   *
   * @param prefix {@code record.}, or nothing in a URL
   */
  public static Declarations ofRecord(String prefix, RecordSpec spec) {
    var names = new LinkedHashMap<String, Type>();
    names.put(
        prefix + "key",
        switch (spec.keyFormat()) {
          case Raw -> Type.Bytes;
          case String -> Type.Text;
          case JSON, Avro, Protobuf, JsonSchema -> Type.Any;
        });
    names.put(
        prefix + "value",
        switch (spec.valueFormat()) {
          case Raw -> Type.Bytes;
          case String -> Type.Text;
          case JSON, Avro, Protobuf, JsonSchema -> Type.Any;
        });
    names.put(prefix + "headers", Type.TextMap);
    names.put(prefix + "topic", Type.Text);
    names.put(prefix + "partition", Type.Integer);
    names.put(prefix + "offset", Type.Integer);
    names.put(prefix + "timestamp", Type.Time);
    return new Declarations(names);
  }
}
