package dev.kafkaapibridge.runtime.pace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.runtime.Seeds;
import java.util.Collections;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Pods that know of no limit and have more work than it allows: 300 calls a second, then 100, then
 * 500. Each finds it by its own 429s alone.
 */
class ManyPacesTest {

  private static final int DROP = 80;
  private static final int RISE = 160;
  private static final int END = 240;

  @ParameterizedTest(name = "{0} pods, {1}")
  @CsvSource({
    "1, bucket",
    "2, bucket",
    "5, bucket",
    "12, bucket",
    "24, bucket",
    "1, small bucket",
    "12, small bucket",
    "1, window",
    "2, window",
    "5, window",
    "12, window",
    "24, window"
  })
  void theLimitIsFoundUsedAndFollowed(int pods, String kind) {
    Supplier<Fleet.Limit> limit =
        switch (kind) {
          case "bucket" -> () -> new Fleet.TokenBucket(300, 1);
          case "small bucket" -> () -> new Fleet.TokenBucket(300, 0.1);
          default -> () -> new Fleet.FixedWindow(300, 1);
        };
    Seeds.each(
        3,
        random -> {
          var fleet = new Fleet(limit.get(), random);
          for (int i = 0; i < pods; i++) {
            fleet.pod(24 / pods);
          }
          fleet.runUntil(DROP);
          fleet.limit.perSecond(100);
          fleet.runUntil(RISE);
          fleet.limit.perSecond(500);
          fleet.runUntil(END);

          assertThat(fleet.shareLimited(20, DROP)).as("429 of 300/s").isLessThan(0.02);
          assertThat(fleet.used(20, DROP, 300)).as("used of 300/s").isGreaterThan(0.85);
          // Each look of each pod costs a 429: with 24 pods that is one in a hundred calls and
          // more.
          assertThat(fleet.shareLimited(DROP + 30, RISE)).as("429 of 100/s").isLessThan(0.04);
          assertThat(fleet.used(DROP + 30, RISE, 100)).as("used of 100/s").isGreaterThan(0.85);
          assertThat(fleet.used(RISE + 30, RISE + 40, 500)).as("used of 500/s").isGreaterThan(0.85);
          assertThat(fleet.shareLimited(RISE + 30, END)).as("429 of 500/s").isLessThan(0.02);
          assertThat(fleet.used(RISE + 30, END, 500)).as("used of 500/s").isGreaterThan(0.85);
        });
  }

  /** What a Retry-After asks for is time that isn't used: a second for each look. */
  @ParameterizedTest(name = "{0} pods, {1}")
  @CsvSource({"1, bucket", "5, bucket", "24, bucket", "1, window", "5, window", "24, window"})
  void withRetryAfterToo(int pods, String kind) {
    Seeds.each(
        3,
        random -> {
          var fleet =
              new Fleet(
                  kind.equals("bucket")
                      ? new Fleet.TokenBucket(300, 1)
                      : new Fleet.FixedWindow(300, 1),
                  random);
          fleet.retryAfter = Fleet.SECOND;
          for (int i = 0; i < pods; i++) {
            fleet.pod(24 / pods);
          }
          fleet.runUntil(120);
          assertThat(fleet.shareLimited(20, 120)).as("429").isLessThan(0.02);
          assertThat(fleet.used(20, 120, 300))
              .as("used")
              .isGreaterThan(kind.equals("bucket") ? 0.85 : 0.75);
        });
  }

  /** Twelve more pods take over half of the partitions, and give them back. */
  @ParameterizedTest
  @CsvSource({"1", "12"})
  void morePodsSendNoMore(int pods) {
    Seeds.each(
        3,
        random -> {
          var fleet = new Fleet(new Fleet.TokenBucket(300, 1), random);
          int each = 24 / pods;
          for (int i = 0; i < pods; i++) {
            fleet.pod(each);
          }
          fleet.runUntil(60);
          double before = fleet.sumOfRates();
          int moved = each / 2;
          for (Fleet.Pod pod : List.copyOf(fleet.pods)) {
            PartitionRate rate = pod.pace.ofOnePartition(60);
            pod.pace.lost(moved);
            fleet.pod(0).pace.gained(Collections.nCopies(moved, rate), 60);
          }
          assertThat(fleet.sumOfRates()).isBetween(before * (1 - 1e-9), before * (1 + 1e-9));
          fleet.runUntil(90);
          assertThat(fleet.shareLimited(60, 90)).as("429").isLessThan(0.03);
          assertThat(fleet.used(60, 90, 300)).as("used").isGreaterThan(0.85);
        });
  }

  /**
   * An API that takes 50 calls a second, and headers that tell more: by a gateway before it with a
   * limit of its own, or by two versions of it in turn, or for two tenants.
   */
  @ParameterizedTest
  @CsvSource({"none", "gateway and app", "in turn"})
  void limitsThatDifferBetweenAnswersVoidNothing(String told) {
    Seeds.each(
        3,
        random -> {
          var fleet = new Fleet(new Fleet.TokenBucket(50, 1), random);
          fleet.slots = 32;
          fleet.latency = 30 * Fleet.SECOND / 1_000;
          fleet.partitionsOfAll = 12;
          fleet.headers =
              switch (told) {
                case "none" -> null;
                case "in turn" -> (answer, limited) -> perSecond(answer % 2 == 0 ? 60 : 120);
                default -> (answer, limited) -> perSecond(limited ? 50 : 100);
              };
          fleet.pod(12);
          fleet.runUntil(180);
          assertThat(fleet.shareLimited(20, 180)).as("429").isLessThan(0.02);
          assertThat(fleet.used(20, 180, 50)).as("used").isGreaterThan(0.9);
        });
  }

  private static LimitNotice perSecond(double calls) {
    return new LimitNotice(calls, Double.NaN, Double.NaN, Double.NaN);
  }
}
