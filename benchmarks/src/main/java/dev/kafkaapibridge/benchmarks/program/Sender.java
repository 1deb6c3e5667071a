package dev.kafkaapibridge.benchmarks.program;

import dev.kafkaapibridge.benchmarks.api.GrpcApi;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.MethodDescriptor;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import okhttp3.ConnectionPool;
import okhttp3.Dispatcher;
import okhttp3.Headers;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;

/** Sends one value and waits for the answer. Safe for all threads. */
interface Sender {

  /**
   * @throws Refused if the answer was another than 200
   * @throws IOException if there was none
   */
  void send(byte[] value) throws IOException;

  /** An answer that accepts nothing. */
  final class Refused extends IOException {
    private static final long serialVersionUID = 1L;

    private final int retryAfterSeconds;

    Refused(int status, int retryAfterSeconds) {
      super("answered " + status);
      this.retryAfterSeconds = retryAfterSeconds;
    }

    /** What the answer's Retry-After says; 0 where it has none. */
    int retryAfterSeconds() {
      return retryAfterSeconds;
    }
  }

  /** OkHttp as it comes: a timeout for each read and write. */
  static Sender plain(Task task) {
    return okHttp(task, client(task).build());
  }

  /** OkHttp as the bridge has it: one deadline for the call, no decompression. */
  static Sender lean(Task task) {
    return okHttp(
        task,
        client(task)
            .callTimeout(30, TimeUnit.SECONDS)
            .readTimeout(0, TimeUnit.SECONDS)
            .writeTimeout(0, TimeUnit.SECONDS)
            .retryOnConnectionFailure(false)
            .followRedirects(false)
            .build());
  }

  /** No deadline at all: what a watchdog of one's own could save at most. */
  static Sender bare(Task task) {
    return okHttp(
        task,
        client(task)
            .readTimeout(0, TimeUnit.SECONDS)
            .writeTimeout(0, TimeUnit.SECONDS)
            .retryOnConnectionFailure(false)
            .followRedirects(false)
            .build());
  }

  /** grpc-java as it comes, with a deadline for the call. */
  static Sender grpc(Task task) {
    Channel channel = NettyChannelBuilder.forTarget(task.url()).usePlaintext().build();
    MethodDescriptor<byte[], byte[]> put = GrpcApi.method(GrpcApi.UNARY);
    return value -> {
      try {
        ClientCalls.blockingUnaryCall(
            channel, put, CallOptions.DEFAULT.withDeadlineAfter(30, TimeUnit.SECONDS), value);
      } catch (StatusRuntimeException e) {
        throw new IOException(e);
      }
    };
  }

  private static OkHttpClient.Builder client(Task task) {
    return new OkHttpClient.Builder()
        .dispatcher(new Dispatcher())
        .connectionPool(new ConnectionPool(task.inFlight(), 5, TimeUnit.MINUTES));
  }

  private static Sender okHttp(Task task, OkHttpClient client) {
    HttpUrl url = HttpUrl.get(task.url());
    MediaType type = MediaType.get("application/octet-stream");
    Headers headers = Headers.of("Accept-Encoding", "identity");
    return value -> {
      var request =
          new Request.Builder().url(url).headers(headers).post(RequestBody.create(value, type));
      try (Response response = client.newCall(request.build()).execute()) {
        response.body().source().skip(response.body().contentLength());
        if (response.code() != 200) {
          throw new Refused(response.code(), Integer.parseInt(response.header("Retry-After", "0")));
        }
      }
    };
  }
}
