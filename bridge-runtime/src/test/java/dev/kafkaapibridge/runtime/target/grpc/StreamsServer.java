package dev.kafkaapibridge.runtime.target.grpc;

import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** gRPC's own server, that takes streams of any method and does with them as it is told. */
final class StreamsServer implements AutoCloseable {

  /** What to do with a stream; one event at a time, and may block. */
  interface Script {
    void message(Stream stream, String message);

    default void halfClosed(Stream stream) {
      stream.end(Status.OK);
    }
  }

  /** One stream, as the server sees it. */
  static final class Stream {
    final String method;
    final Metadata metadata;
    final List<String> messages = new CopyOnWriteArrayList<>();

    /** Of the client: another connection, another address. */
    final SocketAddress from;

    final CountDownLatch halfClosed = new CountDownLatch(1);
    private final ServerCall<byte[], byte[]> call;
    private boolean begun;
    private volatile boolean over;

    Stream(String method, Metadata metadata, ServerCall<byte[], byte[]> call) {
      this.method = method;
      this.metadata = metadata;
      this.call = call;
      this.from = call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR);
    }

    synchronized void answer(String message) {
      if (!begun) {
        begun = true;
        call.sendHeaders(new Metadata());
      }
      call.sendMessage(message.getBytes(StandardCharsets.UTF_8));
    }

    boolean isOver() {
      return over || call.isCancelled();
    }

    synchronized void end(Status status) {
      over = true;
      call.close(status, new Metadata());
    }
  }

  final List<Stream> streams = new CopyOnWriteArrayList<>();
  volatile Script script = (stream, message) -> stream.answer("");
  private final BytesServer server;

  private StreamsServer(int port, UnaryOperator<NettyServerBuilder> settings) {
    server =
        new BytesServer(port, settings, MethodDescriptor.MethodType.BIDI_STREAMING, Handler::new);
  }

  static StreamsServer start() {
    return start(0, UnaryOperator.identity());
  }

  static StreamsServer start(int port, UnaryOperator<NettyServerBuilder> settings) {
    return new StreamsServer(port, settings);
  }

  String address() {
    return server.address();
  }

  int port() {
    return server.port();
  }

  long connections() {
    return streams.stream().map(stream -> stream.from).distinct().count();
  }

  /** All messages of all streams, in no order of streams. */
  List<String> messages() {
    return streams.stream().flatMap(s -> s.messages.stream()).collect(Collectors.toList());
  }

  @Override
  public void close() {
    server.close();
  }

  private final class Handler implements ServerCallHandler<byte[], byte[]> {
    private final String name;

    Handler(String name) {
      this.name = name;
    }

    @Override
    public ServerCall.Listener<byte[]> startCall(
        ServerCall<byte[], byte[]> call, Metadata metadata) {
      var stream = new Stream(name, metadata, call);
      streams.add(stream);
      call.request(1);
      return new ServerCall.Listener<>() {
        @Override
        public void onMessage(byte[] bytes) {
          var message = new String(bytes, StandardCharsets.UTF_8);
          stream.messages.add(message);
          script.message(stream, message);
          call.request(1);
        }

        @Override
        public void onHalfClose() {
          stream.halfClosed.countDown();
          script.halfClosed(stream);
        }
      };
    }
  }
}
