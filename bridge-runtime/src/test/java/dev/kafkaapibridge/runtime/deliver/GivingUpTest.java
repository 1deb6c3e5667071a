package dev.kafkaapibridge.runtime.deliver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kafkaapibridge.api.v1alpha1.DeliverySpec;
import dev.kafkaapibridge.api.v1alpha1.DeliverySpec.Ordering;
import dev.kafkaapibridge.api.validation.BridgeFile;
import dev.kafkaapibridge.runtime.Records;
import dev.kafkaapibridge.runtime.dispatch.Dispatcher;
import dev.kafkaapibridge.runtime.dispatch.Ended;
import dev.kafkaapibridge.runtime.record.Assignment;
import dev.kafkaapibridge.runtime.record.SourceRecord;
import dev.kafkaapibridge.runtime.target.Verdict;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class GivingUpTest {

  private static final int SLOTS = 4;
  private static final Verdict REFUSED =
      new Verdict.RecordRefused("400", "Refused", "the target answered 400");

  private final Assignment assignment = Records.assignment("orders", 0);
  private final CountDownLatch mended = new CountDownLatch(1);
  private final AtomicInteger writes = new AtomicInteger();
  private final Slots slots = new Slots(SLOTS);
  private final GivingUp givingUp =
      new GivingUp(spec(), this::write, new Silent(), new HeldRecords(Clock.systemUTC()), slots);
  private final Dispatcher dispatcher = new Dispatcher(Ordering.Key, slots, this::deliver);

  @Test
  void whileDeadLettersCannotBeWrittenGoodRecordsGoOn() {
    for (int offset = 0; offset < 10 * SLOTS; offset++) {
      dispatcher.handOver(Records.record(assignment, offset, "refused-" + offset));
    }
    await().until(() -> writes.get() == 10 * SLOTS); // and each takes as long as it likes
    dispatcher.handOver(Records.record(assignment, 1_000, "good"));

    var ended = new ArrayList<Ended>();
    await().until(() -> ended.addAll(dispatcher.takeEnded()));
    assertThat(ended)
        .singleElement()
        .satisfies(end -> assertThat(end.record().offset()).isEqualTo(1_000));

    mended.countDown();
    await()
        .until(() -> {
          ended.addAll(dispatcher.takeEnded());
          return ended.size() == 1 + 10 * SLOTS;
        });
    assertThat(ended.subList(1, ended.size()))
        .extracting(Ended::outcome)
        .containsOnly(new Outcome.DeadLettered());
    await().until(() -> slots.taken() == 0);
  }

  @Test
  void aCutEndsWritesTooAndLeavesTheSlotsRight() {
    for (int offset = 0; offset < 10 * SLOTS; offset++) {
      dispatcher.handOver(Records.record(assignment, offset, "refused-" + offset));
    }
    await().until(() -> writes.get() == 10 * SLOTS);
    assignment.end();
    dispatcher.awaitEnd(Set.of(assignment), Duration.ZERO);

    assertThat(dispatcher.takeEnded()).hasSize(10 * SLOTS);
    await().until(() -> slots.taken() == 0);
  }

  /** Takes as long as it takes to mend the topic. */
  private DeadLetters.Result write(SourceRecord record, Failure failure)
      throws InterruptedException {
    writes.incrementAndGet();
    mended.await();
    return new DeadLetters.Result.Written();
  }

  private Outcome deliver(SourceRecord record) {
    if (Records.key(record).equals("good")) {
      return new Outcome.Delivered();
    }
    try {
      var failure = new Failure(Failure.Cause.Refused, REFUSED, 1, Instant.EPOCH, Instant.EPOCH);
      return givingUp.of(record, failure);
    } catch (InterruptedException e) {
      return new Outcome.Interrupted();
    }
  }

  private static DeliverySpec spec() {
    String yaml =
        "{apiVersion: kafka-api-bridge.dev/v1alpha1, kind: KafkaApiBridge, metadata: {name: a}, spec: {kafka: {bootstrapServers: 'k:9', topics: [a]}, target: {http: {url: 'http://a'}}}}";
    return ((BridgeFile.Reading.Sound) BridgeFile.read(yaml)).bridge().spec().delivery();
  }
}
