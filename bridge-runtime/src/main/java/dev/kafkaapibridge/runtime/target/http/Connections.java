package dev.kafkaapibridge.runtime.target.http;

import java.util.concurrent.atomic.AtomicLong;
import okhttp3.Call;
import okhttp3.Connection;
import okhttp3.Route;
import okhttp3.internal.connection.ConnectionListener;

/** Counts the connections of a pool as they come. Safe for all threads. */
final class Connections extends ConnectionListener {

  private final AtomicLong opened = new AtomicLong();

  @Override
  public void connectEnd(Connection connection, Route route, Call call) {
    opened.incrementAndGet();
  }

  long opened() {
    return opened.get();
  }
}
