package dev.kafkaapibridge.runtime.target.http;

import dev.kafkaapibridge.api.certificates.Identity;
import dev.kafkaapibridge.api.network.DeniedAddresses;
import dev.kafkaapibridge.api.v1alpha1.BatchSpec;
import dev.kafkaapibridge.api.v1alpha1.CaRef;
import dev.kafkaapibridge.api.v1alpha1.DeliverySpec;
import dev.kafkaapibridge.api.v1alpha1.HttpSpec;
import dev.kafkaapibridge.api.v1alpha1.NameRef;
import dev.kafkaapibridge.api.v1alpha1.RecordSpec;
import dev.kafkaapibridge.api.v1alpha1.SigningSpec;
import dev.kafkaapibridge.runtime.pace.Pace;
import dev.kafkaapibridge.runtime.record.SourceRecord;
import dev.kafkaapibridge.runtime.refs.Secrets;
import dev.kafkaapibridge.runtime.schema.SchemaFormats;
import dev.kafkaapibridge.runtime.target.Batches;
import dev.kafkaapibridge.runtime.target.ChannelCounts;
import dev.kafkaapibridge.runtime.target.KeptAnswer;
import dev.kafkaapibridge.runtime.target.Target;
import dev.kafkaapibridge.runtime.target.Verdict;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.LongConsumer;
import okhttp3.Dns;
import okhttp3.HttpUrl;
import okhttp3.Request;
import org.jspecify.annotations.Nullable;

/** Sends requests over HTTP, blocking, on the lanes' own threads. */
public final class HttpTarget implements Target {

  private final HttpRequests requests;
  private final @Nullable Batches batches;
  private final SecretHeaders secrets;
  private final @Nullable Signature signature;
  private final Compression compression;
  private final Transport transport;
  private final Exchange exchange;
  private final Redirects redirects;
  private final Duration requestTimeout;
  private final Verdict.@Nullable TargetMisconfigured denied;

  /**
   * @param schemas of keys and values that name one
   * @param excerpts whether verdicts are to have the beginning of the answer
   * @param keeping which answers verdicts are to have whole
   * @param secrets what the files hold
   * @param authorities the certificates of a PEM file, null while there are none
   * @param identities the client certificate of a Secret
   * @param everAccepted whether anything was accepted since the start
   * @param pace told what answers say of the target's limit
   * @param sent told 1 for each request that leaves the process
   */
  public HttpTarget(
      HttpSpec http,
      RecordSpec record,
      SchemaFormats schemas,
      DeliverySpec delivery,
      boolean excerpts,
      KeptAnswer.Keeping keeping,
      Secrets secrets,
      Function<CaRef, @Nullable List<X509Certificate>> authorities,
      Function<NameRef, Identity> identities,
      BooleanSupplier everAccepted,
      Pace pace,
      LongConsumer sent,
      Clock clock) {
    this(
        http,
        record,
        schemas,
        delivery,
        excerpts,
        keeping,
        secrets,
        authorities,
        identities,
        everAccepted,
        pace,
        sent,
        clock,
        Dns.SYSTEM);
  }

  HttpTarget(
      HttpSpec http,
      RecordSpec record,
      SchemaFormats schemas,
      DeliverySpec delivery,
      boolean excerpts,
      KeptAnswer.Keeping keeping,
      Secrets secrets,
      Function<CaRef, @Nullable List<X509Certificate>> authorities,
      Function<NameRef, Identity> identities,
      BooleanSupplier everAccepted,
      Pace pace,
      LongConsumer sent,
      Clock clock,
      Dns dns) {
    this.requests = new HttpRequests(http, record, schemas);
    BatchSpec batch = delivery.batch();
    this.batches = batch == null ? null : new Together(batch);
    this.compression = new Compression(http.compression(), clock);
    this.secrets =
        new SecretHeaders(
            http.headers(),
            http.authentication(),
            "spec.target.http",
            "headers",
            HeaderText.OF_HTTP,
            secrets);
    SigningSpec signing = http.signing();
    this.signature = signing == null ? null : new Signature(signing, secrets, clock);
    this.transport =
        new Transport(
            Connecting.of(http, requests.url()),
            delivery.maxInFlight(),
            batch != null,
            authorities,
            identities,
            dns,
            sent,
            System::nanoTime);
    this.exchange =
        new Exchange(http, delivery, excerpts, keeping, everAccepted, pace::told, clock);
    this.redirects = new Redirects(http.redirects());
    this.requestTimeout = http.requestTimeout();
    this.denied =
        http.proxyURL() != null && DeniedAddresses.containLiteral(requests.url().host())
            ? TransportFailures.denied("target", requests.url().host(), "spec.target.http.url")
            : null;
  }

  @Override
  public Prepared prepare(SourceRecord record) {
    return switch (requests.make(record)) {
      case HttpRequests.Made.Whole(var request) -> new Prepared.Ready(new HttpCall(request));
      case HttpRequests.Made.Impossible(var why) -> new Prepared.Refused(why);
      case HttpRequests.Made.None ignored -> new Prepared.Skipped();
      case HttpRequests.Made.NotYet(var reason) -> new Prepared.NotYet(reason);
    };
  }

  @Override
  public Optional<Batches> batches() {
    return Optional.ofNullable(batches);
  }

  /** Several records in one request. */
  private final class Together implements Batches {
    private final BatchSpec.Format format;
    private final @Nullable ItemStatuses statuses;

    Together(BatchSpec spec) {
      this.format = spec.format();
      this.statuses =
          spec.partialFailure() == BatchSpec.PartialFailure.PerItemStatus
              ? new ItemStatuses(spec.items())
              : null;
    }

    @Override
    public Batches.Prepared prepare(SourceRecord record) {
      return requests.item(record);
    }

    @Override
    public Batches.Call call(List<Item> items) {
      Request request = requests.together(items, format, items.getFirst().record().assignment());
      if (statuses == null) {
        var call = new HttpCall(request);
        return leaving -> new Answer(call.send(leaving));
      }
      var wanted = new ItemStatuses.Wanted();
      var call = new HttpCall(request.newBuilder().tag(ItemStatuses.Wanted.class, wanted).build());
      return leaving -> {
        wanted.body = null;
        Verdict whole = call.send(leaving);
        byte[] body = wanted.body;
        return whole instanceof Verdict.Accepted && body != null
            ? Batches.Answer.of(whole, statuses.read(body, items.size(), exchange::ofItem))
            : new Answer(whole);
      };
    }
  }

  /**
   * One record's request, and where the target has redirected it to. Owned by the record's lane.
   */
  private final class HttpCall implements Call {
    private final Request request;
    private HttpUrl place;
    private int hops;

    HttpCall(Request request) {
      this.request = request;
      this.place = request.url();
    }

    @Override
    public Verdict send(BooleanSupplier leaving) {
      Departure departure = request.tag(Departure.class);
      if (departure != null) {
        departure.ask(leaving);
      }
      Request here = hops == 0 ? request : request.newBuilder().url(place).build();
      Request encoded = compression.apply(here);
      long began = System.nanoTime();
      Verdict verdict =
          switch (credentials(encoded)) {
            case SecretHeaders.Added.To(var whole) -> secrets.judged(go(whole), began);
            case SecretHeaders.Added.Missing(var missing) ->
                Thread.currentThread().isInterrupted() ? new Verdict.Cut("-") : missing;
          };
      if (encoded != here && Compression.isUnread(verdict)) {
        compression.notRead();
        return new Verdict.Again(verdict.code(), Verdict.Again.Why.NotDecoded);
      }
      if (!(verdict instanceof Verdict.Again)) {
        place = request.url();
        hops = 0;
      }
      return verdict;
    }

    private SecretHeaders.Added credentials(Request bare) {
      SecretHeaders.Added added = secrets.add(bare);
      return signature != null && added instanceof SecretHeaders.Added.To(var request)
          ? signature.of(request)
          : added;
    }

    private Verdict go(Request whole) {
      if (denied != null) {
        return denied;
      }
      return switch (transport.way()) {
        case Transport.Way.Open(var client) -> exchange.with(client, whole, this::follow);
        case Transport.Way.Missing(var verdict) -> verdict;
      };
    }

    private Verdict follow(int status, @Nullable String location) {
      return switch (redirects.next(request.method(), place, status, location, hops)) {
        case Redirects.Next.To(var url) -> {
          place = url;
          hops++;
          yield new Verdict.Again(Integer.toString(status), Verdict.Again.Why.Redirected);
        }
        case Redirects.Next.Nowhere(var why) ->
            new Verdict.TargetMisconfigured(Integer.toString(status), "UnexpectedRedirect", why);
      };
    }
  }

  @Override
  public ChannelCounts channel() {
    return transport.counts();
  }

  @Override
  public Duration longestCall() {
    return requestTimeout;
  }

  @Override
  public String endpoint() {
    var url = requests.url();
    return url.scheme()
        + "://"
        + url.host()
        + (url.port() == HttpUrl.defaultPort(url.scheme()) ? "" : ":" + url.port());
  }

  @Override
  public void close() {
    exchange.close();
    transport.close();
  }
}
