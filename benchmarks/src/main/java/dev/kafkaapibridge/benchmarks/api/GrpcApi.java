package dev.kafkaapibridge.benchmarks.api;

import dev.kafkaapibridge.benchmarks.Stamp;
import io.grpc.HandlerRegistry;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerCall;
import io.grpc.ServerMethodDefinition;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The API by gRPC: a unary method, and one with an answer for each message of a stream. grpc-java's
 * server reads and writes by threads of its own; records are counted and answered by the one thread
 * that owns the tally.
 */
public final class GrpcApi {

  public static final String UNARY = "Put";
  public static final String STREAM = "PutAll";

  private static final String SERVICE = "benchmark.Api";
  private static final byte[] TAKEN = {0x08, 0x01};

  private final Tally tally;
  private final ApiServer.Latency latency;
  private final ScheduledExecutorService owner;

  GrpcApi(Tally tally, ApiServer.Latency latency, ScheduledExecutorService owner) {
    this.tally = tally;
    this.latency = latency;
    this.owner = owner;
  }

  /** One of the two, with messages as they are. */
  public static MethodDescriptor<byte[], byte[]> method(String name) {
    return MethodDescriptor.<byte[], byte[]>newBuilder()
        .setType(name.equals(UNARY) ? MethodType.UNARY : MethodType.BIDI_STREAMING)
        .setFullMethodName(MethodDescriptor.generateFullMethodName(SERVICE, name))
        .setRequestMarshaller(Bytes.AS_THEY_ARE)
        .setResponseMarshaller(Bytes.AS_THEY_ARE)
        .build();
  }

  /** Listens on a free port of 127.0.0.1, which it tells. */
  int start() throws IOException {
    return NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", 0))
        .executor(owner)
        .fallbackHandlerRegistry(
            new HandlerRegistry() {
              @Override
              public ServerMethodDefinition<?, ?> lookupMethod(
                  String name, @Nullable String authority) {
                return ServerMethodDefinition.create(
                    method(name.substring(name.indexOf('/') + 1)),
                    (call, headers) -> new Taking(call));
              }
            })
        .build()
        .start()
        .getPort();
  }

  /** A call. Of the owning thread. */
  private final class Taking extends ServerCall.Listener<byte[]> {

    private final ServerCall<byte[], byte[]> call;
    private int open;
    private boolean allHere;

    Taking(ServerCall<byte[], byte[]> call) {
      this.call = call;
      call.sendHeaders(new Metadata());
      call.request(1);
    }

    @Override
    public void onMessage(byte[] message) {
      Stamp stamp = Stamp.read(i -> message[i]);
      tally.arrived(stamp);
      open++;
      if (latency.millis == 0) {
        accept(stamp);
      } else {
        owner.schedule(() -> accept(stamp), latency.millis, TimeUnit.MILLISECONDS);
      }
      call.request(1);
    }

    @Override
    public void onHalfClose() {
      allHere = true;
      closeIfDone();
    }

    private void accept(Stamp stamp) {
      if (!call.isCancelled()) {
        call.sendMessage(TAKEN);
        open--;
        closeIfDone();
      }
      tally.answered(stamp, Records.micros());
    }

    private void closeIfDone() {
      if (allHere && open == 0) {
        call.close(Status.OK, new Metadata());
      }
    }
  }

  private enum Bytes implements MethodDescriptor.Marshaller<byte[]> {
    AS_THEY_ARE;

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
  }
}
