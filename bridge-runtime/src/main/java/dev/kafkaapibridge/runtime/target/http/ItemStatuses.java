package dev.kafkaapibridge.runtime.target.http;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kafkaapibridge.api.expression.Declarations;
import dev.kafkaapibridge.api.expression.PlainJson;
import dev.kafkaapibridge.api.v1alpha1.ItemsSpec;
import dev.kafkaapibridge.runtime.target.Verdict;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Reads what an accepting answer says of each record. A record of which it says nothing that can be
 * read counts as failed by the target, never as accepted. Pure.
 */
final class ItemStatuses {

  /** What a request carries along to have its answer's body; owned by the call's thread. */
  static final class Wanted {
    byte @Nullable [] body;
  }

  private static final ObjectMapper JSON = new ObjectMapper();

  private final @Nullable JsonPointer list;
  private final JsonPointer status;
  private final ResponseRules rules;

  ItemStatuses(@Nullable ItemsSpec spec) {
    String at = spec == null ? null : spec.list();
    this.list = at == null ? null : JsonPointer.compile(at);
    this.status = JsonPointer.compile(spec == null ? "/status" : spec.status());
    this.rules =
        new ResponseRules(
            spec == null ? List.of() : spec.rules(),
            Declarations.ofItem(),
            "spec.delivery.batch.items.rules");
  }

  /**
   * @param sent how many records were sent
   * @param table from a status code to a verdict
   */
  List<Verdict> read(byte[] body, int sent, IntFunction<Verdict> table) {
    JsonNode items = items(body);
    var verdicts = new ArrayList<Verdict>(sent);
    for (int i = 0; i < sent; i++) {
      verdicts.add(verdict(items.path(i), table));
    }
    return verdicts;
  }

  private Verdict verdict(JsonNode item, IntFunction<Verdict> table) {
    int code = code(item.at(status));
    ResponseRules.Ruling ruling = item.isMissingNode() ? null : ruling(item);
    if (ruling != null) {
      return ruling.of(code == 0 ? "-" : Integer.toString(code), null);
    }
    return code == 0
        ? new Verdict.TargetFailed(
            "-", "InvalidAnswer", "the answer has no status for this record of a batch")
        : table.apply(code);
  }

  private ResponseRules.@Nullable Ruling ruling(JsonNode item) {
    if (rules.areNone()) {
      return null;
    }
    try {
      Object value = PlainJson.parse(JSON.writeValueAsBytes(item));
      return rules.decide(name -> value);
    } catch (IOException | PlainJson.Malformed e) {
      return null; // deeper than anybody means it
    }
  }

  private JsonNode items(byte[] body) {
    try {
      JsonNode whole = JSON.readTree(body);
      if (list != null) {
        return whole.at(list);
      }
      return whole.isArray() ? whole : whole.path("items");
    } catch (IOException e) {
      return JSON.missingNode(); // cut off, or no JSON
    }
  }

  /** 0: none. */
  private static int code(JsonNode node) {
    int code = node.isInt() || node.isTextual() ? node.asInt(0) : 0;
    return code >= 100 && code <= 599 ? code : 0;
  }
}
