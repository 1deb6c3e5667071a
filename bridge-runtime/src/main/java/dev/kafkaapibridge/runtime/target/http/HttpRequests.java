package dev.kafkaapibridge.runtime.target.http;

import dev.kafkaapibridge.api.expression.Declarations;
import dev.kafkaapibridge.api.expression.Expression;
import dev.kafkaapibridge.api.expression.Expression.Unsound;
import dev.kafkaapibridge.api.expression.JsonTemplate;
import dev.kafkaapibridge.api.expression.MediaTypes;
import dev.kafkaapibridge.api.expression.Template;
import dev.kafkaapibridge.api.expression.UrlTemplate;
import dev.kafkaapibridge.api.v1alpha1.BatchSpec;
import dev.kafkaapibridge.api.v1alpha1.BodySpec;
import dev.kafkaapibridge.api.v1alpha1.HeaderSpec;
import dev.kafkaapibridge.api.v1alpha1.HttpSpec;
import dev.kafkaapibridge.api.v1alpha1.RecordSpec;
import dev.kafkaapibridge.runtime.record.Assignment;
import dev.kafkaapibridge.runtime.record.KeyOfSeveral;
import dev.kafkaapibridge.runtime.record.SourceRecord;
import dev.kafkaapibridge.runtime.schema.SchemaFormats;
import dev.kafkaapibridge.runtime.schema.SchemaMissing;
import dev.kafkaapibridge.runtime.schema.Undecodable;
import dev.kafkaapibridge.runtime.target.Batches;
import dev.kafkaapibridge.runtime.target.Verdict.RecordRefused;
import dev.kafkaapibridge.runtime.transform.Bodies;
import dev.kafkaapibridge.runtime.transform.CloudEvent;
import dev.kafkaapibridge.runtime.transform.Decoding;
import dev.kafkaapibridge.runtime.transform.Needs;
import dev.kafkaapibridge.runtime.transform.RecordBody;
import dev.kafkaapibridge.runtime.transform.RecordFields;
import dev.kafkaapibridge.runtime.transform.Unfit;
import java.util.ArrayList;
import java.util.List;
import okhttp3.Headers;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.Request;
import org.jspecify.annotations.Nullable;

/**
 * From a record to a request. A record that can't be one is refused with the reason. Credentials
 * are not part of it: they are added to each call ({@link SecretHeaders}). Pure.
 */
final class HttpRequests {

  sealed interface Made {
    record Whole(Request request) implements Made {}

    record Impossible(RecordRefused why) implements Made {}

    /** The spec asks for none. */
    record None() implements Made {}

    /** The registry has not told its schema. */
    record NotYet(String reason) implements Made {}
  }

  /** Where records go that may share a request. */
  private record Destination(HttpUrl url, Headers headers) {
    /** For each record's look for its batch: of the URL alone, whose text knows its own. */
    @Override
    public int hashCode() {
      return url.hashCode();
    }
  }

  private static final Made NONE = new Made.None();
  private static final Batches.Prepared NOTHING = new Batches.Prepared.Skipped();

  private final RequestUrl url;
  private final RequestHeaders headers;
  private final RecordBody body;
  private final Decoding decoding;
  private final SchemaFormats schemas;
  private final String method;
  private final BodySpec.Mode mode;
  private final @Nullable MediaType contentType;
  private final @Nullable String givenType;

  /** Whether bodies are JSON as they are made. */
  private final boolean writesJson;

  private final RecordSpec.Tombstones tombstones;
  private volatile @Nullable Destination latest;

  HttpRequests(HttpSpec spec, RecordSpec record, SchemaFormats schemas) {
    Declarations names = Declarations.ofRecord("record.", record);
    UrlTemplate urlTemplate;
    var headerTemplates = new ArrayList<@Nullable Template>();
    JsonTemplate bodyTemplate = null;
    String bodyText = spec.body().template();
    try {
      urlTemplate = UrlTemplate.compile(spec.url(), Declarations.ofRecord("", record));
      for (HeaderSpec header : spec.headers()) {
        String text = header.template();
        headerTemplates.add(text == null ? null : Template.compile(text, names));
      }
      if (bodyText != null) {
        bodyTemplate =
            JsonTemplate.compile(bodyText, MediaTypes.isJson(spec.body().contentType()), names);
      }
    } catch (Unsound e) {
      throw new IllegalArgumentException("what the check before has refused: " + e.getMessage(), e);
    }
    this.url = new RequestUrl(urlTemplate);
    this.headers =
        new RequestHeaders(
            spec.headers(),
            headerTemplates,
            spec.idempotencyKey(),
            "spec.target.http.headers",
            HeaderText.OF_HTTP);
    var expressions = new ArrayList<Expression>(urlTemplate.expressions());
    expressions.addAll(headers.expressions());
    if (bodyTemplate != null) {
      expressions.addAll(bodyTemplate.expressions());
    }
    this.mode = spec.body().mode();
    this.schemas = schemas;
    this.decoding = Decoding.of(record, schemas, expressions, Needs.of(mode));
    this.body = Bodies.of(mode, bodyTemplate, decoding, headers::identity);
    this.method = spec.method().name();
    String type = spec.body().contentType();
    this.givenType = type;
    this.writesJson =
        switch (mode) {
          case Envelope, CloudEventStructured -> true;
          case Template -> MediaTypes.isJson(type);
          case Value -> decoding.value() == Decoding.Format.JSON;
          case CloudEventBinary, None -> false;
        };
    type = type == null ? Bodies.contentType(mode, decoding.value()) : type;
    this.contentType = type == null ? null : MediaType.get(type);
    this.tombstones = record.tombstones();
  }

  /** Of every request the origin, of some the whole. */
  HttpUrl url() {
    return url.shape();
  }

  /** What a record's request is made from; null: the spec asks for none. */
  private @Nullable RecordFields fields(SourceRecord record) throws Unfit, SchemaMissing {
    boolean tombstone = record.record().value() == null;
    if (tombstone && tombstones == RecordSpec.Tombstones.Skip) {
      return null;
    }
    RecordFields fields = decoding.open(record);
    if (!decoding.passes(fields)) {
      return null;
    }
    if (tombstone && tombstones == RecordSpec.Tombstones.Refuse) {
      throw new Unfit("Tombstone", "it has no value, and spec.record.tombstones is Refuse");
    }
    decoding.decode(fields);
    return fields;
  }

  /** The record as a part of a request for several. */
  Batches.Prepared item(SourceRecord record) {
    try {
      RecordFields fields = fields(record);
      if (fields == null) {
        return NOTHING;
      }
      return new Batches.Prepared.Ready(
          new Batches.Item(
              record,
              destination(url.of(fields), headers.shared(record, fields)),
              headers.recordKey(record),
              ItemBodies.line(content(record, fields), writesJson)));
    } catch (Unfit e) {
      return new Batches.Prepared.Refused(RecordRefused.of(e));
    } catch (SchemaMissing e) {
      return new Batches.Prepared.NotYet(e.reason());
    }
  }

  /** The same object for the same two: most bridges have one for all records. */
  private Destination destination(HttpUrl url, Headers with) {
    Destination known = latest;
    if (known != null && known.url() == url && known.headers() == with) {
      return known;
    }
    var destination = new Destination(url, with);
    latest = destination;
    return destination;
  }

  /** One request for several records. */
  Request together(List<Batches.Item> items, BatchSpec.Format format, Assignment of) {
    var destination = (Destination) items.getFirst().destination();
    Headers.Builder with = destination.headers().newBuilder();
    String header = headers.keyHeader();
    if (header != null) {
      var all = new KeyOfSeveral(items.size());
      for (Batches.Item item : items) {
        all.add(item.key(), item.record().record().offset());
      }
      with.addUnsafeNonAscii(header, all.key());
    }
    String type = givenType == null ? ItemBodies.contentType(format) : givenType;
    return new Request.Builder()
        .url(destination.url())
        .tag(Departure.class, new Departure(of))
        .headers(with.build())
        .method(method, new OneShotBody(MediaType.get(type), ItemBodies.together(items, format)))
        .build();
  }

  Made make(SourceRecord record) {
    try {
      RecordFields fields = fields(record);
      if (fields == null) {
        return NONE;
      }
      var request =
          new Request.Builder()
              .url(url.of(fields))
              .tag(Departure.class, new Departure(record.assignment()));
      Headers.Builder with = headers.of(record, fields);
      if (mode == BodySpec.Mode.CloudEventBinary) {
        attributes(record, fields, with);
      }
      return new Made.Whole(
          request.headers(with.build()).method(method, body(record, fields)).build());
    } catch (Unfit e) {
      return new Made.Impossible(RecordRefused.of(e));
    } catch (SchemaMissing e) {
      return new Made.NotYet(e.reason());
    }
  }

  private void attributes(SourceRecord record, RecordFields fields, Headers.Builder with) {
    CloudEvent.attributes(record, headers.identity(record), decoding, fields)
        .forEach((name, value) -> {
          if (!headers.names("ce-" + name)) {
            with.add("ce-" + name, CloudEvent.headerValue(value));
          }
        });
  }

  private @Nullable OneShotBody body(SourceRecord record, RecordFields fields)
      throws Unfit, SchemaMissing {
    byte[] content = content(record, fields);
    if (mode == BodySpec.Mode.None && (method.equals("GET") || method.equals("DELETE"))) {
      return null;
    }
    return new OneShotBody(contentType, content);
  }

  /** Known to be what the body's schema says. */
  private byte[] content(SourceRecord record, RecordFields fields) throws Unfit, SchemaMissing {
    byte[] content = body.of(record, fields);
    if (content.length > 0) {
      try {
        schemas.checkBody(content);
      } catch (Undecodable e) {
        throw new Unfit(
            e.reason(),
            "its body %s (spec.target.http.body.schema)".formatted(e.getMessage()),
            e.pointer());
      }
    }
    return content;
  }
}
