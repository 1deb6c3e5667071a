package dev.kafkaapibridge.runtime.target.grpc;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Passes bytes on, until the connections that it has are to be silent: then they stay, and nothing
 * passes.
 */
final class SilencingProxy implements AutoCloseable {

  private final ServerSocket listening;
  private final int port;
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();
  private final List<Pipe> pipes = new CopyOnWriteArrayList<>();

  private static final class Pipe {
    private volatile boolean silent;
  }

  SilencingProxy(int port) throws IOException {
    this.port = port;
    this.listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  String address() {
    return "127.0.0.1:" + listening.getLocalPort();
  }

  void silence() {
    pipes.forEach(pipe -> pipe.silent = true);
  }

  /** Ends the connections that there are. */
  void cut() {
    for (Socket socket : sockets) {
      try {
        socket.close();
      } catch (IOException e) {
        // It has gone already.
      }
    }
    sockets.clear();
  }

  private void accept() {
    try {
      while (true) {
        Socket client = listening.accept();
        Socket server = new Socket(InetAddress.getLoopbackAddress(), port);
        sockets.addAll(List.of(client, server));
        var pipe = new Pipe();
        pipes.add(pipe);
        Thread.ofVirtual().start(() -> pass(client, server, pipe));
        Thread.ofVirtual().start(() -> pass(server, client, pipe));
      }
    } catch (IOException e) {
      // It was closed.
    }
  }

  private static void pass(Socket from, Socket to, Pipe pipe) {
    try {
      byte[] buffer = new byte[8_192];
      for (int n = from.getInputStream().read(buffer);
          n >= 0;
          n = from.getInputStream().read(buffer)) {
        if (!pipe.silent) {
          to.getOutputStream().write(buffer, 0, n);
        }
      }
    } catch (IOException e) {
      // One of them has gone.
    }
  }

  @Override
  public void close() throws IOException {
    listening.close();
    for (Socket socket : sockets) {
      socket.close();
    }
  }
}
