package dev.kafkaapibridge.runtime.deliver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kafkaapibridge.runtime.Records;
import dev.kafkaapibridge.runtime.record.Assignment;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class SlotsTest {

  private final Assignment assignment = Records.assignment("orders", 0);
  private final Slots slots = new Slots(1);

  @Test
  void whoWaitsHasGivenItsSlotUpAndHasItAgainAfterwards() throws Exception {
    var freed = new AtomicInteger();
    slots.whenFree(freed::incrementAndGet);
    assertThat(slots.tryTake()).isTrue();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var waiting =
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return slots.awaitWithout(assignment, Duration.ofHours(1));
                } catch (InterruptedException e) {
                  throw new IllegalStateException(e);
                }
              },
              threads);
      await().until(slots::tryTake);
      assertThat(freed).as("another lane was told").hasValue(1);

      assignment.end();
      await().until(slots::isWaitedFor);
      assertThat(slots.tryTake()).as("whoever goes on comes first").isFalse();
      assertThat(waiting).isNotDone();
      slots.giveBack();

      assertThat(waiting.get()).as("the assignment goes on").isFalse();
      assertThat(slots.taken()).isEqualTo(1);
    }
  }
}
