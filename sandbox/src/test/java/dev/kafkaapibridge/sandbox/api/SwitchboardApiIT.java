package dev.kafkaapibridge.sandbox.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SwitchboardApiIT {

  private SwitchboardApi api;
  private HttpClient client;

  @BeforeEach
  void start() {
    api = SwitchboardApi.start();
    client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  }

  @AfterEach
  void close() {
    client.close();
    api.close();
  }

  @Test
  void everyCallIsInTheJournalByPathAndByIdempotencyKey() throws Exception {
    post("/orders", "k1", 0);
    post("/orders", "k2", 1);
    post("/invoices", "k3", 2);
    post("/orders", "k1", 0);

    assertThat(api.journal().to("/orders"))
        .extracting(Call::idempotencyKey)
        .containsExactly("k1", "k2", "k1");
    assertThat(api.journal().withKey("k1")).extracting(Call::attempt).containsExactly(1, 2);
    assertThat(api.journal().to("/invoices").getFirst().body()).contains("\"sequence\":2");
    assertThat(api.ledger()).isEqualTo(new Ledger(3, 3, 0, 1, 0, 0, 0));
  }

  @Test
  void anOutageCanRefuseConnectionsAndEndOnTheSamePort() throws Exception {
    post("/orders", "k1", 0);
    api.set("{\"outage\": \"ConnectionRefused\"}");
    assertThatThrownBy(() -> post("/orders", "k2", 1)).isInstanceOf(ConnectException.class);

    api.set("{}");
    assertThat(post("/orders", "k2", 1).statusCode()).isEqualTo(200);
  }

  @Test
  void aBlackHoleNeverAnswers() {
    api.set("{\"outage\": \"BlackHole\"}");

    assertThatThrownBy(() -> post("/orders", "k1", 0)).isInstanceOf(HttpTimeoutException.class);
    assertThat(api.ledger().delivered()).isZero();
  }

  @Test
  void aConnectionCutBeforeTheAnswerHasDoneNothing() {
    api.set("{\"resets\": {\"percent\": 100, \"at\": \"BeforeAnswer\"}}");

    assertThatThrownBy(() -> post("/orders", "k1", 0)).isInstanceOf(IOException.class);
    assertThat(api.ledger().delivered()).isZero();
  }

  @Test
  void aConnectionCutWithinTheAnswerHasDoneItsWork() throws Exception {
    api.set("{\"resets\": {\"percent\": 100, \"at\": \"MidAnswer\"}}");
    assertThatThrownBy(() -> post("/orders", "k1", 0)).isInstanceOf(IOException.class);

    api.set("{}");
    post("/orders", "k1", 0);
    assertThat(api.ledger()).isEqualTo(new Ledger(1, 1, 0, 1, 0, 0, 0));
  }

  @Test
  void latencyAndSlowBodiesTakeTheirTime() throws Exception {
    api.set("{\"latencyMillis\": 200, \"slowBodyMillis\": 200}");

    long start = System.nanoTime();
    post("/orders", "k1", 0);

    assertThat(Duration.ofNanos(System.nanoTime() - start))
        .isGreaterThanOrEqualTo(Duration.ofMillis(400));
  }

  @Test
  void aQuotaAnswersWithTheHeadersThatTellOfIt() throws Exception {
    api.set("{\"quota\": {\"requests\": 1, \"windowMillis\": 3600000}}");
    post("/orders", "k1", 0);

    HttpResponse<String> limited = post("/orders", "k2", 1);

    assertThat(limited.statusCode()).isEqualTo(429);
    assertThat(limited.headers().firstValueAsLong("retry-after").orElseThrow())
        .isBetween(1L, 3600L);
    assertThat(limited.headers().firstValue("ratelimit-remaining")).hasValue("0");
    assertThat(api.journal().figures().status(429)).isEqualTo(1);
  }

  @Test
  void switchesAreThrownWithCurl() throws Exception {
    URI switchboard = URI.create(api.switchboardUrl() + "/_switchboard");
    var put =
        HttpRequest.newBuilder(switchboard)
            .PUT(BodyPublishers.ofString("{\"outage\": \"ServiceUnavailable\"}"));
    assertThat(client.send(put.build(), BodyHandlers.ofString()).statusCode()).isEqualTo(200);
    assertThat(post("/orders", "k1", 0).statusCode()).isEqualTo(503);

    put.PUT(BodyPublishers.ofString("{\"outage\": \"Rain\"}"));
    HttpResponse<String> refused = client.send(put.build(), BodyHandlers.ofString());
    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(refused.body()).contains("BlackHole");
    assertThat(api.switches().outage()).isEqualTo(Switches.Outage.ServiceUnavailable);

    var ledger = HttpRequest.newBuilder(URI.create(api.switchboardUrl() + "/_ledger"));
    assertThat(client.send(ledger.build(), BodyHandlers.ofString()).body()).contains("\"lost\":1");
  }

  @Test
  void thousandsOfCallsASecondAreServed() throws Exception {
    int calls = 20_000;
    var inFlight = new Semaphore(64);
    long start = System.nanoTime();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < calls; i++) {
        int sequence = i;
        inFlight.acquire();
        threads.submit(() -> {
          try {
            return post("/orders", "k" + sequence, sequence).statusCode();
          } finally {
            inFlight.release();
          }
        });
      }
    }
    double seconds = (System.nanoTime() - start) / 1e9;

    assertThat(api.ledger()).isEqualTo(new Ledger(calls, calls, 0, 0, 0, 0, 0));
    System.out.printf("%,.0f calls a second, client included%n", calls / seconds);
    assertThat(calls / seconds).isGreaterThan(500);
  }

  private HttpResponse<String> post(String path, String idempotencyKey, int sequence)
      throws IOException, InterruptedException {
    return client.send(
        HttpRequest.newBuilder(URI.create(api.url() + path))
            .timeout(Duration.ofSeconds(5))
            .header("Idempotency-Key", idempotencyKey)
            .POST(
                BodyPublishers.ofString(
                    "{\"order\":\"order-%1$d\",\"sequence\":%1$d}".formatted(sequence)))
            .build(),
        BodyHandlers.ofString());
  }
}
