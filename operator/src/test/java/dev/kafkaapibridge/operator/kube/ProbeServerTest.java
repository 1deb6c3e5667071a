package dev.kafkaapibridge.operator.kube;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.Test;

class ProbeServerTest {

  @Test
  void metricsThatCannotBeReadAreAnAnswerAndTheOthersGoOn() throws Exception {
    try (var http = HttpClient.newHttpClient();
        var server =
            new ProbeServer(
                0,
                () -> true,
                () -> {
                  throw new IllegalStateException("two of one name");
                })) {
      HttpResponse<String> metrics = get(http, server, "/metrics");

      assertThat(metrics.statusCode()).isEqualTo(500);
      assertThat(metrics.body()).contains("the log says why");
      assertThat(get(http, server, "/healthz").statusCode()).isEqualTo(200);
    }
  }

  private static HttpResponse<String> get(HttpClient http, ProbeServer server, String path)
      throws Exception {
    var request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path)).build();
    return http.send(request, BodyHandlers.ofString());
  }
}
