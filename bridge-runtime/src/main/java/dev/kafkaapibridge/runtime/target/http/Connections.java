package dev.kafkaapibridge.runtime.target.http;

import dev.kafkaapibridge.runtime.target.ChannelCounts;
import java.io.IOException;
import okhttp3.Call;
import okhttp3.Connection;
import okhttp3.Route;
import okhttp3.internal.connection.ConnectionListener;
import okhttp3.internal.connection.RouteDatabase;

/**
 * Counts the connections of a pool as they come. A way on which none comes is gone last from then
 * on, also where the call was cut that waited for it: by itself OkHttp counts only what failed
 * while its call went on. Safe for all threads.
 */
final class Connections extends ConnectionListener {

  private final ChannelCounts counts;
  private final RouteDatabase routes;

  /**
   * @param routes by which the pool's client chooses
   */
  Connections(ChannelCounts counts, RouteDatabase routes) {
    this.counts = counts;
    this.routes = routes;
  }

  @Override
  public void connectEnd(Connection connection, Route route, Call call) {
    counts.connected();
  }

  @Override
  public void connectFailed(Route route, Call call, IOException why) {
    counts.notConnected();
    routes.failed(route);
  }
}
