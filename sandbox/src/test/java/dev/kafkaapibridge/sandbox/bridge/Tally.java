package dev.kafkaapibridge.sandbox.bridge;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.kafkaapibridge.sandbox.api.Call;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executors;

/**
 * An API that accepts everything and remembers no call, only which records it has seen: for tens of
 * millions of them. Safe for any thread.
 */
final class Tally implements AutoCloseable {

  private final HttpServer server;
  private final BitSet seen = new BitSet();
  private final Map<String, Long> highest = new HashMap<>();
  private long records;
  private long repeated;
  private long overtaken;

  Tally() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1024);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::accept);
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  synchronized long records() {
    return records;
  }

  synchronized long repeated() {
    return repeated;
  }

  synchronized long overtaken() {
    return overtaken;
  }

  @Override
  public void close() {
    server.stop(0);
  }

  private void accept(HttpExchange exchange) throws IOException {
    try (exchange) {
      String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
      Call.recordsIn(body).forEach(this::count);
      exchange.sendResponseHeaders(204, -1);
    }
  }

  private synchronized void count(Call.Numbered record) {
    int sequence = (int) record.sequence();
    if (seen.get(sequence)) {
      repeated++;
      return;
    }
    seen.set(sequence);
    records++;
    if (highest.merge(record.key(), record.sequence(), Math::max) > record.sequence()) {
      overtaken++;
    }
  }
}
