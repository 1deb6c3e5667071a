package dev.kafkaapibridge.runtime.connect;

import dev.kafkaapibridge.api.network.DeniedAddresses;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
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

  /** When what is written is sent. */
  private enum Writing {
    AtOnce,
    /** When there is enough of it, or it is flushed: one writes at a time. */
    Gathered,
    /** With what others write meanwhile. */
    Together
  }

  private final Writing writing;

  public CheckedSockets() {
    this(Writing.AtOnce);
  }

  private CheckedSockets(Writing writing) {
    this.writing = writing;
  }

  /** What is written waits until there is enough of it, or it is flushed. */
  public static CheckedSockets forLargeBodies() {
    return new CheckedSockets(Writing.Gathered);
  }

  /** What several threads write is sent together ({@link SharedOutput}). */
  public static CheckedSockets forManyCalls() {
    return new CheckedSockets(Writing.Together);
  }

  private static final class Checked extends Socket {
    private final Writing writing;
    private volatile @Nullable OutputStream output;

    Checked(Writing writing) {
      this.writing = writing;
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
      OutputStream known = output;
      if (known == null) {
        OutputStream plain = super.getOutputStream();
        known =
            switch (writing) {
              case AtOnce -> plain;
              case Gathered -> new BufferedOutputStream(plain, GATHERED);
              case Together -> new SharedOutput(plain, this);
            };
        output = known;
      }
      return known;
    }

    @Override
    public void shutdownOutput() throws IOException {
      if (output instanceof SharedOutput shared) {
        shared.finish();
      }
      super.shutdownOutput();
    }

    @Override
    public void close() throws IOException {
      if (output instanceof SharedOutput shared) {
        shared.finish();
        shared.ended(new SocketException("Socket closed"));
      }
      super.close();
    }
  }

  /**
   * Without Nagle's waiting (RFC 896): a request in two writes, or a frame behind another, would
   * wait for an acknowledgement that the peer may put off.
   */
  @Override
  public Socket createSocket() throws IOException {
    var socket = new Checked(writing);
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
