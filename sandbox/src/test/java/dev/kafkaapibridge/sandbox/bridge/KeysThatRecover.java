package dev.kafkaapibridge.sandbox.bridge;

import dev.kafkaapibridge.sandbox.api.SwitchboardApi;
import dev.kafkaapibridge.sandbox.api.Switches;
import dev.kafkaapibridge.sandbox.api.Switches.Authorization;
import dev.kafkaapibridge.sandbox.api.Switches.Outage;
import dev.kafkaapibridge.sandbox.api.Switches.Refusal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * An API that answers 503 for some orders until a time of their own, and for some records always. A
 * thread throws its switches; nobody else may meanwhile.
 */
final class KeysThatRecover implements AutoCloseable {

  private static final int LATENCY_MILLIS = 5;
  private static final int JITTER_MILLIS = 20;

  private final SwitchboardApi api;
  private final Map<Integer, Duration> until;
  private final List<Integer> never;
  private final long start = System.nanoTime();
  private final Thread thread;

  /**
   * @param until how long each of these orders fails from now on
   * @param never sequences of the records that fail always
   */
  KeysThatRecover(SwitchboardApi api, Map<Integer, Duration> until, List<Integer> never) {
    this.api = api;
    this.until = Map.copyOf(until);
    this.never = List.copyOf(never);
    throwSwitches();
    thread = Thread.ofVirtual().start(this::watch);
  }

  private void watch() {
    try {
      while (true) {
        TimeUnit.MILLISECONDS.sleep(200);
        throwSwitches();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // closed
    }
  }

  private void throwSwitches() {
    Duration now = Duration.ofNanos(System.nanoTime() - start);
    String orders =
        until.entrySet().stream()
            .filter(order -> order.getValue().compareTo(now) > 0)
            .map(order -> "%05d".formatted(order.getKey()))
            .sorted()
            .collect(Collectors.joining("|", "\"order\":\"order-(?:", "|none)\""));
    String records =
        never.stream()
            .map(String::valueOf)
            .collect(Collectors.joining("|", "\"sequence\":(?:", "|none),"));
    var refusal = new Refusal(503, orders + "|" + records);
    if (!refusal.equals(api.switches().refusal())) {
      api.set(
          new Switches(
              LATENCY_MILLIS,
              JITTER_MILLIS,
              null,
              null,
              Outage.None,
              refusal,
              Authorization.Accepted,
              0,
              null,
              null));
    }
  }

  /** All are well. */
  @Override
  public void close() throws InterruptedException {
    thread.interrupt();
    thread.join();
    api.set(Switches.FAIR);
  }
}
