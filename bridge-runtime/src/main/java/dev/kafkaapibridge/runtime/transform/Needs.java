package dev.kafkaapibridge.runtime.transform;

import dev.kafkaapibridge.api.expression.Expression;
import dev.kafkaapibridge.api.v1alpha1.BodySpec;
import java.util.Collection;

/** Which parts of a record somebody looks into: the others need not be decoded. Pure. */
public record Needs(boolean key, boolean value) {

  public static final Needs NOTHING = new Needs(false, false);

  /** What a body of this mode is made of, beside expressions. */
  public static Needs of(BodySpec.Mode mode) {
    return switch (mode) {
      case Value -> new Needs(false, true);
      case Envelope, CloudEventBinary, CloudEventStructured -> new Needs(true, true);
      case Template, None -> NOTHING;
    };
  }

  static Needs of(Collection<Expression> expressions) {
    boolean key = false;
    boolean value = false;
    for (Expression expression : expressions) {
      for (String name : expression.uses()) {
        key |= RecordFields.lastPart(name).equals("key");
        value |= RecordFields.lastPart(name).equals("value");
      }
    }
    return new Needs(key, value);
  }
}
