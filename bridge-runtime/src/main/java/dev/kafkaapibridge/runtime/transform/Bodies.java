package dev.kafkaapibridge.runtime.transform;

import dev.kafkaapibridge.api.expression.Expression.Failed;
import dev.kafkaapibridge.api.expression.JsonTemplate;
import dev.kafkaapibridge.api.v1alpha1.BodySpec;
import dev.kafkaapibridge.runtime.record.SourceRecord;
import dev.kafkaapibridge.runtime.transform.Decoding.Format;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The body modes of the spec. Pure. */
public final class Bodies {

  /** What a template may grow to. */
  private static final int MAX_CHARACTERS = 64 * 1024 * 1024;

  private static final byte[] NOTHING = new byte[0];

  private Bodies() {}

  /**
   * @param template the compiled one, with mode Template; else null
   * @param id of a CloudEvent
   */
  public static RecordBody of(
      BodySpec.Mode mode,
      @Nullable JsonTemplate template,
      Decoding decoding,
      Function<SourceRecord, String> id) {
    return switch (mode) {
      case Value, CloudEventBinary ->
          (record, fields) -> {
            byte[] value = decoding.value(fields);
            return value == null ? NOTHING : value;
          };
      case Envelope -> new Envelope(decoding);
      case CloudEventStructured -> new StructuredCloudEvent(decoding, id);
      case Template -> {
        if (template == null) {
          throw new IllegalArgumentException("no template, which the schema has refused");
        }
        yield (record, fields) -> render(template, fields);
      }
      case None -> (record, fields) -> NOTHING;
    };
  }

  private static byte[] render(JsonTemplate template, RecordFields fields) throws Unfit {
    try {
      return template.render(fields, MAX_CHARACTERS).getBytes(StandardCharsets.UTF_8);
    } catch (Failed e) {
      throw new Unfit(e.reason().name(), "spec.target.http.body.template: " + e.getMessage());
    }
  }

  /** The Content-Type that follows from the mode; null: none. */
  public static @Nullable String contentType(BodySpec.Mode mode, Format valueFormat) {
    return switch (mode) {
      case Value, CloudEventBinary -> typeOfValues(valueFormat);
      case Envelope, Template -> "application/json";
      case CloudEventStructured -> "application/cloudevents+json";
      case None -> null;
    };
  }

  static String typeOfValues(Format format) {
    return switch (format) {
      case Raw -> "application/octet-stream";
      case String -> "text/plain; charset=utf-8";
      case JSON -> "application/json";
    };
  }
}
