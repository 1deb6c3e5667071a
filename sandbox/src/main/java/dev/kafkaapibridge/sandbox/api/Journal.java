package dev.kafkaapibridge.sandbox.api;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Every call that the API has seen. Owns all of its state; safe for any thread. A call enters when
 * its answer is decided, under the number that it took on arrival.
 */
public final class Journal {

  private final List<Call> calls = new ArrayList<>();
  private final Map<String, Integer> attempts = new HashMap<>();
  private final Map<Integer, Long> byStatus = new TreeMap<>();
  private long arrived;
  private long accepted;

  /** What a view shows from one moment to the next. */
  public record Figures(long calls, long accepted, Map<Integer, Long> byStatus) {
    public long status(int status) {
      return byStatus.getOrDefault(status, 0L);
    }

    /** Calls that failed for the API's sake: 5xx, or no answer. */
    public long failed() {
      return byStatus.entrySet().stream()
          .filter(entry -> entry.getKey() == 0 || entry.getKey() >= 500)
          .mapToLong(Map.Entry::getValue)
          .sum();
    }
  }

  synchronized Call arrive(
      String method, String path, Map<String, String> headers, String body, boolean keepText) {
    String key = headers.get("idempotency-key");
    int attempt = key == null ? 1 : attempts.merge(key, 1, Integer::sum);
    return new Call(
        arrived++,
        Instant.now(),
        method,
        path,
        key,
        attempt,
        keepText ? headers : Map.of(),
        keepText ? body : "",
        Call.recordsIn(body),
        0,
        false);
  }

  synchronized void enter(Call call) {
    calls.add(call);
    byStatus.merge(call.status(), 1L, Long::sum);
    if (call.accepted()) {
      accepted++;
    }
  }

  public synchronized Figures figures() {
    return new Figures(calls.size(), accepted, Map.copyOf(byStatus));
  }

  /** All calls, in the order of their arrival. */
  public List<Call> calls() {
    List<Call> copy;
    synchronized (this) {
      copy = new ArrayList<>(calls);
    }
    copy.sort(Comparator.comparingLong(Call::number));
    return copy;
  }

  /** The calls with one idempotency key, in the order of their arrival. */
  public List<Call> withKey(String idempotencyKey) {
    return calls().stream().filter(call -> idempotencyKey.equals(call.idempotencyKey())).toList();
  }

  /** The calls to one path, in the order of their arrival. */
  public List<Call> to(String path) {
    return calls().stream().filter(call -> path.equals(call.path())).toList();
  }
}
