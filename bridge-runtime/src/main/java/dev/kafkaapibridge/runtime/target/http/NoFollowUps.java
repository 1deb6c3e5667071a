package dev.kafkaapibridge.runtime.target.http;

import java.io.IOException;
import java.util.function.LongConsumer;
import okhttp3.Interceptor;
import okhttp3.MediaType;
import okhttp3.RequestBody;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okio.BufferedSource;
import org.jspecify.annotations.Nullable;

/**
 * Stands next to the network: counts each request that leaves the process, and keeps OkHttp from
 * acting on the answer by itself. OkHttp goes by the status: it would repeat a call on 503 with
 * {@code Retry-After: 0} (and fail on a number there that is larger than an int), on 408 and on
 * 421, take 407 without a proxy for an error of the protocol, and look for somebody who
 * authenticates on 401. So it is shown a status of which it knows nothing; {@link #status} gives it
 * back.
 */
public final class NoFollowUps implements Interceptor {

  private static final int SHIFT = 1_000;

  private final LongConsumer sent;

  NoFollowUps(LongConsumer sent) {
    this.sent = sent;
  }

  @Override
  public Response intercept(Chain chain) throws IOException {
    RequestBody body = chain.request().body();
    if (body == null || !body.isDuplex()) {
      sent.accept(1); // whoever writes to a stream counts its messages
    }
    Response response = chain.proceed(chain.request());
    int status = response.code();
    return response
        .newBuilder()
        .code(status < 300 ? status : status + SHIFT)
        .body(new Untyped(response.body()))
        .build();
  }

  /**
   * A body without its type, which OkHttp would otherwise read with a regular expression in each
   * answer, for a cache that there isn't: 3% of the CPU (ADR 0024).
   */
  private static final class Untyped extends ResponseBody {
    private final ResponseBody body;

    Untyped(ResponseBody body) {
      this.body = body;
    }

    @Override
    public @Nullable MediaType contentType() {
      return null;
    }

    @Override
    public long contentLength() {
      return body.contentLength();
    }

    @Override
    public BufferedSource source() {
      return body.source();
    }
  }

  /** The status that the target gave. */
  public static int status(Response response) {
    return response.code() < 300 ? response.code() : response.code() - SHIFT;
  }
}
