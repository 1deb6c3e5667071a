package dev.kafkaapibridge.sandbox.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * The switches over HTTP: {@code GET} and {@code PUT /_switchboard}, {@code GET /_ledger}. It has a
 * port of its own, on the loopback address, so that an outage can be ended by the one who began it.
 */
final class Switchboard implements AutoCloseable {

  private final HttpServer server;
  private final SwitchboardApi api;

  Switchboard(SwitchboardApi api) throws IOException {
    this.api = api;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 16);
    server.createContext("/_switchboard", this::switches);
    server.createContext("/_ledger", exchange -> answer(exchange, 200, api.ledger().json()));
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  private void switches(HttpExchange exchange) throws IOException {
    switch (exchange.getRequestMethod()) {
      case "GET" -> answer(exchange, 200, api.switches().json());
      case "PUT" -> {
        try {
          api.set(new String(exchange.getRequestBody().readAllBytes(), UTF_8));
          answer(exchange, 200, api.switches().json());
        } catch (IllegalArgumentException e) {
          answer(exchange, 400, "not thrown: " + e.getMessage());
        }
      }
      default -> answer(exchange, 405, "GET shows the switches, PUT throws them");
    }
  }

  private static void answer(HttpExchange exchange, int status, String text) throws IOException {
    try (exchange) {
      byte[] body = (text + "\n").getBytes(UTF_8);
      exchange
          .getResponseHeaders()
          .set("Content-Type", status == 200 ? "application/json" : "text/plain");
      exchange.sendResponseHeaders(status, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
