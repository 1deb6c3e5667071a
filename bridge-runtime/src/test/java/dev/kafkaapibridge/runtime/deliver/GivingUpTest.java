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
import dev.kafkaapibridge.runtime.record.Past;
import dev.kafkaapibridge.runtime.record.SourceRecord;
import dev.kafkaapibridge.runtime.target.Verdict;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
      new GivingUp(
          spec(),
          RetryTopics.NONE,
          KeyTurns.NONE,
          this::write,
          new Silent(),
          new HeldRecords(Clock.systemUTC()),
          slots);
  private final Dispatcher dispatcher =
      new Dispatcher(Ordering.Key, slots, KeyTurns.NONE, this::deliver);

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

  /** Else it would count as accepted and could still become a dead letter, hours later. */
  @Test
  void aReplayedRecordThatFailsAgainGoesPastTheRetryTopics() throws Exception {
    mended.countDown();
    var giving =
        new GivingUp(
            spec("ordering: Unordered, retry: {mode: Topics, topics: [{delay: 1s}]}"),
            new TwoRetryTopics(),
            KeyTurns.NONE,
            this::write,
            new Silent(),
            new HeldRecords(Clock.systemUTC()),
            slots);
    var failure =
        new Failure(Failure.Cause.AttemptsExhausted, REFUSED, 3, Instant.EPOCH, Instant.EPOCH);
    var past = new Past(3, Optional.empty(), 1, 0);

    slots.tryTake();
    assertThat(giving.of(with(past, Records.replayed("g.dlt", 0)), failure))
        .isEqualTo(new Outcome.DeadLettered());
    assertThat(giving.of(with(past, assignment), failure))
        .as("written back to its source, it is one of the source's records")
        .isEqualTo(new Outcome.PutAside());
    var aside = new Past(6, Optional.empty(), 1, 1);
    assertThat(giving.of(with(aside, Records.assignment("g.retry.1", 0)), failure))
        .as("and from there it goes on")
        .isEqualTo(new Outcome.PutAside());
  }

  /** A pod with two retry topics, by where a record comes from and why it is given up. */
  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          0, AttemptsExhausted, Pause,      PutAside
          1, AttemptsExhausted, Pause,      PutAside
          2, AttemptsExhausted, Pause,      DeadLettered
          0, Refused,           Pause,      DeadLettered
          1, TooOld,            Pause,      DeadLettered
          0, CircuitOpen,       DeadLetter, DeadLettered
          0, CircuitOpen,       RetryTopic, PutAside
          """)
  void aRecordGoesThroughTheRetryTopicsOneByOne(
      int retryTopic, Failure.Cause cause, String onOpen, String outcome) throws Exception {
    mended.countDown();
    var retryTopics = new TwoRetryTopics();
    retryTopics.fail = 1;
    List<Failure> asked = retryTopics.asked;
    var held = new HeldRecords(Clock.systemUTC());
    var spec =
        spec(
            "ordering: Unordered, retry: {mode: Topics, topics: [{delay: 1s}, {delay: 1m}]}, circuitBreaker: {onOpen: "
                + onOpen
                + "}");
    var giving =
        new GivingUp(spec, retryTopics, KeyTurns.NONE, this::write, new Silent(), held, slots);
    var first = Instant.parse("2026-11-01T00:00:00Z");
    var record = with(new Past(retryTopic * 3, Optional.of(first), 0, retryTopic), assignment);
    slots.tryTake();

    var of = giving.of(record, new Failure(cause, REFUSED, 3, Instant.now(), Instant.now()));

    assertThat(of.getClass().getSimpleName()).isEqualTo(outcome);
    assertThat(of.isEnd()).isTrue();
    assertThat(writes.get()).isEqualTo(outcome.equals("DeadLettered") ? 1 : 0);
    if (outcome.equals("PutAside")) {
      assertThat(asked)
          .hasSize(2)
          .allSatisfy(failure -> {
            assertThat(failure.attempts())
                .as("counted across topics")
                .isEqualTo(retryTopic * 3 + 3);
            assertThat(failure.firstAttempt()).isEqualTo(first);
          });
      assertThat(held.longest(1))
          .extracting(HeldRecords.Held::why)
          .containsExactly(HeldRecords.Why.RetryTopicFails);
    }
  }

  private static final class TwoRetryTopics implements RetryTopics {
    final List<Failure> asked = new ArrayList<>();

    /** So many writes. */
    int fail;

    @Override
    public boolean isOneLeftFor(SourceRecord record) {
      return record.past().retryTopic() < 2;
    }

    @Override
    public DeadLetters.Result write(SourceRecord record, Failure failure) {
      asked.add(failure);
      return asked.size() <= fail
          ? new DeadLetters.Result.Failed("WriteFailed", "tried again")
          : new DeadLetters.Result.Written();
    }
  }

  private static SourceRecord with(Past past, Assignment assignment) {
    SourceRecord read = Records.record(assignment, 1, "key");
    return new SourceRecord(read.record(), assignment, 7, read.idempotency(), past);
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
    return spec("");
  }

  private static DeliverySpec spec(String delivery) {
    String yaml =
        "{apiVersion: kafka-api-bridge.dev/v1alpha1, kind: KafkaApiBridge, metadata: {name: a}, spec: {kafka: {bootstrapServers: 'k:9', topics: [a]}, target: {http: {url: 'http://a'}}, delivery: {"
            + delivery
            + "}}}";
    return ((BridgeFile.Reading.Sound) BridgeFile.read(yaml)).bridge().spec().delivery();
  }
}
