package dev.kafkaapibridge.runtime.target.http;

import java.io.IOException;
import java.util.function.LongConsumer;
import okhttp3.Interceptor;
import okhttp3.Response;

/**
 * Stands next to the network: counts each request that leaves the process, and keeps OkHttp from
 * acting on the answer by itself. OkHttp goes by the status: it would repeat a call on 503 with
 * {@code Retry-After: 0} (and fail on a number there that is larger than an int), on 408 and on
 * 421, take 407 without a proxy for an error of the protocol, and look for somebody who
 * authenticates on 401. So it is shown a status of which it knows nothing; {@link #status} gives it
 * back.
 */
final class NoFollowUps implements Interceptor {

  private static final int SHIFT = 1_000;

  private final LongConsumer sent;

  NoFollowUps(LongConsumer sent) {
    this.sent = sent;
  }

  @Override
  public Response intercept(Chain chain) throws IOException {
    sent.accept(1);
    Response response = chain.proceed(chain.request());
    return response.code() < 300
        ? response
        : response.newBuilder().code(response.code() + SHIFT).build();
  }

  /** The status that the target gave. */
  static int status(Response response) {
    return response.code() < 300 ? response.code() : response.code() - SHIFT;
  }
}
