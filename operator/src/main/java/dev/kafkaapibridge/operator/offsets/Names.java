package dev.kafkaapibridge.operator.offsets;

import dev.kafkaapibridge.api.network.DeniedAddresses;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Addresses of brokers by their names, which tenants write. A lookup holds its thread for as long
 * as the resolver likes, so it has a thread of its own kind, of which there are few, and is waited
 * for no longer than two seconds. Owns those threads; safe for all.
 */
final class Names implements AutoCloseable {

  private static final int MOST_AT_ONCE = 16;
  private static final int MOST_OF_ONE_NAMESPACE = 2;
  private static final long PATIENCE = 2;

  private final ThreadPoolExecutor threads =
      new ThreadPoolExecutor(
          0,
          MOST_AT_ONCE,
          30,
          TimeUnit.SECONDS,
          new SynchronousQueue<>(),
          Thread.ofPlatform().name("broker-names-", 0).daemon().factory());

  private final Shares<AtomicInteger> open = new Shares<>(AtomicInteger::new);
  private final boolean loopbackToo;

  /** {@code loopbackToo} is for an operator outside a pod: in one, loopback is itself. */
  Names(boolean loopbackToo) {
    this.loopbackToo = loopbackToo;
  }

  /** One or more; each may be connected to. */
  List<InetSocketAddress> addresses(String namespace, String host, int port)
      throws IOException, InterruptedException {
    var allowed = new ArrayList<InetSocketAddress>();
    for (InetAddress address : resolve(namespace, host)) {
      if (!DeniedAddresses.contain(address) && (loopbackToo || !address.isLoopbackAddress())) {
        allowed.add(new InetSocketAddress(address, port));
      }
    }
    if (allowed.isEmpty()) {
      throw new Denied("'%s' has an address that the operator does not connect to".formatted(host));
    }
    return allowed;
  }

  private InetAddress[] resolve(String namespace, String host)
      throws IOException, InterruptedException {
    AtomicInteger share = open.enter(namespace);
    if (share.incrementAndGet() > MOST_OF_ONE_NAMESPACE) {
      share.decrementAndGet();
      open.leave(namespace);
      throw new UnknownHostException("other names of the namespace are still being looked up");
    }
    Future<InetAddress[]> answer;
    try {
      answer =
          threads.submit(() -> {
            try {
              return InetAddress.getAllByName(host);
            } finally {
              share.decrementAndGet();
              open.leave(namespace);
            }
          });
    } catch (RejectedExecutionException e) {
      share.decrementAndGet();
      open.leave(namespace);
      throw new UnknownHostException("too many names are being looked up");
    }
    try {
      return answer.get(PATIENCE, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new UnknownHostException("'%s' has no address".formatted(host));
    } catch (TimeoutException e) {
      throw new UnknownHostException("'%s' is not looked up within 2 s".formatted(host));
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }

  /** Nobody is to be connected to there. */
  static final class Denied extends IOException {
    Denied(String message) {
      super(message);
    }
  }
}
