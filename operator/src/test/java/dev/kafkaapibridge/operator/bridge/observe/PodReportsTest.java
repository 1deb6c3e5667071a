package dev.kafkaapibridge.operator.bridge.observe;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.kafkaapibridge.operator.bridge.observe.PodReports.Answer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Pods that answer well, badly, slowly, endlessly, or not at all. */
class PodReportsTest {

  private interface Behaviour {
    void answer(HttpExchange exchange) throws IOException, InterruptedException;
  }

  private final List<AutoCloseable> open = new ArrayList<>();
  private int port;
  private PodReports reports;

  @BeforeEach
  void start() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      port = socket.getLocalPort();
    }
    reports = new PodReports(port);
    open.add(reports);
  }

  @AfterEach
  void stop() throws Exception {
    for (AutoCloseable closeable : open) {
      closeable.close();
    }
  }

  @Test
  void hearsAPod() throws IOException {
    pod("127.1.0.1", exchange -> answer(exchange, 200, Pods.json()));

    assertThat(ask("127.1.0.1")).isEqualTo(new Answer.Reported(Pods.report()));
  }

  @Test
  void asksForTheStatusAndSaysNothingOfItself() throws IOException {
    var seen = new ArrayList<String>();
    pod(
        "127.1.0.1",
        exchange -> {
          seen.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
          exchange.getRequestHeaders().keySet().stream().sorted().forEach(seen::add);
          answer(exchange, 200, Pods.json());
        });

    ask("127.1.0.1");

    assertThat(seen).startsWith("GET /status").doesNotContain("Authorization", "Cookie");
  }

  @Test
  void doesNotFollowWhereAPodSendsIt() throws IOException {
    var visited = new AtomicInteger();
    pod("127.1.0.2", exchange -> visited.incrementAndGet());
    pod(
        "127.1.0.1",
        exchange -> {
          exchange.getResponseHeaders().set("Location", "http://127.1.0.2:" + port + "/status");
          answer(exchange, 302, "");
        });

    assertThat(ask("127.1.0.1")).isEqualTo(new Answer.Silent("it answers HTTP 302"));
    assertThat(visited).hasValue(0);
  }

  @Test
  void aNamespaceThatIsNotAskedAnyMoreIsForgotten() throws IOException {
    pod(
        "127.1.0.1",
        exchange -> {
          assertThat(reports.namespacesAsked()).isEqualTo(1);
          answer(exchange, 200, Pods.json());
        });

    assertThat(ask("127.1.0.1")).isInstanceOf(Answer.Reported.class);
    assertThat(reports.namespacesAsked()).isZero();
  }

  @Test
  void doesNotWaitForAPodThatHangs() throws IOException {
    pod("127.1.0.1", exchange -> Thread.sleep(20_000));

    assertSilentWithin(Duration.ofSeconds(4), "127.1.0.1", "it does not answer within 2 s");
  }

  @Test
  void doesNotWaitForABodyThatTrickles() throws IOException {
    pod(
        "127.1.0.1",
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          for (int i = 0; i < 100; i++) {
            exchange.getResponseBody().write(' ');
            exchange.getResponseBody().flush();
            Thread.sleep(200);
          }
        });

    assertSilentWithin(Duration.ofSeconds(4), "127.1.0.1", "it does not answer within 2 s");
  }

  @Test
  void stopsReadingAtOneMebibyte() throws IOException {
    pod(
        "127.1.0.1",
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          byte[] much = new byte[64 * 1024];
          for (int i = 0; i < 10_000; i++) {
            exchange.getResponseBody().write(much);
          }
        });

    assertThat(ask("127.1.0.1")).isEqualTo(new Answer.Silent("its report is larger than 1 MiB"));
  }

  @Test
  void nobodyThere() {
    assertThat(ask("127.1.0.9")).isEqualTo(new Answer.Silent("the connection is refused"));
  }

  @Test
  void anAddressThatIsAName() {
    assertThat(ask("metadata.internal")).isEqualTo(new Answer.Silent("its address is no IP"));
  }

  @Test
  void hearsTheOthersWhileSomeHang() throws IOException {
    pod("127.1.0.1", exchange -> Thread.sleep(20_000));
    pod("127.1.0.2", exchange -> answer(exchange, 200, Pods.json()));
    List<PodState> pods =
        IntStream.rangeClosed(1, 2).mapToObj(i -> at("p" + i, "127.1.0." + i)).toList();

    var answers = reports.ask("shop", pods);

    assertThat(answers.get("p1")).isInstanceOf(Answer.Silent.class);
    assertThat(answers.get("p2")).isInstanceOf(Answer.Reported.class);
  }

  @Test
  void aNamespaceWhosePodsHangCostsItselfTimeAndNoOther() throws Exception {
    pod("127.1.0.1", exchange -> Thread.sleep(20_000));
    pod("127.1.0.2", exchange -> answer(exchange, 200, Pods.json()));
    List<PodState> hundred =
        IntStream.range(0, 100).mapToObj(i -> at("p" + i, "127.1.0.1")).toList();

    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      long began = System.nanoTime();
      var slow = threads.submit(() -> reports.ask("slow", hundred));
      Thread.sleep(200);
      var other = reports.ask("other", List.of(at("p", "127.1.0.2")));
      Duration otherTook = Duration.ofNanos(System.nanoTime() - began);

      assertThat(other.get("p")).isInstanceOf(Answer.Reported.class);
      assertThat(otherTook).isLessThan(Duration.ofSeconds(2));
      assertThat(slow.get())
          .hasSize(100)
          .allSatisfy((uid, a) -> assertThat(a).isInstanceOf(Answer.Silent.class));
      assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(12));
    }
  }

  private Answer ask(String address) {
    return reports.ask("shop", List.of(at("p", address))).get("p");
  }

  private void assertSilentWithin(Duration limit, String address, String why) {
    long began = System.nanoTime();
    assertThat(ask(address)).isEqualTo(new Answer.Silent(why));
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(limit);
  }

  private static PodState at(String uid, String address) {
    return new PodState(uid, uid, address, true, false, null);
  }

  private void pod(String address, Behaviour behaviour) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral(address), port), 0);
    var threads = Executors.newVirtualThreadPerTaskExecutor();
    server.setExecutor(threads);
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            behaviour.answer(exchange);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    server.start();
    open.add(() -> {
      threads.shutdownNow();
      server.stop(0);
    });
  }

  private static void answer(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(UTF_8);
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    if (bytes.length > 0) {
      exchange.getResponseBody().write(bytes);
    }
  }
}
