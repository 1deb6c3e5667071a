package dev.kafkaapibridge.runtime.target.http;

import dev.kafkaapibridge.runtime.target.ChannelCounts;
import java.io.IOException;
import okhttp3.Call;
import okhttp3.Connection;
import okhttp3.Route;
import okhttp3.internal.connection.ConnectionListener;

/** Counts the connections of a pool as they come. Safe for all threads. */
final class Connections extends ConnectionListener {

  private final ChannelCounts counts;

  Connections(ChannelCounts counts) {
    this.counts = counts;
  }

  @Override
  public void connectEnd(Connection connection, Route route, Call call) {
    counts.connected();
  }

  @Override
  public void connectFailed(Route route, Call call, IOException why) {
    counts.notConnected();
  }
}
