package dev.kafkaapibridge.sandbox.bridge;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.kafkaapibridge.sandbox.api.Call;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongPredicate;

/**
 * An API that takes orders in batches, as lines or as an array, at most so many at once, and
 * remembers which it has taken. Each thousandth is bad, unless it is told otherwise. Safe for any
 * thread.
 */
final class BatchApi implements AutoCloseable {

  private final HttpServer server;
  private final int most;
  private final boolean each;
  private final BitSet accepted = new BitSet();
  private final List<Call.Numbered> taken = new ArrayList<>();
  private final Map<String, Long> latest = new HashMap<>();
  private LongPredicate bad = sequence -> sequence % 1_000 == 7;
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

  /** From now on these are bad, and no others. */
  synchronized void refuse(LongPredicate bad) {
    this.bad = bad;
  }

  private void answer(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    var statuses = new ArrayList<String>();
    int status = judge(Call.recordsIn(body), statuses);
    byte[] answer = ("[" + String.join(",", statuses) + "]").getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, answer.length);
    exchange.getResponseBody().write(answer);
    exchange.close();
  }

  private synchronized int judge(List<Call.Numbered> orders, List<String> statuses) {
    requests++;
    if (orders.size() > most) {
      tooLarge++;
      return 413;
    }
    if (requests % 50 == 49) {
      return 503;
    }
    if (!each) {
      if (orders.stream().anyMatch(order -> bad.test(order.sequence()))) {
        return 422;
      }
      orders.forEach(this::take);
      return 200;
    }
    int judged = requests % 20 == 11 ? orders.size() / 2 : orders.size();
    for (Call.Numbered order : orders.subList(0, judged)) {
      boolean refused = bad.test(order.sequence());
      if (!refused) {
        take(order);
      }
      statuses.add("{\"status\":" + (refused ? 422 : 200) + "}");
    }
    return 207;
  }

  private void take(Call.Numbered order) {
    int sequence = (int) order.sequence();
    if (accepted.get(sequence)) {
      repeated++;
      return;
    }
    accepted.set(sequence);
    taken.add(order);
    Long before = latest.put(order.key(), order.sequence());
    if (before != null && before > sequence) {
      overtaken++;
    }
  }

  synchronized BitSet accepted() {
    return (BitSet) accepted.clone();
  }

  /** What it has accepted, in this order. */
  synchronized List<Call.Numbered> taken() {
    return List.copyOf(taken);
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
