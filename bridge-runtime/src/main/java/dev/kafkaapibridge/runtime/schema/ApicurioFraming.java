package dev.kafkaapibridge.runtime.schema;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Apicurio's wire formats: an id in a header, {@code apicurio.value.globalId} or {@code
 * apicurio.value.contentId} (8 bytes), or before the content
 *
 * <pre>
 *   0, id (4 bytes)   a content id, as Apicurio's own libraries write it since version 3
 *   0, id (8 bytes)   a global id, as they wrote it before
 * </pre>
 *
 * Both are told apart by their first four bytes: no id is 0, and none is so large that it needs
 * more. The name of a Protobuf message stands in a header, or as a message of its own, its length
 * before it, ahead of the content. Pure.
 */
final class ApicurioFraming implements Framing {

  private static final String JSON_ENCODING = "JSON";

  @Override
  public Framed of(byte[] bytes, Headers headers, boolean ofKey, boolean protobuf)
      throws Undecodable {
    String prefix = ofKey ? "apicurio.key." : "apicurio.value.";
    SchemaKey inHeader = inHeader(headers, prefix);
    if (inHeader == null) {
      return before(bytes, prefix, protobuf);
    }
    if (!protobuf && JSON_ENCODING.equals(text(headers, prefix + "encoding"))) {
      throw new Undecodable(
          "UnknownEncoding", "is Avro in its JSON encoding, which is not read here");
    }
    String type = protobuf ? text(headers, "apicurio.protobuf.type" + (ofKey ? ".key" : "")) : null;
    return new Framed(inHeader, bytes, 0, null, type);
  }

  private static @Nullable SchemaKey inHeader(Headers headers, String prefix) throws Undecodable {
    byte[] global = Framing.last(headers, prefix + "globalId");
    if (global != null) {
      return new SchemaKey(SchemaKey.Kind.GlobalId, number(global, prefix + "globalId"));
    }
    byte[] content = Framing.last(headers, prefix + "contentId");
    return content == null
        ? null
        : new SchemaKey(SchemaKey.Kind.ContentId, number(content, prefix + "contentId"));
  }

  private static String number(byte[] header, String name) throws Undecodable {
    if (header.length != Long.BYTES) {
      throw Framing.none("its header " + name + " has not the 8 bytes of an id");
    }
    return Long.toUnsignedString(ByteBuffer.wrap(header).getLong());
  }

  private static @Nullable String text(Headers headers, String name) {
    byte[] header = Framing.last(headers, name);
    return header == null ? null : new String(header, StandardCharsets.UTF_8);
  }

  private static Framed before(byte[] bytes, String prefix, boolean protobuf) throws Undecodable {
    if (bytes.length < 5 || bytes[0] != 0) {
      throw Framing.none(
          "it does not begin with the byte 0 and an id, and has no header "
              + prefix
              + "globalId or "
              + prefix
              + "contentId");
    }
    ByteBuffer said = ByteBuffer.wrap(bytes);
    int four = said.getInt(1);
    boolean wide = four == 0 && bytes.length >= 9;
    SchemaKey schema =
        wide
            ? new SchemaKey(SchemaKey.Kind.GlobalId, Long.toUnsignedString(said.getLong(1)))
            : new SchemaKey(SchemaKey.Kind.ContentId, Integer.toUnsignedString(four));
    int from = wide ? 9 : 5;
    return protobuf ? named(schema, bytes, from) : new Framed(schema, bytes, from, null, null);
  }

  private static Framed named(SchemaKey schema, byte[] bytes, int from) throws Undecodable {
    String name = null;
    try {
      CodedInputStream in = CodedInputStream.newInstance(bytes, from, bytes.length - from);
      int end = in.pushLimit(in.readRawVarint32());
      for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
        if (WireFormat.getTagFieldNumber(tag) == 1) {
          name = in.readStringRequireUtf8();
        } else {
          in.skipField(tag);
        }
      }
      in.popLimit(end);
      return new Framed(schema, bytes, from + in.getTotalBytesRead(), null, name);
    } catch (IOException e) {
      throw new Undecodable(
          "NoMessageIndex",
          "does not say which message it is: after the schema's id must follow its name");
    }
  }
}
