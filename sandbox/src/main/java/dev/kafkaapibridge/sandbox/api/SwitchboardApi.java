package dev.kafkaapibridge.sandbox.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A real HTTP/1.1 server that accepts everything, until somebody throws a switch. Each request
 * enters the {@link Journal}. The switches can be thrown in code and, on a port of their own that
 * also stands in an outage, by {@code curl} ({@link Switchboard}).
 *
 * <p>Owns the server, which an outage replaces; throwing a switch is serialized.
 */
public final class SwitchboardApi implements AutoCloseable {

  static {
    // The JDK's server writes head and body apart, which Nagle's algorithm turns into 40 ms, and
    // closes idle connections beyond 200.
    System.setProperty("sun.net.httpserver.nodelay", "true");
    System.setProperty("sun.net.httpserver.maxIdleConnections", "20000");
    System.setProperty("sun.net.httpserver.idleInterval", "300");
  }

  /** What is kept of requests besides the figures. */
  public enum Memory {
    /** Headers and bodies too: for tests. */
    Everything,
    /** Which records, when, with what answer: for millions of calls. */
    Figures
  }

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Journal journal = new Journal();
  private final AtomicInteger inFlight = new AtomicInteger();
  private final Memory memory;
  private final Switchboard switchboard;
  private final InetSocketAddress address;
  private volatile Supplier<BitSet> sent = this::seen;
  private volatile Supplier<BitSet> deadLettered = BitSet::new;
  private volatile Predicate<Map<String, String>> admitted = _ -> true;
  private volatile Weather weather = new Weather(Switches.FAIR);
  private @Nullable HttpServer server;

  private SwitchboardApi(String host, int port, Memory memory) throws IOException {
    this.memory = memory;
    HttpServer first = bind(new InetSocketAddress(host, port));
    this.server = first;
    this.address = first.getAddress();
    first.start();
    this.switchboard = new Switchboard(this);
  }

  /** Starts an API on a free port of 127.0.0.1. */
  public static SwitchboardApi start() {
    return start("127.0.0.1", 0, Memory.Everything);
  }

  /**
   * @param host that it listens on
   * @param port 0 for any free one
   */
  public static SwitchboardApi start(String host, int port, Memory memory) {
    try {
      return new SwitchboardApi(host, port, memory);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot listen on " + host + ":" + port, e);
    }
  }

  public int port() {
    return address.getPort();
  }

  /** Where the API is, for example {@code http://127.0.0.1:34567}, with no slash at its end. */
  public String url() {
    return "http://" + address.getHostString() + ":" + port();
  }

  /** Where the switches are. */
  public String switchboardUrl() {
    return switchboard.url();
  }

  public Journal journal() {
    return journal;
  }

  public Switches switches() {
    return weather.switches();
  }

  /** Throws the switches: all that {@code json} doesn't name are off. */
  public void set(String json) {
    set(Switches.parse(json));
  }

  /** Throws the switches. Takes effect with the next request. */
  public synchronized void set(Switches switches) {
    weather = new Weather(switches);
    HttpServer open = server;
    if (weather.closesTheDoor() && open != null) {
      server = null;
      open.stop(0);
    } else if (!weather.closesTheDoor() && open == null) {
      try {
        HttpServer again = bind(address);
        again.start();
        server = again;
      } catch (IOException e) {
        throw new UncheckedIOException("port " + port() + " was taken in the outage", e);
      }
    }
  }

  /**
   * Tells the ledger what was sent and what is dead; else all that was ever seen counts as sent.
   */
  public void account(Supplier<BitSet> sent, Supplier<BitSet> deadLettered) {
    this.sent = sent;
    this.deadLettered = deadLettered;
  }

  /**
   * Lets those calls in whose headers pass; the others get 401, whatever the switches say.
   *
   * @param admitted of the headers by their names in lower case
   */
  public void admit(Predicate<Map<String, String>> admitted) {
    this.admitted = admitted;
  }

  public Ledger ledger() {
    return Ledger.of(sent.get(), journal.calls(), deadLettered.get());
  }

  @Override
  public synchronized void close() {
    switchboard.close();
    if (server != null) {
      server.stop(0);
      server = null;
    }
    threads.shutdownNow();
  }

  private BitSet seen() {
    var seen = new BitSet();
    journal
        .calls()
        .forEach(call -> call.records().forEach(record -> seen.set((int) record.sequence())));
    return seen;
  }

  private HttpServer bind(InetSocketAddress at) throws IOException {
    HttpServer bound = HttpServer.create(at, 4096);
    bound.setExecutor(threads);
    bound.createContext("/", this::serve);
    return bound;
  }

  /** Requests that have arrived and are not answered yet. */
  public int inFlight() {
    return inFlight.get();
  }

  private void serve(HttpExchange exchange) throws IOException {
    inFlight.incrementAndGet();
    try (exchange) {
      String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
      Map<String, String> headers = headers(exchange.getRequestHeaders());
      Call call =
          journal.arrive(
              exchange.getRequestMethod(),
              exchange.getRequestURI().getPath(),
              headers,
              body,
              memory == Memory.Everything);
      Weather now = weather;
      var random = ThreadLocalRandom.current();
      boolean room = now.enter();
      Answer answer =
          !room
              ? now.full()
              : admitted.test(headers)
                  ? now.answer(body, System.currentTimeMillis(), () -> random.nextDouble() * 100)
                  : now.stranger();
      journal.enter(call.answered(answer.status(), answer.accepted()));
      if (room) {
        try {
          TimeUnit.MILLISECONDS.sleep(now.delayMillis(random.nextDouble()));
        } finally {
          now.leave();
        }
      }
      give(exchange, answer);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the API closes; so does the connection
    } finally {
      inFlight.decrementAndGet();
    }
  }

  private static void give(HttpExchange exchange, Answer answer)
      throws IOException, InterruptedException {
    switch (answer) {
      case Answer.Respond respond -> {
        byte[] body = respond.body().getBytes(UTF_8);
        respond.headers().forEach(exchange.getResponseHeaders()::set);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(respond.status(), body.length);
        trickle(exchange.getResponseBody(), body, respond.slowBodyMillis());
      }
      case Answer.CutWithin cut -> {
        cut.headers().forEach(exchange.getResponseHeaders()::set);
        exchange.sendResponseHeaders(200, 1000);
        exchange.getResponseBody().write("{\"acc".getBytes(UTF_8));
        exchange.getResponseBody().flush();
      }
      case Answer.Hold _ -> TimeUnit.HOURS.sleep(1); // or until the API closes
      case Answer.CutBefore _ -> {} // closing the exchange closes the connection
    }
  }

  private static void trickle(OutputStream out, byte[] body, int millis)
      throws IOException, InterruptedException {
    if (millis > 0) {
      for (byte one : body) {
        TimeUnit.NANOSECONDS.sleep(millis * 1_000_000L / body.length);
        out.write(one);
        out.flush();
      }
    } else {
      out.write(body);
    }
    out.close();
  }

  private static Map<String, String> headers(Headers headers) {
    var flat = new HashMap<String, String>();
    headers.forEach(
        (name, values) -> flat.put(name.toLowerCase(Locale.ROOT), String.join(", ", values)));
    return flat;
  }
}
