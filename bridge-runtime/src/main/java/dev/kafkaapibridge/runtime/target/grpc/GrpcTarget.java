package dev.kafkaapibridge.runtime.target.grpc;

import dev.kafkaapibridge.api.certificates.Identity;
import dev.kafkaapibridge.api.derived.DerivedNames;
import dev.kafkaapibridge.api.v1alpha1.CaRef;
import dev.kafkaapibridge.api.v1alpha1.DeliverySpec;
import dev.kafkaapibridge.api.v1alpha1.GrpcSpec;
import dev.kafkaapibridge.api.v1alpha1.KeyRef;
import dev.kafkaapibridge.api.v1alpha1.NameRef;
import dev.kafkaapibridge.api.v1alpha1.RecordSpec;
import dev.kafkaapibridge.api.v1alpha1.StreamSpec;
import dev.kafkaapibridge.runtime.pace.Pace;
import dev.kafkaapibridge.runtime.record.SourceRecord;
import dev.kafkaapibridge.runtime.refs.Secrets;
import dev.kafkaapibridge.runtime.schema.SchemaFormats;
import dev.kafkaapibridge.runtime.target.ChannelCounts;
import dev.kafkaapibridge.runtime.target.KeptAnswer;
import dev.kafkaapibridge.runtime.target.Target;
import dev.kafkaapibridge.runtime.target.Verdict;
import dev.kafkaapibridge.runtime.target.http.Connecting;
import dev.kafkaapibridge.runtime.target.http.SecretHeaders;
import dev.kafkaapibridge.runtime.target.http.Transport;
import dev.kafkaapibridge.runtime.target.http.TransportFailures;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import okhttp3.Dns;
import okhttp3.Protocol;
import org.jspecify.annotations.Nullable;

/** Calls over gRPC, blocking, on the lanes' own threads: a record each, or streams of them. */
public final class GrpcTarget implements Target {

  /** Handshake included. A call's deadline counts on meanwhile. */
  private static final Duration CONNECT = Duration.ofSeconds(5);

  /** More often than every five minutes, a server may take a ping for an attack (gRPC, A8). */
  private static final Duration PING = Duration.ofSeconds(310);

  /** What an absent spec.target.grpc.stream means. */
  private static final StreamSpec BY_DEFAULT =
      new StreamSpec(StreamSpec.Acknowledgement.StreamClose, 1_000, Duration.ofMinutes(5));

  private final Transport transport;
  private final LastHeard lastHeard = new LastHeard();
  private final @Nullable MethodTypes types;
  private final Calls calls;
  private final String endpoint;
  private final Duration deadline;

  /**
   * @param excerpts whether verdicts are to have the beginning of the answer
   * @param keeping which answers verdicts are to have whole
   * @param secrets what the files hold
   * @param authorities the certificates of a PEM file, null while there are none
   * @param identities the client certificate of a Secret
   * @param contents the bytes of a ConfigMap's key, null while it is missing
   * @param pace told what answers say of the target's limit
   * @param sent told 1 for each call, or each message of a stream, that leaves the process
   */
  public GrpcTarget(
      GrpcSpec grpc,
      RecordSpec record,
      SchemaFormats schemas,
      DeliverySpec delivery,
      boolean excerpts,
      KeptAnswer.Keeping keeping,
      Secrets secrets,
      Function<CaRef, @Nullable List<X509Certificate>> authorities,
      Function<NameRef, Identity> identities,
      Function<KeyRef, byte @Nullable []> contents,
      Pace pace,
      LongConsumer sent,
      Clock clock) {
    this(
        grpc,
        record,
        schemas,
        delivery,
        excerpts,
        keeping,
        secrets,
        authorities,
        identities,
        contents,
        pace,
        sent,
        clock,
        Dns.SYSTEM,
        System::nanoTime);
  }

  GrpcTarget(
      GrpcSpec grpc,
      RecordSpec record,
      SchemaFormats schemas,
      DeliverySpec delivery,
      boolean excerpts,
      KeptAnswer.Keeping keeping,
      Secrets secrets,
      Function<CaRef, @Nullable List<X509Certificate>> authorities,
      Function<NameRef, Identity> identities,
      Function<KeyRef, byte @Nullable []> contents,
      Pace pace,
      LongConsumer sent,
      Clock clock,
      Dns dns,
      LongSupplier nanoTime) {
    this.transport =
        new Transport(
            connecting(grpc),
            delivery.maxInFlight(),
            false,
            authorities,
            identities,
            dns,
            sent,
            nanoTime);
    var route =
        new Route(
            new SecretHeaders(
                grpc.metadata(),
                grpc.authentication(),
                "spec.target.grpc",
                "metadata",
                MetadataText.INSTANCE,
                secrets),
            transport);
    this.types = types(grpc, delivery, contents, route, pace, clock, nanoTime);
    var answers =
        new GrpcAnswers(
            new GrpcVerdicts(grpc, delivery.retry()),
            new TransportFailures(advice(grpc)),
            message -> plain(types, message),
            excerpts,
            new AnswerKeeping(
                keeping,
                grpc.mode() == GrpcSpec.Mode.ServerStreaming,
                message -> json(types, message)),
            pace::told,
            clock);
    this.calls =
        switch (grpc.mode()) {
          case Unary, ServerStreaming ->
              new UnaryCalls(
                  new GrpcRequests(grpc, false, record, schemas, types),
                  route,
                  new GrpcExchange(answers, grpc.deadline(), lastHeard));
          case ClientStreaming, BidirectionalStreaming -> {
            var requests = new GrpcRequests(grpc, true, record, schemas, types);
            yield new StreamedCalls(
                requests,
                route,
                new Streams(
                    grpc.stream() == null ? BY_DEFAULT : grpc.stream(),
                    delivery.maxInFlight(),
                    grpc.deadline(),
                    new StreamOpening(requests, route),
                    answers,
                    lastHeard,
                    sent,
                    transport.counts()));
          }
        };
    this.endpoint = DerivedNames.endpoint(grpc);
    this.deadline = grpc.deadline();
  }

  private @Nullable MethodTypes types(
      GrpcSpec grpc,
      DeliverySpec delivery,
      Function<KeyRef, byte @Nullable []> contents,
      Route route,
      Pace pace,
      Clock clock,
      LongSupplier nanoTime) {
    if (grpc.payload() != GrpcSpec.Payload.JSONToProtobuf) {
      return null;
    }
    KeyRef ref = grpc.descriptorConfigMapKeyRef();
    if (ref != null) {
      return new MethodTypes(grpc, new ConfigMapDescriptors(ref, contents));
    }
    if (grpc.serverReflection() == GrpcSpec.ServerReflection.Enabled) {
      return new MethodTypes(grpc, reflected(grpc, delivery, route, pace, clock, nanoTime));
    }
    throw new IllegalArgumentException("what the check before has refused: no descriptor is named");
  }

  private ReflectedDescriptors reflected(
      GrpcSpec grpc,
      DeliverySpec delivery,
      Route route,
      Pace pace,
      Clock clock,
      LongSupplier nanoTime) {
    GrpcVerdicts verdicts = GrpcVerdicts.withoutRules(grpc, delivery.retry());
    var answers =
        new GrpcAnswers(
            verdicts,
            new TransportFailures(advice(grpc)),
            message -> message,
            false,
            AnswerKeeping.NOTHING,
            pace::told,
            clock);
    return new ReflectedDescriptors(
        grpc.service(),
        new ReflectionCalls(
            grpc, route, new GrpcExchange(answers, grpc.deadline(), lastHeard), answers, verdicts),
        grpc.deadline().toNanos(),
        () -> transport.counts().opened(),
        nanoTime);
  }

  /** By the descriptor where there is one, else the bytes. */
  private static @Nullable Object plain(@Nullable MethodTypes types, byte[] message) {
    return types != null && types.now() instanceof MethodTypes.Found.Types(var request, var answer)
        ? answer.of(message)
        : message;
  }

  /** By the descriptor where there is one and it fits, else null. */
  private static byte @Nullable [] json(@Nullable MethodTypes types, byte[] message) {
    return types != null && types.now() instanceof MethodTypes.Found.Types(var request, var answer)
        ? answer.json(message)
        : null;
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
        connectToOneOfMany(grpc.deadline()),
        GrpcRequests.url(grpc).host(),
        "spec.target.grpc.tls.caRefs",
        Connecting.own(grpc.authentication()));
  }

  /** Two that drop what is sent to them leave a third of the deadline for the call. */
  private static Duration connectToOneOfMany(Duration deadline) {
    Duration third = deadline.dividedBy(3);
    return third.compareTo(CONNECT) < 0 ? third : CONNECT;
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
    return calls.prepare(record);
  }

  @Override
  public Optional<Verdict.TargetMisconfigured> setAside() {
    return types == null ? Optional.empty() : types.setAside();
  }

  @Override
  public ChannelCounts channel() {
    return transport.counts();
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
    calls.close();
    if (types != null) {
      types.close();
    }
    transport.close();
  }
}
