package dev.kafkaapibridge.runtime.target.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.runtime.target.Verdict;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import okhttp3.Protocol;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The usual mistakes with certificates, against real handshakes: each is said with its fix. */
@Timeout(30)
class TargetTlsTest {

  private static final HeldCertificate AUTHORITY =
      new HeldCertificate.Builder().certificateAuthority(0).build();
  private static final HeldCertificate OTHER_AUTHORITY =
      new HeldCertificate.Builder().certificateAuthority(0).build();
  private static final String TRUST =
      "tls: {caRefs: [{kind: ConfigMap, name: corporate-ca, key: ca.crt}]}";

  private final MockWebServer server = new MockWebServer();
  private final TargetUnderTest under = new TargetUnderTest();
  private List<X509Certificate> trusted = List.of(AUTHORITY.certificate());

  @BeforeEach
  void localNames() {
    under.dns = name -> List.of(InetAddress.getLoopbackAddress());
    under.authorities = ref -> trusted;
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private static HeldCertificate.Builder certificate(String name) {
    return new HeldCertificate.Builder().signedBy(AUTHORITY).addSubjectAlternativeName(name);
  }

  private static SSLSocketFactory with(HeldCertificate certificate) {
    return new HandshakeCertificates.Builder()
        .heldCertificate(certificate)
        .build()
        .sslSocketFactory();
  }

  private void serve(HeldCertificate certificate) throws Exception {
    server.useHttps(with(certificate));
    server.start();
    for (int i = 0; i < 5; i++) {
      server.enqueue(new MockResponse.Builder().code(200).build());
    }
  }

  private Verdict send(String host, String fields) {
    return under.send("https://" + host + ":" + server.getPort() + "/", fields);
  }

  private static String detail(Verdict verdict) {
    assertThat(TargetUnderTest.summary(verdict)).isEqualTo("TargetMisconfigured - TLSFailed");
    return ((Verdict.TargetMisconfigured) verdict).detail();
  }

  @Test
  void anAuthorityThatTheSpecNamesIsTrusted() throws Exception {
    serve(certificate("api.test").build());
    assertThat(send("api.test", TRUST)).isInstanceOf(Verdict.Accepted.class);
  }

  @Test
  void severalAuthoritiesAreTrustedTogether() throws Exception {
    serve(certificate("api.test").build());
    trusted = List.of(OTHER_AUTHORITY.certificate(), AUTHORITY.certificate());
    assertThat(send("api.test", TRUST)).isInstanceOf(Verdict.Accepted.class);
  }

  @Test
  void anotherAuthorityIsNotAndTheFieldIsNamed() throws Exception {
    serve(certificate("api.test").build());
    trusted = List.of(OTHER_AUTHORITY.certificate());
    assertThat(detail(send("api.test", TRUST)))
        .isEqualTo(
            "TLS to the target failed: its certificate is of an authority that isn't trusted. Name that authority's certificate in spec.target.http.tls.caRefs.");
    assertThat(detail(send("api.test", ""))).as("nor is it public").contains("caRefs");
    assertThat(under.sent).hasValue(0);
  }

  @Test
  void anotherNameIsRefusedAndTheNamesAreSaid() throws Exception {
    serve(certificate("internal.test").build());
    assertThat(detail(send("api.test", TRUST)))
        .contains("internal.test", "spec.target.http.tls.serverName");
  }

  @Test
  void serverNameIsTheNameThatIsAskedForAndChecked() throws Exception {
    serve(certificate("internal.test").build());
    String fields = TRUST.replace("]}", "], serverName: internal.test}");
    assertThat(send("api.test", fields)).isInstanceOf(Verdict.Accepted.class);
    assertThat(server.takeRequest().getHandshakeServerNames()).containsExactly("internal.test");
    assertThat(detail(send("api.test", TRUST.replace("]}", "], serverName: api.test}"))))
        .as("it is checked all the same")
        .contains("internal.test");
  }

  @Test
  void anExpiredCertificateIsSaidToBeSo() throws Exception {
    Instant now = Instant.now();
    serve(
        certificate("api.test")
            .validityInterval(
                now.minus(Duration.ofDays(2)).toEpochMilli(),
                now.minus(Duration.ofDays(1)).toEpochMilli())
            .build());
    assertThat(detail(send("api.test", TRUST))).contains("has expired");
  }

  @Test
  void aCertificateOfTheFutureIsSaidToBeSo() throws Exception {
    Instant now = Instant.now();
    serve(
        certificate("api.test")
            .validityInterval(
                now.plus(Duration.ofDays(1)).toEpochMilli(),
                now.plus(Duration.ofDays(2)).toEpochMilli())
            .build());
    assertThat(detail(send("api.test", TRUST))).contains("isn't valid yet");
  }

  @Test
  void aPortWithoutTlsIsSaidToBeSo() throws Exception {
    try (var plain = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      Thread.ofVirtual()
          .start(() -> {
            try (Socket socket = plain.accept()) {
              socket.getInputStream().read(new byte[1_024]);
              socket.getOutputStream().write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(UTF_8));
              socket.getInputStream().read();
            } catch (IOException e) {
              // The client has seen enough.
            }
          });
      assertThat(detail(under.send("https://api.test:" + plain.getLocalPort() + "/", TRUST)))
          .contains("doesn't speak TLS at this port");
    }
  }

  @Test
  void anOldTlsVersionIsRefused() throws Exception {
    var old = new OnlyTls12(with(certificate("api.test").build()));
    server.useHttps(old);
    server.start();
    server.enqueue(new MockResponse.Builder().code(200).build());
    assertThat(detail(send("api.test", TRUST.replace("]}", "], minVersion: TLS13}"))))
        .contains("minVersion");
    assertThat(send("api.test", TRUST)).isInstanceOf(Verdict.Accepted.class);
  }

  @Test
  void missingAuthoritiesHoldTheCall() throws Exception {
    serve(certificate("api.test").build());
    trusted = null;
    assertThat(detail(send("api.test", TRUST)))
        .isEqualTo(
            "ConfigMap 'corporate-ca' has no certificates in key 'ca.crt' (spec.target.http.tls.caRefs[0]). Put a PEM file there; the call is then made.");
  }

  @Test
  void changedAuthoritiesAreTakenUpWithoutARestartAndOldSessionsAreNotResumed() throws Exception {
    serve(certificate("api.test").build());
    String url = "https://api.test:" + server.getPort() + "/";
    try (var target = under.at(url, TRUST)) {
      var call = TargetUnderTest.call(target);
      assertThat(call.send()).isInstanceOf(Verdict.Accepted.class);
      trusted = List.of(OTHER_AUTHORITY.certificate());
      assertThat(detail(call.send())).contains("isn't trusted");
      trusted = List.of(AUTHORITY.certificate());
      assertThat(call.send()).isInstanceOf(Verdict.Accepted.class);
    }
  }

  @Test
  void http2IsNegotiatedWhereItIsAskedFor() throws Exception {
    serve(certificate("api.test").build());
    send("api.test", TRUST + ", httpVersion: Auto");
    send("api.test", TRUST + ", httpVersion: HTTP2");
    send("api.test", TRUST + ", httpVersion: HTTP1");
    assertThat(server.takeRequest().getVersion()).isEqualTo("HTTP/2");
    assertThat(server.takeRequest().getVersion()).isEqualTo("HTTP/2");
    assertThat(server.takeRequest().getVersion()).isEqualTo("HTTP/1.1");
  }

  @Test
  void http2ThatIsNotOfferedIsSaidAndNothingIsSent() throws Exception {
    server.setProtocols(List.of(Protocol.HTTP_1_1));
    serve(certificate("api.test").build());
    assertThat(detail(send("api.test", TRUST + ", httpVersion: HTTP2"))).contains("httpVersion");
    assertThat(under.sent).hasValue(0);
    assertThat(send("api.test", TRUST + ", httpVersion: Auto"))
        .isInstanceOf(Verdict.Accepted.class);
  }

  @Test
  void aServerThatSaysNothingInTheHandshakeIsLeftAfterConnectTimeout() throws Exception {
    try (var silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      Verdict verdict =
          under.send(
              "https://api.test:" + silent.getLocalPort() + "/",
              TRUST + ", connectTimeout: 200ms, requestTimeout: 20s");
      assertThat(((Verdict.TargetFailed) verdict).detail())
          .as("of the connection, not of the call")
          .isEqualTo("no connection or answer in time");
    }
  }

  /** A server of yesterday. */
  private static final class OnlyTls12 extends SSLSocketFactory {
    private final SSLSocketFactory sockets;

    OnlyTls12(SSLSocketFactory sockets) {
      this.sockets = sockets;
    }

    @Override
    public Socket createSocket(Socket connected, String host, int port, boolean autoClose)
        throws IOException {
      var socket = (SSLSocket) sockets.createSocket(connected, host, port, autoClose);
      socket.setEnabledProtocols(new String[] {"TLSv1.2"});
      return socket;
    }

    @Override
    public String[] getDefaultCipherSuites() {
      return sockets.getDefaultCipherSuites();
    }

    @Override
    public String[] getSupportedCipherSuites() {
      return sockets.getSupportedCipherSuites();
    }

    @Override
    public Socket createSocket(String host, int port) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Socket createSocket(InetAddress host, int port) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress localHost, int localPort) {
      throw new UnsupportedOperationException();
    }
  }
}
