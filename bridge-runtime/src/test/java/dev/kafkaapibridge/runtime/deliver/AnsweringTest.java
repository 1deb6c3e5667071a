package dev.kafkaapibridge.runtime.deliver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kafkaapibridge.api.v1alpha1.DeliverySpec.Ordering;
import dev.kafkaapibridge.api.v1alpha1.ResponseSpec;
import dev.kafkaapibridge.runtime.Records;
import dev.kafkaapibridge.runtime.dispatch.Dispatcher;
import dev.kafkaapibridge.runtime.dispatch.Ended;
import dev.kafkaapibridge.runtime.record.Assignment;
import dev.kafkaapibridge.runtime.record.SourceRecord;
import dev.kafkaapibridge.runtime.target.KeptAnswer;
import dev.kafkaapibridge.runtime.target.Verdict;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Answers whose writes take as long as the test likes, on the lanes of a dispatcher. */
@Timeout(30)
class AnsweringTest {

  private static final int SLOTS = 4;
  private static final int BYTES = 100;

  private final Assignment assignment = Records.assignment("orders", 0);
  private final CountDownLatch mended = new CountDownLatch(1);
  private final AtomicInteger calls = new AtomicInteger();
  private final AtomicInteger writes = new AtomicInteger();
  private final List<Long> written = new CopyOnWriteArrayList<>();
  private final Slots slots = new Slots(SLOTS);

  @Test
  void whileAnswersAreWrittenTheTargetIsCalledForOthers() {
    Dispatcher dispatcher = dispatcher(1_000 * BYTES);
    handOver(dispatcher, 10 * SLOTS);

    await().until(() -> writes.get() == 10 * SLOTS);
    assertThat(dispatcher.takeEnded()).as("ended before their answers are there").isEmpty();
    mended.countDown();
    assertThat(ends(dispatcher, 10 * SLOTS)).containsOnly(new Outcome.Delivered());
    await().until(() -> slots.taken() == 0);
  }

  /** Room for three, and a slot each for four. */
  @Test
  void noMoreAnswersAreHeldThanThereIsRoomFor() throws Exception {
    Dispatcher dispatcher = dispatcher(3 * BYTES);
    handOver(dispatcher, 10 * SLOTS);

    await().until(() -> writes.get() == 3 + SLOTS);
    Thread.sleep(200);
    assertThat(calls).as("nor is anybody called whose answer couldn't be held").hasValue(3 + SLOTS);
    mended.countDown();
    assertThat(ends(dispatcher, 10 * SLOTS)).containsOnly(new Outcome.Delivered());
    await().until(() -> slots.taken() == 0);
  }

  @Test
  void theAnswersOfAKeyAreWrittenInItsOrder() {
    Dispatcher dispatcher = dispatcher(1_000 * BYTES);
    mended.countDown();
    for (int offset = 0; offset < 500; offset++) {
      dispatcher.handOver(Records.record(assignment, offset, "key-" + offset % 5));
    }
    ends(dispatcher, 500);
    for (int key = 0; key < 5; key++) {
      int of = key;
      assertThat(written.stream().filter(offset -> offset % 5 == of).toList())
          .hasSize(100)
          .isSorted();
    }
  }

  @Test
  void aCutEndsWritesTooAndLeavesTheSlotsRight() {
    Dispatcher dispatcher = dispatcher(3 * BYTES);
    handOver(dispatcher, 10 * SLOTS);
    await().until(() -> writes.get() == 3 + SLOTS);
    assignment.end();
    dispatcher.awaitEnd(Set.of(assignment), Duration.ZERO);

    assertThat(dispatcher.takeEnded())
        .hasSize(10 * SLOTS)
        .extracting(Ended::outcome)
        .containsOnly(new Outcome.Interrupted());
    await().until(() -> slots.taken() == 0);
  }

  private void handOver(Dispatcher dispatcher, int records) {
    for (int offset = 0; offset < records; offset++) {
      dispatcher.handOver(Records.record(assignment, offset, "key-" + offset));
    }
  }

  private static List<Outcome> ends(Dispatcher dispatcher, int records) {
    var ended = new ArrayList<Ended>();
    await()
        .until(() -> {
          ended.addAll(dispatcher.takeEnded());
          return ended.size() == records;
        });
    return ended.stream().map(Ended::outcome).toList();
  }

  private Dispatcher dispatcher(int roomBytes) {
    var answering =
        new Answering(
            new ResponseSpec(
                "answers", ResponseSpec.When.Success, ResponseSpec.Format.Body, "correlation"),
            this::write,
            new Silent(),
            new HeldRecords(Clock.systemUTC()),
            slots,
            roomBytes);
    return new Dispatcher(Ordering.Key, slots, KeyTurns.NONE, record -> deliver(record, answering));
  }

  private Outcome deliver(SourceRecord record, Answering answering) {
    calls.incrementAndGet();
    try {
      var answer = new KeptAnswer(null, Map.of(), new byte[BYTES], false);
      return answering.of(
          record, new Verdict.Accepted("200").with(answer), new Outcome.Delivered());
    } catch (InterruptedException e) {
      return new Outcome.Interrupted();
    }
  }

  private DeadLetters.Result write(SourceRecord record, Verdict last, Outcome outcome)
      throws InterruptedException {
    writes.incrementAndGet();
    mended.await();
    written.add(record.offset());
    return new DeadLetters.Result.Written();
  }
}
