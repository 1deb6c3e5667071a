package dev.kafkaapibridge.sandbox.bridge;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An API that takes orders in batches, at most so many at once, and remembers which it has taken.
 * Each thousandth is bad. Safe for any thread.
 */
final class BatchApi implements AutoCloseable {

  private static final Pattern ORDER =
      Pattern.compile("\"order\":\"([^\"]+)\"|\"sequence\":(\\d+)[,}]");

  private final HttpServer server;
  private final int most;
  private final boolean each;
  private final BitSet accepted = new BitSet();
  private final Map<String, Long> latest = new HashMap<>();
  private long requests;
  private long repeated;
  private long overtaken;
  private long tooLarge;

  /**
   * @param most records that it takes at once
   * @param each whether it judges each by itself, now and then with fewer statuses than records
   */
  BatchApi(int most, boolean each) {
    this.most = most;
    this.each = each;
    server = LocalHttp.start(this::answer);
  }

  String url() {
    return LocalHttp.url(server);
  }

  static boolean isBad(long sequence) {
    return sequence % 1_000 == 7;
  }

  private void answer(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    var statuses = new ArrayList<String>();
    int status = judge(List.of(body.split("\n")), statuses);
    byte[] answer = ("[" + String.join(",", statuses) + "]").getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, answer.length);
    exchange.getResponseBody().write(answer);
    exchange.close();
  }

  private synchronized int judge(List<String> lines, List<String> statuses) {
    requests++;
    if (lines.size() > most) {
      tooLarge++;
      return 413;
    }
    if (requests % 50 == 49) {
      return 503;
    }
    if (!each) {
      if (lines.stream().anyMatch(line -> isBad(sequence(line)))) {
        return 422;
      }
      lines.forEach(this::take);
      return 200;
    }
    int judged = requests % 20 == 11 ? lines.size() / 2 : lines.size();
    for (String line : lines.subList(0, judged)) {
      boolean bad = isBad(sequence(line));
      if (!bad) {
        take(line);
      }
      statuses.add("{\"status\":" + (bad ? 422 : 200) + "}");
    }
    return 207;
  }

  private void take(String line) {
    long sequence = sequence(line);
    if (accepted.get((int) sequence)) {
      repeated++;
      return;
    }
    accepted.set((int) sequence);
    Long before = latest.put(key(line), sequence);
    if (before != null && before > sequence) {
      overtaken++;
    }
  }

  static long sequence(String order) {
    return Long.parseLong(find(order, 2));
  }

  private static String key(String order) {
    return find(order, 1);
  }

  private static String find(String order, int group) {
    Matcher matcher = ORDER.matcher(order);
    while (matcher.find()) {
      if (matcher.group(group) != null) {
        return matcher.group(group);
      }
    }
    throw new IllegalArgumentException("no order: " + order);
  }

  synchronized BitSet accepted() {
    return (BitSet) accepted.clone();
  }

  synchronized long overtaken() {
    return overtaken;
  }

  synchronized long requests() {
    return requests;
  }

  synchronized long repeated() {
    return repeated;
  }

  synchronized long tooLarge() {
    return tooLarge;
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
