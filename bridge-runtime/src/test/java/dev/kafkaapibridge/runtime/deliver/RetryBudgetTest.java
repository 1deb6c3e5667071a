package dev.kafkaapibridge.runtime.deliver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kafkaapibridge.runtime.Records;
import dev.kafkaapibridge.runtime.Seeds;
import dev.kafkaapibridge.runtime.record.Assignment;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

class RetryBudgetTest {

  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  private long now;

  @Test
  void retriesAddAtMostSoManyPercentAndOneASecond() {
    Seeds.each(
        200,
        random -> {
          now = random.nextLong(1_000 * SECOND);
          int percent = random.nextInt(100);
          var budget = new RetryBudget(percent, () -> now);
          List<Long> firsts = new ArrayList<>();
          List<Long> retries = new ArrayList<>();
          for (int i = 0; i < 2_000; i++) {
            now += random.nextLong(SECOND / 20);
            if (random.nextInt(3) == 0) {
              budget.first();
              firsts.add(now);
            } else if (budget.tryRetry()) {
              retries.add(now);
            }
          }
          double seconds = (now - retries.getFirst()) / 1e9;
          assertThat((double) retries.size())
              .isLessThanOrEqualTo(firsts.size() * percent / 100.0 + seconds * 10 / 9 + 10 + 1);
        });
  }

  @Test
  void oneASecondIsThereWhateverThePercentage() {
    var budget = new RetryBudget(0, () -> now);
    int retries = 0;
    for (int second = 0; second < 60; second++) {
      now += SECOND;
      retries += budget.tryRetry() ? 1 : 0;
    }
    assertThat(retries).isGreaterThanOrEqualTo(59);
  }

  @Test
  void whoWaitsForItIsCounted() throws Exception {
    var budget = new RetryBudget(0, () -> now);
    while (budget.tryRetry()) {}
    var slots = new Slots(1);
    var schedule = RetrySchedule.of(DeliveryTest.spec("{}").retry());
    var waits = new Waits(schedule, budget, slots, Clock.systemUTC(), () -> 0);
    Assignment assignment = Records.assignment("orders", 0);
    var waiting =
        new FutureTask<>(
            () -> slots.tryTake() && waits.awaitBudget(Records.record(assignment, 1, "a")));
    Thread.ofVirtual().start(waiting);
    await().until(() -> budget.waiting() == 1);

    assignment.end();
    assertThat(waiting.get()).as("there was room").isFalse();
    assertThat(budget.waiting()).isZero();
  }

  @Test
  void aHundredPercentIsNoLimit() {
    var budget = new RetryBudget(100, () -> now);
    for (int i = 0; i < 10_000; i++) {
      assertThat(budget.tryRetry()).isTrue();
    }
  }
}
