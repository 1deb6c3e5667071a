package dev.kafkaapibridge.runtime.target.http;

import dev.kafkaapibridge.api.expression.PlainJson;
import dev.kafkaapibridge.api.v1alpha1.BatchSpec;
import dev.kafkaapibridge.runtime.target.Batches;
import dev.kafkaapibridge.runtime.transform.Unfit;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Bodies of records side by side in one body. Each is one JSON value on one line. Pure. */
final class ItemBodies {

  private static final byte[] NULL = "null".getBytes(StandardCharsets.US_ASCII);

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

  static byte[] together(List<Batches.Item> items, BatchSpec.Format format) {
    boolean lines = format == BatchSpec.Format.NDJSON;
    int length = lines ? 0 : 1;
    for (Batches.Item item : items) {
      length += item.bytes();
    }
    var body = new byte[length];
    int at = 0;
    if (!lines) {
      body[at++] = '[';
    }
    for (Batches.Item item : items) {
      System.arraycopy(item.body(), 0, body, at, item.body().length);
      at += item.body().length;
      boolean last = at == length - 1;
      body[at++] = (byte) (lines ? '\n' : last ? ']' : ',');
    }
    return body;
  }

  static String contentType(BatchSpec.Format format) {
    return switch (format) {
      case JSONArray -> "application/json";
      case NDJSON -> "application/x-ndjson";
      case CloudEventsBatch -> "application/cloudevents-batch+json";
    };
  }
}
