package dev.kafkaapibridge.runtime.target.http;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
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

  ItemStatuses(@Nullable ItemsSpec spec) {
    String at = spec == null ? null : spec.list();
    this.list = at == null ? null : JsonPointer.compile(at);
    this.status = JsonPointer.compile(spec == null ? "/status" : spec.status());
  }

  /**
   * @param sent how many records were sent
   * @param table from a status code to a verdict
   */
  List<Verdict> read(byte[] body, int sent, IntFunction<Verdict> table) {
    JsonNode items = items(body);
    var verdicts = new ArrayList<Verdict>(sent);
    for (int i = 0; i < sent; i++) {
      int code = code(items.path(i).at(status));
      verdicts.add(
          code == 0
              ? new Verdict.TargetFailed(
                  "-", "InvalidAnswer", "the answer has no status for this record of a batch")
              : table.apply(code));
    }
    return verdicts;
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
