package dev.kafkaapibridge.runtime.target.grpc;

import dev.kafkaapibridge.api.expression.Declarations;
import dev.kafkaapibridge.api.expression.Expression;
import dev.kafkaapibridge.api.expression.Template;
import dev.kafkaapibridge.api.v1alpha1.GrpcCompressionSpec;
import dev.kafkaapibridge.api.v1alpha1.GrpcSpec;
import dev.kafkaapibridge.api.v1alpha1.HeaderSpec;
import dev.kafkaapibridge.api.v1alpha1.IdempotencyKeySpec;
import dev.kafkaapibridge.api.v1alpha1.RecordSpec;
import dev.kafkaapibridge.runtime.record.SourceRecord;
import dev.kafkaapibridge.runtime.schema.SchemaFormats;
import dev.kafkaapibridge.runtime.schema.SchemaMissing;
import dev.kafkaapibridge.runtime.target.Verdict.RecordRefused;
import dev.kafkaapibridge.runtime.target.Verdict.TargetMisconfigured;
import dev.kafkaapibridge.runtime.target.http.Departure;
import dev.kafkaapibridge.runtime.target.http.RequestHeaders;
import dev.kafkaapibridge.runtime.transform.Decoding;
import dev.kafkaapibridge.runtime.transform.Needs;
import dev.kafkaapibridge.runtime.transform.RecordFields;
import dev.kafkaapibridge.runtime.transform.Unfit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.function.BooleanSupplier;
import okhttp3.Headers;
import okhttp3.HttpUrl;
import okhttp3.Request;
import okhttp3.RequestBody;
import org.jspecify.annotations.Nullable;

/**
 * From a record to a call: a POST to {@code /service/method} with the message in gRPC's frame. A
 * record that can't be one is refused with the reason. Credentials are added to each call later.
 */
final class GrpcRequests {

  static final String METADATA = "spec.target.grpc.metadata";

  private static final String KEY = "idempotency-key";
  private static final byte[] NOTHING = new byte[0];

  /**
   * What a record was made to.
   *
   * @param <T> a call of its own, or a message of a stream
   */
  sealed interface Made<T> {
    record Whole<T>(T made) implements Made<T> {}

    record Impossible<T>(RecordRefused why) implements Made<T> {}

    /** The spec asks for none. */
    record None<T>() implements Made<T> {}

    /** Something is missing that is not the record's. */
    record NotYet<T>(TargetMisconfigured why) implements Made<T> {}

    /** The registry has not told its schema. */
    record WithoutSchema<T>(String reason) implements Made<T> {}
  }

  private final HttpUrl url;
  private final RequestHeaders metadata;
  private final @Nullable MethodTypes types;
  private final Decoding decoding;
  private final @Nullable String timeout;
  private final boolean gzip;
  private final RecordSpec.Tombstones tombstones;

  /**
   * @param streams whether records are messages of streams
   * @param types of JSON's messages; null: values are messages already
   */
  GrpcRequests(
      GrpcSpec spec,
      boolean streams,
      RecordSpec record,
      SchemaFormats schemas,
      @Nullable MethodTypes types) {
    this.url = url(spec);
    this.types = types;
    var templates = new ArrayList<@Nullable Template>();
    Declarations names = Declarations.ofRecord("record.", record);
    try {
      for (HeaderSpec header : spec.metadata()) {
        String text = header.template();
        templates.add(text == null ? null : Template.compile(text, names));
      }
    } catch (Expression.Unsound e) {
      throw new IllegalArgumentException("what the check before has refused: " + e.getMessage(), e);
    }
    this.metadata =
        new RequestHeaders(
            spec.metadata(), templates, key(spec, streams), METADATA, MetadataText.INSTANCE);
    this.decoding = Decoding.of(record, schemas, metadata.expressions(), new Needs(false, true));
    this.timeout = streams ? null : timeout(spec.deadline());
    this.gzip = spec.compression().algorithm() == GrpcCompressionSpec.Algorithm.Gzip;
    this.tombstones = record.tombstones();
  }

  static HttpUrl url(GrpcSpec spec) {
    String scheme = spec.transport() == GrpcSpec.Transport.TLS ? "https" : "http";
    return HttpUrl.get(
        "%s://%s/%s/%s".formatted(scheme, spec.address(), spec.service(), spec.method()));
  }

  /**
   * The same under the same name for every bridge, unless its metadata has one of that name. A
   * stream has none: its metadata would be the key of its first record alone.
   */
  private static IdempotencyKeySpec key(GrpcSpec spec, boolean streams) {
    boolean named =
        streams || spec.metadata().stream().anyMatch(h -> h.name().equalsIgnoreCase(KEY));
    return new IdempotencyKeySpec(
        KEY,
        named ? IdempotencyKeySpec.Source.None : IdempotencyKeySpec.Source.RecordCoordinates,
        null);
  }

  /** At most eight digits and a unit, as the protocol has it. */
  static String timeout(Duration deadline) {
    return deadline.toMillis() + "m";
  }

  /** Before it is sent: its leave may be needed to ask for the types of messages. */
  MethodTypes.Leave ask(SourceRecord record, BooleanSupplier leaving) {
    return types == null ? MethodTypes.FOR_THE_CALL : types.ask(record, leaving);
  }

  /** A record's own call. */
  Made<Request> make(SourceRecord record) {
    return make(
        record,
        (fields, message) -> call(record, fields, message, new Departure(record.assignment())));
  }

  /** A record as a message of a stream. */
  Made<MessageBody> message(SourceRecord record) {
    return make(record, (fields, message) -> message);
  }

  private interface Making<T> {
    T of(RecordFields fields, MessageBody message) throws Unfit, SchemaMissing;
  }

  private <T> Made<T> make(SourceRecord record, Making<T> making) {
    boolean tombstone = record.record().value() == null;
    if (tombstone && tombstones == RecordSpec.Tombstones.Skip) {
      return new Made.None<>();
    }
    try {
      RecordFields fields = decoding.open(record);
      if (!decoding.passes(fields)) {
        return new Made.None<>();
      }
      decoding.bySchema(fields);
      MethodTypes.Found found = types == null ? null : types.now();
      if (found instanceof MethodTypes.Found.Missing(var why)) {
        return new Made.NotYet<>(why);
      }
      if (tombstone && tombstones == RecordSpec.Tombstones.Refuse) {
        throw new Unfit("Tombstone", "it has no value, and spec.record.tombstones is Refuse");
      }
      byte[] message = message(fields, found);
      MessageBody body = gzip ? MessageBody.gzipped(message) : MessageBody.of(message);
      return new Made.Whole<>(making.of(fields, body));
    } catch (Unfit e) {
      return new Made.Impossible<>(RecordRefused.of(e));
    } catch (SchemaMissing e) {
      return new Made.WithoutSchema<>(e.reason());
    }
  }

  /**
   * A stream's call, with metadata from its first record.
   *
   * @throws Unfit if metadata can't carry what the record has
   * @throws SchemaMissing if its schema was known and has been forgotten
   */
  Request call(SourceRecord record, RequestBody body, Departure departure)
      throws Unfit, SchemaMissing {
    return call(record, decoding.open(record), body, departure);
  }

  private Request call(
      SourceRecord record, RecordFields fields, RequestBody body, Departure departure)
      throws Unfit, SchemaMissing {
    decoding.decode(fields);
    Headers.Builder with = metadata.of(record, fields);
    with.set("te", "trailers");
    if (timeout != null) {
      with.set("grpc-timeout", timeout);
    }
    if (gzip) {
      with.set("grpc-encoding", "gzip");
    }
    return new Request.Builder()
        .url(url)
        .tag(Departure.class, departure)
        .headers(with.build())
        .post(body)
        .build();
  }

  /** A tombstone is a message without fields. */
  private byte[] message(RecordFields fields, MethodTypes.@Nullable Found found) throws Unfit {
    if (found instanceof MethodTypes.Found.Types(var request, var answer)) {
      byte[] value = decoding.valueUnchecked(fields);
      return value == null ? NOTHING : request.of(value);
    }
    byte[] value = decoding.value(fields);
    return value == null ? NOTHING : value;
  }
}
