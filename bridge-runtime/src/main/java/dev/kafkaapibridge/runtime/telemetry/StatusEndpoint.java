package dev.kafkaapibridge.runtime.telemetry;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.kafkaapibridge.api.report.StatusReport;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * {@code /healthz}, {@code /readyz}, {@code /metrics} and {@code /status} on one port. Says nothing
 * that anybody could misuse: no credential, no payload, no whole URL.
 */
public final class StatusEndpoint implements AutoCloseable {

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .defaultPropertyInclusion(
              JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.ALWAYS))
          .build();

  private final HttpServer server;

  /**
   * @param fault what this program did wrong, null while nothing: then it should be replaced
   * @throws IOException if the port is taken
   */
  public StatusEndpoint(
      InetSocketAddress address,
      Supplier<StatusReport> report,
      Supplier<@Nullable Throwable> fault,
      PrometheusMeterRegistry metrics)
      throws IOException {
    server = HttpServer.create(address, 64);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    handle(
        "/healthz",
        () ->
            fault.get() == null
                ? new Answer(200, "text/plain", "ok\n")
                : new Answer(500, "text/plain", "an internal error; see the log\n"));
    handle(
        "/readyz",
        () -> {
          StatusReport.Health ready = report.get().ready();
          return new Answer(
              ready.ok() ? 200 : 503, "text/plain", ready.reason() + ": " + ready.message() + "\n");
        });
    handle(
        "/metrics",
        () -> new Answer(200, "text/plain; version=0.0.4; charset=utf-8", metrics.scrape()));
    handle(
        "/status",
        () -> new Answer(200, "application/json", JSON.writeValueAsString(report.get()) + "\n"));
    server.start();
  }

  public InetSocketAddress address() {
    return server.getAddress();
  }

  @Override
  public void close() {
    server.stop(0);
  }

  private record Answer(int status, String type, String body) {}

  private interface Answering {
    Answer answer() throws IOException;
  }

  private void handle(String path, Answering answering) {
    server.createContext(
        path,
        exchange -> {
          try (exchange) {
            Answer answer =
                exchange.getRequestURI().getPath().equals(path)
                    ? answering.answer()
                    : new Answer(404, "text/plain", "not here\n");
            send(exchange, answer);
          }
        });
  }

  private static void send(HttpExchange exchange, Answer answer) throws IOException {
    byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", answer.type());
    exchange.sendResponseHeaders(answer.status(), body.length);
    exchange.getResponseBody().write(body);
  }
}
