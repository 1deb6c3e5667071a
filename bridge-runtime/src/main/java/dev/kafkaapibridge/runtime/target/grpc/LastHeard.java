package dev.kafkaapibridge.runtime.target.grpc;

import dev.kafkaapibridge.runtime.target.http.Departure;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import okhttp3.Connection;
import org.jspecify.annotations.Nullable;

/**
 * When each connection has brought an answer last. Pings would tell sooner of one whose peer is
 * gone, but servers end connections that ping more often than every five minutes (gRPC, A8). So a
 * connection that brought nothing since a call began, to that call's deadline, is closed: the next
 * call opens another instead of waiting for nothing too. One for all that goes over the same
 * connections. Safe for all lanes.
 */
final class LastHeard {

  private static final int MANY = 64;

  private final Map<Connection, Long> heard = new ConcurrentHashMap<>();

  void on(@Nullable Connection connection) {
    if (connection != null) {
      heard.put(connection, System.nanoTime());
      if (heard.size() > MANY) {
        heard.keySet().removeIf(one -> one.socket().isClosed());
      }
    }
  }

  /**
   * @param began by {@link System#nanoTime}
   */
  void closeIfSilentSince(long began, @Nullable Connection connection) {
    if (connection == null) {
      return;
    }
    Long last = heard.get(connection);
    if (last == null || last - began <= 0) {
      heard.remove(connection);
      Departure.hangUp(connection);
    }
  }
}
