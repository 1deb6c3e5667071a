package dev.kafkaapibridge.runtime.transform;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.exc.StreamWriteException;
import dev.kafkaapibridge.runtime.transform.Decoding.Format;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Writes JSON objects that hold a record's bytes. Pure. */
final class JsonDocument {

  private static final JsonFactory FACTORY = new JsonFactory();

  interface Writing {
    void to(JsonGenerator json) throws IOException;
  }

  private JsonDocument() {}

  static byte[] write(Writing writing) throws Unfit {
    var out = new ByteArrayOutputStream(512);
    try (JsonGenerator json = FACTORY.createGenerator(out)) {
      writing.to(json);
    } catch (StreamWriteException e) {
      // Names of headers are strings already when they come from Kafka's client.
      throw new Unfit("InvalidText", "the name of one of its headers has half a character");
    } catch (IOException e) {
      throw new UncheckedIOException("an array of bytes can't fail to be written", e);
    }
    return out.toByteArray();
  }

  /**
   * A key or a value, which is known to be what its format says: JSON as it was written, else text,
   * else base64 under {@code binaryName}.
   */
  static void content(
      JsonGenerator json, String name, String binaryName, Format format, byte @Nullable [] bytes)
      throws IOException {
    if (bytes == null) {
      json.writeNullField(name);
      return;
    }
    if (format == Format.JSON) {
      json.writeFieldName(name);
      json.writeRawValue(new String(bytes, StandardCharsets.UTF_8));
      return;
    }
    String text = Decoding.textOrNull(bytes);
    if (text == null) {
      json.writeBinaryField(binaryName, bytes);
    } else {
      json.writeStringField(name, text);
    }
  }
}
