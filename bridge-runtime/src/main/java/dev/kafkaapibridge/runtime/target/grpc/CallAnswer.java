package dev.kafkaapibridge.runtime.target.grpc;

import dev.kafkaapibridge.api.expression.Declarations;
import dev.kafkaapibridge.api.expression.Expression;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a call has come to, also as values of expressions. Used by one thread.
 *
 * @param headers by names in lower case, several of one name joined by commas
 * @param trailers as headers; the same where a server has answered with nothing else
 * @param message the answer's message; null where there was none, nobody needs it or it was cut
 * @param reading how a message is shown to expressions
 */
record CallAnswer(
    CallStatus status,
    Map<String, String> headers,
    Map<String, String> trailers,
    byte @Nullable [] message,
    Reading reading)
    implements Expression.Values {

  /** A message as plain values. */
  interface Reading {
    /** Null where it can't be read. */
    @Nullable Object of(byte[] message);
  }

  @Override
  public @Nullable Object of(String name) {
    return switch (name) {
      case Declarations.RESPONSE_STATUS, Declarations.RESPONSE_CODE -> status.code().name();
      case Declarations.RESPONSE_MESSAGE -> status.message();
      case Declarations.RESPONSE_HEADERS -> headers;
      case Declarations.RESPONSE_TRAILERS -> trailers;
      case Declarations.RESPONSE_BODY -> message == null ? null : reading.of(message);
      default -> throw new IllegalArgumentException("not declared: " + name);
    };
  }
}
