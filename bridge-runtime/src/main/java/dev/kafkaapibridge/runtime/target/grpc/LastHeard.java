package dev.kafkaapibridge.runtime.target.grpc;

import dev.kafkaapibridge.runtime.target.http.Departure;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
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

  private final Map<Connection, AtomicLong> heard = new ConcurrentHashMap<>();

  void on(@Nullable Connection connection) {
    if (connection == null) {
      return;
    }
    long now = System.nanoTime();
    AtomicLong last = heard.get(connection); // without a lock: all calls of a connection come here
    if (last == null) {
      last = heard.computeIfAbsent(connection, its -> new AtomicLong(now));
      if (heard.size() > MANY) {
        heard.keySet().removeIf(one -> one.socket().isClosed());
      }
    }
    last.set(now);
  }

  /**
   * @param began by {@link System#nanoTime}
   */
  void closeIfSilentSince(long began, @Nullable Connection connection) {
    if (connection == null) {
      return;
    }
    AtomicLong last = heard.get(connection);
    if (last == null || last.get() - began <= 0) {
      heard.remove(connection);
      Departure.hangUp(connection);
    }
  }
}
