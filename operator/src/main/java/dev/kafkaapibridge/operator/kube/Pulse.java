package dev.kafkaapibridge.operator.kube;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Keeps a process that may not lead any more from writing what it decided before. While it is
 * frozen its lease runs out and another leads; when it awakes, its threads go on before anybody has
 * told them so. A thread of its own notes the time twice a second; whoever wants to write and finds
 * that note too old, or later finds that it once was, is refused, and the process is told to end.
 * One that lost its lease while awake says so itself, by {@link #end}.
 */
public final class Pulse implements Interceptor, AutoCloseable {

  /**
   * What a lease of 15 s, renewed every 2 s, leaves for certain, with some time for the request.
   */
  static final Duration LONGEST_STILL = Duration.ofSeconds(10);

  /** The API of leases; the server may have a path of its own before it. */
  private static final String LEASES = "/apis/coordination.k8s.io/";

  private static final Duration BETWEEN_BEATS = Duration.ofMillis(500);

  private final Consumer<String> onStoodStill;
  private final LongSupplier nanoTime;
  private final Thread beating;
  private volatile long lastBeat;
  private volatile boolean ended;

  private Pulse(Consumer<String> onStoodStill, LongSupplier nanoTime) {
    this.onStoodStill = onStoodStill;
    this.nanoTime = nanoTime;
    this.lastBeat = nanoTime.getAsLong();
    this.beating = Thread.ofPlatform().daemon().name("pulse").unstarted(this::beatOn);
  }

  /** {@code onStoodStill} is told why the process can do no good any more. */
  public static Pulse start(Consumer<String> onStoodStill) {
    var pulse = new Pulse(onStoodStill, System::nanoTime);
    pulse.beating.start();
    return pulse;
  }

  /** One whose beats are a test's. */
  static Pulse still(Consumer<String> onStoodStill, LongSupplier nanoTime) {
    return new Pulse(onStoodStill, nanoTime);
  }

  /** From now on nothing is written, also by those who are at it. */
  public void end() {
    ended = true;
  }

  private void beatOn() {
    try {
      while (!ended) {
        Thread.sleep(BETWEEN_BEATS);
        beat();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  void beat() {
    long now = nanoTime.getAsLong();
    Duration since = Duration.ofNanos(now - lastBeat);
    if (since.compareTo(LONGEST_STILL) > 0) {
      ended = true;
      onStoodStill.accept(
          "it stood still for %d seconds, and another may lead".formatted(since.toSeconds()));
    } else {
      lastBeat = now;
    }
  }

  /** Looking harms nobody, and a lease that another has taken can't be renewed anyway. */
  @Override
  public void before(BasicBuilder builder, HttpRequest request, RequestTags tags) {
    if (refuses(request.method(), request.uri().getPath())) {
      throw new KubernetesClientException("not written: another operator may lead");
    }
  }

  boolean refuses(String method, String path) {
    return !method.equals("GET")
        && !path.contains(LEASES)
        && (ended || nanoTime.getAsLong() - lastBeat > LONGEST_STILL.toNanos());
  }

  @Override
  public void close() {
    beating.interrupt();
  }
}
