package dev.kafkaapibridge.runtime.schema;

import dev.kafkaapibridge.api.v1alpha1.CaRef;
import dev.kafkaapibridge.api.v1alpha1.KeyRef;
import dev.kafkaapibridge.api.v1alpha1.RecordSpec;
import dev.kafkaapibridge.api.v1alpha1.SchemaRegistrySpec;
import dev.kafkaapibridge.api.v1alpha1.SchemaSpec;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * From keys and values that name a schema to JSON. Owns what is known of the schemas, and the
 * client that asks for them. Safe for all lanes.
 */
public final class SchemaFormats implements AutoCloseable {

  /** For a bridge whose formats need no schema. */
  public static final SchemaFormats NONE = new SchemaFormats(null, null, null, null, null, null);

  private final @Nullable RegistryClient client;
  private final @Nullable Framing framing;
  private final @Nullable Schemas keys;
  private final @Nullable Schemas values;
  private final @Nullable RecordSpec record;
  private final @Nullable BodySchema bodies;

  private SchemaFormats(
      @Nullable RegistryClient client,
      @Nullable Framing framing,
      @Nullable Schemas keys,
      @Nullable Schemas values,
      @Nullable RecordSpec record,
      @Nullable BodySchema bodies) {
    this.client = client;
    this.framing = framing;
    this.keys = keys;
    this.values = values;
    this.record = record;
    this.bodies = bodies;
  }

  /**
   * @param ofBodies what bodies are held to; null: nothing
   * @param secrets the text of a Secret's key, null while it is missing
   * @param authorities the certificates of a PEM file, null while there are none
   * @param files what a ConfigMap's key holds, the same array while it is the same, null while
   *     there is nothing
   */
  public static SchemaFormats of(
      RecordSpec record,
      @Nullable SchemaSpec ofBodies,
      Function<KeyRef, @Nullable String> secrets,
      Function<CaRef, @Nullable List<X509Certificate>> authorities,
      Function<KeyRef, byte @Nullable []> files,
      Clock clock) {
    SchemaText.Type ofKeys =
        switch (record.keyFormat()) {
          case Raw, String, JSON -> null;
          case Avro -> SchemaText.Type.AVRO;
          case Protobuf -> SchemaText.Type.PROTOBUF;
          case JsonSchema -> SchemaText.Type.JSON;
        };
    SchemaText.Type ofValues =
        switch (record.valueFormat()) {
          case Raw, String, JSON -> null;
          case Avro -> SchemaText.Type.AVRO;
          case Protobuf -> SchemaText.Type.PROTOBUF;
          case JsonSchema -> SchemaText.Type.JSON;
        };
    KeyRef file = ofBodies == null ? null : ofBodies.configMapKeyRef();
    String subject = ofBodies == null ? null : ofBodies.subject();
    BodySchema bodies = file == null ? null : new FileSchema(() -> files.apply(file), clock);
    SchemaRegistrySpec registry = record.schemaRegistry();
    if (registry == null || ofKeys == null && ofValues == null && subject == null) {
      return bodies == null ? NONE : new SchemaFormats(null, null, null, null, null, bodies);
    }
    var client = new RegistryClient(registry, secrets, authorities);
    if (subject != null) {
      bodies =
          new SubjectSchema(
              subject,
              () -> SchemaFetch.ofSubject(subject, client),
              SchemaFormats::onItsOwn,
              System::nanoTime,
              clock);
    }
    Schemas.Asking asking = schema -> SchemaFetch.of(schema, client);
    return new SchemaFormats(
        client,
        registry.flavor() == SchemaRegistrySpec.Flavor.Apicurio
            ? new ApicurioFraming()
            : new ConfluentFraming(),
        ofKeys == null ? null : schemas(ofKeys, asking, clock),
        ofValues == null ? null : schemas(ofValues, asking, clock),
        record,
        bodies);
  }

  private static void onItsOwn(Runnable question) {
    Thread.ofVirtual().name("schema-registry").start(question);
  }

  private static Schemas schemas(SchemaText.Type type, Schemas.Asking asking, Clock clock) {
    Schemas.Making making =
        switch (type) {
          case AVRO -> AvroCodec::of;
          case PROTOBUF -> ProtobufCodec::of;
          case JSON -> JsonSchemaCodec::of;
        };
    return new Schemas(type, asking, making, SchemaFormats::onItsOwn, System::nanoTime, clock);
  }

  /** Whether keys name a schema. */
  public boolean ofKeys() {
    return keys != null;
  }

  /** Whether values name a schema. */
  public boolean ofValues() {
    return values != null;
  }

  /** A key as JSON. Only where {@link #ofKeys()}. */
  public byte[] key(byte[] bytes, Headers headers) throws Undecodable, SchemaMissing {
    return json(keys, bytes, headers, true);
  }

  /** A value as JSON. Only where {@link #ofValues()}. */
  public byte[] value(byte[] bytes, Headers headers) throws Undecodable, SchemaMissing {
    return json(values, bytes, headers, false);
  }

  private byte[] json(@Nullable Schemas schemas, byte[] bytes, Headers headers, boolean ofKey)
      throws Undecodable, SchemaMissing {
    if (schemas == null || framing == null || record == null) {
      throw new IllegalStateException("the spec names no schemas for it");
    }
    boolean protobuf =
        ofKey
            ? record.keyFormat() == RecordSpec.KeyFormat.Protobuf
            : record.valueFormat() == RecordSpec.ValueFormat.Protobuf;
    Framed framed = framing.of(bytes, headers, ofKey, protobuf);
    return schemas.find(framed.schema()).json(framed);
  }

  /** Holds a body, which has some content, to its schema, where the spec names one. */
  public void checkBody(byte[] body) throws Undecodable, SchemaMissing {
    if (bodies != null) {
      bodies.rules().check(body);
    }
  }

  /** Whether the schema of bodies stands in a ConfigMap and can't be used. */
  public boolean isFileUnusable() {
    return bodies instanceof FileSchema file && file.trouble().isPresent();
  }

  /** Scheme, host and port of the registry; empty where none is needed. */
  public Optional<String> endpoint() {
    return Optional.ofNullable(client).map(RegistryClient::endpoint);
  }

  /** Why the registry can't tell a schema that is needed. */
  public Optional<Trouble> trouble() {
    return Stream.concat(
            Stream.of(Optional.ofNullable(values), Optional.ofNullable(keys))
                .flatMap(Optional::stream)
                .map(Schemas::trouble)
                .flatMap(Stream::ofNullable),
            Stream.ofNullable(bodies).flatMap(schema -> schema.trouble().stream()))
        .findFirst();
  }

  @Override
  public void close() {
    if (keys != null) {
      keys.close();
    }
    if (values != null) {
      values.close();
    }
    if (client != null) {
      client.close();
    }
  }
}
