package dev.kafkaapibridge.runtime.target.grpc;

import dev.kafkaapibridge.api.v1alpha1.GrpcSpec;
import dev.kafkaapibridge.runtime.record.SourceRecord;
import dev.kafkaapibridge.runtime.target.Verdict;
import dev.kafkaapibridge.runtime.target.Verdict.TargetMisconfigured;
import dev.kafkaapibridge.runtime.target.http.Departure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.BooleanSupplier;
import okhttp3.HttpUrl;
import okhttp3.Request;
import okhttp3.Response;
import okio.BufferedSource;

/**
 * Asks the server for files of descriptors, by its reflection service: v1, and v1alpha where that
 * is not implemented. A question is a stream of one message, made as a record's call is: over the
 * same connections, with the same credentials and deadline, and with a record's leave. Used by one
 * lane at a time.
 */
final class ReflectionCalls implements AutoCloseable {

  /** What a question has brought. */
  sealed interface Reply {
    record Files(List<byte[]> files) implements Reply {}

    /** The same question is to be put again, which is then put in the other version. */
    record OtherVersion() implements Reply {}

    /** What it means for the record whose leave was used; never that it is refused. */
    record None(Verdict why) implements Reply {}
  }

  private static final String V1 = "grpc.reflection.v1.ServerReflection";
  private static final String V1_ALPHA = "grpc.reflection.v1alpha.ServerReflection";

  private final GrpcSpec spec;
  private final Route route;
  private final GrpcExchange exchange;
  private final GrpcAnswers answers;
  private final GrpcVerdicts verdicts;
  private String version = V1;

  /**
   * @param verdicts by the status alone
   */
  ReflectionCalls(
      GrpcSpec spec,
      Route route,
      GrpcExchange exchange,
      GrpcAnswers answers,
      GrpcVerdicts verdicts) {
    this.spec = spec;
    this.route = route;
    this.exchange = exchange;
    this.answers = answers;
    this.verdicts = verdicts;
  }

  /**
   * @param message a request, as {@link ReflectionMessages} writes it
   * @param leaving asked in the instant before it is written
   */
  Reply ask(byte[] message, SourceRecord record, BooleanSupplier leaving) {
    Departure departure = new Departure(record.assignment());
    departure.ask(leaving);
    return switch (route.of(request(message, departure))) {
      case Route.Way.Missing(var why) -> new Reply.None(why);
      case Route.Way.Open(var client, var whole) ->
          exchange.with(client, whole, this::read, Reply.None::new);
    };
  }

  private Request request(byte[] message, Departure departure) {
    HttpUrl url =
        GrpcRequests.url(spec)
            .newBuilder()
            .encodedPath("/" + version + "/ServerReflectionInfo")
            .build();
    var request =
        new Request.Builder()
            .url(url)
            .tag(Departure.class, departure)
            .header("te", "trailers")
            .header("grpc-timeout", GrpcRequests.timeout(spec.deadline()))
            .post(MessageBody.of(message));
    // What every call has, whatever its record.
    spec.metadata()
        .forEach(header -> {
          String value = header.value();
          String written =
              value == null
                  ? null
                  : MetadataText.INSTANCE.of(header.name(), value.getBytes(StandardCharsets.UTF_8));
          if (written != null) {
            request.header(header.name(), written);
          }
        });
    return request.build();
  }

  private Reply read(Response response) throws IOException {
    byte[] message = null;
    if (HeadersAndTrailers.announceMessages(response)) {
      BufferedSource source = response.body().source();
      if (!source.exhausted()) {
        source.require(5);
        boolean compressed = source.readByte() != 0;
        long length = source.readInt() & 0xFFFFFFFFL;
        if (compressed || length > GrpcAnswers.MAX_MESSAGE_BYTES) {
          return none("-", "its answer is compressed, or larger than 4 MiB");
        }
        message = source.readByteArray(length);
      }
      while (!source.exhausted()) {
        source.skip(source.getBuffer().size());
      }
    }
    Verdict verdict = answers.end(response, null);
    if (verdict instanceof Verdict.Accepted) {
      return message == null ? none("-", "it answered nothing") : read(message);
    }
    return verdict.code().equals(Code.UNIMPLEMENTED.name()) ? unimplemented() : none(verdict);
  }

  private Reply read(byte[] message) throws IOException {
    return switch (ReflectionMessages.read(message)) {
      case ReflectionMessages.Told.Files(var files) -> new Reply.Files(files);
      case ReflectionMessages.Told.Fault(var code, var text) ->
          none(verdicts.byStatus(new CallStatus(code, text, StatusDetails.NONE, null)));
    };
  }

  private Reply unimplemented() {
    if (version.equals(V1)) {
      version = V1_ALPHA;
      return new Reply.OtherVersion();
    }
    version = V1; // the server may be another by the next time
    return none(Code.UNIMPLEMENTED.name(), "it has no reflection service, neither v1 nor v1alpha");
  }

  /** A question that is refused is no record's fault. */
  private Reply none(Verdict verdict) {
    return switch (verdict) {
      case Verdict.RecordRefused refused -> none(refused.code(), refused.detail());
      case Verdict.Accepted accepted -> none(accepted.code(), "it answered nothing");
      case Verdict other -> new Reply.None(other);
    };
  }

  private Reply none(String code, String why) {
    return new Reply.None(
        new TargetMisconfigured(
            code,
            "DescriptorNotFound",
            "The server was asked for the descriptor of %s, and %s. Check spec.target.grpc.service, or have the server offer reflection, or name a descriptor set in spec.target.grpc.descriptorConfigMapKeyRef."
                .formatted(spec.service(), why)));
  }

  @Override
  public void close() {
    exchange.close();
  }
}
