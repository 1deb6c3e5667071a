package dev.kafkaapibridge.runtime.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kafkaapibridge.runtime.Records;
import dev.kafkaapibridge.runtime.Seeds;
import dev.kafkaapibridge.runtime.deliver.HeldRecords;
import dev.kafkaapibridge.runtime.deliver.Outcome;
import dev.kafkaapibridge.runtime.record.Assignment;
import dev.kafkaapibridge.runtime.record.SourceRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(180)
class BatchDispatcherTest {

  private static final String RETRY =
      "retry: {initialBackoff: 1ms, maxBackoff: 3ms, maxAttempts: 1000, budgetPercent: 100}";

  /** Opens as ever, but for no longer than a test can wait for. */
  private static final String BREAKER =
      "circuitBreaker: {openDuration: 100ms, maxOpenDuration: 100ms}";

  private final Assignment assignment = Records.assignment("orders", 0);
  private final ModelApi api = new ModelApi();

  /** Whatever the API does: no record is lost, ends twice, or overtakes another of its key. */
  @Test
  void eachRecordEndsOnceAndKeysKeepTheirOrderWhateverTheApiAnswers() throws Exception {
    Seeds.eachAtOnce(
        150,
        10, // they wait for the retry budget most of the time
        random -> {
          String ordering = List.of("Key", "Partition", "Unordered").get(random.nextInt(3));
          boolean each = !ordering.equals("Partition") && random.nextInt(3) == 0;
          int keys = random.nextInt(1, 40);
          int records = random.nextInt(1, 300);
          var model = new ModelApi();
          model.random = random;
          model.each = each;
          model.fails = random.nextInt(30);
          model.takes = random.nextInt(2) == 0 ? Integer.MAX_VALUE : random.nextInt(1, 30);
          int poison = random.nextInt(2, 60);
          model.refuses = record -> record.offset() % poison == 1;
          model.unfit = record -> record.offset() % 31 == 5;
          model.skips = record -> record.offset() % 23 == 7;
          var looks = new ConcurrentHashMap<SourceRecord, Integer>();
          model.missing =
              record -> record.offset() % 29 == 3 && looks.merge(record, 1, Integer::sum) < 4;
          model.whileSending = Thread::yield;
          var bridge =
              new BatchingBridge(
                  "{ordering: %s, maxInFlight: %d, batch: {maxRecords: %d, maxWait: %dms, partialFailure: %s}, %s, %s}"
                      .formatted(
                          ordering,
                          random.nextInt(1, 8),
                          random.nextInt(1, 100),
                          random.nextInt(3) * 5,
                          each ? "PerItemStatus" : "SplitBatch",
                          RETRY,
                          BREAKER),
                  model);
          var partition = Records.assignment("orders", 0);
          long tooOld = System.currentTimeMillis() - Duration.ofHours(1).toMillis();
          for (int offset = 0; offset < records; ) {
            var some = new ArrayList<SourceRecord>();
            for (int n = random.nextInt(1, 60); n > 0 && offset < records; n--, offset++) {
              String key = "key-" + random.nextInt(keys);
              some.add(
                  random.nextInt(15) == 0
                      ? Records.old(partition, offset, key, Duration.ofHours(2))
                      : Records.record(partition, offset, key));
            }
            bridge.dispatcher.handOver(some);
          }

          List<Ended> ended = bridge.awaitEnds(records);

          assertThat(bridge.dispatcher.fault()).isNull();
          assertThat(ended).extracting(end -> end.record().offset()).doesNotHaveDuplicates();
          for (Ended end : ended) {
            SourceRecord record = end.record();
            if (record.record().timestamp() < tooOld) {
              // It may have come into a call before anybody looked.
              assertThat(end.outcome())
                  .isIn(new Outcome.Skipped(), new Outcome.DeadLettered(), new Outcome.Delivered());
              continue;
            }
            assertThat(end.outcome())
                .isEqualTo(
                    model.skips.test(record)
                        ? new Outcome.Skipped()
                        : model.unfit.test(record) || model.refuses.test(record)
                            ? new Outcome.DeadLettered()
                            : new Outcome.Delivered());
          }
          assertThat(model.accepted())
              .extracting(SourceRecord::offset)
              .doesNotHaveDuplicates()
              .hasSize(
                  (int)
                      ended.stream()
                          .filter(end -> end.outcome() instanceof Outcome.Delivered)
                          .count());
          if (!ordering.equals("Unordered")) {
            assertThat(model.broken()).isEmpty();
            for (int key = 0; key < keys; key++) {
              String name = "key-" + key;
              assertThat(model.accepted().stream().filter(r -> Records.key(r).equals(name)))
                  .extracting(SourceRecord::offset)
                  .isSorted();
            }
          }
          if (ordering.equals("Partition")) {
            assertThat(model.accepted()).extracting(SourceRecord::offset).isSorted();
          }
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"Key", "Partition", "Unordered"})
  void onePoisonRecordAtAnyPositionIsTheOnlyOneDeadLettered(String ordering) throws Exception {
    for (int position = 0; position < 100; position++) {
      int poison = position;
      var model = new ModelApi();
      model.refuses = record -> record.offset() == poison;
      var bridge = splitting(ordering, model, 100);

      handOver(bridge, assignment, 0, 100, i -> "key-" + i % 50);
      bridge.awaitEnds(100);

      assertThat(bridge.deadLetters)
          .extracting(SourceRecord::offset)
          .containsExactly((long) poison);
      // What is behind the poison in its lane goes again in another batch.
      assertThat(model.requests()).as("poison at %d", position).hasSizeLessThanOrEqualTo(16);
    }
  }

  @Test
  void ifAllArePoisonAllAreDeadLetteredInTheOrderOfTheirKeys() throws Exception {
    api.refuses = record -> true;
    var bridge = splitting("Key", api, 100);

    handOver(bridge, assignment, 0, 100, i -> "key-" + i % 10);
    bridge.awaitEnds(100);

    assertThat(bridge.deadLetters).hasSize(100);
    for (int key = 0; key < 10; key++) {
      String name = "key-" + key;
      assertThat(bridge.deadLetters.stream().filter(r -> Records.key(r).equals(name)))
          .extracting(SourceRecord::offset)
          .isSorted();
    }
  }

  @Test
  void failBatchRefusesAllOfIt() throws Exception {
    api.refuses = record -> record.offset() == 3;
    var bridge =
        new BatchingBridge(
            "{batch: {maxRecords: 10, maxWait: 1m, partialFailure: FailBatch}}", api);

    handOver(bridge, assignment, 0, 20, i -> "key-" + i);
    bridge.awaitEnds(20);

    assertThat(bridge.deadLetters)
        .extracting(SourceRecord::offset)
        .containsExactlyInAnyOrder(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L);
    assertThat(api.requests()).hasSize(2);
  }

  /** Timestamps are the producer's: what is behind may be older than what is before. */
  @Test
  void oneThatIsTooOldEndsInItsTurnAndOnce() throws Exception {
    api.whileSending = () -> pause(100);
    var bridge =
        new BatchingBridge(
            "{batch: {maxRecords: 10, maxWait: 10ms}, retry: {maxRecordAge: 1h}}", api);
    bridge.dispatcher.handOver(
        List.of(
            Records.record(assignment, 0, "key"),
            Records.old(assignment, 1, "key", Duration.ofHours(2)),
            Records.record(assignment, 2, "key")));

    List<Ended> ended = bridge.awaitEnds(3);
    pause(300);
    ended.addAll(bridge.dispatcher.takeEnded());
    assertThat(ended)
        .extracting(Ended::outcome)
        .containsExactly(
            new Outcome.Delivered(), new Outcome.DeadLettered(), new Outcome.Delivered());
    assertThat(ended).extracting(end -> end.record().offset()).containsExactly(0L, 1L, 2L);
    assertThat(api.accepted()).extracting(SourceRecord::offset).containsExactly(0L, 2L);
    assertThat(bridge.deadLetters).extracting(SourceRecord::offset).containsExactly(1L);
    assertThat(api.broken()).isEmpty();
  }

  /** As with a call of its own: what is said of its turn is nothing against the record. */
  @Test
  void anItemThatIsToldToSlowDownSpendsNoAttempt() throws Exception {
    api.each = true;
    api.limitedItems = 10;
    api.whileSending = () -> pause(5);
    var bridge =
        new BatchingBridge(
            "{maxInFlight: 1, batch: {maxRecords: 2, maxWait: 0s, partialFailure: PerItemStatus}, retry: {maxAttempts: 3, initialBackoff: 1ms, maxBackoff: 2ms}}",
            api);
    handOver(bridge, assignment, 0, 60, i -> "key-" + i);
    assertThat(bridge.awaitEnds(60))
        .extracting(Ended::outcome)
        .containsOnly(new Outcome.Delivered());
  }

  /** Who has left a batch whose other half is still in a call. */
  @Test
  void aKeyWhoseRecordHasEndedGoesOnWhileItsBatchIsCalledFor() throws Exception {
    var next = new CountDownLatch(1);
    var bridges = new BatchingBridge[1];
    var halving =
        new ModelApi() {
          @Override
          public Call call(List<Item> items) {
            Call call = super.call(items);
            long first = items.getFirst().record().offset();
            return leaving -> {
              if (items.size() == 2) {
                handOver(bridges[0], assignment, 2, 1, i -> "a");
              } else if (first == 2) {
                next.countDown();
              } else if (first == 1 && !isThere(next)) {
                throw new IllegalStateException("the key's next record was not called for");
              }
              return call.send(leaving);
            };
          }
        };
    halving.takes = 1;
    bridges[0] = splitting("Key", halving, 2);
    handOver(bridges[0], assignment, 0, 2, i -> i == 0 ? "a" : "b");

    assertThat(bridges[0].awaitEnds(3))
        .extracting(Ended::outcome)
        .containsOnly(new Outcome.Delivered());
    assertThat(bridges[0].dispatcher.fault()).isNull();
  }

  private static boolean isThere(CountDownLatch latch) {
    try {
      return latch.await(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  @Test
  void aRecordThatBlocksHoldsItsKeyAlone() throws Exception {
    api.refuses = record -> record.offset() == 3;
    var bridge =
        new BatchingBridge("{onRefused: Block, batch: {maxRecords: 10, maxWait: 10ms}}", api);

    handOver(bridge, assignment, 0, 10, i -> "key-" + i % 5);

    assertThat(bridge.awaitEnds(8))
        .extracting(end -> end.record().offset())
        .containsExactlyInAnyOrder(0L, 1L, 2L, 4L, 5L, 6L, 7L, 9L);
    await().untilAsserted(() -> assertThat(bridge.slots.taken()).isZero());
    assignment.end();
    bridge.dispatcher.awaitEnd(Set.of(assignment), Duration.ofSeconds(5));
    assertThat(bridge.awaitEnds(10).stream().filter(end -> !end.outcome().isEnd()))
        .extracting(end -> end.record().offset())
        .containsExactlyInAnyOrder(3L, 8L);
  }

  @Test
  void aRecordWhoseSchemaIsMissingHoldsItsKeyAlone() throws Exception {
    var told = new AtomicBoolean();
    api.missing = record -> record.offset() == 3 && !told.get();
    var bridge = new BatchingBridge("{batch: {maxRecords: 100, maxWait: 10ms}}", api);

    handOver(bridge, assignment, 0, 20, i -> "key-" + i % 5);

    assertThat(bridge.awaitEnds(16))
        .extracting(end -> end.record().offset())
        .doesNotContain(3L, 8L, 13L, 18L);
    await().untilAsserted(() -> assertThat(bridge.slots.taken()).isZero());
    assertThat(bridge.held.count(HeldRecords.Why.SchemaMissing)).isEqualTo(1);
    told.set(true);
    bridge.awaitEnds(20);
    assertThat(bridge.held.longest(1)).isEmpty();
    assertThat(api.accepted().subList(16, 20))
        .extracting(SourceRecord::offset)
        .containsExactly(3L, 8L, 13L, 18L);
  }

  @Test
  void aRecordWhoseSchemaIsMissingComesBackWithItsPartition() throws Exception {
    api.missing = record -> true;
    var bridge = new BatchingBridge("{batch: {maxRecords: 100, maxWait: 10ms}}", api);
    handOver(bridge, assignment, 0, 20, i -> "key-" + i % 5);
    await()
        .untilAsserted(
            () -> assertThat(bridge.held.count(HeldRecords.Why.SchemaMissing)).isEqualTo(5));

    assignment.end();
    bridge.dispatcher.awaitEnd(Set.of(assignment), Duration.ofSeconds(5));

    assertThat(bridge.awaitEnds(20))
        .extracting(Ended::outcome)
        .containsOnly(new Outcome.Interrupted());
    await().untilAsserted(() -> assertThat(bridge.held.longest(1)).isEmpty());
    await().untilAsserted(() -> assertThat(bridge.slots.taken()).isZero());
  }

  /** With a revocation just between the end of a call and what comes of it. */
  @ParameterizedTest
  @ValueSource(strings = {"SplitBatch", "PerItemStatus"})
  void whatTheApiHasAcceptedIsNeverSaidToBeInterrupted(String partialFailure) throws Exception {
    api.each = partialFailure.equals("PerItemStatus");
    var bridge =
        new BatchingBridge(
            "{batch: {maxRecords: 10, maxWait: 1m, partialFailure: %s}}".formatted(partialFailure),
            api);
    bridge.whenAnswered =
        () -> {
          assignment.end();
          Thread.ofVirtual()
              .start(() -> bridge.dispatcher.awaitEnd(Set.of(assignment), Duration.ofSeconds(5)));
          pause(50);
        };

    handOver(bridge, assignment, 0, 10, i -> "key-" + i);

    assertThat(bridge.awaitEnds(10))
        .extracting(Ended::outcome)
        .containsOnly(new Outcome.Delivered());
  }

  /** Its batch waits to be sent again for others, whose partition stays. */
  @Test
  void aRevocationWaitsForNoBackoff() throws Exception {
    var stays = Records.assignment("orders", 1);
    var proceed = new Semaphore(0);
    var sending = new CountDownLatch(1);
    api.fails = 100;
    api.whileSending =
        () -> {
          sending.countDown();
          proceed.acquireUninterruptibly();
        };
    var bridge =
        new BatchingBridge(
            "{batch: {maxRecords: 10, maxWait: 1m}, retry: {initialBackoff: 1m, maxBackoff: 1m}}",
            api);
    handOver(bridge, stays, 0, 5, i -> "b" + i);
    handOver(bridge, assignment, 0, 5, i -> "a" + i);
    sending.await();

    assignment.end();
    Thread.ofVirtual()
        .start(() -> {
          pause(50);
          proceed.release();
        });
    long from = System.nanoTime();
    bridge.dispatcher.awaitEnd(Set.of(assignment), Duration.ofSeconds(5));

    assertThat(Duration.ofNanos(System.nanoTime() - from)).isLessThan(Duration.ofSeconds(4));
    assertThat(bridge.awaitEnds(5)).extracting(Ended::assignment).containsOnly(assignment);
  }

  @Test
  void aLoneRecordLeavesAfterMaxWaitAndAFullBatchAtOnce() throws Exception {
    var bridge = new BatchingBridge("{batch: {maxRecords: 10, maxWait: 2s}}", api);
    long from = System.nanoTime();
    handOver(bridge, assignment, 0, 11, i -> "key-" + i);

    bridge.awaitEnds(10);
    assertThat(Duration.ofNanos(System.nanoTime() - from)).isLessThan(Duration.ofMillis(1_990));
    bridge.awaitEnds(11);
    assertThat(Duration.ofNanos(System.nanoTime() - from)).isGreaterThan(Duration.ofMillis(1_990));
    assertThat(api.requests()).extracting(List::size).containsExactly(10, 1);
  }

  @Test
  void recordsJoinWhileABatchLingers() throws Exception {
    var bridge =
        new BatchingBridge("{ordering: Partition, batch: {maxRecords: 100, maxWait: 300ms}}", api);
    for (int i = 0; i < 10; i++) {
      handOver(bridge, assignment, i, 1, any -> "key");
      Thread.sleep(5);
    }

    bridge.awaitEnds(10);
    assertThat(api.requests()).extracting(List::size).containsExactly(10);
  }

  @Test
  void whileABatchWaitsToBeCalledOthersJoinIt() throws Exception {
    api.limited = 1;
    var bridge = new BatchingBridge("{batch: {maxRecords: 100, maxWait: 0s}}", api);
    for (int i = 0; i < 50; i++) {
      handOver(bridge, assignment, i, 1, offset -> "key-" + offset);
      Thread.sleep(5);
    }

    bridge.awaitEnds(50);
    // One is told to slow down for a second and goes again; the rest is what came meanwhile.
    assertThat(api.requests()).hasSizeLessThanOrEqualTo(5);
  }

  @Test
  void aBatchThatLingersGivesBackWhatIsRevokedAndSendsTheRest() throws Exception {
    var stays = Records.assignment("orders", 1);
    var bridge = new BatchingBridge("{batch: {maxRecords: 100, maxWait: 400ms}}", api);
    handOver(bridge, assignment, 0, 5, i -> "a" + i);
    handOver(bridge, stays, 0, 5, i -> "b" + i);
    Thread.sleep(50);

    assignment.end();
    long from = System.nanoTime();
    bridge.dispatcher.awaitEnd(Set.of(assignment), Duration.ofSeconds(5));

    assertThat(Duration.ofNanos(System.nanoTime() - from)).isLessThan(Duration.ofMillis(200));
    assertThat(bridge.awaitEnds(5)).extracting(Ended::assignment).containsOnly(assignment);
    assertThat(bridge.awaitEnds(10).subList(5, 10))
        .extracting(Ended::assignment)
        .containsOnly(stays);
    assertThat(api.accepted()).extracting(SourceRecord::assignment).containsOnly(stays);
  }

  @Test
  void aCallUnderWayEndsOnRevocation() throws Exception {
    var proceed = new Semaphore(0);
    var sending = new CountDownLatch(1);
    api.whileSending =
        () -> {
          sending.countDown();
          proceed.acquireUninterruptibly();
        };
    var bridge = new BatchingBridge("{batch: {maxRecords: 5, maxWait: 1m}}", api);
    handOver(bridge, assignment, 0, 10, i -> "key-" + i % 5);
    sending.await();
    assignment.end();
    Thread.ofVirtual()
        .start(() -> {
          pause(50);
          proceed.release(10);
        });
    bridge.dispatcher.awaitEnd(Set.of(assignment), Duration.ofSeconds(5));

    assertThat(bridge.awaitEnds(10).stream().filter(end -> end.outcome().isEnd()))
        .extracting(end -> end.record().offset())
        .containsExactlyInAnyOrderElementsOf(
            api.accepted().stream().map(SourceRecord::offset).toList());
    assertThat(api.requests()).hasSize(1);
  }

  @Test
  void aCallThatTakesTooLongIsCutAndWhoStaysIsSentAgain() throws Exception {
    var stays = Records.assignment("orders", 1);
    var sending = new CountDownLatch(1);
    var first = new Semaphore(1);
    api.whileSending =
        () -> {
          sending.countDown();
          if (first.tryAcquire()) {
            pause(60_000);
          }
        };
    var bridge = new BatchingBridge("{batch: {maxRecords: 10, maxWait: 1m}}", api);
    handOver(bridge, assignment, 0, 5, i -> "a" + i);
    handOver(bridge, stays, 0, 5, i -> "b" + i);
    sending.await();

    assignment.end();
    bridge.dispatcher.awaitEnd(Set.of(assignment), Duration.ofMillis(50));

    List<Ended> ended = bridge.awaitEnds(10);
    assertThat(ended.stream().filter(end -> end.assignment() == assignment))
        .extracting(Ended::outcome)
        .containsOnly(new Outcome.Interrupted());
    assertThat(ended.stream().filter(end -> end.assignment() == stays))
        .extracting(Ended::outcome)
        .containsOnly(new Outcome.Delivered());
  }

  @Test
  void revocationsAtAnyMomentLoseNothingAndEndNothingTwice() throws Exception {
    Seeds.eachAtOnce(
        100,
        4,
        random -> {
          var model = new ModelApi();
          model.random = random;
          model.fails = random.nextInt(20);
          model.refuses = record -> record.offset() % 17 == 1;
          model.unfit = record -> record.offset() % 31 == 5;
          model.missing = record -> record.offset() % 29 == 3 && random.nextInt(3) > 0;
          model.whileSending = () -> pause(1);
          var bridge = splitting("Key", model, random.nextInt(1, 40));
          var leaves = Records.assignment("orders", 0);
          var stays = Records.assignment("orders", 1);
          handOver(bridge, leaves, 0, 100, i -> "key-" + i % 7);
          handOver(bridge, stays, 0, 100, i -> "key2-" + i % 7);
          pause(random.nextInt(20));
          leaves.end();
          bridge.dispatcher.awaitEnd(Set.of(leaves), Duration.ofSeconds(10));

          // All of the partition that is gone is back, and nothing of it comes later.
          bridge.ended.addAll(bridge.dispatcher.takeEnded());
          assertThat(bridge.ended.stream().filter(end -> end.assignment() == leaves)).hasSize(100);
          // What was accepted is never said to be interrupted: it would be sent again.
          assertThat(bridge.ended.stream().filter(end -> !end.outcome().isEnd()).map(Ended::record))
              .noneMatch(model.accepted()::contains);
          bridge.awaitEnds(200);
          assertThat(bridge.ended).hasSize(200);
          assertThat(bridge.ended.stream().map(Ended::record)).doesNotHaveDuplicates();
          assertThat(bridge.dispatcher.fault()).isNull();
          assertThat(model.broken()).isEmpty();
        });
  }

  @Test
  void anApiThatTakesFewerIsNotAskedForMoreForLong() throws Exception {
    api.takes = 37;
    var bridge = splitting("Unordered", api, 100);

    for (int i = 0; i < 100; i++) {
      handOver(bridge, assignment, i * 100, 100, offset -> "key");
      bridge.awaitEnds((i + 1) * 100);
    }

    assertThat(bridge.deadLetters).isEmpty();
    assertThat(bridge.size.room().records()).isBetween(30, 37);
    assertThat(api.requests().stream().filter(records -> records.size() > 37)).hasSizeLessThan(15);
  }

  @Test
  void oneRecordThatMakesTheApiFailIsFoundAndTheOthersAreDelivered() throws Exception {
    var failing =
        new ModelApi() {
          @Override
          public Call call(List<Item> items) {
            return items.stream().anyMatch(item -> item.record().offset() == 42)
                ? leaving ->
                    new Answer(
                        new dev.kafkaapibridge.runtime.target.Verdict.TargetFailed(
                            "500", "ServerError", "the target answered 500"))
                : super.call(items);
          }
        };
    var bridge =
        new BatchingBridge(
            "{ordering: Unordered, circuitBreaker: {mode: Disabled}, batch: {maxRecords: 100, maxWait: 1m}, retry: {initialBackoff: 1ms, maxBackoff: 2ms, maxAttempts: 3, budgetPercent: 100}}",
            failing);

    handOver(bridge, assignment, 0, 100, i -> "key-" + i);
    bridge.awaitEnds(100);

    assertThat(bridge.deadLetters).extracting(SourceRecord::offset).containsExactly(42L);
  }

  private static BatchingBridge splitting(String ordering, ModelApi model, int maxRecords) {
    return new BatchingBridge(
        "{ordering: %s, batch: {maxRecords: %d, maxWait: 10ms}, %s, %s}"
            .formatted(ordering, maxRecords, RETRY, BREAKER),
        model);
  }

  private interface Keys {
    String of(long offset);
  }

  private static void handOver(
      BatchingBridge bridge, Assignment to, long from, int count, Keys keys) {
    bridge.dispatcher.handOver(
        IntStream.range(0, count)
            .mapToObj(i -> Records.record(to, from + i, keys.of(from + i)))
            .toList());
  }

  private static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
