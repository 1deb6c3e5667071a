package dev.kafkaapibridge.benchmarks;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.kafkaapibridge.benchmarks.api.Figures;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

/** The API's process as who measures sees it. */
final class Api {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final String url;
  private final String grpc;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  /**
   * @param ports of HTTP and of gRPC, with a comma between them
   */
  Api(String ports) {
    String[] each = ports.split(",", -1);
    this.url = "http://127.0.0.1:" + each[0];
    this.grpc = "127.0.0.1:" + each[1];
  }

  String records() {
    return url + "/records";
  }

  /** Host and port. */
  String grpc() {
    return grpc;
  }

  void begin(Load load) {
    ask(
        "/begin?latency=%d&records=%d&keys=%d"
            .formatted(load.latencyMillis(), load.records(), load.keys()));
  }

  /** Keeps the latencies of so many records from one on. */
  void measure(int from, int records) {
    ask("/measure?from=%d&records=%d".formatted(from, records));
  }

  Figures figures() {
    return ask("/tally");
  }

  private Figures ask(String path) {
    try {
      String answer =
          http.send(
                  HttpRequest.newBuilder(URI.create(url + path)).build(),
                  HttpResponse.BodyHandlers.ofString())
              .body();
      return JSON.readValue(answer, Figures.class);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
