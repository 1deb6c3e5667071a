package dev.kafkaapibridge.runtime.target.grpc;

import io.grpc.Grpc;
import io.grpc.HandlerRegistry;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerMethodDefinition;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
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

  static final MethodDescriptor.Marshaller<byte[]> BYTES =
      new MethodDescriptor.Marshaller<>() {
        @Override
        public InputStream stream(byte[] value) {
          return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
          try {
            return stream.readAllBytes();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        }
      };

  final List<Came> came = new CopyOnWriteArrayList<>();

  /** Addresses that calls came from: another connection, another address. */
  final Set<SocketAddress> connections = ConcurrentHashMap.newKeySet();

  volatile Script script = (ignored, call) -> ok(call, new byte[0]);
  private final Server server;

  private OrdersServer(NettyServerBuilder builder) {
    try {
      server = builder.fallbackHandlerRegistry(new AnyMethod()).build().start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static OrdersServer start() {
    return start(0, UnaryOperator.identity());
  }

  static OrdersServer start(int port, UnaryOperator<NettyServerBuilder> settings) {
    return new OrdersServer(
        settings.apply(NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", port))));
  }

  String address() {
    return "127.0.0.1:" + server.getPort();
  }

  int port() {
    return server.getPort();
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
    server.awaitTermination(10, TimeUnit.SECONDS);
  }

  @Override
  public void close() {
    server.shutdownNow();
    try {
      server.awaitTermination(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private final class AnyMethod extends HandlerRegistry {
    @Override
    public ServerMethodDefinition<?, ?> lookupMethod(String name, String authority) {
      MethodDescriptor<byte[], byte[]> method =
          MethodDescriptor.<byte[], byte[]>newBuilder()
              .setType(MethodDescriptor.MethodType.SERVER_STREAMING)
              .setFullMethodName(name)
              .setRequestMarshaller(BYTES)
              .setResponseMarshaller(BYTES)
              .build();
      return ServerMethodDefinition.create(method, new Handler(name));
    }
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
