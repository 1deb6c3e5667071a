package dev.kafkaapibridge.operator.kube;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import io.fabric8.kubernetes.api.model.FieldsV1;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.WeakHashMap;

/**
 * Reads who manages which field of an object. That is larger than the object, most of it empty
 * maps, and nearly the same for each bridge's Deployment, Service and so on: equal parts are held
 * once, as long as an object has them. Owns what is shared. Safe for all threads.
 */
final class SharedFields extends StdDeserializer<FieldsV1> {

  /** Kubernetes' own types are less deep; what lies deeper is another's, and nobody looks. */
  private static final int DEEPEST = 64;

  private final Map<Map<String, Object>, WeakReference<Map<String, Object>>> shared =
      new WeakHashMap<>();

  SharedFields() {
    super(FieldsV1.class);
  }

  @Override
  public FieldsV1 deserialize(JsonParser parser, DeserializationContext context)
      throws IOException {
    var fields = new FieldsV1();
    fields.setAdditionalProperties(parts(parser, 0));
    return fields;
  }

  /** {@code parser} stands at the first token of a value, and afterwards at its last. */
  private Map<String, Object> parts(JsonParser parser, int depth) throws IOException {
    if (parser.currentToken() != JsonToken.START_OBJECT || depth >= DEEPEST) {
      parser.skipChildren();
      return Map.of();
    }
    var parts = new LinkedHashMap<String, Object>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      parser.nextToken();
      parts.put(name, parts(parser, depth + 1));
    }
    return parts.isEmpty() ? Map.of() : one(Collections.unmodifiableMap(parts));
  }

  private synchronized Map<String, Object> one(Map<String, Object> parts) {
    WeakReference<Map<String, Object>> known = shared.get(parts);
    Map<String, Object> same = known == null ? null : known.get();
    if (same != null) {
      return same;
    }
    shared.put(parts, new WeakReference<>(parts));
    return parts;
  }
}
