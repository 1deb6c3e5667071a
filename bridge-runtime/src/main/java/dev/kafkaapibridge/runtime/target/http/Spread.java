package dev.kafkaapibridge.runtime.target.http;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import okhttp3.ConnectionPool;
import okhttp3.Dns;
import okhttp3.OkHttpClient;
import okhttp3.internal.connection.RouteDatabase;
import org.jspecify.annotations.Nullable;

/**
 * Owns the clients among which calls over HTTP/2 go round: OkHttp lets all calls to a name share
 * one connection, which is one server of many. So each address of the name has a client with a pool
 * of its own, which connects there first and, where that fails, to the others. When the name has
 * other addresses, or the connections are old, new clients take over, and the former ones'
 * connections are closed as soon as their calls have ended. Safe for all lanes.
 */
final class Spread {

  /** Between two looks at the name. */
  static final Duration LOOK = Duration.ofSeconds(30);

  /**
   * Connections are not used for longer, less up to a tenth, so that not all processes move at
   * once.
   */
  static final Duration AGE = Duration.ofMinutes(10);

  /** More addresses of one name are not called at once. */
  static final int MOST = 16;

  /**
   * @param addresses in the order of their bytes; empty: the name could not be looked up
   * @param clients at least one
   */
  private record Round(
      OkHttpClient base, List<InetAddress> addresses, List<OkHttpClient> clients, long until) {}

  private final String host;
  private final Dns dns;
  private final Supplier<ConnectionPool> pools;
  private final DoubleSupplier random;
  private final LongSupplier nanoTime;
  private final ReentrantLock changing = new ReentrantLock();
  private final AtomicBoolean looking = new AtomicBoolean();
  private final AtomicInteger turn = new AtomicInteger();
  private final List<ConnectionPool> former = new ArrayList<>(); // guarded by changing
  private volatile @Nullable Round round; // changed with changing held
  private volatile long looked; // changed with changing held

  Spread(
      String host,
      Dns dns,
      Supplier<ConnectionPool> pools,
      DoubleSupplier random,
      LongSupplier nanoTime) {
    this.host = host;
    this.dns = dns;
    this.pools = pools;
    this.random = random;
    this.nanoTime = nanoTime;
  }

  /**
   * The client whose turn it is.
   *
   * @param base what they are made from: whom it trusts, how it connects
   */
  OkHttpClient next(OkHttpClient base) {
    Round now = round;
    if (now == null || now.base() != base) {
      now = look(base);
    } else if (nanoTime.getAsLong() - looked >= LOOK.toNanos()
        && looking.compareAndSet(false, true)) {
      // A name server may take its time, which no call is to wait for.
      Thread.ofVirtual().name("addresses").start(this::lookAgain);
    }
    List<OkHttpClient> clients = now.clients();
    return clients.size() == 1
        ? clients.getFirst()
        : clients.get(Math.floorMod(turn.getAndIncrement(), clients.size()));
  }

  private void lookAgain() {
    changing.lock();
    try {
      Round now = round;
      if (now != null) {
        change(now.base());
      }
    } finally {
      changing.unlock();
      looking.set(false);
    }
  }

  private Round look(OkHttpClient base) {
    changing.lock();
    try {
      Round now = round;
      return now != null && now.base() == base ? now : change(base);
    } finally {
      changing.unlock();
    }
  }

  /** With the lock held. */
  private Round change(OkHttpClient base) {
    Round now = round;
    long time = nanoTime.getAsLong();
    former.removeIf(Spread::isEmptied);
    List<InetAddress> addresses = lookUp();
    if (now == null
        || now.base() != base
        || time - now.until() >= 0
        || !addresses.isEmpty() && !addresses.equals(now.addresses())) {
      if (now != null) {
        now.clients().forEach(client -> former.add(client.connectionPool()));
      }
      now = start(base, addresses, time);
      round = now;
    }
    looked = time;
    return now;
  }

  private Round start(OkHttpClient base, List<InetAddress> addresses, long time) {
    var clients = new ArrayList<OkHttpClient>();
    for (int i = 0; i < Math.clamp(addresses.size(), 1, MOST); i++) {
      int first = i;
      OkHttpClient.Builder builder =
          base.newBuilder().connectionPool(pools.get()).dns(name -> from(first, dns.lookup(name)));
      // What failed for the former ones may work again; else it would be passed over for ever.
      builder.setRouteDatabase$okhttp(new RouteDatabase());
      clients.add(builder.build());
    }
    long age = (long) (AGE.toNanos() * (1 - random.getAsDouble() / 10));
    return new Round(base, addresses, List.copyOf(clients), time + age);
  }

  /** All of them, beginning with the one at this place: who can't reach it goes to the next. */
  private static List<InetAddress> from(int place, List<InetAddress> addresses) {
    var rotated = new ArrayList<>(sorted(addresses));
    Collections.rotate(rotated, -place);
    return rotated;
  }

  private List<InetAddress> lookUp() {
    try {
      return sorted(dns.lookup(host));
    } catch (UnknownHostException | RuntimeException e) {
      return List.of(); // the call looks it up again, and says what is wrong
    }
  }

  private static List<InetAddress> sorted(List<InetAddress> addresses) {
    return addresses.stream()
        .distinct()
        .sorted((a, b) -> java.util.Arrays.compareUnsigned(a.getAddress(), b.getAddress()))
        .toList();
  }

  private static boolean isEmptied(ConnectionPool pool) {
    pool.evictAll();
    return pool.connectionCount() == 0;
  }

  /** Connections that are open now. */
  int connections() {
    changing.lock();
    try {
      Round now = round;
      former.removeIf(Spread::isEmptied);
      return former.stream().mapToInt(ConnectionPool::connectionCount).sum()
          + (now == null
              ? 0
              : now.clients().stream()
                  .mapToInt(client -> client.connectionPool().connectionCount())
                  .sum());
    } finally {
      changing.unlock();
    }
  }

  void close() {
    changing.lock();
    try {
      former.forEach(ConnectionPool::evictAll);
      Round now = round;
      if (now != null) {
        now.clients().forEach(client -> client.connectionPool().evictAll());
      }
    } finally {
      changing.unlock();
    }
  }
}
