package dev.kafkaapibridge.sandbox.bridge;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongPredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An API that answers each order with the order, and counts its calls. Safe for any thread. */
final class EchoApi implements AutoCloseable {

  static {
    // Read once, when the first server is made: head and body are written apart.
    System.setProperty("sun.net.httpserver.nodelay", "true");
  }

  private static final Pattern SEQUENCE = Pattern.compile("\"sequence\":(\\d+)");
  private static final int LARGE = 40_000;

  final Map<Long, Integer> calls = new ConcurrentHashMap<>();

  /** Sequences that are answered with more than a small topic takes. */
  volatile LongPredicate large = sequence -> false;

  /** Sequences that are refused. */
  volatile LongPredicate refused = sequence -> false;

  private final HttpServer server;

  EchoApi() {
    server = LocalHttp.start(this::answer);
  }

  String url() {
    return LocalHttp.url(server);
  }

  /** Of an order, or of what echoes it. */
  static long sequence(byte[] value) {
    Matcher matcher = SEQUENCE.matcher(new String(value, StandardCharsets.UTF_8));
    if (!matcher.find()) {
      throw new AssertionError("no order: " + new String(value, StandardCharsets.UTF_8));
    }
    return Long.parseLong(matcher.group(1));
  }

  long repeated() {
    return calls.values().stream().filter(times -> times > 1).count();
  }

  private void answer(HttpExchange exchange) throws IOException {
    byte[] order = exchange.getRequestBody().readAllBytes();
    long sequence = sequence(order);
    calls.merge(sequence, 1, Integer::sum);
    String padding = "";
    if (large.test(sequence)) {
      var random = new Random(sequence); // which compression makes nothing of
      padding =
          random
              .ints(LARGE, 'a', 'z' + 1)
              .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
              .toString();
    }
    byte[] answer =
        "{\"echo\": %s, \"padding\": \"%s\"}"
            .formatted(new String(order, StandardCharsets.UTF_8), padding)
            .getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(refused.test(sequence) ? 422 : 200, answer.length);
    exchange.getResponseBody().write(answer);
    exchange.close();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
