package dev.kafkaapibridge.api.validation;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import java.io.IOException;
import java.time.Duration;
import java.util.regex.Pattern;

/**
 * The Gateway API's duration strings, <a
 * href="https://gateway-api.sigs.k8s.io/geps/gep-2257/">GEP-2257</a>: {@code 500ms}, {@code 1m30s}.
 */
public final class Gep2257 {

  private static final Pattern PART = Pattern.compile("([0-9]{1,5})(h|ms|m|s)");

  private Gep2257() {}

  /**
   * @throws IllegalArgumentException if {@code text} is not numbers, each with a unit of h, m, s or
   *     ms
   */
  public static Duration parse(String text) {
    var sum = Duration.ZERO;
    int end = 0;
    for (var part = PART.matcher(text); part.find() && part.start() == end; end = part.end()) {
      long number = Long.parseLong(part.group(1));
      sum =
          sum.plus(
              switch (part.group(2)) {
                case "h" -> Duration.ofHours(number);
                case "m" -> Duration.ofMinutes(number);
                case "s" -> Duration.ofSeconds(number);
                default -> Duration.ofMillis(number);
              });
    }
    if (text.isEmpty() || end != text.length()) {
      throw new IllegalArgumentException(
          "'" + text + "' is no duration such as 500ms, 30s or 1m30s");
    }
    return sum;
  }

  /**
   * @param duration whole milliseconds, above zero and below 100,000 hours
   */
  public static String write(Duration duration) {
    String text =
        part(duration.toHours(), "h")
            + part(duration.toMinutesPart(), "m")
            + part(duration.toSecondsPart(), "s")
            + part(duration.toMillisPart(), "ms");
    return text.isEmpty() ? "0s" : text;
  }

  private static String part(long number, String unit) {
    return number == 0 ? "" : number + unit;
  }

  static final class Deserializer extends StdScalarDeserializer<Duration> {
    Deserializer() {
      super(Duration.class);
    }

    @Override
    public Duration deserialize(JsonParser parser, DeserializationContext context)
        throws IOException {
      return parse(parser.getText());
    }
  }
}
