package dev.kafkaapibridge.runtime.target.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A server that reads requests as it should and answers with whatever bytes it is told. One answer
 * a request, on a connection that is kept.
 */
final class HostileServer implements AutoCloseable {

  /** What it does once it has read a request. */
  interface Answering {
    void to(Conversation conversation) throws IOException, InterruptedException;
  }

  /** Its side of a connection. */
  final class Conversation {
    private final Socket socket;
    private final OutputStream out;

    private Conversation(Socket socket) throws IOException {
      this.socket = socket;
      this.out = socket.getOutputStream();
    }

    void say(String text) throws IOException {
      say(text.getBytes(ISO_8859_1));
    }

    void say(byte[] bytes) throws IOException {
      out.write(bytes);
      out.flush();
      written.addAndGet(bytes.length);
    }

    /** A reset, not an orderly end. */
    void reset() throws IOException {
      socket.setSoLinger(true, 0);
      socket.close();
    }

    void hangUp() throws IOException {
      socket.close();
    }

    /** Until the other side has gone. */
    void beSilent() throws IOException {
      socket.getInputStream().read();
    }
  }

  final AtomicInteger requests = new AtomicInteger();
  final AtomicInteger connections = new AtomicInteger();
  final AtomicLong written = new AtomicLong();
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final ServerSocket listening;
  private final Answering answering;

  HostileServer(Answering answering) throws IOException {
    this.answering = answering;
    this.listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  String url() {
    return "http://127.0.0.1:" + listening.getLocalPort() + "/v1/orders";
  }

  private void accept() {
    while (!listening.isClosed()) {
      try {
        Socket socket = listening.accept();
        connections.incrementAndGet();
        open.add(socket);
        Thread.ofVirtual().start(() -> converse(socket));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void converse(Socket socket) {
    try (socket) {
      var in = new BufferedInputStream(socket.getInputStream());
      var conversation = new Conversation(socket);
      while (readRequest(in)) {
        requests.incrementAndGet();
        answering.to(conversation);
      }
    } catch (IOException | InterruptedException e) {
      // The other side has hung up, which is often the point.
    } finally {
      open.remove(socket);
    }
  }

  private static boolean readRequest(InputStream in) throws IOException {
    int length = 0;
    for (String line = line(in); !line.isEmpty(); line = line(in)) {
      if (line.equals("-")) {
        return false;
      }
      if (line.regionMatches(true, 0, "content-length:", 0, 15)) {
        length = Integer.parseInt(line.substring(15).strip());
      }
    }
    in.skipNBytes(length);
    return true;
  }

  /** "-" at the end. */
  private static String line(InputStream in) throws IOException {
    var line = new StringBuilder();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        return "-";
      }
      line.append((char) b);
    }
    return line.toString().strip();
  }

  @Override
  public void close() throws IOException {
    listening.close();
    for (Socket socket : open) {
      socket.close();
    }
  }
}
