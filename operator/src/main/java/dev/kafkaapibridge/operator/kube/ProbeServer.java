package dev.kafkaapibridge.operator.kube;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers the kubelet and Prometheus: /healthz, /readyz, /metrics. */
public final class ProbeServer implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ProbeServer.class);

  private final HttpServer server;

  /**
   * @param port 0 takes any free one
   * @param ready whether the caches hold what the cluster holds
   * @param metrics in Prometheus' text format
   * @throws IOException if the port is taken
   */
  public ProbeServer(int port, BooleanSupplier ready, Supplier<String> metrics) throws IOException {
    server = HttpServer.create(new InetSocketAddress(port), 64);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", exchange -> answer(exchange, ready, metrics));
    server.start();
  }

  public int port() {
    return server.getAddress().getPort();
  }

  @Override
  public void close() {
    server.stop(0);
  }

  private static void answer(HttpExchange exchange, BooleanSupplier ready, Supplier<String> metrics)
      throws IOException {
    try (exchange) {
      switch (exchange.getRequestURI().getPath()) {
        // Alive is who answers: an API server that is away is no reason to be replaced.
        case "/healthz" -> send(exchange, 200, "ok\n");
        case "/readyz" -> {
          boolean yes = ready.getAsBoolean();
          send(exchange, yes ? 200 : 503, yes ? "ok\n" : "the caches are not filled yet\n");
        }
        case "/metrics" -> scrape(exchange, metrics);
        default -> send(exchange, 404, "not here\n");
      }
    }
  }

  private static void scrape(HttpExchange exchange, Supplier<String> metrics) throws IOException {
    String text;
    try {
      text = metrics.get();
    } catch (RuntimeException e) {
      LOG.warn("the metrics could not be read", e);
      send(exchange, 500, "the metrics could not be read; the log says why\n");
      return;
    }
    exchange.getResponseHeaders().set("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
    send(exchange, 200, text);
  }

  private static void send(HttpExchange exchange, int code, String text) throws IOException {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().putIfAbsent("Content-Type", java.util.List.of("text/plain"));
    exchange.sendResponseHeaders(code, body.length);
    exchange.getResponseBody().write(body);
  }
}
