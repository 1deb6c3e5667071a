package dev.kafkaapibridge.runtime.target.http;

import dev.kafkaapibridge.runtime.target.ChannelCounts;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.LongSupplier;
import okhttp3.ConnectionPool;
import okhttp3.Dns;
import okhttp3.OkHttpClient;
import okhttp3.internal.connection.ConnectionListener;
import okhttp3.internal.connection.RouteDatabase;
import org.jspecify.annotations.Nullable;

/**
 * Owns the clients among which calls over HTTP/2 go round: OkHttp lets all calls to a name share
 * one connection, which is one server of many. So each address of the name has a client with a pool
 * of its own, which connects there first and, where that fails, to the others. When the name has
 * other addresses, those that stay keep their clients; when the connections are old, new clients
 * take over. What is left is closed as soon as its calls have ended. Safe for all lanes.
 */
final class Spread {

  /** Between two looks at the name. */
  static final Duration LOOK = Duration.ofSeconds(30);

  /**
   * Connections are not used for longer, less up to a tenth, so that not all processes move at
   * once.
   */
  static final Duration AGE = Duration.ofMinutes(10);

  /** More addresses of one name are not called at once; each process draws its own. */
  static final int MOST = 16;

  /**
   * @param first where it connects first; null: the name could not be looked up
   */
  private record Way(@Nullable InetAddress first, OkHttpClient client) {}

  /**
   * @param addresses in the order of their bytes; empty: the name could not be looked up
   * @param ways at least one, in an order that is another in each process
   */
  private record Round(
      OkHttpClient base, List<InetAddress> addresses, List<Way> ways, long until) {}

  /** One that is left; a call that was given it just before may still open a connection there. */
  private record Former(ConnectionPool pool, long since) {}

  private final String host;
  private final Dns dns;
  private final Function<ConnectionListener, ConnectionPool> pools;
  private final ChannelCounts counts;
  private final Duration connectToOneOfMany;
  private final Random random;
  private final LongSupplier nanoTime;
  private final ReentrantLock changing = new ReentrantLock();
  private final AtomicBoolean looking = new AtomicBoolean();
  private final AtomicInteger turn = new AtomicInteger();
  private final List<Former> former = new CopyOnWriteArrayList<>();
  private volatile @Nullable Round round; // changed with changing held
  private volatile long looked; // changed with changing held

  /**
   * @param connectToOneOfMany the longest that it may take where there are others: one that drops
   *     what is sent to it must leave a call the time to go to the next
   * @param random for how old connections become, and which addresses are called
   */
  Spread(
      String host,
      Dns dns,
      Function<ConnectionListener, ConnectionPool> pools,
      ChannelCounts counts,
      Duration connectToOneOfMany,
      Random random,
      LongSupplier nanoTime) {
    this.host = host;
    this.dns = dns;
    this.pools = pools;
    this.counts = counts;
    this.connectToOneOfMany = connectToOneOfMany;
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
      now = change(base, lookUp());
    } else if (nanoTime.getAsLong() - looked >= LOOK.toNanos()
        && looking.compareAndSet(false, true)) {
      // A name server may take its time, which no call is to wait for.
      Thread.ofVirtual().name("addresses").start(() -> lookAgain(base));
    }
    List<Way> ways = now.ways();
    Way way =
        ways.size() == 1
            ? ways.getFirst()
            : ways.get(Math.floorMod(turn.getAndIncrement(), ways.size()));
    return way.client();
  }

  private void lookAgain(OkHttpClient base) {
    try {
      List<InetAddress> addresses = lookUp();
      Round now = round;
      if (now != null && now.base() == base) {
        change(base, addresses);
      }
    } finally {
      looking.set(false);
    }
  }

  /**
   * @param addresses that the name has now
   */
  private Round change(OkHttpClient base, List<InetAddress> addresses) {
    changing.lock();
    try {
      long time = nanoTime.getAsLong();
      former.removeIf(this::isEmptied);
      Round now = round;
      if (now == null || now.base() != base || time - now.until() >= 0) {
        long age = (long) (AGE.toNanos() * (1 - random.nextDouble() / 10));
        now = take(new Round(base, addresses, ways(base, addresses, List.of()), time + age));
      } else if (!addresses.isEmpty() && !addresses.equals(now.addresses())) {
        now = take(new Round(base, addresses, ways(base, addresses, now.ways()), now.until()));
      }
      looked = time;
      return now;
    } finally {
      changing.unlock();
    }
  }

  /** With the lock held. */
  private Round take(Round next) {
    Round before = round;
    round = next;
    if (before != null) {
      for (Way way : before.ways()) {
        if (!next.ways().contains(way)) {
          former.add(new Former(way.client().connectionPool(), nanoTime.getAsLong()));
          way.client().connectionPool().evictAll();
        }
      }
    }
    return next;
  }

  private List<Way> ways(OkHttpClient base, List<InetAddress> addresses, List<Way> before) {
    if (addresses.isEmpty()) {
      return List.of(
          new Way(null, base.newBuilder().connectionPool(pool(new RouteDatabase())).build()));
    }
    var ways = new ArrayList<>(before);
    ways.removeIf(way -> !addresses.contains(way.first()));
    var others = new ArrayList<>(addresses);
    ways.forEach(way -> others.remove(way.first()));
    Collections.shuffle(others, random);
    for (InetAddress first : others) {
      if (ways.size() < MOST) {
        ways.add(new Way(first, client(base, first, addresses.size() > 1)));
      }
    }
    return List.copyOf(ways);
  }

  private OkHttpClient client(OkHttpClient base, InetAddress first, boolean ofMany) {
    // One of its own: what failed for a former client may work again.
    var routes = new RouteDatabase();
    OkHttpClient.Builder builder =
        base.newBuilder()
            .connectionPool(pool(routes))
            .dns(name -> beginningWith(first, sorted(dns.lookup(name))));
    if (ofMany) {
      builder.connectTimeout(connectToOneOfMany);
    }
    builder.setRouteDatabase$okhttp(routes);
    return builder.build();
  }

  private ConnectionPool pool(RouteDatabase routes) {
    return pools.apply(new Connections(counts, routes));
  }

  /** All of them: who can't reach the first goes to those that follow it. */
  private static List<InetAddress> beginningWith(InetAddress first, List<InetAddress> addresses) {
    int place = addresses.indexOf(first);
    if (place > 0) {
      var rotated = new ArrayList<>(addresses);
      Collections.rotate(rotated, -place);
      return rotated;
    }
    return addresses;
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
        .sorted((a, b) -> Arrays.compareUnsigned(a.getAddress(), b.getAddress()))
        .toList();
  }

  private boolean isEmptied(Former left) {
    left.pool().evictAll();
    return left.pool().connectionCount() == 0
        && nanoTime.getAsLong() - left.since() >= LOOK.toNanos();
  }

  /** Connections that are open now. */
  int connections() {
    former.removeIf(this::isEmptied);
    Round now = round;
    return former.stream().mapToInt(left -> left.pool().connectionCount()).sum()
        + (now == null
            ? 0
            : now.ways().stream()
                .mapToInt(way -> way.client().connectionPool().connectionCount())
                .sum());
  }

  void close() {
    former.forEach(left -> left.pool().evictAll());
    Round now = round;
    if (now != null) {
      now.ways().forEach(way -> way.client().connectionPool().evictAll());
    }
  }
}
