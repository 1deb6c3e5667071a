package dev.kafkaapibridge.runtime;

import dev.kafkaapibridge.api.v1alpha1.BatchSpec;
import dev.kafkaapibridge.api.v1alpha1.DeadLetterSpec;
import dev.kafkaapibridge.api.v1alpha1.DeliverySpec;
import dev.kafkaapibridge.api.v1alpha1.GrpcSpec;
import dev.kafkaapibridge.api.v1alpha1.HttpSpec;
import dev.kafkaapibridge.api.v1alpha1.KafkaApiBridgeSpec;
import dev.kafkaapibridge.api.v1alpha1.ObservabilitySpec;
import dev.kafkaapibridge.api.v1alpha1.RateLimitSpec;
import dev.kafkaapibridge.api.v1alpha1.ResponseSpec;
import dev.kafkaapibridge.runtime.deliver.Answering;
import dev.kafkaapibridge.runtime.deliver.Answers;
import dev.kafkaapibridge.runtime.deliver.BatchDelivery;
import dev.kafkaapibridge.runtime.deliver.BatchSize;
import dev.kafkaapibridge.runtime.deliver.Breaker;
import dev.kafkaapibridge.runtime.deliver.CallsAtOnce;
import dev.kafkaapibridge.runtime.deliver.DeadLetters;
import dev.kafkaapibridge.runtime.deliver.Delivery;
import dev.kafkaapibridge.runtime.deliver.GivingUp;
import dev.kafkaapibridge.runtime.deliver.HeldRecords;
import dev.kafkaapibridge.runtime.deliver.Hold;
import dev.kafkaapibridge.runtime.deliver.KeyTurns;
import dev.kafkaapibridge.runtime.deliver.LaneLimits;
import dev.kafkaapibridge.runtime.deliver.Leave;
import dev.kafkaapibridge.runtime.deliver.RetryBudget;
import dev.kafkaapibridge.runtime.deliver.RetrySchedule;
import dev.kafkaapibridge.runtime.deliver.RetryTopics;
import dev.kafkaapibridge.runtime.deliver.Slots;
import dev.kafkaapibridge.runtime.deliver.TargetEvidence;
import dev.kafkaapibridge.runtime.deliver.Throttle;
import dev.kafkaapibridge.runtime.dispatch.BatchDispatcher;
import dev.kafkaapibridge.runtime.dispatch.Dispatch;
import dev.kafkaapibridge.runtime.dispatch.Dispatcher;
import dev.kafkaapibridge.runtime.dispatch.LaneKey;
import dev.kafkaapibridge.runtime.pace.Pace;
import dev.kafkaapibridge.runtime.quota.Purse;
import dev.kafkaapibridge.runtime.refs.References;
import dev.kafkaapibridge.runtime.schema.SchemaFormats;
import dev.kafkaapibridge.runtime.target.KeptAnswer;
import dev.kafkaapibridge.runtime.target.Target;
import dev.kafkaapibridge.runtime.target.grpc.GrpcTarget;
import dev.kafkaapibridge.runtime.target.http.HttpTarget;
import dev.kafkaapibridge.runtime.telemetry.DeliveryMetrics;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** A bridge's API side, wired: what stands between a record and a call, and the target itself. */
final class ApiSide implements AutoCloseable {

  private static final DoubleSupplier RANDOM = () -> ThreadLocalRandom.current().nextDouble();
  private static final LongSupplier NANO_TIME = System::nanoTime;

  /** Bytes. What the producer's buffer holds, beyond which waiting answers are of no use. */
  private static final long MOST_ANSWER_ROOM = 32 * 1024 * 1024;

  final Slots slots;
  final CallsAtOnce callsAtOnce;
  final RetryBudget budget;
  final Throttle throttle;
  final Breaker breaker;
  final HeldRecords held;
  final Target target;
  final SchemaFormats schemas;

  /** How large batches may be; a record each where the spec asks for none. */
  final BatchSize batchSize;

  private final DeliverySpec spec;
  private final @Nullable ResponseSpec response;
  private final int answerRoom;
  private final RetrySchedule schedule;
  private final Leave leave;
  private final TargetEvidence evidence = new TargetEvidence();
  private final DeliveryMetrics metrics;
  private final Clock clock;

  ApiSide(
      KafkaApiBridgeSpec bridge,
      Limits limits,
      Pace pace,
      Purse purse,
      References references,
      BooleanSupplier paused,
      HeldRecords held,
      DeliveryMetrics metrics,
      Clock clock) {
    this.spec = bridge.delivery();
    this.response = bridge.response();
    // A twentieth of the heap, beside the answers of calls under way.
    this.answerRoom = (int) Math.min(limits.recordBytes() / 4, MOST_ANSWER_ROOM);
    this.metrics = metrics;
    this.clock = clock;
    slots = new Slots(limits.maxInFlight());
    BatchSpec batch = spec.batch();
    batchSize =
        batch == null
            ? new BatchSize(1, Integer.MAX_VALUE, NANO_TIME)
            : new BatchSize(batch.maxRecords(), batch.maxBytes(), NANO_TIME);
    schedule = RetrySchedule.of(spec.retry());
    budget = new RetryBudget(spec.retry().budgetPercent(), NANO_TIME);
    throttle =
        new Throttle(
            schedule,
            spec.retry(),
            spec.onRefused() == DeliverySpec.OnRefused.DeadLetter,
            pace,
            purse,
            metrics::flood,
            RANDOM,
            NANO_TIME);
    HttpSpec http = bridge.target().http();
    schemas =
        SchemaFormats.of(
            bridge.record(),
            http == null ? null : http.body().schema(),
            references::secret,
            references::authorities,
            references::bytes,
            clock);
    target = target(bridge, references, pace);
    callsAtOnce =
        new CallsAtOnce(limits.maxInFlight(), target.longestCall(), slots::allow, NANO_TIME);
    breaker = new Breaker(spec.circuitBreaker(), target.longestCall(), RANDOM, NANO_TIME);
    leave = new Leave(throttle, breaker, callsAtOnce, schedule, paused, metrics, clock, NANO_TIME);
    this.held = held;
  }

  private Target target(KafkaApiBridgeSpec bridge, References references, Pace pace) {
    boolean excerpts =
        spec.deadLetter().responseBody() == DeadLetterSpec.ResponseBody.Truncated
            || bridge.observability().payloadLogging() == ObservabilitySpec.PayloadLogging.OnError;
    KeptAnswer.Keeping keeping = KeptAnswer.Keeping.of(bridge.response());
    HttpSpec http = bridge.target().http();
    if (http != null) {
      return new HttpTarget(
          http,
          bridge.record(),
          schemas,
          spec,
          excerpts,
          keeping,
          references,
          references::authorities,
          references::identity,
          evidence::acceptedEver,
          pace,
          metrics::sent,
          clock);
    }
    GrpcSpec grpc = bridge.target().grpc();
    if (grpc == null) {
      throw new IllegalArgumentException(
          "spec.target names nothing to call, which the check before has refused");
    }
    return new GrpcTarget(
        grpc,
        bridge.record(),
        schemas,
        spec,
        excerpts,
        keeping,
        references,
        references::authorities,
        references::identity,
        references::bytes,
        pace,
        metrics::sent,
        clock);
  }

  /** The rate that the bridge learns, if it is to. */
  static Pace pace(RateLimitSpec spec) {
    return spec.adaptive() == RateLimitSpec.Adaptive.Enabled
        ? Pace.learning(RANDOM, NANO_TIME)
        : Pace.none();
  }

  /** Records that are worked on now, which is calling for them but for a moment. */
  int underWay() {
    return Math.max(0, slots.taken() - leave.waiting());
  }

  /** What a batch may hold now; empty: a call is for one record. */
  Optional<BatchSize.Room> room() {
    return spec.batch() == null ? Optional.empty() : Optional.of(batchSize.room());
  }

  /** How long calls stood still for it. */
  Duration stood(Hold by) {
    return leave.stood(by);
  }

  /**
   * What brings records to the target, one by one or in batches, as the spec says; to be shared by
   * all consumers.
   */
  Dispatch dispatch(
      RetryTopics retryTopics, KeyTurns turns, DeadLetters deadLetters, Answers answers) {
    var laneLimits =
        new LaneLimits(
            evidence,
            record -> LaneKey.of(record, spec.ordering()),
            lane -> lane instanceof LaneKey.OfRecord);
    var givingUp = new GivingUp(spec, retryTopics, turns, deadLetters, metrics, held, slots);
    BatchSpec batch = spec.batch();
    if (batch == null || target.batches().isEmpty()) {
      var delivery =
          new Delivery(
              target,
              leave,
              schedule,
              budget,
              evidence,
              laneLimits,
              held,
              givingUp,
              turns,
              new Answering(response, answers, metrics, held, slots, answerRoom),
              slots,
              metrics,
              clock,
              NANO_TIME,
              RANDOM);
      return new Dispatcher(spec.ordering(), slots, turns, delivery::deliver);
    }
    var delivery =
        new BatchDelivery(
            target.batches().get(),
            batch.partialFailure(),
            batchSize,
            leave,
            schedule,
            budget,
            evidence,
            laneLimits,
            held,
            givingUp,
            slots,
            metrics,
            clock,
            NANO_TIME,
            RANDOM);
    return new BatchDispatcher(spec.ordering(), batch.maxWait(), slots, delivery, NANO_TIME);
  }

  @Override
  public void close() {
    target.close();
    schemas.close();
  }
}
