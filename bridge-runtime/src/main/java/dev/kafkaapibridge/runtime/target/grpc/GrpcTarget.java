package dev.kafkaapibridge.runtime.target.grpc;

import dev.kafkaapibridge.api.derived.DerivedNames;
import dev.kafkaapibridge.api.v1alpha1.CaRef;
import dev.kafkaapibridge.api.v1alpha1.DeadLetterSpec;
import dev.kafkaapibridge.api.v1alpha1.DeliverySpec;
import dev.kafkaapibridge.api.v1alpha1.GrpcSpec;
import dev.kafkaapibridge.api.v1alpha1.KeyRef;
import dev.kafkaapibridge.api.v1alpha1.RecordSpec;
import dev.kafkaapibridge.runtime.pace.Pace;
import dev.kafkaapibridge.runtime.record.SourceRecord;
import dev.kafkaapibridge.runtime.target.Target;
import dev.kafkaapibridge.runtime.target.Verdict;
import dev.kafkaapibridge.runtime.target.http.Connecting;
import dev.kafkaapibridge.runtime.target.http.Departure;
import dev.kafkaapibridge.runtime.target.http.SecretHeaders;
import dev.kafkaapibridge.runtime.target.http.Transport;
import dev.kafkaapibridge.runtime.target.http.TransportFailures;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.LongConsumer;
import okhttp3.Dns;
import okhttp3.Protocol;
import okhttp3.Request;
import org.jspecify.annotations.Nullable;

/** Sends unary calls over gRPC, blocking, on the lanes' own threads. */
public final class GrpcTarget implements Target {

  /** Handshake included. A call's deadline counts on meanwhile. */
  private static final Duration CONNECT = Duration.ofSeconds(5);

  /** More often than every five minutes, a server may take a ping for an attack (gRPC, A8). */
  private static final Duration PING = Duration.ofSeconds(310);

  /**
   * As often a call is sent again at once that the server has not looked at; then it has failed.
   */
  private static final int MAX_REFUSALS = 3;

  private final GrpcRequests requests;
  private final SecretHeaders secrets;
  private final Transport transport;
  private final GrpcExchange exchange;
  private final String endpoint;
  private final Duration deadline;

  /**
   * @param secrets the text of a Secret's key, null while it is missing
   * @param authorities the certificates of a PEM file, null while there are none
   * @param contents the bytes of a ConfigMap's key, null while it is missing
   * @param pace told what answers say of the target's limit
   * @param sent told 1 for each request that leaves the process
   */
  public GrpcTarget(
      GrpcSpec grpc,
      RecordSpec record,
      DeliverySpec delivery,
      Function<KeyRef, @Nullable String> secrets,
      Function<CaRef, @Nullable List<X509Certificate>> authorities,
      Function<KeyRef, byte @Nullable []> contents,
      Pace pace,
      LongConsumer sent,
      Clock clock) {
    this(grpc, record, delivery, secrets, authorities, contents, pace, sent, clock, Dns.SYSTEM);
  }

  GrpcTarget(
      GrpcSpec grpc,
      RecordSpec record,
      DeliverySpec delivery,
      Function<KeyRef, @Nullable String> secrets,
      Function<CaRef, @Nullable List<X509Certificate>> authorities,
      Function<KeyRef, byte @Nullable []> contents,
      Pace pace,
      LongConsumer sent,
      Clock clock,
      Dns dns) {
    MethodTypes types = types(grpc, contents);
    this.requests = new GrpcRequests(grpc, record, types);
    this.secrets =
        new SecretHeaders(grpc.metadata(), GrpcRequests.METADATA, MetadataText.INSTANCE, secrets);
    this.transport =
        new Transport(connecting(grpc), delivery.maxInFlight(), authorities, dns, sent);
    this.exchange =
        new GrpcExchange(
            new GrpcVerdicts(grpc, delivery.retry()),
            new TransportFailures(advice(grpc)),
            message -> plain(types, message),
            delivery.deadLetter().responseBody() == DeadLetterSpec.ResponseBody.Truncated,
            grpc.deadline(),
            pace::told,
            clock);
    this.endpoint = DerivedNames.endpoint(grpc);
    this.deadline = grpc.deadline();
  }

  private static @Nullable MethodTypes types(
      GrpcSpec grpc, Function<KeyRef, byte @Nullable []> contents) {
    KeyRef ref = grpc.descriptorConfigMapKeyRef();
    return grpc.payload() == GrpcSpec.Payload.JSONToProtobuf && ref != null
        ? new MethodTypes(grpc, ref, contents)
        : null;
  }

  /** By the descriptor where there is one, else the bytes. */
  private static @Nullable Object plain(@Nullable MethodTypes types, byte[] message) {
    return types != null && types.now() instanceof MethodTypes.Found.Types(var request, var answer)
        ? answer.of(message)
        : message;
  }

  private static Connecting connecting(GrpcSpec grpc) {
    boolean tls = grpc.transport() == GrpcSpec.Transport.TLS;
    return new Connecting(
        tls,
        tls ? List.of(Protocol.HTTP_2, Protocol.HTTP_1_1) : List.of(Protocol.H2_PRIOR_KNOWLEDGE),
        true,
        grpc.tls(),
        CONNECT,
        PING,
        null,
        "spec.target.grpc.tls.caRefs");
  }

  private static TransportFailures.Advice advice(GrpcSpec grpc) {
    return new TransportFailures.Advice(
        "target",
        "spec.target.grpc.address",
        "spec.target.grpc.address",
        "spec.target.grpc.tls",
        "spec.target.grpc.deadline",
        "Correct the port in spec.target.grpc.address, or set spec.target.grpc.transport to Plaintext if that is meant.",
        "Set spec.target.grpc.transport to TLS.",
        "gRPC needs it. Correct spec.target.grpc.address.",
        grpc.transport() == GrpcSpec.Transport.Plaintext
            ? " (does the target speak gRPC, and without TLS? If not, correct spec.target.grpc.address or transport)"
            : "");
  }

  @Override
  public Prepared prepare(SourceRecord record) {
    return switch (requests.make(record)) {
      case GrpcRequests.Made.Whole(var request) ->
          new Prepared.Ready(new GrpcCall(record, request));
      case GrpcRequests.Made.NotYet ignored -> new Prepared.Ready(new GrpcCall(record, null));
      case GrpcRequests.Made.Impossible(var why) -> new Prepared.Refused(why);
      case GrpcRequests.Made.None ignored -> new Prepared.Skipped();
    };
  }

  /** One record's call. Owned by the record's lane. */
  private final class GrpcCall implements Call {
    private final SourceRecord record;
    private @Nullable Request request;
    private int refusals;

    /**
     * @param request null: what it is made by was not there yet
     */
    GrpcCall(SourceRecord record, @Nullable Request request) {
      this.record = record;
      this.request = request;
    }

    @Override
    public Verdict send(BooleanSupplier leaving) {
      Request made = request;
      return made == null ? makeAndSend(leaving) : send(made, leaving);
    }

    private Verdict makeAndSend(BooleanSupplier leaving) {
      return switch (requests.make(record)) {
        case GrpcRequests.Made.Whole(var made) -> {
          request = made;
          yield send(made, leaving);
        }
        case GrpcRequests.Made.NotYet(var why) -> why;
        case GrpcRequests.Made.Impossible(var why) -> why;
        case GrpcRequests.Made.None ignored ->
            throw new IllegalStateException("a record that is to be skipped has no call");
      };
    }

    private Verdict send(Request made, BooleanSupplier leaving) {
      Departure departure = made.tag(Departure.class);
      if (departure != null) {
        departure.ask(leaving);
      }
      Verdict verdict =
          switch (secrets.add(made)) {
            case SecretHeaders.Added.To(var whole) -> go(whole);
            case SecretHeaders.Added.Missing(var missing) -> missing;
          };
      if (!(verdict instanceof Verdict.Redirected)) {
        refusals = 0;
        return verdict;
      }
      refusals++;
      if (refusals < MAX_REFUSALS) {
        return verdict;
      }
      refusals = 0;
      return new Verdict.TargetFailed(
          "-",
          "ConnectionFailed",
          "the target refused the stream, or ended the connection, %d times in a row"
              .formatted(MAX_REFUSALS));
    }

    private Verdict go(Request whole) {
      return switch (transport.way()) {
        case Transport.Way.Open(var client) -> exchange.with(client, whole);
        case Transport.Way.Missing(var verdict) -> verdict;
      };
    }
  }

  @Override
  public Duration longestCall() {
    return deadline;
  }

  @Override
  public String endpoint() {
    return endpoint;
  }

  @Override
  public void close() {
    exchange.close();
    transport.close();
  }
}
