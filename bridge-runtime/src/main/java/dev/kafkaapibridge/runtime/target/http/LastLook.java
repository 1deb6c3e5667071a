package dev.kafkaapibridge.runtime.target.http;

import dev.kafkaapibridge.runtime.record.Assignment;
import java.io.IOException;
import okhttp3.Interceptor;
import okhttp3.Response;

/**
 * Looks at the fence once more when the connection is there and the request is about to be written.
 * A process may have stood still since it was asked before: for the name, the connection, the
 * handshake, or because the machine was suspended.
 */
final class LastLook implements Interceptor {

  /** Nothing was sent, for the partition may be another member's. */
  static final class Fenced extends IOException {
    Fenced() {
      super("the fence has shut before the request was written");
    }
  }

  @Override
  public Response intercept(Chain chain) throws IOException {
    Assignment assignment = chain.request().tag(Assignment.class);
    if (assignment != null && !assignment.fenceIsOpen()) {
      throw new Fenced();
    }
    return chain.proceed(chain.request());
  }
}
