package dev.kafkaapibridge.sandbox.bridge;

import dev.kafkaapibridge.sandbox.api.Call;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import okhttp3.tls.HandshakeCertificates;

/**
 * An API over HTTP/2 whose windows are as large as they may be: what bounds its clients is what
 * their sockets take. When it has taken so many orders it reads no more from the connections that
 * there are, as where a process stands still; new ones are served. Owns what it has taken.
 */
final class Http2Orders implements AutoCloseable {

  private static final int DATA = 0;
  private static final int HEADERS = 1;
  private static final int SETTINGS = 4;
  private static final int PING = 6;
  private static final int WINDOW_UPDATE = 8;
  private static final int ACK = 1;
  private static final int END_STREAM = 1;
  private static final int END_HEADERS = 4;
  private static final byte STATUS_200 = (byte) 0x88; // of HPACK's table
  private static final byte[] ACCEPTED = {STATUS_200};
  private static final byte[] GRPC_BEGINS = headers(true, "content-type", "application/grpc");
  private static final byte[] GRPC_ENDS = headers(false, "grpc-status", "0");
  private static final byte[] EMPTY_MESSAGE = new byte[5];
  private static final int LARGEST_WINDOW = Integer.MAX_VALUE;

  final AtomicInteger connections = new AtomicInteger();

  /** Connections when it stopped to read them. */
  volatile int connectionsAtTheStop;

  private final ServerSocket listening = new ServerSocket();
  private final HandshakeCertificates certificates;
  private final boolean grpc;
  private final int enough;
  private final Set<Connection> open = ConcurrentHashMap.newKeySet();
  private final List<Call.Numbered> taken = new ArrayList<>();

  /**
   * @param certificates null: without TLS
   * @param grpc whether it speaks gRPC, any method: each message is an order, which an empty one
   *     answers
   * @param enough orders
   */
  Http2Orders(HandshakeCertificates certificates, boolean grpc, int enough) throws IOException {
    this.certificates = certificates;
    this.grpc = grpc;
    this.enough = enough;
    listening.setReceiveBufferSize(16 * 1024);
    listening.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    Thread.ofVirtual().start(this::accept);
  }

  String url() {
    return (certificates == null ? "http" : "https") + "://" + address();
  }

  String address() {
    return "127.0.0.1:" + listening.getLocalPort();
  }

  /** In the order of their coming. */
  synchronized List<Call.Numbered> taken() {
    return List.copyOf(taken);
  }

  private synchronized void take(String body) {
    taken.addAll(Call.recordsIn(body));
    if (connectionsAtTheStop == 0 && taken.size() >= enough) {
      connectionsAtTheStop = connections.get();
      open.forEach(connection -> connection.unread = true);
    }
  }

  /** By HPACK, each as it is. */
  private static byte[] headers(boolean status, String name, String value) {
    var block = new ByteArrayOutputStream();
    if (status) {
      block.write(STATUS_200);
    }
    block.write(0);
    for (String each : List.of(name, value)) {
      block.write(each.length());
      block.writeBytes(each.getBytes(StandardCharsets.US_ASCII));
    }
    return block.toByteArray();
  }

  /** Before the stop, and so to be stopped, or after it. */
  private synchronized void come(Connection connection) {
    connections.incrementAndGet();
    open.add(connection);
  }

  private void accept() {
    while (!listening.isClosed()) {
      try {
        var connection = new Connection(listening.accept());
        come(connection);
        Thread.ofVirtual().start(connection::serve);
      } catch (IOException e) {
        return; // closed
      }
    }
  }

  private final class Connection {
    private final Socket socket;
    private final Map<Integer, ByteArrayOutputStream> bodies = new HashMap<>();
    private volatile boolean unread;

    Connection(Socket socket) {
      this.socket = socket;
    }

    void serve() {
      try {
        Socket whole = certificates == null ? socket : withTls();
        talk(whole.getInputStream(), whole.getOutputStream());
      } catch (IOException e) {
        // Its client has gone.
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    private Socket withTls() throws IOException {
      var tls =
          (SSLSocket) certificates.sslSocketFactory().createSocket(socket, "127.0.0.1", 0, true);
      tls.setUseClientMode(false);
      SSLParameters parameters = tls.getSSLParameters();
      parameters.setApplicationProtocols(new String[] {"h2"});
      tls.setSSLParameters(parameters);
      return tls;
    }

    private void talk(InputStream from, OutputStream to) throws IOException, InterruptedException {
      var in = new DataInputStream(from);
      var out = new DataOutputStream(to);
      in.readNBytes(24); // the preface
      send(out, SETTINGS, 0, 0, new byte[] {0, 4, 0x7F, -1, -1, -1});
      send(out, WINDOW_UPDATE, 0, 0, bytes(LARGEST_WINDOW - 65_535));
      while (true) {
        while (unread && !socket.isClosed()) {
          Thread.sleep(100);
        }
        int lengthAndType = in.readInt();
        int flags = in.read();
        int stream = in.readInt();
        byte[] payload = in.readNBytes(lengthAndType >>> 8);
        switch (lengthAndType & 0xFF) {
          case SETTINGS, PING -> {
            if ((flags & ACK) == 0) {
              byte[] said = (lengthAndType & 0xFF) == PING ? payload : new byte[0];
              send(out, lengthAndType & 0xFF, ACK, 0, said);
            }
          }
          case HEADERS -> {
            if (grpc) {
              send(out, HEADERS, END_HEADERS, stream, GRPC_BEGINS);
            }
          }
          case DATA -> {
            bodies.computeIfAbsent(stream, any -> new ByteArrayOutputStream()).writeBytes(payload);
            if (grpc) {
              answerMessages(out, stream);
            }
            if ((flags & END_STREAM) != 0) {
              byte[] rest = bodies.remove(stream).toByteArray();
              if (!grpc) {
                take(new String(rest, StandardCharsets.UTF_8));
              }
              send(out, HEADERS, END_STREAM | END_HEADERS, stream, grpc ? GRPC_ENDS : ACCEPTED);
            }
          }
          default -> {} // whom it is to and how is of no interest
        }
      }
    }

    /** Those that are whole: a flag, the length in four bytes, and the message itself. */
    private void answerMessages(DataOutputStream out, int stream) throws IOException {
      ByteBuffer come = ByteBuffer.wrap(bodies.get(stream).toByteArray());
      while (come.remaining() >= 5 && come.remaining() >= 5 + come.getInt(come.position() + 1)) {
        byte[] message = new byte[come.position(come.position() + 1).getInt()];
        come.get(message);
        take(new String(message, StandardCharsets.UTF_8));
        send(out, DATA, 0, stream, EMPTY_MESSAGE);
      }
      var rest = new ByteArrayOutputStream();
      rest.write(come.array(), come.position(), come.remaining());
      bodies.put(stream, rest);
    }

    private static byte[] bytes(int number) {
      return new byte[] {
        (byte) (number >>> 24), (byte) (number >>> 16), (byte) (number >>> 8), (byte) number
      };
    }

    private static void send(DataOutputStream out, int type, int flags, int stream, byte[] payload)
        throws IOException {
      var frame = new ByteArrayOutputStream();
      frame.writeBytes(bytes(payload.length << 8 | type));
      frame.write(flags);
      frame.writeBytes(bytes(stream));
      frame.writeBytes(payload);
      out.write(frame.toByteArray());
      out.flush();
    }
  }

  @Override
  public void close() {
    try {
      listening.close();
      for (Connection connection : open) {
        connection.socket.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
