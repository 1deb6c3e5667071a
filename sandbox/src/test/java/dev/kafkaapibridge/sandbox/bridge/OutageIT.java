package dev.kafkaapibridge.sandbox.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.api.report.StatusReport;
import dev.kafkaapibridge.sandbox.Alone;
import dev.kafkaapibridge.sandbox.broker.EmbeddedBroker;
import dev.kafkaapibridge.sandbox.process.GuardedProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The whole API is gone for a while. Two bridges call it: one all the time, one a record now and
 * then, where no breaker's window fills.
 */
@Alone
@Tag("turn-2") // 82 s
@Timeout(180)
class OutageIT {

  private static final int PER_SECOND = Scale.of(200, 1_000);
  private static final double SELDOM_PER_SECOND = Scale.of(10, 1) / 20.0;
  private static final Duration OUTAGE = Duration.ofSeconds(Scale.of(9, 45));
  private static final Duration LONGEST_CALL = Duration.ofSeconds(2);

  /**
   * For what is under way when it begins, and for what is let go before the first of those has
   * failed.
   */
  private static final Duration TO_NOTICE = LONGEST_CALL.multipliedBy(2).plusSeconds(1);

  private static final Duration SLACK = Duration.ofSeconds(5);

  /** How the API is gone. */
  enum Outage {
    ServiceUnavailable(Duration.ofSeconds(2)),
    ConnectionRefused(Duration.ofSeconds(2)),
    BlackHole(Duration.ofSeconds(2)),
    /** A name that DNS doesn't know is a fault of the configuration: looked at every 10 s. */
    NameUnknown(Duration.ofSeconds(10));

    final Duration maxOpen;

    Outage(Duration maxOpen) {
      this.maxOpen = maxOpen;
    }
  }

  @TempDir static Path directory;
  @AutoClose static EmbeddedBroker broker;

  @BeforeAll
  static void startBroker() {
    broker = EmbeddedBroker.start(directory.resolve("broker"));
  }

  @ParameterizedTest
  @EnumSource
  void recordsWaitNoneIsDeadLetteredAndSoonAfterItAllRuns(Outage outage) throws Exception {
    Path hosts = directory.resolve(outage + ".hosts");
    name(hosts, "127.0.0.1 api.test");
    var java =
        List.of(
            GuardedProcess.java(),
            "-Xmx256m",
            "-XX:TieredStopAtLevel=1",
            "-Djdk.net.hosts.file=" + hosts,
            "-Dsun.net.inetaddr.ttl=0",
            "-Dsun.net.inetaddr.negative.ttl=0");
    var http = "requestTimeout: " + LONGEST_CALL.toSeconds() + "s, connectTimeout: 1s";
    var delivery =
        "retry: {maxAttempts: 3, initialBackoff: 200ms, maxBackoff: 1s}, circuitBreaker: {openDuration: 500ms, maxOpenDuration: "
            + outage.maxOpen.toSeconds()
            + "s}";
    try (var shop = new Shop(broker, directory, "busy-" + outage, 12, 5_000);
        var quiet = new Shop(broker, directory, "quiet-" + outage, 1, 10)) {
      String url = "http://api.test:" + shop.api.port();
      try (var busy = shop.calling(url).bridge(java, "", http, delivery).awaitReady();
          var seldom = quiet.calling(url).bridge(java, "", http, delivery).awaitReady()) {
        Thread many = produce(shop, PER_SECOND);
        Thread few = produce(quiet, SELDOM_PER_SECOND);
        TimeUnit.SECONDS.sleep(3);

        begin(outage, shop, hosts);
        TimeUnit.MILLISECONDS.sleep(TO_NOTICE.toMillis());
        long before = sends(busy) + sends(seldom);
        TimeUnit.MILLISECONDS.sleep(OUTAGE.minus(TO_NOTICE).toMillis());
        long probes = sends(busy) + sends(seldom) - before;
        assertThat(busy.status().target().health().ok()).isFalse();
        end(shop, hosts);
        long ended = System.nanoTime();
        long back = untilAllRuns(shop, ended, outage.maxOpen.plus(SLACK));

        many.interrupt();
        few.interrupt();
        many.join();
        few.join();
        System.err.printf(
            "OutageIT: %s, %d probes in %s, at full speed after %d ms%n",
            outage, probes, OUTAGE.minus(TO_NOTICE), back);
        assertThat(probes).as("probes").isLessThanOrEqualTo(10 * OUTAGE.toSeconds());
        awaitDelivered(shop, quiet);
        assertThat(busy.status().records().deadLettered()).isZero();
        assertThat(seldom.status().records().deadLettered()).isZero();
        assertThat(busy.terminate()).as(busy::log).isZero();
        assertThat(seldom.terminate()).as(seldom::log).isZero();
      }
    }
  }

  private static Thread produce(Shop shop, double perSecond) {
    return Thread.ofVirtual()
        .start(() -> shop.producer.produceEvenly(Integer.MAX_VALUE, perSecond));
  }

  private static void begin(Outage outage, Shop shop, Path hosts) {
    switch (outage) {
      case NameUnknown -> {
        name(hosts, "127.0.0.1 another.test");
        shop.api.set("{\"outage\": \"ConnectionRefused\"}"); // connections that are open end
        shop.api.set("{}");
      }
      default -> shop.api.set("{\"outage\": \"" + outage + "\"}");
    }
  }

  private static void end(Shop shop, Path hosts) {
    name(hosts, "127.0.0.1 api.test");
    shop.api.set("{}");
  }

  private static void name(Path hosts, String line) {
    try {
      Path next = Files.writeString(Path.of(hosts + ".next"), line + "\n");
      Files.move(next, hosts, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Calls that came to a verdict, also those for which nothing could be sent. */
  private static long sends(RunningBridge bridge) {
    StatusReport.Target target = bridge.status().target();
    return target.accepted() + target.failed() + target.misconfigured() + target.rateLimited();
  }

  /**
   * Milliseconds until a second began in which more was accepted than came: what has waited is
   * being caught up with.
   */
  private static long untilAllRuns(Shop shop, long from, Duration atMost) throws Exception {
    while (true) {
      long at = System.nanoTime();
      long before = shop.accepted();
      TimeUnit.SECONDS.sleep(1);
      double rate = (shop.accepted() - before) * 1e9 / (System.nanoTime() - at);
      if (rate >= PER_SECOND) {
        return TimeUnit.NANOSECONDS.toMillis(at - from);
      }
      assertThat(Duration.ofNanos(at - from))
          .as("%.0f a second, %s after the API has come back", rate, Duration.ofNanos(at - from))
          .isLessThan(atMost);
    }
  }

  /** Both bridges call the same API, which tells their records apart by the topic's keys alone. */
  private static void awaitDelivered(Shop busy, Shop quiet) {
    long all = busy.producer.sentCount() + quiet.producer.sentCount();
    org.awaitility.Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> assertThat(busy.accepted()).isGreaterThanOrEqualTo(all));
    assertThat(broker.topics().lag(quiet.group, quiet.topic)).isPresent();
  }
}
