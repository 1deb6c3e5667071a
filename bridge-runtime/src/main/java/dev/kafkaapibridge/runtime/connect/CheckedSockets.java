package dev.kafkaapibridge.runtime.connect;

import dev.kafkaapibridge.api.network.DeniedAddresses;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import javax.net.SocketFactory;

/**
 * Looks at each address at the moment of connecting, on the socket: after DNS has said what it says
 * this time, and also for addresses written as numbers, for which no DNS is asked. A proxy's
 * address is looked at as well; behind it, the names that it resolves are out of reach.
 */
public final class CheckedSockets extends SocketFactory {

  /**
   * Without Nagle's waiting (RFC 896): a request in two writes, or a frame behind another, would
   * wait for an acknowledgement that the peer may put off.
   */
  @Override
  public Socket createSocket() throws IOException {
    var socket =
        new Socket() {
          @Override
          public void connect(SocketAddress endpoint, int timeout) throws IOException {
            if (endpoint instanceof InetSocketAddress inet
                && inet.getAddress() != null
                && DeniedAddresses.contain(inet.getAddress())) {
              throw new AddressDenied(inet.getAddress().getHostAddress());
            }
            super.connect(endpoint, timeout);
          }
        };
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
