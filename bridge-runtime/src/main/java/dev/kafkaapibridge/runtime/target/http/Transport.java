package dev.kafkaapibridge.runtime.target.http;

import dev.kafkaapibridge.api.certificates.Identity;
import dev.kafkaapibridge.api.v1alpha1.CaRef;
import dev.kafkaapibridge.api.v1alpha1.NameRef;
import dev.kafkaapibridge.api.v1alpha1.TlsSpec;
import dev.kafkaapibridge.runtime.connect.CheckedSockets;
import dev.kafkaapibridge.runtime.connect.Trust;
import dev.kafkaapibridge.runtime.refs.CertificateFiles;
import dev.kafkaapibridge.runtime.target.ChannelCounts;
import dev.kafkaapibridge.runtime.target.Verdict.TargetMisconfigured;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import okhttp3.ConnectionPool;
import okhttp3.ConnectionSpec;
import okhttp3.Dns;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.internal.connection.ConnectionListener;
import okhttp3.internal.connection.RouteDatabase;
import org.jspecify.annotations.Nullable;

/**
 * Owns the client by which the target is called, and makes another when the certificate authorities
 * to trust have changed. What a library likes to do by itself is off: repeats, redirects, cookies,
 * caches, decompression, the system's proxies. Safe for all lanes.
 */
public final class Transport implements AutoCloseable {

  /** The way to the target, or why there is none yet. */
  public sealed interface Way {
    record Open(OkHttpClient client) implements Way {}

    /** Trusting whom the spec doesn't name would be another call than the one asked for. */
    record Missing(TargetMisconfigured verdict) implements Way {}
  }

  private static final Duration IDLE = Duration.ofMinutes(5);

  private final ChannelCounts counts = new ChannelCounts(this::connections);
  private final @Nullable Spread spread;
  private final OkHttpClient plain;
  private final Way plainWay;
  private final Connecting connecting;
  private final Function<CaRef, @Nullable List<X509Certificate>> authorities;
  private final Function<NameRef, Identity> identities;
  private final ReentrantLock changing = new ReentrantLock();

  /** The client of the authorities last trusted; null before the first call. */
  private volatile @Nullable Trusting current;

  private record Trusting(CertificateFiles files, Way.Open way) {}

  /**
   * @param maxInFlight calls at once; so many connections are kept
   * @param largeBodies whether most requests have one, which takes a buffer for each connection
   * @param authorities the certificates of a reference; null while there were none yet
   * @param identities the client certificate of a Secret
   * @param sent told 1 for each request that leaves the process
   * @param nanoTime by which connections become old
   */
  public Transport(
      Connecting connecting,
      int maxInFlight,
      boolean largeBodies,
      Function<CaRef, @Nullable List<X509Certificate>> authorities,
      Function<NameRef, Identity> identities,
      Dns dns,
      LongConsumer sent,
      LongSupplier nanoTime) {
    this.connecting = connecting;
    this.authorities = authorities;
    this.identities = identities;
    Function<ConnectionListener, ConnectionPool> pools =
        listener -> Housekeeping.pool(maxInFlight, IDLE, listener);
    Duration connectToOneOfMany = connecting.connectToOneOfMany();
    this.spread =
        connectToOneOfMany == null
            ? null
            : new Spread(
                connecting.host(), dns, pools, counts, connectToOneOfMany, new Random(), nanoTime);
    var routes = new RouteDatabase();
    var builder =
        new OkHttpClient.Builder()
            .socketFactory(sockets(connecting, largeBodies))
            .dns(dns)
            .proxy(proxy(connecting.proxy()))
            .protocols(connecting.protocols())
            .connectionPool(pools.apply(new Connections(counts, routes)))
            .connectTimeout(connecting.connectTimeout())
            // Calls have a deadline of their own (Deadlines): timeouts of single reads and writes
            // cost a third of the client's CPU and add nothing to it.
            .callTimeout(0, TimeUnit.MILLISECONDS)
            .readTimeout(0, TimeUnit.MILLISECONDS)
            .writeTimeout(0, TimeUnit.MILLISECONDS)
            .pingInterval(connecting.ping())
            .retryOnConnectionFailure(false)
            // Else each connection is opened on a thread of the platform.
            .fastFallback(false)
            .followRedirects(false)
            .followSslRedirects(false);
    if (connecting.https() && connecting.onlyHttp2()) {
      builder.addNetworkInterceptor(chain -> {
        if (chain.connection() == null || chain.connection().protocol() != Protocol.HTTP_2) {
          throw new OtherProtocol();
        }
        return chain.proceed(chain.request());
      });
    }
    builder.addNetworkInterceptor(new LastLook());
    builder.addNetworkInterceptor(new NoFollowUps(sent));
    if (connecting.https()) {
      Trust.with(builder, List.of(), null, connecting.tls(), connecting.connectTimeout());
    } else {
      // Else the system's certificates are read at start, for nobody.
      builder.connectionSpecs(List.of(ConnectionSpec.CLEARTEXT));
    }
    builder.setRouteDatabase$okhttp(routes);
    this.plain = builder.build();
    this.plainWay = new Way.Open(plain);
  }

  private static CheckedSockets sockets(Connecting connecting, boolean largeBodies) {
    if (connecting.isShared()) {
      return CheckedSockets.forManyCalls();
    }
    return largeBodies && connecting.mayGather()
        ? CheckedSockets.forLargeBodies()
        : new CheckedSockets();
  }

  /** Of all its connections. */
  public ChannelCounts counts() {
    return counts;
  }

  private int connections() {
    Spread among = spread;
    return plain.connectionPool().connectionCount() + (among == null ? 0 : among.connections());
  }

  /** As it is at this moment. */
  public Way way() {
    TlsSpec tls = connecting.tls();
    List<CaRef> trusted = tls == null ? List.of() : tls.caRefs();
    Way way = trusted.isEmpty() && connecting.own() == null ? plainWay : byFiles(trusted, tls);
    Spread among = spread;
    return among != null && way instanceof Way.Open(var client)
        ? new Way.Open(among.next(client))
        : way;
  }

  private Way byFiles(List<CaRef> trusted, @Nullable TlsSpec spec) {
    return switch (CertificateFiles.look(trusted, authorities, connecting.own(), identities)) {
      case CertificateFiles.Look.Whole(var files) -> by(files, spec);
      case CertificateFiles.Look.WithoutAuthority(var place) ->
          new Way.Missing(withoutAuthority(trusted.get(place), place));
      case CertificateFiles.Look.WithoutOwn(var why) -> new Way.Missing(withoutOwn(why));
    };
  }

  private Way by(CertificateFiles files, @Nullable TlsSpec spec) {
    Trusting known = current;
    if (known != null && files.areAsIn(known.files())) {
      return known.way();
    }
    changing.lock();
    try {
      known = current;
      if (known != null && files.areAsIn(known.files())) {
        return known.way();
      }
      // A client of its own, and no connection kept: a session resumed would be trusted for the
      // sake of an authority that may have gone.
      var builder = plain.newBuilder();
      Trust.with(builder, files.trusted(), files.own(), spec, connecting.connectTimeout());
      var open = new Way.Open(builder.build());
      current = new Trusting(files, open);
      plain.connectionPool().evictAll();
      return open;
    } finally {
      changing.unlock();
    }
  }

  private TargetMisconfigured withoutAuthority(CaRef ref, int place) {
    return new TargetMisconfigured(
        "-",
        "TLSFailed",
        "%s '%s' has no certificates in key '%s' (%s[%d]). Put a PEM file there; the call is then made."
            .formatted(ref.kind(), ref.name(), ref.key(), connecting.authorities(), place));
  }

  private TargetMisconfigured withoutOwn(String why) {
    NameRef named = connecting.own();
    return new TargetMisconfigured(
        "-",
        "AuthenticationFailed",
        "Secret '%s' (authentication.mutualTLS.certificateSecretRef, keys 'tls.crt' and 'tls.key') %s; the call is then made."
            .formatted(named == null ? "" : named.name(), why));
  }

  private static Proxy proxy(@Nullable String url) {
    if (url == null) {
      return Proxy.NO_PROXY;
    }
    HttpUrl proxy = HttpUrl.get(url);
    // Unresolved, so that it is asked for at each connection and looked at like a target's.
    return new Proxy(
        Proxy.Type.HTTP, InetSocketAddress.createUnresolved(proxy.host(), proxy.port()));
  }

  @Override
  public void close() {
    plain.dispatcher().executorService().shutdown();
    plain.connectionPool().evictAll();
    if (spread != null) {
      spread.close();
    }
  }
}
