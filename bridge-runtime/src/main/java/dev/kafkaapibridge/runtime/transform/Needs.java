package dev.kafkaapibridge.runtime.transform;

import dev.kafkaapibridge.api.expression.Expression;
import java.util.Collection;

/** Which parts of a record expressions look into: the others need not be decoded. Pure. */
record Needs(boolean key, boolean value) {

  static final Needs NOTHING = new Needs(false, false);

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
