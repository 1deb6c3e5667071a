package dev.kafkaapibridge.sandbox.bridge;

import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Label;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Type;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.DescriptorProtos.MethodDescriptorProto;
import com.google.protobuf.DescriptorProtos.ServiceDescriptorProto;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import com.google.protobuf.UnknownFieldSet.Field;
import dev.kafkaapibridge.sandbox.api.Call;
import io.grpc.HandlerRegistry;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerMethodDefinition;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The service {@code shop.v1.Orders}, on gRPC's own server: takes orders, one by one or as streams,
 * and has moods. Owns what it has accepted. A restart keeps the port.
 */
final class GrpcOrders implements AutoCloseable {

  /** What to answer to a call; null: it is accepted. */
  interface Mood {
    Answer of(long sequence, long call);
  }

  record Answer(Status status, Metadata trailers) {
    Answer(Status status) {
      this(status, new Metadata());
    }
  }

  private static final MethodDescriptor.Marshaller<byte[]> BYTES =
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

  private static final MethodDescriptor<byte[], byte[]> PUT =
      method("Put", MethodDescriptor.MethodType.UNARY);

  /** Each order is answered, until one isn't taken: then the stream ends with its status. */
  private static final MethodDescriptor<byte[], byte[]> EXCHANGE =
      method("Exchange", MethodDescriptor.MethodType.BIDI_STREAMING);

  private static MethodDescriptor<byte[], byte[]> method(
      String name, MethodDescriptor.MethodType type) {
    return MethodDescriptor.<byte[], byte[]>newBuilder()
        .setType(type)
        .setFullMethodName("shop.v1.Orders/" + name)
        .setRequestMarshaller(BYTES)
        .setResponseMarshaller(BYTES)
        .build();
  }

  private final Mood mood;
  private final Map<String, Long> highest = new HashMap<>();
  private final BitSet accepted = new BitSet();
  private final List<Call.Numbered> taken = new ArrayList<>();
  private final AtomicInteger streams = new AtomicInteger();
  private long calls;
  private long reordered;
  private long repeated;
  private int port;
  private Server server;

  GrpcOrders(Mood mood) {
    this.mood = mood;
    start();
  }

  private void start() {
    try {
      server =
          NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", port))
              .fallbackHandlerRegistry(
                  new HandlerRegistry() {
                    @Override
                    public ServerMethodDefinition<?, ?> lookupMethod(String name, String host) {
                      if (name.equals(EXCHANGE.getFullMethodName())) {
                        return ServerMethodDefinition.create(
                            EXCHANGE,
                            ServerCalls.asyncBidiStreamingCall(GrpcOrders.this::exchange));
                      }
                      return name.equals(PUT.getFullMethodName())
                          ? ServerMethodDefinition.create(
                              PUT, ServerCalls.asyncUnaryCall(GrpcOrders.this::put))
                          : null;
                    }
                  })
              .build()
              .start();
      port = server.getPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Calls under way are cut, as by a process that is killed. */
  void restart() throws InterruptedException {
    server.shutdownNow();
    server.awaitTermination(10, TimeUnit.SECONDS);
    start();
  }

  String address() {
    return "127.0.0.1:" + port;
  }

  private void put(byte[] message, StreamObserver<byte[]> answers) {
    Answer answer = take(message);
    if (answer == null) {
      answers.onNext(new byte[0]);
      answers.onCompleted();
    } else {
      answers.onError(answer.status().asRuntimeException(answer.trailers()));
    }
  }

  private StreamObserver<byte[]> exchange(StreamObserver<byte[]> answers) {
    streams.incrementAndGet();
    return new StreamObserver<>() {
      private boolean ended;

      @Override
      public void onNext(byte[] message) {
        if (ended) {
          return;
        }
        Answer answer = take(message);
        if (answer == null) {
          answers.onNext(new byte[0]);
        } else {
          ended = true;
          answers.onError(answer.status().asRuntimeException(answer.trailers()));
        }
      }

      @Override
      public void onError(Throwable e) {
        ended = true;
      }

      @Override
      public void onCompleted() {
        if (!ended) {
          ended = true;
          answers.onCompleted();
        }
      }
    };
  }

  int streams() {
    return streams.get();
  }

  private synchronized Answer take(byte[] message) {
    Call.Numbered order = read(message);
    Answer answer = mood.of(order.sequence(), ++calls);
    if (answer != null) {
      return answer;
    }
    if (accepted.get((int) order.sequence())) {
      repeated++;
      return null;
    }
    accepted.set((int) order.sequence());
    taken.add(order);
    if (highest.getOrDefault(order.key(), -1L) > order.sequence()) {
      reordered++;
    }
    highest.merge(order.key(), order.sequence(), Math::max);
    return null;
  }

  private static Call.Numbered read(byte[] message) {
    try {
      UnknownFieldSet fields = UnknownFieldSet.parseFrom(message);
      String key = fields.getField(1).getLengthDelimitedList().getFirst().toStringUtf8();
      var numbers = fields.getField(2).getVarintList();
      return new Call.Numbered(key, numbers.isEmpty() ? 0 : numbers.getFirst());
    } catch (InvalidProtocolBufferException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sequences. */
  synchronized BitSet accepted() {
    return (BitSet) accepted.clone();
  }

  /** What it has accepted, in this order. */
  synchronized List<Call.Numbered> taken() {
    return List.copyOf(taken);
  }

  synchronized long calls() {
    return calls;
  }

  synchronized long reordered() {
    return reordered;
  }

  synchronized long repeated() {
    return repeated;
  }

  /** {@code google.rpc.Status} with a RetryInfo. */
  static Metadata retryAfterMillis(int millis) {
    ByteString delay = fields(2, Field.newBuilder().addVarint(millis * 1_000_000L).build());
    ByteString info = fields(1, Field.newBuilder().addLengthDelimited(delay).build());
    ByteString any =
        UnknownFieldSet.newBuilder()
            .addField(
                1,
                Field.newBuilder()
                    .addLengthDelimited(
                        ByteString.copyFromUtf8("type.googleapis.com/google.rpc.RetryInfo"))
                    .build())
            .addField(2, Field.newBuilder().addLengthDelimited(info).build())
            .build()
            .toByteString();
    var trailers = new Metadata();
    trailers.put(
        Metadata.Key.of("grpc-status-details-bin", Metadata.BINARY_BYTE_MARSHALLER),
        fields(3, Field.newBuilder().addLengthDelimited(any).build()).toByteArray());
    return trailers;
  }

  private static ByteString fields(int number, Field value) {
    return UnknownFieldSet.newBuilder().addField(number, value).build().toByteString();
  }

  /** As protoc would write it. */
  static byte[] descriptorSet() {
    return FileDescriptorSet.newBuilder()
        .addFile(
            FileDescriptorProto.newBuilder()
                .setName("orders.proto")
                .setPackage("shop.v1")
                .setSyntax("proto3")
                .addMessageType(
                    DescriptorProto.newBuilder()
                        .setName("Order")
                        .addField(field("order", 1, Type.TYPE_STRING))
                        .addField(field("sequence", 2, Type.TYPE_INT64))
                        .addField(field("item", 3, Type.TYPE_STRING))
                        .addField(field("pieces", 4, Type.TYPE_INT32)))
                .addMessageType(DescriptorProto.newBuilder().setName("Done"))
                .addMessageType(
                    DescriptorProto.newBuilder()
                        .setName("Step")
                        .addField(field("sequence", 1, Type.TYPE_INT64))
                        .addField(field("place", 2, Type.TYPE_INT64))
                        .addField(field("call", 3, Type.TYPE_INT64)))
                .addService(
                    ServiceDescriptorProto.newBuilder()
                        .setName("Orders")
                        .addMethod(
                            MethodDescriptorProto.newBuilder()
                                .setName("Put")
                                .setInputType(".shop.v1.Order")
                                .setOutputType(".shop.v1.Done"))
                        .addMethod(
                            MethodDescriptorProto.newBuilder()
                                .setName("Exchange")
                                .setInputType(".shop.v1.Order")
                                .setOutputType(".shop.v1.Done")
                                .setClientStreaming(true)
                                .setServerStreaming(true))
                        .addMethod(
                            MethodDescriptorProto.newBuilder()
                                .setName("Collect")
                                .setInputType(".shop.v1.Order")
                                .setOutputType(".shop.v1.Done")
                                .setClientStreaming(true))
                        .addMethod(
                            MethodDescriptorProto.newBuilder()
                                .setName("Follow")
                                .setInputType(".shop.v1.Order")
                                .setOutputType(".shop.v1.Step")
                                .setServerStreaming(true))))
        .build()
        .toByteArray();
  }

  private static FieldDescriptorProto.Builder field(String name, int number, Type type) {
    return FieldDescriptorProto.newBuilder()
        .setName(name)
        .setNumber(number)
        .setType(type)
        .setLabel(Label.LABEL_OPTIONAL);
  }

  @Override
  public void close() {
    server.shutdownNow();
  }
}
