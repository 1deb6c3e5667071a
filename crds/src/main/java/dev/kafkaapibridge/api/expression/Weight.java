package dev.kafkaapibridge.api.expression;

import dev.cel.common.values.CelByteString;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How large a value is, counted as if it were written. Pure. */
final class Weight {

  /** A number, a time, a word; or what a place in a list takes. */
  static final int OF_ONE = 8;

  private Weight() {}

  /** Of text its characters, of bytes their number, of lists and maps the sum and their places. */
  static long of(@Nullable Object value, long enough) {
    return switch (value) {
      case CharSequence text -> text.length();
      case CelByteString bytes -> bytes.size();
      case BigInteger number -> OF_ONE + number.bitLength() / 3;
      case BigDecimal number -> OF_ONE + number.unscaledValue().bitLength() / 3;
      case List<?> list -> ofAll(list, enough);
      case Map<?, ?> map -> {
        long names = ofAll(map.keySet(), enough);
        yield names > enough ? names : names + ofAll(map.values(), enough - names);
      }
      case null, default -> OF_ONE;
    };
  }

  /**
   * @param enough where the count may end: a value that holds another twice, and that one a third
   *     twice, would be counted for ever
   */
  private static long ofAll(Iterable<?> values, long enough) {
    long sum = 0;
    for (Object value : values) {
      sum += OF_ONE + of(value, enough - sum);
      if (sum > enough) {
        return sum;
      }
    }
    return sum;
  }

  /** So much of it may be compared with another, whose end is the end. */
  static long ofCommon(@Nullable Object a, @Nullable Object b, long enough) {
    if (isCollection(a) && isCollection(b)) {
      return of(a, enough);
    }
    return isCollection(a) || isCollection(b) ? OF_ONE : Math.min(of(a, enough), of(b, enough));
  }

  private static boolean isCollection(@Nullable Object value) {
    return value instanceof List<?> || value instanceof Map<?, ?>;
  }
}
