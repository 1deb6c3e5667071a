package dev.kafkaapibridge.runtime.target.grpc;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import okhttp3.Connection;
import okhttp3.internal.connection.RealConnection;
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
      close(connection);
    }
  }

  /** TLS would say goodbye, and wait for who writes to a peer that reads no more. */
  private static void close(Connection connection) {
    if (connection instanceof RealConnection known) {
      known.cancel();
      return;
    }
    try {
      connection.socket().close();
    } catch (IOException e) {
      // It is gone, which is what was wanted.
    }
  }
}
