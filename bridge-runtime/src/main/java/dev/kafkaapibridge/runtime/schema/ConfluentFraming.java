package dev.kafkaapibridge.runtime.schema;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Confluent's wire format: before the content, or in a header of its own, stands
 *
 * <pre>
 *   0, id (4 bytes)      [, Protobuf: which message]
 *   1, GUID (16 bytes)   [, Protobuf: which message]
 * </pre>
 *
 * A message is named by its positions from the outermost in, as zigzag varints with their number
 * before them; a single 0 is the first one. Pure.
 */
final class ConfluentFraming implements Framing {

  private static final String KEY_HEADER = "__key_schema_id";
  private static final String VALUE_HEADER = "__value_schema_id";

  private static final int MAX_INDEXES = 100;

  @Override
  public Framed of(byte[] bytes, Headers headers, boolean ofKey, boolean protobuf)
      throws Undecodable {
    String name = ofKey ? KEY_HEADER : VALUE_HEADER;
    byte[] header = Framing.last(headers, name);
    if (header != null) {
      ByteBuffer said = ByteBuffer.wrap(header);
      SchemaKey schema = schema(said, "its header " + name + " holds no schema's id");
      return new Framed(schema, bytes, 0, protobuf ? indexes(said) : null, null);
    }
    ByteBuffer said = ByteBuffer.wrap(bytes);
    SchemaKey schema =
        schema(said, "it does not begin with the byte 0 and an id, and has no header " + name);
    List<Integer> indexes = protobuf ? indexes(said) : null;
    return new Framed(schema, bytes, said.position(), indexes, null);
  }

  private static SchemaKey schema(ByteBuffer said, String otherwise) throws Undecodable {
    if (said.remaining() >= 5 && said.get(0) == 0) {
      said.get();
      return new SchemaKey(SchemaKey.Kind.Id, Integer.toUnsignedString(said.getInt()));
    }
    if (said.remaining() >= 17 && said.get(0) == 1) {
      said.get();
      return new SchemaKey(
          SchemaKey.Kind.Guid, new UUID(said.getLong(), said.getLong()).toString());
    }
    throw Framing.none(otherwise);
  }

  private static @Nullable List<Integer> indexes(ByteBuffer said) throws Undecodable {
    int count = varint(said);
    if (count == 0) {
      return List.of(0);
    }
    if (count < 0 || count > MAX_INDEXES) {
      throw noIndexes();
    }
    var indexes = new ArrayList<Integer>(count);
    for (int i = 0; i < count; i++) {
      indexes.add(varint(said));
    }
    return indexes;
  }

  private static int varint(ByteBuffer said) throws Undecodable {
    int zigzag = 0;
    for (int shift = 0; shift < 35 && said.hasRemaining(); shift += 7) {
      byte next = said.get();
      zigzag |= (next & 0x7f) << shift;
      if (next >= 0) {
        return (zigzag >>> 1) ^ -(zigzag & 1);
      }
    }
    throw noIndexes();
  }

  private static Undecodable noIndexes() {
    return new Undecodable(
        "NoMessageIndex",
        "does not say which message it is: after the schema's id must follow its place");
  }
}
