package dev.kafkaapibridge.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Map;

/** A registry as Confluent's answers, which knows the one schema of {@link AvroOrders}. */
final class SchemaRegistry implements AutoCloseable {

  private final HttpServer server;

  SchemaRegistry() throws IOException {
    byte[] answer =
        JsonMapper.builder()
            .build()
            .writeValueAsString(Map.of("schema", AvroOrders.SCHEMA.toString()))
            .getBytes(UTF_8);
    server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    server.createContext(
        "/schemas/ids/" + AvroOrders.ID,
        exchange -> {
          exchange.getResponseHeaders().set("Content-Type", "application/json");
          exchange.sendResponseHeaders(200, answer.length);
          try (var body = exchange.getResponseBody()) {
            body.write(answer);
          }
        });
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
