package dev.kafkaapibridge.runtime.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.api.certificates.Certificates;
import dev.kafkaapibridge.api.certificates.TlsFailure;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The usual mistakes, each made with a real listener. */
@Timeout(60)
class TlsFailureTest {

  private static final HeldCertificate ROOT =
      new HeldCertificate.Builder().certificateAuthority(1).commonName("root").build();

  @Test
  void theWrongAuthority() throws Exception {
    HeldCertificate stranger = new HeldCertificate.Builder().certificateAuthority(0).build();
    assertThat(said(listener(shown(named("localhost"))), stranger.certificate()))
        .startsWith("its certificate is of an authority that isn't trusted")
        .contains("tls.caRefs");
  }

  @Test
  void anIntermediateThatIsNotShown() throws Exception {
    HeldCertificate between =
        new HeldCertificate.Builder().certificateAuthority(0).signedBy(ROOT).build();
    HeldCertificate server =
        new HeldCertificate.Builder()
            .addSubjectAlternativeName("localhost")
            .signedBy(between)
            .build();
    assertThat(said(listener(shown(server)), ROOT.certificate()))
        .contains("comes without those between the two")
        .contains("have the broker show the whole chain");
    HandshakeCertificates whole =
        new HandshakeCertificates.Builder().heldCertificate(server, between.certificate()).build();
    assertThat(said(listener(whole), ROOT.certificate())).isEqualTo("nothing");
  }

  @Test
  void anotherName() throws Exception {
    assertThat(said(listener(shown(named("broker.example.com"))), ROOT.certificate()))
        .startsWith("its certificate is for other names; set tls.serverName");
  }

  @Test
  void aCertificateThatIsOver() throws Exception {
    long now = Instant.now().toEpochMilli();
    HeldCertificate over =
        new HeldCertificate.Builder()
            .addSubjectAlternativeName("localhost")
            .validityInterval(now - 86_400_000, now - 3_600_000)
            .signedBy(ROOT)
            .build();
    assertThat(said(listener(shown(over)), ROOT.certificate()))
        .startsWith("its certificate has expired, and has to be renewed");
  }

  @Test
  void aCertificateOfTomorrow() throws Exception {
    long now = Instant.now().toEpochMilli();
    HeldCertificate early =
        new HeldCertificate.Builder()
            .addSubjectAlternativeName("localhost")
            .validityInterval(now + 86_400_000, now + 172_800_000)
            .signedBy(ROOT)
            .build();
    assertThat(said(listener(shown(early)), ROOT.certificate()))
        .startsWith("its certificate isn't valid yet; check the clocks");
  }

  @Test
  void aListenerThatAsksForAClientCertificate() throws Exception {
    // The server hangs up with its alert, and what the client writes meanwhile may fail before it
    // has read that.
    String said = "";
    for (int i = 0; i < 20 && !said.startsWith("it asks"); i++) {
      ServerSocket asks =
          listener(shown(named("localhost")), socket -> socket.setNeedClientAuth(true));
      said = said(asks, ROOT.certificate());
    }
    assertThat(said).startsWith("it asks for a client certificate").contains("MutualTLS");
  }

  @Test
  void aListenerWithoutTls() throws Exception {
    var plain = new ServerSocket(0, 5, InetAddress.ofLiteral("127.0.0.1"));
    Thread.ofVirtual()
        .start(() -> {
          try (Socket socket = plain.accept()) {
            socket.getInputStream().read();
            socket
                .getOutputStream()
                .write("what no TLS begins with".getBytes(StandardCharsets.US_ASCII));
            socket.getInputStream().read();
          } catch (IOException e) {
            // the client has gone
          }
        });
    assertThat(said(plain, ROOT.certificate())).startsWith("it doesn't speak TLS at this port");
  }

  @Test
  void aListenerOfOldVersionsAlone() throws Exception {
    ServerSocket old =
        listener(
            shown(named("localhost")),
            socket -> socket.setEnabledProtocols(new String[] {"TLSv1.2"}));
    assertThat(said(old, ROOT.certificate(), "TLSv1.3"))
        .isEqualTo("it offers none of the versions that tls.minVersion accepts");
  }

  private static HeldCertificate named(String name) {
    return new HeldCertificate.Builder().addSubjectAlternativeName(name).signedBy(ROOT).build();
  }

  private static HandshakeCertificates shown(HeldCertificate server) {
    return new HandshakeCertificates.Builder()
        .heldCertificate(server)
        .addTrustedCertificate(ROOT.certificate())
        .build();
  }

  private static ServerSocket listener(HandshakeCertificates certificates) throws IOException {
    return listener(certificates, socket -> {});
  }

  private static ServerSocket listener(
      HandshakeCertificates certificates, Consumer<SSLServerSocket> manner) throws IOException {
    var listener =
        (SSLServerSocket)
            certificates
                .sslContext()
                .getServerSocketFactory()
                .createServerSocket(0, 5, InetAddress.ofLiteral("127.0.0.1"));
    manner.accept(listener);
    Thread.ofVirtual()
        .start(() -> {
          try (Socket socket = listener.accept()) {
            socket.getInputStream().read();
            socket.getOutputStream().write(1);
          } catch (IOException e) {
            // the client says what is wrong
          }
        });
    return listener;
  }

  private static String said(ServerSocket listener, X509Certificate trusted) throws Exception {
    return said(listener, trusted, "TLSv1.3", "TLSv1.2");
  }

  private static String said(ServerSocket listener, X509Certificate trusted, String... versions)
      throws Exception {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, new TrustManager[] {Certificates.trusting(List.of(trusted))}, null);
    try (listener;
        var connected = new Socket("127.0.0.1", listener.getLocalPort());
        var socket =
            (SSLSocket)
                context
                    .getSocketFactory()
                    .createSocket(connected, "localhost", listener.getLocalPort(), true)) {
      SSLParameters parameters = socket.getSSLParameters();
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      parameters.setProtocols(versions);
      socket.setSSLParameters(parameters);
      socket.setSoTimeout(10_000);
      socket.startHandshake();
      socket.getOutputStream().write(1);
      socket.getInputStream().read(); // TLS 1.3 tells of a client's certificate only here
      return "nothing";
    } catch (IOException e) {
      return TlsFailure.of(e);
    }
  }
}
