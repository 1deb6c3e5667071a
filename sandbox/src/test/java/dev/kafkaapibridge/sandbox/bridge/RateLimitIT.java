package dev.kafkaapibridge.sandbox.bridge;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kafkaapibridge.api.report.StatusReport;
import dev.kafkaapibridge.sandbox.Alone;
import dev.kafkaapibridge.sandbox.api.Call;
import dev.kafkaapibridge.sandbox.broker.EmbeddedBroker;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A declared limit, as the API sees it: one process, then a second that joins and leaves, then a
 * restart, with more records than the limit lets go.
 *
 * <p>A call arrives a little later than it left, one more so than another. So calls that left in a
 * longer window may arrive in a shorter one. The tests measure by how much, and refuse more than
 * {@link #JITTER} and the longest time for which the machine let a thread wait. On a machine that
 * does other things a stretch may fall short of the limit; one in five that doesn't is enough.
 */
@Alone
@Tag("turn-2") // 85 s
@Timeout(180)
class RateLimitIT {

  private static final int PER_SECOND = 200;
  private static final int BURST = 50;
  private static final Duration JITTER = Duration.ofMillis(50);
  private static final Duration STEADY = Duration.ofSeconds(Scale.of(4, 20));

  @TempDir static Path directory;
  @AutoClose static EmbeddedBroker broker;

  @BeforeAll
  static void startBroker() {
    broker = EmbeddedBroker.start(directory.resolve("broker"));
  }

  @Test
  void noWindowExceedsRateTimesTimeAndBurstThroughAJoinALeaveAndARestart() throws Exception {
    var limit = "rateLimit: {requests: " + PER_SECOND + ", period: 1s, burst: " + BURST + "}";
    liveWith("burst", limit, RateLimitIT::jitterThatABucketNeeds);
  }

  @Test
  void withoutBurstNoPeriodSeesMoreThanTheLimitThroughAJoinALeaveAndARestart() throws Exception {
    var limit = "rateLimit: {requests: " + PER_SECOND + ", period: 1s}";
    liveWith("strict", limit, RateLimitIT::jitterThatAStrictLimitNeeds);
  }

  /**
   * All records in one partition of twelve: half of the shares are in a process without records.
   */
  @Test
  void oneBusyPartitionOfTwelveGetsTheWholeLimit() throws Exception {
    var limit =
        "ordering: Unordered, rateLimit: {requests: " + PER_SECOND + ", burst: " + BURST + "}";
    try (var stalls = new Stalls();
        var shop = new Shop(broker, directory, "busy", 12, 1);
        var one = shop.bridge("", limit);
        var other = shop.bridge("", limit)) {
      await()
          .atMost(Duration.ofSeconds(60))
          .until(() ->
              one.status().kafka().partitions().size() == 6
                  && other.status().kafka().partitions().size() == 6);
      shop.producer.produce(PER_SECOND * (90 + 10 * (int) STEADY.toSeconds()));
      await()
          .atMost(Duration.ofSeconds(60))
          .untilAsserted(() -> assertUsed(shop, "two processes, one of them busy,"));
      assertThat(one.terminate()).as(one::log).isZero();
      assertThat(other.terminate()).as(other::log).isZero();
      assertKept(shop, stalls, RateLimitIT::jitterThatABucketNeeds);
    }
  }

  /** It is paid for when it leaves, so what is still to come into it costs nothing meanwhile. */
  @Test
  void aBatchThatWaitsForMoreLeavesNothingOfTheLimitIdle() throws Exception {
    var limit =
        "ordering: Unordered, batch: {maxRecords: 20, maxWait: 1s}, rateLimit: {requests: "
            + PER_SECOND
            + ", burst: "
            + BURST
            + "}";
    try (var stalls = new Stalls();
        var shop = new Shop(broker, directory, "batches", 12, 5_000)) {
      shop.producer.produce(20 * PER_SECOND * (5 + 6 * (int) STEADY.toSeconds()));
      try (var bridge = shop.bridge("", limit)) {
        awaitCalls(shop);
        assertUsed(shop, "batches");
        assertThat(bridge.terminate()).as(bridge::log).isZero();
      }
      assertKept(shop, stalls, RateLimitIT::jitterThatABucketNeeds);
      double records =
          shop.api.journal().calls().stream()
              .mapToInt(call -> call.records().size())
              .average()
              .orElseThrow();
      assertThat(records).as("records of a request").isGreaterThan(18);
    }
  }

  private void liveWith(String topic, String limit, ToLongFunction<long[]> jitterNeeded)
      throws Exception {
    try (var stalls = new Stalls();
        var shop = new Shop(broker, directory, topic, 12, 5_000)) {
      shop.producer.produce(PER_SECOND * (40 + 20 * (int) STEADY.toSeconds()));
      try (var first = shop.bridge("", limit)) {
        awaitCalls(shop);
        assertUsed(shop, "one process");
        try (var second = shop.bridge("", limit)) {
          await()
              .atMost(Duration.ofSeconds(60))
              .until(() -> second.status().records().delivered() > 50);
          assertUsed(shop, "two processes");
          assertThat(second.terminate()).as(second::log).isZero();
        }
        awaitCalls(shop);
        assertUsed(shop, "after one has left");
        assertThat(first.terminate()).as(first::log).isZero();
      }
      try (var again = shop.bridge("", limit)) {
        awaitCalls(shop);
        StatusReport before = again.status();
        assertUsed(shop, "after a restart");
        assertThat(stoodStill(before, again.status()))
            .as("share of the time in which calls stood still for the limit")
            .isBetween(0.5, 1.05);
        assertThat(again.get("/metrics"))
            .contains("kab_throttle_wait_seconds_count{hold=\"RateLimit\"");
        assertThat(again.terminate()).as(again::log).isZero();
      }
      assertKept(shop, stalls, jitterNeeded);
    }
  }

  private static void assertKept(Shop shop, Stalls stalls, ToLongFunction<long[]> jitterNeeded) {
    List<Call> calls = shop.api.journal().calls();
    long jitter =
        jitterNeeded.applyAsLong(
            calls.stream()
                .mapToLong(call ->
                    TimeUnit.SECONDS.toMicros(call.at().getEpochSecond())
                        + call.at().getNano() / 1_000)
                .sorted()
                .toArray());
    System.err.printf(
        "RateLimitIT: %d calls, jitter %d us, stalls %s%n", calls.size(), jitter, stalls.longest());
    assertThat(jitter)
        .as("microseconds; the machine stood still for %s", stalls.longest())
        .isLessThanOrEqualTo(JITTER.plus(stalls.longest()).toNanos() / 1_000);
    assertThat(shop.repetitions().all()).isEmpty();
  }

  private static double stoodStill(StatusReport before, StatusReport after) {
    long stood =
        requireNonNull(after.target().limitedMillis())
            - requireNonNull(before.target().limitedMillis());
    double share =
        (double) stood
            / Duration.between(
                    Instant.parse(before.reportedAt()), Instant.parse(after.reportedAt()))
                .toMillis();
    System.err.printf("RateLimitIT: calls stood still for %.3f of the time%n", share);
    return share;
  }

  private static void awaitCalls(Shop shop) {
    long before = shop.accepted();
    await().atMost(Duration.ofSeconds(30)).until(() -> shop.accepted() > before + PER_SECOND / 2);
  }

  private static void assertUsed(Shop shop, String by) throws InterruptedException {
    double used = 0;
    for (int stretch = 0; stretch < 5 && used < 0.9; stretch++) {
      long from = System.nanoTime();
      long before = shop.accepted();
      Thread.sleep(STEADY);
      used = (shop.accepted() - before) / ((System.nanoTime() - from) / 1e9) / PER_SECOND;
      System.err.printf("RateLimitIT: %s use %.3f of the limit%n", by, used);
    }
    assertThat(used).as("share of the limit used by " + by).isGreaterThanOrEqualTo(0.9);
  }

  /**
   * No window of any length exceeds the limit exactly if a bucket that starts full is never
   * overdrawn; by as much as it is, calls came too soon.
   *
   * @param calls microseconds
   */
  private static long jitterThatABucketNeeds(long[] calls) {
    double rate = PER_SECOND / 1e6;
    double level = BURST;
    double lowest = 0;
    long at = calls[0];
    for (long call : calls) {
      level = Math.min(BURST, level + rate * (call - at)) - 1;
      at = call;
      lowest = Math.min(lowest, level);
    }
    return (long) (-lowest / rate);
  }

  /** By how much the call after the limit came before its period was over, at the most. */
  private static long jitterThatAStrictLimitNeeds(long[] calls) {
    long needed = 0;
    for (int i = PER_SECOND; i < calls.length; i++) {
      needed = Math.max(needed, 1_000_000 - (calls[i] - calls[i - PER_SECOND]));
    }
    return needed;
  }
}
