package dev.kafkaapibridge.runtime.dispatch;

import dev.kafkaapibridge.api.v1alpha1.BatchSpec;
import dev.kafkaapibridge.api.v1alpha1.DeliverySpec;
import dev.kafkaapibridge.api.validation.BridgeFile;
import dev.kafkaapibridge.runtime.deliver.BatchDelivery;
import dev.kafkaapibridge.runtime.deliver.BatchSize;
import dev.kafkaapibridge.runtime.deliver.Breaker;
import dev.kafkaapibridge.runtime.deliver.CallsAtOnce;
import dev.kafkaapibridge.runtime.deliver.DeadLetters;
import dev.kafkaapibridge.runtime.deliver.Failure;
import dev.kafkaapibridge.runtime.deliver.GivingUp;
import dev.kafkaapibridge.runtime.deliver.HeldRecords;
import dev.kafkaapibridge.runtime.deliver.KeyTurns;
import dev.kafkaapibridge.runtime.deliver.LaneLimits;
import dev.kafkaapibridge.runtime.deliver.Leave;
import dev.kafkaapibridge.runtime.deliver.RetryBudget;
import dev.kafkaapibridge.runtime.deliver.RetrySchedule;
import dev.kafkaapibridge.runtime.deliver.RetryTopics;
import dev.kafkaapibridge.runtime.deliver.Silent;
import dev.kafkaapibridge.runtime.deliver.Slots;
import dev.kafkaapibridge.runtime.deliver.TargetEvidence;
import dev.kafkaapibridge.runtime.deliver.Throttle;
import dev.kafkaapibridge.runtime.pace.Pace;
import dev.kafkaapibridge.runtime.quota.Purse;
import dev.kafkaapibridge.runtime.quota.RateLimit;
import dev.kafkaapibridge.runtime.record.SourceRecord;
import dev.kafkaapibridge.runtime.target.Batches;
import dev.kafkaapibridge.runtime.target.Verdict;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;

/** All between a record that is handed over and its end, with a real throttle and breaker. */
final class BatchingBridge {

  final DeliverySpec spec;
  final Slots slots;
  final BatchSize size;
  final HeldRecords held = new HeldRecords(Clock.systemUTC());

  /** What happens between the end of a call and what comes of it. */
  volatile Runnable whenAnswered = () -> {};

  final BatchDispatcher dispatcher;
  final List<Failure> failures = Collections.synchronizedList(new ArrayList<>());
  final List<SourceRecord> deadLetters = Collections.synchronizedList(new ArrayList<>());
  final List<Ended> ended = new ArrayList<>();

  /**
   * @param delivery fields of spec.delivery
   */
  BatchingBridge(String delivery, Batches batches) {
    this(spec(delivery), batches);
  }

  BatchingBridge(DeliverySpec delivery, Batches batches) {
    spec = delivery;
    BatchSpec batch = Objects.requireNonNull(spec.batch());
    slots = new Slots(spec.maxInFlight());
    size = new BatchSize(batch.maxRecords(), batch.maxBytes(), System::nanoTime);
    var schedule = RetrySchedule.of(spec.retry());
    var evidence = new TargetEvidence();
    var heard = new Ears();
    DeadLetters topic =
        (record, failure) -> {
          failures.add(failure);
          deadLetters.add(record);
          return new DeadLetters.Result.Written();
        };
    var leave =
        new Leave(
            new Throttle(
                schedule,
                spec.retry(),
                false,
                Pace.none(),
                new Purse(RateLimit.of(spec.rateLimit()), () -> System.nanoTime() / 1_000),
                flood -> {},
                () -> 0.5,
                System::nanoTime),
            new Breaker(spec.circuitBreaker(), Duration.ofSeconds(1), () -> 0.5, System::nanoTime),
            new CallsAtOnce(
                spec.maxInFlight(), Duration.ofSeconds(1), slots::allow, System::nanoTime),
            schedule,
            () -> false,
            heard,
            Clock.systemUTC(),
            System::nanoTime);
    var deliver =
        new BatchDelivery(
            batches,
            batch.partialFailure(),
            size,
            leave,
            schedule,
            new RetryBudget(spec.retry().budgetPercent(), System::nanoTime),
            evidence,
            new LaneLimits(
                evidence,
                record -> LaneKey.of(record, spec.ordering()),
                lane -> lane instanceof LaneKey.OfRecord),
            held,
            new GivingUp(spec, RetryTopics.NONE, KeyTurns.NONE, topic, heard, held, slots),
            slots,
            heard,
            Clock.systemUTC(),
            System::nanoTime,
            () -> ThreadLocalRandom.current().nextDouble());
    dispatcher =
        new BatchDispatcher(spec.ordering(), batch.maxWait(), slots, deliver, System::nanoTime);
  }

  static DeliverySpec spec(String delivery) {
    String yaml =
        "{apiVersion: kafka-api-bridge.dev/v1alpha1, kind: KafkaApiBridge, metadata: {name: a}, spec: {kafka: {bootstrapServers: 'k:9', topics: [a]}, target: {http: {url: 'http://a'}}, delivery: "
            + delivery
            + "}}";
    return switch (BridgeFile.read(yaml)) {
      case BridgeFile.Reading.Sound sound -> sound.bridge().spec().delivery();
      case BridgeFile.Reading unsound -> throw new AssertionError(unsound.toString());
    };
  }

  /** Takes ends until there are so many; fails after a while. */
  List<Ended> awaitEnds(int count) throws InterruptedException {
    long until = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (ended.size() < count) {
      ended.addAll(dispatcher.takeEnded());
      if (System.nanoTime() > until) {
        throw new AssertionError(
            ended.size() + " of " + count + " have ended; fault " + dispatcher.fault());
      }
      Thread.sleep(1);
    }
    return ended;
  }

  private final class Ears extends Silent {
    @Override
    public void answered(SourceRecord record, Verdict verdict, Duration took, boolean alone) {
      whenAnswered.run();
    }
  }
}
