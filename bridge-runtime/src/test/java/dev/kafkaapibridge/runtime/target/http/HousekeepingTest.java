package dev.kafkaapibridge.runtime.target.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kafkaapibridge.runtime.target.ChannelCounts;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import okhttp3.ConnectionPool;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Looking late must not mean keeping connections for ever. */
@Timeout(60)
class HousekeepingTest {

  private final MockWebServer server = new MockWebServer();
  private final CountDownLatch allArrived = new CountDownLatch(5);
  private final CountDownLatch counted = new CountDownLatch(1);

  @BeforeEach
  void start() throws IOException {
    server.setDispatcher(
        new Dispatcher() {
          @Override
          public MockResponse dispatch(RecordedRequest request) throws InterruptedException {
            allArrived.countDown();
            counted.await();
            return new MockResponse.Builder().code(200).body("taken").build();
          }
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private static Connections counted() {
    return new Connections(
        new ChannelCounts(() -> 0), new okhttp3.internal.connection.RouteDatabase());
  }

  @Test
  void connectionsThatNobodyUsesAreClosed() throws Exception {
    ConnectionPool pool = Housekeeping.pool(10, Duration.ofMillis(1), counted());
    callFiveTimesAtOnce(pool);

    await().untilAsserted(() -> assertThat(pool.connectionCount()).isZero());
  }

  @Test
  void notMoreAreKeptThanAllowed() throws Exception {
    ConnectionPool pool = Housekeeping.pool(2, Duration.ofMinutes(5), counted());
    callFiveTimesAtOnce(pool);

    await().untilAsserted(() -> assertThat(pool.connectionCount()).isEqualTo(2));
    assertThat(pool.idleConnectionCount()).isEqualTo(2);
  }

  /** With connections of their own, all of which are in use at one moment. */
  private void callFiveTimesAtOnce(ConnectionPool pool) throws InterruptedException {
    var client = new OkHttpClient.Builder().connectionPool(pool).build();
    try (ExecutorService calls = Executors.newVirtualThreadPerTaskExecutor()) {
      IntStream.range(0, 5)
          .forEach(i ->
              calls.submit(() -> {
                try (var response =
                    client.newCall(new Request.Builder().url(server.url("/")).build()).execute()) {
                  return response.body().string();
                }
              }));
      allArrived.await();
      assertThat(pool.connectionCount()).isEqualTo(5);
      counted.countDown();
    }
  }
}
