package dev.kafkaapibridge.runtime.target.http;

import dev.kafkaapibridge.api.expression.Expression;
import dev.kafkaapibridge.api.expression.Expression.Failed;
import dev.kafkaapibridge.api.expression.Template;
import dev.kafkaapibridge.api.v1alpha1.HeaderSpec;
import dev.kafkaapibridge.api.v1alpha1.IdempotencyKeySpec;
import dev.kafkaapibridge.runtime.record.RecordKey;
import dev.kafkaapibridge.runtime.record.SourceRecord;
import dev.kafkaapibridge.runtime.transform.RecordFields;
import dev.kafkaapibridge.runtime.transform.TraceContext;
import dev.kafkaapibridge.runtime.transform.Unfit;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import okhttp3.Headers;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * The headers of a record's request, but for those that are Secrets ({@link SecretHeaders}) or that
 * the body needs. What no record changes is made once. Pure.
 */
public final class RequestHeaders {

  private static final String INVALID = "InvalidHeader";

  /** Longer ones are refused by servers. */
  private static final int MAX_CHARACTERS = 16_384;

  private record FromRecord(String name, String recordHeader) {}

  private record FromTemplate(String name, Template template, String field) {}

  private final Headers fixed;
  private final List<FromRecord> fromRecord = new ArrayList<>();
  private final List<FromTemplate> fromTemplate = new ArrayList<>();
  private final Set<String> named;
  private final IdempotencyKeySpec idempotencyKey;
  private final boolean passesTrace;
  private final HeaderText encoding;

  /**
   * @param templates the compiled ones, by the place of their header in the list
   * @param list the field of the spec that has them, for people
   * @param encoding how values are written
   */
  public RequestHeaders(
      List<HeaderSpec> specs,
      List<@Nullable Template> templates,
      IdempotencyKeySpec key,
      String list,
      HeaderText encoding) {
    this.encoding = encoding;
    var same = new Headers.Builder();
    // Nothing is decompressed here, and OkHttp would ask for gzip by itself.
    same.add("Accept-Encoding", "identity");
    for (int i = 0; i < specs.size(); i++) {
      HeaderSpec spec = specs.get(i);
      Template template = templates.get(i);
      if (spec.value() != null) {
        String value = encoding.of(spec.name(), spec.value().getBytes(StandardCharsets.UTF_8));
        same.set(spec.name(), value == null ? spec.value() : value);
      } else if (spec.recordHeader() != null) {
        fromRecord.add(new FromRecord(spec.name(), spec.recordHeader()));
      } else if (template != null) {
        fromTemplate.add(new FromTemplate(spec.name(), template, list + "[" + i + "].template: "));
      }
    }
    this.fixed = same.build();
    this.idempotencyKey = key;
    this.named =
        specs.stream()
            .map(spec -> spec.name().toLowerCase(Locale.ROOT))
            .collect(Collectors.toUnmodifiableSet());
    this.passesTrace = !named.contains(TraceContext.PARENT) && !named.contains(TraceContext.STATE);
  }

  public List<Expression> expressions() {
    return fromTemplate.stream()
        .flatMap(header -> header.template().expressions().stream())
        .toList();
  }

  /** Whether the spec has a header of this name, in lower case. */
  public boolean names(String name) {
    return named.contains(name);
  }

  public Headers.Builder of(SourceRecord record, RecordFields fields) throws Unfit {
    Headers.Builder built = fixed.newBuilder();
    fromRecord(record, fields, built);
    String key = key(record);
    if (key != null) {
      built.addUnsafeNonAscii(idempotencyKey.header(), key);
    }
    if (passesTrace) {
      trace(record, built);
    }
    return built;
  }

  /** What several records may have in common: all but the key and the trace. */
  Headers shared(SourceRecord record, RecordFields fields) throws Unfit {
    if (fromRecord.isEmpty() && fromTemplate.isEmpty()) {
      return fixed;
    }
    Headers.Builder built = fixed.newBuilder();
    fromRecord(record, fields, built);
    return built.build();
  }

  private void fromRecord(SourceRecord record, RecordFields fields, Headers.Builder built)
      throws Unfit {
    for (FromRecord header : fromRecord) {
      String value = text(record, header.recordHeader(), header.name());
      if (value != null) {
        built.addUnsafeNonAscii(header.name(), value);
      }
    }
    for (FromTemplate header : fromTemplate) {
      built.addUnsafeNonAscii(header.name(), value(header, fields));
    }
  }

  /** The header that holds the key; null: none does. */
  @Nullable String keyHeader() {
    return idempotencyKey.source() == IdempotencyKeySpec.Source.None
        ? null
        : idempotencyKey.header();
  }

  /** Null where none is asked for. */
  @Nullable String key(SourceRecord record) throws Unfit {
    return switch (idempotencyKey.source()) {
      case RecordCoordinates -> record.idempotencyKey();
      case None -> null;
      case RecordHeader -> keyInHeader(record);
    };
  }

  private String keyInHeader(SourceRecord record) throws Unfit {
    String name = String.valueOf(idempotencyKey.recordHeader());
    String key = text(record, name, idempotencyKey.header());
    if (key == null) {
      throw new Unfit(
          INVALID, "it has no header '%s', which its idempotency key is read from".formatted(name));
    }
    return key;
  }

  /** What tells {@link #key}; where none is asked for, the one that it would be. */
  RecordKey recordKey(SourceRecord record) throws Unfit {
    return switch (idempotencyKey.source()) {
      case RecordCoordinates, None -> record.idempotency();
      case RecordHeader -> new RecordKey.Given(keyInHeader(record));
    };
  }

  /** The name by which the API knows the record, or would if it were told. */
  String identity(SourceRecord record) {
    try {
      String key = key(record);
      return key == null ? record.idempotencyKey() : key;
    } catch (Unfit e) {
      return record.idempotencyKey(); // of a record that its headers have refused already
    }
  }

  private String value(FromTemplate header, RecordFields fields) throws Unfit {
    String value;
    try {
      value = header.template().render(fields, MAX_CHARACTERS);
    } catch (Failed e) {
      throw new Unfit(e.reason().name(), header.field() + e.getMessage());
    }
    String written = encoding.of(header.name(), value.getBytes(StandardCharsets.UTF_8));
    // White space around a value is no part of it (RFC 9110, section 5.5): another would arrive.
    if (written == null || !written.equals(written.strip())) {
      throw new Unfit(
          INVALID,
          header.field()
              + "what it gives has %s, or white space around it".formatted(encoding.unfit()));
    }
    return written;
  }

  private @Nullable String text(SourceRecord record, String recordHeader, String name)
      throws Unfit {
    Header header = record.record().headers().lastHeader(recordHeader);
    if (header == null || header.value() == null) {
      return null;
    }
    String text = encoding.of(name, header.value());
    if (text == null) {
      throw new Unfit(
          INVALID, "the value for header '%s' has %s".formatted(name, encoding.unfit()));
    }
    return text;
  }

  /** The parent is passed on as it came: where nothing is traced, no span is made up. */
  private static void trace(SourceRecord record, Headers.Builder built) {
    Header parent = record.record().headers().lastHeader(TraceContext.PARENT);
    if (parent == null || !TraceContext.isParent(parent.value())) {
      return;
    }
    built.add(TraceContext.PARENT, new String(parent.value(), StandardCharsets.US_ASCII));
    Header state = record.record().headers().lastHeader(TraceContext.STATE);
    if (state != null && TraceContext.isState(state.value())) {
      built.add(TraceContext.STATE, new String(state.value(), StandardCharsets.US_ASCII));
    }
  }

  /**
   * What may stand in a field line, RFC 9110 section 5.5: no control characters, or a record could
   * write headers of its own.
   */
  static boolean isHeaderValue(String value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c != '\t' && Character.isISOControl(c)) {
        return false;
      }
    }
    return true;
  }
}
