package dev.kafkaapibridge.runtime.target.http;

import dev.kafkaapibridge.api.expression.PlainJson;
import dev.kafkaapibridge.api.v1alpha1.BatchSpec;
import dev.kafkaapibridge.runtime.target.Batches;
import dev.kafkaapibridge.runtime.transform.Unfit;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Bodies of records side by side in one body. Each is one JSON value on one line. Pure. */
final class ItemBodies {

  private static final byte[] NULL = "null".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] LINE_END = {'\n'};
  private static final byte[] BEGIN = {'['};
  private static final byte[] COMMA = {','};
  private static final byte[] END = {']'};

  private ItemBodies() {}

  /**
   * A body as one line.
   *
   * @param isJson known to be JSON; else that is checked
   */
  static byte[] line(byte[] body, boolean isJson) throws Unfit {
    if (body.length == 0) {
      return NULL;
    }
    if (!isJson) {
      try {
        if (PlainJson.isOneLine(body)) {
          return body;
        }
      } catch (PlainJson.Malformed e) {
        throw new Unfit(
            "InvalidJSON",
            "its body can't stand in a batch (spec.delivery.batch.format): " + e.getMessage());
      }
    }
    byte[] line = body;
    for (int i = 0; i < body.length; i++) {
      if (body[i] == '\n' || body[i] == '\r') {
        // Between values, for within a string they are written with a backslash.
        line = line == body ? body.clone() : line;
        line[i] = ' ';
      }
    }
    return line;
  }

  /** The pieces of one body: those of the items themselves, and what parts them. */
  static List<byte[]> together(List<Batches.Item> items, BatchSpec.Format format) {
    boolean lines = format == BatchSpec.Format.NDJSON;
    var pieces = new ArrayList<byte[]>(2 * items.size() + 1);
    if (!lines) {
      pieces.add(BEGIN);
    }
    for (Batches.Item item : items) {
      pieces.add(item.body());
      pieces.add(lines ? LINE_END : COMMA);
    }
    if (!lines) {
      pieces.set(pieces.size() - 1, END);
    }
    return pieces;
  }

  static String contentType(BatchSpec.Format format) {
    return switch (format) {
      case JSONArray -> "application/json";
      case NDJSON -> "application/x-ndjson";
      case CloudEventsBatch -> "application/cloudevents-batch+json";
    };
  }
}
