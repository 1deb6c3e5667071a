package dev.kafkaapibridge.runtime.target.http;

import dev.kafkaapibridge.api.expression.Declarations;
import dev.kafkaapibridge.api.expression.Expression;
import dev.kafkaapibridge.api.expression.PlainJson;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** An answer as values of the expressions; its body is read as JSON once, if anybody asks. */
final class AnswerValues implements Expression.Values {

  private final Answer answer;
  private @Nullable Object body;
  private boolean bodyRead;

  AnswerValues(Answer answer) {
    this.answer = answer;
  }

  @Override
  public @Nullable Object of(String name) {
    return switch (name) {
      case Declarations.RESPONSE_STATUS -> (long) answer.status();
      case Declarations.RESPONSE_HEADERS -> answer.headers();
      case Declarations.RESPONSE_BODY -> {
        if (!bodyRead) {
          body = plain(answer);
          bodyRead = true;
        }
        yield body;
      }
      default -> throw new IllegalArgumentException("not declared: " + name);
    };
  }

  /** JSON where the content type or the first byte says so and it is; else text. */
  private static @Nullable Object plain(Answer answer) {
    byte[] body = answer.body();
    String type = answer.header("Content-Type");
    if (type != null && type.toLowerCase(Locale.ROOT).contains("json") || looksLikeJson(body)) {
      try {
        return PlainJson.parse(body);
      } catch (PlainJson.Malformed e) {
        // Cut off, or a lie: as text it can still be searched.
      }
    }
    return new String(body, StandardCharsets.UTF_8);
  }

  private static boolean looksLikeJson(byte[] body) {
    for (byte b : body) {
      if (b != ' ' && b != '\t' && b != '\r' && b != '\n') {
        return b == '{' || b == '[';
      }
    }
    return false;
  }
}
