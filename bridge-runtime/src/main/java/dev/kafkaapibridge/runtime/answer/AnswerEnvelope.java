package dev.kafkaapibridge.runtime.answer;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import dev.kafkaapibridge.runtime.target.KeptAnswer;
import dev.kafkaapibridge.runtime.target.Verdict;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The value of an answer with {@code format: Envelope}:
 *
 * <pre>
 *   {"status": 200, "reason": "Accepted", "headers": {..}, "body": ..}
 * </pre>
 *
 * A status of HTTP is a number, one of gRPC its name, and null where the target gave none. A body
 * that is JSON, by its type and in fact, stands there as it was written; other text is a string;
 * what is neither stands as base64 under {@code bodyBase64}; null: there was no answer. Pure.
 */
final class AnswerEnvelope {

  /** What the target gives to the bridge alone. */
  private static final String BYTE_ORDER_MARK = "\uFEFF";

  private static final Set<String> LEFT_OUT = Set.of("set-cookie", "set-cookie2");

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(1_000)
                  .maxStringLength(Integer.MAX_VALUE)
                  .build())
          .build();

  private AnswerEnvelope() {}

  static byte[] of(Verdict last) {
    KeptAnswer answer = last.clues().kept();
    var out = new ByteArrayOutputStream(answer == null ? 128 : answer.body().length + 512);
    try (JsonGenerator json = JSON.createGenerator(out)) {
      json.writeStartObject();
      status(json, last.code());
      json.writeStringField("reason", last.reason());
      if (answer == null) {
        json.writeNullField("body");
      } else {
        headers(json, answer.headers());
        body(json, answer);
        if (answer.truncated()) {
          json.writeBooleanField("truncated", true);
        }
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("an array of bytes can't fail to be written", e);
    }
    return out.toByteArray();
  }

  private static void status(JsonGenerator json, String code) throws IOException {
    if (code.equals("-")) {
      json.writeNullField("status");
    } else if (!code.isEmpty() && code.chars().allMatch(c -> c >= '0' && c <= '9')) {
      json.writeNumberField("status", Integer.parseInt(code));
    } else {
      json.writeStringField("status", code);
    }
  }

  private static void headers(JsonGenerator json, Map<String, String> headers) throws IOException {
    json.writeObjectFieldStart("headers");
    for (Map.Entry<String, String> header : new TreeMap<>(headers).entrySet()) {
      if (!LEFT_OUT.contains(header.getKey())) {
        json.writeStringField(header.getKey(), header.getValue());
      }
    }
    json.writeEndObject();
  }

  private static void body(JsonGenerator json, KeptAnswer answer) throws IOException {
    String text = textOrNull(answer);
    if (text == null) {
      json.writeBinaryField("bodyBase64", answer.body());
    } else if (saysJson(answer.type()) && isOneJsonValue(text)) {
      json.writeFieldName("body");
      json.writeRawValue(text);
    } else {
      json.writeStringField("body", text);
    }
  }

  private static boolean saysJson(@Nullable String type) {
    return type != null && type.toLowerCase(Locale.ROOT).contains("json");
  }

  /** The text is asked and not its bytes, of which a parser may take another view. */
  private static boolean isOneJsonValue(String text) {
    try (JsonParser parser = JSON.createParser(text)) {
      if (parser.nextToken() == null) {
        return false;
      }
      parser.skipChildren();
      return parser.currentToken() != null && parser.nextToken() == null;
    } catch (IOException e) {
      return false;
    }
  }

  /** Without a mark of byte order, and without the rest of a character that was cut. */
  private static @Nullable String textOrNull(KeptAnswer answer) {
    byte[] body = answer.body();
    String text = textOrNull(body, body.length);
    if (text == null && answer.truncated()) {
      text = textOrNull(body, lastCharacter(body));
    }
    return text != null && text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
  }

  private static @Nullable String textOrNull(byte[] bytes, int length) {
    try {
      ByteBuffer part = ByteBuffer.wrap(bytes, 0, length);
      return StandardCharsets.UTF_8.newDecoder().decode(part).toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }

  /** Where the last character of several bytes begins; the end, where the last one is not such. */
  private static int lastCharacter(byte[] bytes) {
    int at = bytes.length - 1;
    while (at > 0 && (bytes[at] & 0xC0) == 0x80) {
      at--;
    }
    return at >= 0 && (bytes[at] & 0xC0) == 0xC0 ? at : bytes.length;
  }
}
