package dev.kafkaapibridge.runtime.connect;

import dev.kafkaapibridge.api.certificates.Certificates;
import dev.kafkaapibridge.api.certificates.ClientCertificate;
import dev.kafkaapibridge.api.v1alpha1.TlsSpec;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.HostnameVerifier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import okhttp3.ConnectionSpec;
import okhttp3.OkHttpClient;
import okhttp3.TlsVersion;
import org.jspecify.annotations.Nullable;

/**
 * What the target's certificate is held against: authorities, name, age of the protocol; and what
 * the target is shown.
 */
public final class Trust {

  private Trust() {}

  /**
   * @param authorities the only ones to trust; empty: the public ones
   * @param own what is shown where the target asks for it; null: nothing
   */
  public static void with(
      OkHttpClient.Builder builder,
      List<X509Certificate> authorities,
      @Nullable ClientCertificate own,
      @Nullable TlsSpec spec,
      Duration connectTimeout) {
    String serverName = spec == null ? null : spec.serverName();
    try {
      X509TrustManager trust = Certificates.trusting(authorities);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(Certificates.showing(own), new TrustManager[] {trust}, null);
      builder
          .sslSocketFactory(
              new TlsSockets(context.getSocketFactory(), serverName, connectTimeout), trust)
          .connectionSpecs(List.of(versions(spec)));
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("certificates that were read can be trusted", e);
    }
    if (serverName != null) {
      HostnameVerifier standard = new OkHttpClient.Builder().build().hostnameVerifier();
      builder.hostnameVerifier((dialled, session) -> standard.verify(serverName, session));
    }
  }

  private static ConnectionSpec versions(@Nullable TlsSpec spec) {
    var builder = new ConnectionSpec.Builder(ConnectionSpec.MODERN_TLS);
    return spec != null && spec.minVersion() == TlsSpec.MinVersion.TLS13
        ? builder.tlsVersions(TlsVersion.TLS_1_3).build()
        : builder.tlsVersions(TlsVersion.TLS_1_3, TlsVersion.TLS_1_2).build();
  }
}
