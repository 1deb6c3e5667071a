package dev.kafkaapibridge.sandbox.node;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLSocket;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;

/**
 * HTTPS before an API on this machine, with a certificate that can be exchanged while it serves, as
 * a load balancer's: connections that are open stay as they are. Safe for any thread.
 */
final class TlsFront implements AutoCloseable {

  /** A certificate, and how many connections there were and are with it. */
  private static final class Identity {
    private final HandshakeCertificates certificates;
    private final AtomicInteger ever = new AtomicInteger();
    private final AtomicInteger open = new AtomicInteger();

    private Identity(HeldCertificate certificate) {
      certificates = new HandshakeCertificates.Builder().heldCertificate(certificate).build();
    }
  }

  private final ServerSocket listening;
  private final int apiPort;
  private volatile Identity identity;
  private volatile Identity former;

  TlsFront(int apiPort, HeldCertificate certificate) {
    this.apiPort = apiPort;
    this.identity = new Identity(certificate);
    this.former = identity;
    try {
      listening = new ServerSocket();
      listening.bind(new InetSocketAddress("0.0.0.0", 0), 1024);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.ofVirtual().start(this::accept);
  }

  int port() {
    return listening.getLocalPort();
  }

  /** New connections get this one. */
  void use(HeldCertificate certificate) {
    former = identity;
    identity = new Identity(certificate);
  }

  /** Connections that there ever were with the present certificate. */
  int connectionsOfPresent() {
    return identity.ever.get();
  }

  /** Connections that are still open with the one before. */
  int openOfFormer() {
    return former.open.get();
  }

  private void accept() {
    while (!listening.isClosed()) {
      try {
        Socket plain = listening.accept();
        Identity with = identity;
        Thread.ofVirtual().start(() -> serve(plain, with));
      } catch (IOException e) {
        return; // closed
      }
    }
  }

  private void serve(Socket plain, Identity with) {
    try (var near =
            (SSLSocket)
                with.certificates
                    .sslContext()
                    .getSocketFactory()
                    .createSocket(plain, null, plain.getPort(), true);
        var far = new Socket(InetAddress.getLoopbackAddress(), apiPort)) {
      near.setUseClientMode(false);
      near.startHandshake();
      near.setTcpNoDelay(true);
      far.setTcpNoDelay(true);
      with.ever.incrementAndGet();
      with.open.incrementAndGet();
      try {
        Thread back = Thread.ofVirtual().start(() -> copy(far, near));
        copy(near, far);
        back.join();
      } finally {
        with.open.decrementAndGet();
      }
    } catch (IOException e) {
      // A connection that breaks is its client's affair.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void copy(Socket from, Socket to) {
    try {
      from.getInputStream().transferTo(to.getOutputStream());
      to.shutdownOutput();
    } catch (IOException e) {
      // As above; the other direction ends by the close of both.
    }
  }

  @Override
  public void close() {
    try {
      listening.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
