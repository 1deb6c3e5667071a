package dev.kafkaapibridge.api.expression;

import com.google.errorprone.annotations.Immutable;
import dev.cel.runtime.RuntimeEquality;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * CEL's {@code ==}, of numbers beyond {@code Long} and {@code Double} too: CEL has none, and for
 * the library no two of them are the same, not even one with itself. Pure.
 */
@Immutable
final class ExactEquality {

  private final RuntimeEquality cel;

  ExactEquality(RuntimeEquality cel) {
    this.cel = cel;
  }

  boolean same(Object a, Object b) {
    if (isBeyond(a) || isBeyond(b)) {
      return a instanceof Number x
          && b instanceof Number y
          && Double.isFinite(finite(x))
          && Double.isFinite(finite(y))
          && exact(x).compareTo(exact(y)) == 0;
    }
    if (a instanceof List<?> x && b instanceof List<?> y) {
      return x.size() == y.size() && sameItems(x.iterator(), y.iterator());
    }
    if (a instanceof Map<?, ?> x && b instanceof Map<?, ?> y) {
      return x.size() == y.size()
          && x.entrySet().stream()
              .allMatch(field ->
                  cel.findInMap(y, field.getKey())
                      .filter(other -> same(field.getValue(), other))
                      .isPresent());
    }
    return cel.objectEquals(a, b);
  }

  private boolean sameItems(Iterator<?> a, Iterator<?> b) {
    while (a.hasNext()) {
      if (!same(a.next(), b.next())) {
        return false;
      }
    }
    return true;
  }

  /** Whether a list has it, where the library doesn't find it. */
  boolean has(Iterable<?> list, Object sought) {
    if (isBeyond(sought)) {
      for (Object item : list) {
        if (same(item, sought)) {
          return true;
        }
      }
    }
    return false;
  }

  private static boolean isBeyond(Object value) {
    return value instanceof BigInteger || value instanceof BigDecimal;
  }

  /** Of what is exact, any number that is. */
  private static double finite(Number number) {
    return number instanceof Double real ? real : 0;
  }

  private static BigDecimal exact(Number number) {
    return switch (number) {
      case BigDecimal decimal -> decimal;
      case BigInteger whole -> new BigDecimal(whole);
      case Double real -> new BigDecimal(real);
      default -> new BigDecimal(number.toString());
    };
  }
}
