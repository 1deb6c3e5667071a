package dev.kafkaapibridge.runtime.connect;

import dev.kafkaapibridge.api.v1alpha1.CaRef;
import dev.kafkaapibridge.api.v1alpha1.TlsSpec;
import dev.kafkaapibridge.runtime.refs.CertificateFiles;
import java.net.Proxy;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import okhttp3.ConnectionPool;
import okhttp3.ConnectionSpec;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;

/**
 * Asks servers beside the target, over sockets whose address was looked at, without proxies and
 * redirects. Owns the client that trusts the authorities which the files hold at the moment: when
 * they change, connections of the former trust are left. Safe for all threads.
 */
public final class TrustingClient implements AutoCloseable {

  private record Trusting(CertificateFiles files, OkHttpClient client) {}

  private final @Nullable TlsSpec tls;
  private final Duration connect;
  private final Function<CaRef, @Nullable List<X509Certificate>> authorities;
  private final boolean namesAuthorities;
  private final OkHttpClient plain;
  private volatile @Nullable Trusting trusting;

  /**
   * @param https else nothing is encrypted
   * @param tls null: the public authorities
   * @param authorities the certificates of a PEM file, null while there were none yet
   * @param connect how long a connection may take
   * @param whole how long a question may take
   */
  public TrustingClient(
      boolean https,
      @Nullable TlsSpec tls,
      Function<CaRef, @Nullable List<X509Certificate>> authorities,
      Duration connect,
      Duration whole) {
    this.tls = tls;
    this.connect = connect;
    this.authorities = authorities;
    this.namesAuthorities = https && tls != null && !tls.caRefs().isEmpty();
    var builder =
        new OkHttpClient.Builder()
            .socketFactory(new CheckedSockets())
            .proxy(Proxy.NO_PROXY)
            .connectionPool(pool())
            .connectTimeout(connect)
            .readTimeout(whole)
            .callTimeout(whole)
            .fastFallback(false)
            .followRedirects(false)
            .followSslRedirects(false);
    if (https) {
      Trust.with(builder, List.of(), null, tls, connect);
    } else {
      builder.connectionSpecs(List.of(ConnectionSpec.CLEARTEXT));
    }
    this.plain = builder.build();
  }

  private static ConnectionPool pool() {
    return new ConnectionPool(2, 1, TimeUnit.MINUTES);
  }

  /** Null while certificates that are to be trusted are missing. */
  public @Nullable OkHttpClient now() {
    if (tls == null || !namesAuthorities) {
      return plain;
    }
    return CertificateFiles.look(tls.caRefs(), authorities)
            instanceof CertificateFiles.Look.Whole(var files)
        ? by(files)
        : null;
  }

  private OkHttpClient by(CertificateFiles files) {
    Trusting last = trusting;
    if (last != null && files.areAsIn(last.files())) {
      return last.client();
    }
    OkHttpClient.Builder builder = plain.newBuilder().connectionPool(pool());
    Trust.with(builder, files.trusted(), null, tls, connect);
    var next = new Trusting(files, builder.build());
    trusting = next;
    if (last != null) {
      last.client().connectionPool().evictAll();
    }
    return next.client();
  }

  @Override
  public void close() {
    plain.dispatcher().executorService().shutdown();
    plain.connectionPool().evictAll();
    Trusting last = trusting;
    if (last != null) {
      last.client().connectionPool().evictAll();
    }
  }
}
