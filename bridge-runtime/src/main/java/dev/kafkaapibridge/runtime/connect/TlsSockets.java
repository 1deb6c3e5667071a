package dev.kafkaapibridge.runtime.connect;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * TLS over sockets that OkHttp has connected, with two things that it doesn't do: the name asked
 * for in the handshake (SNI) is the one that the certificate is to carry, and a server that accepts
 * the connection and then says nothing is left after {@code connectTimeout}. OkHttp sets the
 * socket's own timeout anew before the first request.
 */
public final class TlsSockets extends SSLSocketFactory {

  private final SSLSocketFactory sockets;
  private final @Nullable String serverName;
  private final int silenceMillis;

  /**
   * @param serverName null: the host that is dialled
   */
  TlsSockets(SSLSocketFactory sockets, @Nullable String serverName, Duration connectTimeout) {
    this.sockets = sockets;
    this.serverName = serverName;
    this.silenceMillis = Math.toIntExact(Math.max(1, connectTimeout.toMillis()));
  }

  @Override
  public Socket createSocket(Socket connected, String host, int port, boolean autoClose)
      throws IOException {
    connected.setSoTimeout(silenceMillis);
    return sockets.createSocket(connected, serverName == null ? host : serverName, port, autoClose);
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
    throw unchecked();
  }

  @Override
  public Socket createSocket(String host, int port, InetAddress localHost, int localPort) {
    throw unchecked();
  }

  @Override
  public Socket createSocket(InetAddress host, int port) {
    throw unchecked();
  }

  @Override
  public Socket createSocket(InetAddress host, int port, InetAddress localHost, int localPort) {
    throw unchecked();
  }

  private static UnsupportedOperationException unchecked() {
    return new UnsupportedOperationException("only over sockets whose address was looked at");
  }
}
