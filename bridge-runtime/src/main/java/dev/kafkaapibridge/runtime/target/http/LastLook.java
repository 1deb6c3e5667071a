package dev.kafkaapibridge.runtime.target.http;

import java.io.IOException;
import okhttp3.Interceptor;
import okhttp3.Response;

/**
 * Looks at the fence once more when the connection is there and the request is about to be written.
 * A process may have stood still since it was asked before: for the name, the connection, the
 * handshake, or because the machine was suspended. For the same reason a rate limit counts the call
 * from here on.
 */
public final class LastLook implements Interceptor {

  /** Nothing was sent: the partition may be another member's, or the leave to call has run out. */
  public static final class Fenced extends IOException {
    Fenced() {
      super("its leave was over before the request was written");
    }
  }

  @Override
  public Response intercept(Chain chain) throws IOException {
    Departure departure = chain.request().tag(Departure.class);
    if (departure != null) {
      departure.by(chain.connection());
      if (!departure.isStillOurs() || !departure.leaves()) {
        throw new Fenced();
      }
    }
    return chain.proceed(chain.request());
  }
}
