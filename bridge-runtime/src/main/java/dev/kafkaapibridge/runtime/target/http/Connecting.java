package dev.kafkaapibridge.runtime.target.http;

import dev.kafkaapibridge.api.v1alpha1.HttpSpec;
import dev.kafkaapibridge.api.v1alpha1.HttpSpec.HttpVersion;
import dev.kafkaapibridge.api.v1alpha1.MutualTLSSpec;
import dev.kafkaapibridge.api.v1alpha1.NameRef;
import dev.kafkaapibridge.api.v1alpha1.TargetAuthenticationSpec;
import dev.kafkaapibridge.api.v1alpha1.TlsSpec;
import java.time.Duration;
import java.util.List;
import okhttp3.HttpUrl;
import okhttp3.Protocol;
import org.jspecify.annotations.Nullable;

/**
 * How connections to a target are made, whatever is sent over them.
 *
 * @param https whether with TLS
 * @param protocols in the order of preference
 * @param onlyHttp2 whether a target that offers HTTP/1.1 alone is none
 * @param tls how the certificate is checked; null: against the public authorities
 * @param connectTimeout handshake included
 * @param ping how often a connection over HTTP/2 is asked whether it lives
 * @param proxy its URL; null: none
 * @param connectToOneOfMany where calls go round among the addresses of {@code host}, over HTTP/2,
 *     the longest that connecting to one may take while there are others; null: they don't
 * @param host that is called
 * @param authorities the field of the spec that names the certificates to trust
 * @param own the Secret with the certificate that the target is shown; null: none
 */
public record Connecting(
    boolean https,
    List<Protocol> protocols,
    boolean onlyHttp2,
    @Nullable TlsSpec tls,
    Duration connectTimeout,
    Duration ping,
    @Nullable String proxy,
    @Nullable Duration connectToOneOfMany,
    String host,
    String authorities,
    @Nullable NameRef own) {

  /** Without it, a connection over HTTP/2 whose peer is gone would time out call after call. */
  private static final Duration PING = Duration.ofSeconds(10);

  static Connecting of(HttpSpec http, HttpUrl url) {
    return new Connecting(
        url.isHttps(),
        protocols(http.httpVersion(), url.isHttps()),
        http.httpVersion() == HttpVersion.HTTP2,
        http.tls(),
        http.connectTimeout(),
        PING,
        http.proxyURL(),
        null,
        url.host(),
        "spec.target.http.tls.caRefs",
        own(http.authentication()));
  }

  /** Null: no client certificate is asked for. */
  public static @Nullable NameRef own(@Nullable TargetAuthenticationSpec authentication) {
    MutualTLSSpec mutual = authentication == null ? null : authentication.mutualTLS();
    return mutual == null ? null : mutual.certificateSecretRef();
  }

  /**
   * Whether what is written may wait until it is flushed. TLS flushes each of its records; an
   * HTTP/2 connection waits for its peer's window without flushing what it has written.
   */
  boolean mayGather() {
    return !https && protocols.equals(List.of(Protocol.HTTP_1_1));
  }

  /** Whether many calls share a connection, for sure. */
  boolean isShared() {
    return onlyHttp2 || protocols.equals(List.of(Protocol.H2_PRIOR_KNOWLEDGE));
  }

  private static List<Protocol> protocols(HttpVersion version, boolean https) {
    return switch (version) {
      case HTTP1 -> List.of(Protocol.HTTP_1_1);
      case HTTP2 ->
          https
              ? List.of(Protocol.HTTP_2, Protocol.HTTP_1_1)
              : List.of(Protocol.H2_PRIOR_KNOWLEDGE);
      case Auto -> https ? List.of(Protocol.HTTP_2, Protocol.HTTP_1_1) : List.of(Protocol.HTTP_1_1);
    };
  }
}
