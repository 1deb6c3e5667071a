package dev.kafkaapibridge.runtime.deliver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kafkaapibridge.runtime.Records;
import dev.kafkaapibridge.runtime.Seeds;
import dev.kafkaapibridge.runtime.record.Assignment;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class SlotsTest {

  private static final Duration NOT_LONG = Duration.ofMillis(1);

  private final Assignment assignment = Records.assignment("orders", 0);
  private final Slots slots = new Slots(1);
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  @AfterEach
  void end() {
    threads.shutdownNow();
  }

  @Test
  void whoWaitsHasGivenItsSlotUpAndHasItAgainAfterwards() throws Exception {
    var freed = new AtomicInteger();
    slots.whenFree(freed::incrementAndGet);
    assertThat(slots.tryTake()).isTrue();
    Future<Boolean> waiting = awaitWithout(slots, assignment, Duration.ofHours(1));
    await().until(slots::tryTake);
    await("another lane is told, once the slot is free")
        .untilAsserted(() -> assertThat(freed).hasValue(1));

    slots.giveBack();
    assignment.end();

    assertThat(waiting.get()).as("the assignment goes on").isFalse();
    assertThat(slots.taken()).isEqualTo(1);
  }

  @Test
  void whoeverGoesOnComesBeforeWhoeverBegins() throws Exception {
    assertThat(slots.tryTake()).isTrue();
    Future<Boolean> goesOn = waitsForASlot(slots);

    assertThat(slots.tryTake()).isFalse();
    slots.giveBack();
    assertThat(slots.tryTake()).as("it was handed over").isFalse();

    assertThat(goesOn.get()).isTrue();
    assertThat(slots.taken()).isEqualTo(1);
  }

  @Test
  void noSlotIsIdleBecauseSomebodyQueuesForAnother() throws Exception {
    var two = new Slots(2);
    assertThat(two.tryTake()).isTrue();
    assertThat(two.tryTake()).isTrue();
    Future<Boolean> goesOn = waitsForASlot(two);

    two.giveBack();
    two.giveBack();

    assertThat(two.tryTake()).as("one is for who waited, the other is free").isTrue();
    assertThat(two.tryTake()).isFalse();
    assertThat(goesOn.get()).isTrue();
  }

  @Test
  void theEndOfTheAssignmentEndsTheWaitForASlotToo() throws Exception {
    assertThat(slots.tryTake()).isTrue();
    Future<Boolean> revoked = waitsForASlot(slots); // the other's call lasts for an hour

    assignment.end();

    assertThat(revoked.get()).isFalse();
    assertThat(slots.taken()).as("one too many, until it ends").isEqualTo(2);
    slots.giveBack();
    assertThat(slots.tryTake()).isFalse();
    slots.giveBack();
    assertThat(slots.taken()).isZero();
  }

  @Test
  void aCutEndsItAsWell() throws Exception {
    assertThat(slots.tryTake()).isTrue();
    Future<Boolean> cut = waitsForASlot(slots);

    cut.cancel(true);

    await().until(() -> slots.taken() == 2);
    assertThat(slots.isWantedBack()).as("there is one too many").isTrue();
    slots.giveBack();
    assertThat(slots.isWantedBack()).as("nobody waits").isFalse();
  }

  @Test
  void fewerSlotsComeAboutAsTheyAreGivenBackAndNoneIsLost() {
    Seeds.each(
        500,
        random -> {
          int allowed = 1 + random.nextInt(8);
          int taken = 0;
          var some = new Slots(allowed);
          for (int i = 0; i < 200; i++) {
            switch (random.nextInt(3)) {
              case 0 -> {
                boolean got = some.tryTake();
                assertThat(got).isEqualTo(taken < allowed);
                taken += got ? 1 : 0;
              }
              case 1 -> {
                if (taken > 0) {
                  some.giveBack();
                  taken--;
                }
              }
              default -> {
                allowed = 1 + random.nextInt(8);
                some.allow(allowed);
              }
            }
            assertThat(some.taken()).isEqualTo(taken);
            assertThat(some.isWantedBack()).isEqualTo(taken > allowed);
          }
        });
  }

  @Test
  void moreSlotsServeWhoWaits() throws Exception {
    assertThat(slots.tryTake()).isTrue();
    Future<Boolean> goesOn = waitsForASlot(slots);

    slots.whenFree(() -> {});
    slots.allow(2);

    assertThat(goesOn.get()).isTrue();
    assertThat(slots.taken()).isEqualTo(2);
  }

  /** It had a slot, waited without it for a moment, and finds it taken by another lane. */
  private Future<Boolean> waitsForASlot(Slots of) {
    of.whenFree(() -> assertThat(of.tryTake()).isTrue());
    Future<Boolean> waiting = awaitWithout(of, assignment, NOT_LONG);
    await().until(of::isWantedBack);
    return waiting;
  }

  private Future<Boolean> awaitWithout(Slots of, Assignment until, Duration wait) {
    return threads.submit(() -> of.awaitWithout(until, wait));
  }
}
