package dev.kafkaapibridge.runtime.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kafkaapibridge.api.v1alpha1.DeliverySpec.Ordering;
import dev.kafkaapibridge.runtime.Records;
import dev.kafkaapibridge.runtime.Seeds;
import dev.kafkaapibridge.runtime.deliver.KeyTurns;
import dev.kafkaapibridge.runtime.deliver.Outcome;
import dev.kafkaapibridge.runtime.deliver.Slots;
import dev.kafkaapibridge.runtime.record.Assignment;
import dev.kafkaapibridge.runtime.record.SourceRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class DispatcherTest {

  private final Assignment assignment = Records.assignment("orders", 0);

  /** By chance: it takes tens of thousands of tries to meet the moment between two looks. */
  @Test
  void aLaneThatBecomesReadyWhileTheLastSlotIsGivenBackIsStarted() {
    var dispatcher =
        new Dispatcher(
            Ordering.Key, new Slots(1), KeyTurns.NONE, record -> new Outcome.Delivered());
    for (int i = 0; i < 200_000; i++) {
      dispatcher.handOver(Records.record(assignment, i, "k" + i));
      long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
      while (dispatcher.takeEnded().isEmpty()) {
        assertThat(System.nanoTime()).as("record %d is not started", i).isLessThan(until);
      }
    }
  }

  /** Else a successor in another topic could be noted first, and be committed without it. */
  @Test
  void whoseTurnIsNextIsToldOnlyWhenTheEndWasNoted() {
    var noted = new ArrayList<Ended>();
    var told = Collections.synchronizedList(new ArrayList<Boolean>());
    var dispatcher = new ArrayList<Dispatcher>();
    var turns =
        new KeyTurns() {
          @Override
          public Turn await(SourceRecord record) {
            return Turn.Now;
          }

          @Override
          public void goesAside(SourceRecord record) {}

          @Override
          public void ended(SourceRecord record, Outcome outcome) {
            noted.addAll(dispatcher.getFirst().takeEnded());
            told.add(noted.contains(new Ended(record, outcome)));
          }
        };
    dispatcher.add(
        new Dispatcher(Ordering.Key, new Slots(1), turns, record -> new Outcome.Delivered()));
    dispatcher.getFirst().handOver(Records.record(assignment, 0, "a"));
    dispatcher.getFirst().handOver(Records.record(assignment, 1, "a"));
    await().until(() -> told.size() == 2);
    assertThat(told).containsExactly(true, true);
  }

  @Test
  void recordsOfOneKeyGoOneAfterTheOtherAndKeysSideBySide() {
    Seeds.each(
        300,
        random -> {
          int slots = random.nextInt(1, 8);
          int keys = random.nextInt(1, 10);
          var running = new AtomicInteger();
          var most = new AtomicInteger();
          var runningKeys = ConcurrentHashMap.<String>newKeySet();
          var sent = Collections.synchronizedList(new ArrayList<SourceRecord>());
          var dispatcher =
              new Dispatcher(
                  Ordering.Key,
                  new Slots(slots),
                  KeyTurns.NONE,
                  record -> {
                    assertThat(runningKeys.add(Records.key(record)))
                        .as("two of one key at once")
                        .isTrue();
                    most.accumulateAndGet(running.incrementAndGet(), Math::max);
                    sent.add(record);
                    Thread.yield();
                    running.decrementAndGet();
                    runningKeys.remove(Records.key(record));
                    return new Outcome.Delivered();
                  });

          int records = random.nextInt(1, 200);
          for (int offset = 0; offset < records; offset++) {
            dispatcher.handOver(Records.record(assignment, offset, "key-" + random.nextInt(keys)));
          }

          List<Ended> ended = allEnded(dispatcher, records);
          assertThat(ended).extracting(Ended::outcome).containsOnly(new Outcome.Delivered());
          assertThat(most.get()).isLessThanOrEqualTo(slots);
          for (int key = 0; key < keys; key++) {
            String name = "key-" + key;
            assertThat(
                    sent.stream()
                        .filter(r -> Records.key(r).equals(name))
                        .map(SourceRecord::offset))
                .isSorted();
          }
          assertThat(dispatcher.fault()).isNull();
        });
  }

  @Test
  void oneSlowKeyDoesNotHoldUpTheOthers() {
    var slow = new CountDownLatch(1);
    var dispatcher =
        new Dispatcher(
            Ordering.Key,
            new Slots(2),
            KeyTurns.NONE,
            record -> {
              if (Records.key(record).equals("slow")) {
                awaitLatch(slow);
              }
              return new Outcome.Delivered();
            });
    dispatcher.handOver(Records.record(assignment, 0, "slow"));
    dispatcher.handOver(Records.record(assignment, 1, "slow"));
    for (int offset = 2; offset < 100; offset++) {
      dispatcher.handOver(Records.record(assignment, offset, "key-" + offset));
    }

    assertThat(allEnded(dispatcher, 98))
        .extracting(e -> e.record().offset())
        .doesNotContain(0L, 1L);
    slow.countDown();
    assertThat(allEnded(dispatcher, 2))
        .extracting(e -> e.record().offset())
        .containsExactly(0L, 1L);
  }

  @Test
  void onRevocationWhatWaitsComesBackAndCallsUnderWayEnd() {
    var proceed = new Semaphore(0);
    var sending = new CountDownLatch(1);
    var dispatcher =
        new Dispatcher(
            Ordering.Partition,
            new Slots(4),
            KeyTurns.NONE,
            record -> {
              sending.countDown();
              proceed.acquireUninterruptibly();
              return new Outcome.Delivered();
            });
    for (int offset = 0; offset < 5; offset++) {
      dispatcher.handOver(Records.record(assignment, offset, "any"));
    }
    awaitLatch(sending);
    assignment.end();
    Thread.ofVirtual()
        .start(() -> {
          sleep(50);
          proceed.release();
        });

    dispatcher.awaitEnd(Set.of(assignment), Duration.ofSeconds(10));

    List<Ended> ended = dispatcher.takeEnded();
    assertThat(ended).hasSize(5);
    assertThat(ended)
        .filteredOn(e -> e.outcome() instanceof Outcome.Delivered)
        .extracting(e -> e.record().offset())
        .containsExactly(0L);
    assertThat(ended).filteredOn(e -> e.outcome() instanceof Outcome.Interrupted).hasSize(4);
  }

  @Test
  void aCallThatOutlivesTheBoundIsCut() {
    var dispatcher =
        new Dispatcher(
            Ordering.Partition,
            new Slots(4),
            KeyTurns.NONE,
            record -> {
              try {
                Thread.sleep(Duration.ofMinutes(5));
                return new Outcome.Delivered();
              } catch (InterruptedException e) {
                return new Outcome.Interrupted();
              }
            });
    dispatcher.handOver(Records.record(assignment, 0, "any"));
    sleep(50);
    assignment.end();

    dispatcher.awaitEnd(Set.of(assignment), Duration.ofMillis(50));

    assertThat(dispatcher.takeEnded())
        .extracting(Ended::outcome)
        .containsExactly(new Outcome.Interrupted());
  }

  @Test
  void aCutThatComesLateDoesNotMeetTheNextCall() throws Exception {
    var staying = Records.assignment("orders", 1);
    var underWay = new CountDownLatch(1);
    var dispatcher =
        new Dispatcher(
            Ordering.Key,
            new Slots(1),
            KeyTurns.NONE,
            record -> {
              if (record.assignment() == staying) {
                return Thread.currentThread().isInterrupted()
                    ? new Outcome.Interrupted()
                    : new Outcome.Delivered();
              }
              underWay.countDown();
              sleep(300_000); // leaves the flag set, as a cut does that comes after the answer
              return new Outcome.Delivered();
            });
    dispatcher.handOver(Records.record(assignment, 0, "any"));
    dispatcher.handOver(Records.record(staying, 0, "any"));
    underWay.await();
    assignment.end();
    dispatcher.awaitEnd(Set.of(assignment), Duration.ofMillis(50));

    assertThat(allEnded(dispatcher, 2))
        .extracting(Ended::outcome)
        .containsOnly(new Outcome.Delivered());
  }

  @Test
  void partitionsThatStayAreNotDisturbed() {
    var staying = Records.assignment("orders", 1);
    var dispatcher =
        new Dispatcher(
            Ordering.Key,
            new Slots(1),
            KeyTurns.NONE,
            record -> {
              sleep(1);
              return new Outcome.Delivered();
            });
    for (int offset = 0; offset < 50; offset++) {
      dispatcher.handOver(Records.record(assignment, offset, "key-" + offset % 7));
      dispatcher.handOver(Records.record(staying, offset, "key-" + offset % 7));
    }
    assignment.end();
    dispatcher.awaitEnd(Set.of(assignment), Duration.ofSeconds(5));

    List<Ended> ended = allEnded(dispatcher, 100);
    assertThat(ended)
        .filteredOn(e -> e.assignment() == staying)
        .extracting(Ended::outcome)
        .containsOnly(new Outcome.Delivered());
  }

  @Test
  void aFaultOfThisProgramLosesNoRecordAndLetsNonePassIt() {
    var begun = new AtomicInteger();
    var dispatcher =
        new Dispatcher(
            Ordering.Key,
            new Slots(1),
            KeyTurns.NONE,
            record -> {
              begun.incrementAndGet();
              throw new IllegalStateException("a bug");
            });
    dispatcher.handOver(
        List.of(Records.record(assignment, 0, "any"), Records.record(assignment, 1, "any")));

    assertThat(allEnded(dispatcher, 1))
        .extracting(Ended::outcome)
        .containsExactly(new Outcome.Interrupted());
    assertThat(dispatcher.fault()).isInstanceOf(IllegalStateException.class);
    assertThat(begun).hasValue(1);
    assertThat(dispatcher.takeEnded()).isEmpty();
  }

  private static List<Ended> allEnded(Dispatcher dispatcher, int records) {
    var ended = new ArrayList<Ended>();
    await()
        .pollInterval(Duration.ofMillis(1))
        .atMost(Duration.ofSeconds(20))
        .until(() -> {
          ended.addAll(dispatcher.takeEnded());
          return ended.size() >= records;
        });
    assertThat(ended).hasSize(records);
    return ended;
  }

  private static void awaitLatch(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void sleep(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
