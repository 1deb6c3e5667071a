package dev.kafkaapibridge.runtime.letters;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * Letters as JSON. Bytes are a string where they are UTF-8 that a screen may be shown, else base64
 * under another name: {@code keyBase64}, {@code valueBase64}. What is not known is null. Pure.
 */
final class LetterJson {

  private static final JsonFactory JSON = new JsonFactory();

  private LetterJson() {}

  /** One line, without its end: what a person chooses by. */
  static String line(Letter letter) {
    return write(letter, false, false);
  }

  /** One line, without its end: all that there is. */
  static String whole(Letter letter) {
    return write(letter, true, false);
  }

  /** All that there is, on many lines. */
  static String page(Letter letter) {
    return write(letter, true, true);
  }

  private static String write(Letter letter, boolean whole, boolean pretty) {
    var out = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(out)) {
      if (pretty) {
        json.setPrettyPrinter(new DefaultPrettyPrinter());
      }
      json.writeStartObject();
      facts(json, letter);
      if (whole) {
        text(json, "verdict", letter, "kab-verdict");
        text(json, "idempotencyKey", letter, "kab-idempotency-key");
        headers(json, letter);
        bytes(json, "value", letter.record().value());
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("a string can't fail to be written", e);
    }
    return out.toString();
  }

  private static void facts(JsonGenerator json, Letter letter) throws IOException {
    var record = letter.record();
    json.writeStringField("topic", record.topic());
    json.writeNumberField("partition", record.partition());
    json.writeNumberField("offset", record.offset());
    bytes(json, "key", record.key());
    text(json, "cause", letter, "kab-cause");
    text(json, "status", letter, "kab-status");
    text(json, "reason", letter, "kab-reason");
    text(json, "message", letter, "kab-message");
    number(json, "attempts", letter, "kab-attempts");
    text(json, "firstAttemptAt", letter, "kab-first-attempt-at");
    json.writeStringField("failedAt", letter.failedAt().toString());
    number(json, "generation", letter, "kab-generation");
    json.writeObjectFieldStart("origin");
    text(json, "topic", letter, "kab-topic");
    number(json, "partition", letter, "kab-partition");
    number(json, "offset", letter, "kab-offset");
    number(json, "timestamp", letter, "kab-timestamp");
    json.writeEndObject();
  }

  private static void headers(JsonGenerator json, Letter letter) throws IOException {
    json.writeArrayFieldStart("headers");
    for (Header header : letter.record().headers()) {
      json.writeStartObject();
      json.writeStringField("name", shown(header.key()));
      bytes(json, "value", header.value());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void text(JsonGenerator json, String field, Letter letter, String header)
      throws IOException {
    json.writeStringField(field, letter.header(header).map(LetterJson::shown).orElse(null));
  }

  private static void number(JsonGenerator json, String field, Letter letter, String header)
      throws IOException {
    Long number = letter.number(header).orElse(null);
    if (number == null) {
      json.writeNullField(field);
    } else {
      json.writeNumberField(field, number);
    }
  }

  private static void bytes(JsonGenerator json, String field, byte @Nullable [] bytes)
      throws IOException {
    if (bytes == null) {
      json.writeNullField(field);
      return;
    }
    String text = textOrNull(bytes);
    if (text == null) {
      json.writeBinaryField(field + "Base64", bytes);
    } else {
      json.writeStringField(field, text);
    }
  }

  private static @Nullable String textOrNull(byte[] bytes) {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      return text.chars().anyMatch(LetterJson::commandsTerminals) ? null : text;
    } catch (CharacterCodingException e) {
      return null;
    }
  }

  /** With a sign in place of what would steer a terminal. */
  private static String shown(String text) {
    if (text.chars().noneMatch(LetterJson::commandsTerminals)) {
      return text;
    }
    var shown = new StringBuilder(text.length());
    text.chars().forEach(c -> shown.append(commandsTerminals(c) ? '\uFFFD' : (char) c));
    return shown.toString();
  }

  /** Those below U+0020 are escaped in JSON; these would not be. */
  private static boolean commandsTerminals(int c) {
    return c >= 0x7F && c <= 0x9F
        || c == 0x061C
        || c == 0x200E
        || c == 0x200F
        || c >= 0x202A && c <= 0x202E
        || c >= 0x2066 && c <= 0x2069;
  }
}
