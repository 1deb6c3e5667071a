package dev.kafkaapibridge.runtime.target.grpc;

import dev.kafkaapibridge.runtime.target.http.NoFollowUps;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import okhttp3.Headers;
import okhttp3.Response;

/** What stands before an answer's messages and after them. Pure. */
final class HeadersAndTrailers {

  private static final String GRPC = "application/grpc";
  private static final String STATUS = "grpc-status";

  private HeadersAndTrailers() {}

  /** Whether messages may come: an answer that ends with its headers has none. */
  static boolean announceMessages(Response response) {
    return response.header(STATUS) == null && areOfGrpc(response);
  }

  static boolean areOfGrpc(Response response) {
    String type = response.header("content-type");
    return type != null && type.regionMatches(true, 0, GRPC, 0, GRPC.length());
  }

  /**
   * Whether it ends with OK, beyond doubt: a status that stands there twice is another.
   *
   * @param last its trailers; its headers where it has no others
   */
  static boolean sayOk(Response response, Headers last) {
    boolean ok = false;
    for (int i = 0; i < last.size(); i++) {
      if (last.name(i).equalsIgnoreCase(STATUS)) {
        if (ok || !last.value(i).equals("0")) {
          return false;
        }
        ok = true;
      }
    }
    return ok && NoFollowUps.status(response) == 200;
  }

  /** By names in lower case, several of one name joined by commas. */
  static Map<String, String> byName(Headers headers) {
    var byName = new HashMap<String, String>();
    headers.forEach(header ->
        byName.merge(
            header.getFirst().toLowerCase(Locale.ROOT),
            header.getSecond(),
            (one, other) -> one + ", " + other));
    return byName;
  }
}
