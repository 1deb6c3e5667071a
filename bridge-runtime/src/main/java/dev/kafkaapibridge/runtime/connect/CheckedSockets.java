package dev.kafkaapibridge.runtime.connect;

import dev.kafkaapibridge.api.network.DeniedAddresses;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import javax.net.SocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * Looks at each address at the moment of connecting, on the socket: after DNS has said what it says
 * this time, and also for addresses written as numbers, for which no DNS is asked. A proxy's
 * address is looked at as well; behind it, the names that it resolves are out of reach.
 */
public final class CheckedSockets extends SocketFactory {

  /**
   * Bytes that {@link #forLargeBodies} gathers: OkHttp writes 8 KiB at a time, and each write of a
   * plain connection is a call of the system, a segment and a wake-up of the peer.
   */
  public static final int GATHERED = 64 * 1024;

  private final int gathered;

  public CheckedSockets() {
    this(0);
  }

  private CheckedSockets(int gathered) {
    this.gathered = gathered;
  }

  /** What is written waits until there is enough of it, or it is flushed. */
  public static CheckedSockets forLargeBodies() {
    return new CheckedSockets(GATHERED);
  }

  private static final class Checked extends Socket {
    private final int gathered;
    private @Nullable OutputStream gathering;

    Checked(int gathered) {
      this.gathered = gathered;
    }

    @Override
    public void connect(SocketAddress endpoint, int timeout) throws IOException {
      if (endpoint instanceof InetSocketAddress inet
          && inet.getAddress() != null
          && DeniedAddresses.contain(inet.getAddress())) {
        throw new AddressDenied(inet.getAddress().getHostAddress());
      }
      super.connect(endpoint, timeout);
    }

    /** Asked for by the one thread that opens the connection. */
    @Override
    public OutputStream getOutputStream() throws IOException {
      if (gathered == 0) {
        return super.getOutputStream();
      }
      OutputStream known = gathering;
      if (known == null) {
        known = new BufferedOutputStream(super.getOutputStream(), gathered);
        gathering = known;
      }
      return known;
    }
  }

  /**
   * Without Nagle's waiting (RFC 896): a request in two writes, or a frame behind another, would
   * wait for an acknowledgement that the peer may put off.
   */
  @Override
  public Socket createSocket() throws IOException {
    var socket = new Checked(gathered);
    socket.setTcpNoDelay(true);
    return socket;
  }

  @Override
  public Socket createSocket(String host, int port) throws IOException {
    return createSocket(InetAddress.getByName(host), port);
  }

  @Override
  public Socket createSocket(String host, int port, InetAddress localHost, int localPort)
      throws IOException {
    return createSocket(host, port);
  }

  @Override
  public Socket createSocket(InetAddress host, int port) throws IOException {
    Socket socket = createSocket();
    socket.connect(new InetSocketAddress(host, port), 0);
    return socket;
  }

  @Override
  public Socket createSocket(InetAddress host, int port, InetAddress localHost, int localPort)
      throws IOException {
    return createSocket(host, port);
  }
}
