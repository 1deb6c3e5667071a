package dev.kafkaapibridge.benchmarks.autoscaling.control;

import dev.kafkaapibridge.benchmarks.autoscaling.world.Agenda;
import dev.kafkaapibridge.benchmarks.autoscaling.world.Answer;
import dev.kafkaapibridge.benchmarks.autoscaling.world.Chance;
import dev.kafkaapibridge.benchmarks.autoscaling.world.Delivery;
import dev.kafkaapibridge.benchmarks.autoscaling.world.Pacing;
import dev.kafkaapibridge.benchmarks.autoscaling.world.World;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * A consumer as most are written: it calls as fast as it can, and a call that was refused or failed
 * is tried again after an exponential backoff with jitter, not before {@code Retry-After} is over.
 * Meanwhile the record keeps its thread, as in every client library with built-in retries.
 */
final class PlainPacing implements Pacing {

  private static final double FIRST_BACKOFF = 0.5;
  private static final double LONGEST_BACKOFF = 30;
  private static final Leave GO = new Leave.Go(null);

  private final SplittableRandom random;

  PlainPacing(World world, int pod) {
    this.random = Chance.of(world.scenario(), "backoff" + pod);
  }

  @Override
  public Leave leave() {
    return GO;
  }

  @Override
  public void answered(@Nullable Object pass, Answer answer, long tookNanos) {}

  @Override
  public Again again(Delivery delivery, Answer answer) {
    double bound =
        Math.min(
            LONGEST_BACKOFF, FIRST_BACKOFF * Math.pow(2, Math.min(delivery.failures() - 1, 30)));
    double backoff = bound * (0.5 + 0.5 * random.nextDouble());
    double wait = Math.max(backoff, answer.retryAfterSeconds() * (1 + 0.1 * random.nextDouble()));
    return new Again(Agenda.nanos(wait), true);
  }
}
