package dev.kafkaapibridge.runtime.target.grpc;

import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import java.net.SocketAddress;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/** gRPC's own server, that takes one message of any method and answers as it is told. */
final class OrdersServer implements AutoCloseable {

  /** What came. */
  record Came(String method, Metadata metadata, byte[] message, Long deadlineMillis) {}

  /** How to answer; may block. */
  interface Script {
    void answer(Came came, ServerCall<byte[], byte[]> call);
  }

  final List<Came> came = new CopyOnWriteArrayList<>();

  /** Addresses that calls came from: another connection, another address. */
  final Set<SocketAddress> connections = ConcurrentHashMap.newKeySet();

  volatile Script script = (ignored, call) -> ok(call, new byte[0]);
  private final BytesServer server;

  private OrdersServer(int port, UnaryOperator<NettyServerBuilder> settings) {
    server =
        new BytesServer(port, settings, MethodDescriptor.MethodType.SERVER_STREAMING, Handler::new);
  }

  static OrdersServer start() {
    return start(0, UnaryOperator.identity());
  }

  static OrdersServer start(int port, UnaryOperator<NettyServerBuilder> settings) {
    return new OrdersServer(port, settings);
  }

  String address() {
    return server.address();
  }

  int port() {
    return server.port();
  }

  /** Answers each call with this status. */
  OrdersServer answers(Status status, Metadata trailers) {
    script = (ignored, call) -> call.close(status, trailers);
    return this;
  }

  static void ok(ServerCall<byte[], byte[]> call, byte[] message) {
    call.sendHeaders(new Metadata());
    call.sendMessage(message);
    call.close(Status.OK, new Metadata());
  }

  /** Ends connections by GOAWAY, lets calls under way end. */
  void shutdown() throws InterruptedException {
    server.shutdown();
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
      connections.add(call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR));
      var deadline = io.grpc.Context.current().getDeadline();
      Long millis = deadline == null ? null : deadline.timeRemaining(TimeUnit.MILLISECONDS);
      call.request(2);
      return new ServerCall.Listener<>() {
        private byte[] message = new byte[0];

        @Override
        public void onMessage(byte[] one) {
          message = one;
        }

        @Override
        public void onHalfClose() {
          var one = new Came(name, metadata, message, millis);
          came.add(one);
          script.answer(one, call);
        }
      };
    }
  }
}
