package dev.kafkaapibridge.api.expression;

import com.google.common.primitives.UnsignedLong;
import dev.cel.common.values.CelByteString;
import dev.cel.common.values.NullValue;
import dev.kafkaapibridge.api.expression.PlainJson.Unwritable;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A plain value as text, for URLs, headers and inside of JSON strings. Pure. */
public final class PlainText {

  private PlainText() {}

  /**
   * Text as it is, numbers as JSON writes them but without an exponent, {@code true}, {@code
   * false}, times as RFC 3339, durations in seconds ({@code 1.5s}), bytes as the UTF-8 that they
   * are.
   *
   * @throws Unwritable for null, lists, maps and bytes that are no UTF-8: they have no text
   */
  public static String of(@Nullable Object value) throws Unwritable {
    return switch (value) {
      case null -> throw new Unwritable("it is null");
      case NullValue ignored -> throw new Unwritable("it is null");
      case String text -> whole(text);
      case Long number -> number.toString();
      case BigInteger number -> number.toString();
      case UnsignedLong number -> number.toString();
      case BigDecimal number -> plain(number);
      case Double number -> {
        if (!Double.isFinite(number)) {
          throw new Unwritable("it is infinite or no number");
        }
        yield plain(BigDecimal.valueOf(number));
      }
      case Boolean truth -> truth.toString();
      case Instant time -> time.toString();
      case Duration time ->
          BigDecimal.valueOf(time.getSeconds())
                  .add(BigDecimal.valueOf(time.getNano(), 9))
                  .stripTrailingZeros()
                  .toPlainString()
              + "s";
      case byte[] bytes -> utf8(bytes);
      case CelByteString bytes -> utf8(bytes.toByteArray());
      default -> throw new Unwritable("it is a list or an object");
    };
  }

  private static String plain(BigDecimal number) {
    // An exponent of a million would be a million zeros.
    return Math.abs((long) number.scale()) > 400 ? number.toString() : number.toPlainString();
  }

  /** Decodes bytes, all of which must be UTF-8. */
  public static String utf8(byte[] bytes) throws Unwritable {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new Unwritable("its bytes are no UTF-8");
    }
  }

  /** Half a surrogate pair would become a question mark on its way. */
  private static String whole(String text) throws Unwritable {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isSurrogate(c)) {
        if (!Character.isHighSurrogate(c)
            || i + 1 == text.length()
            || !Character.isLowSurrogate(text.charAt(i + 1))) {
          throw new Unwritable("it has half a character");
        }
        i++;
      }
    }
    return text;
  }
}
