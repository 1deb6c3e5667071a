package dev.kafkaapibridge.runtime.deliver;

import dev.kafkaapibridge.runtime.deliver.Load.Member;
import dev.kafkaapibridge.runtime.target.Verdict;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleSupplier;

/**
 * How records go on that have left their batch, each on the thread of its lane: to a dead letter or
 * whatever else becomes of one that is given up, or back to the lane to be sent again. Safe for all
 * lanes.
 */
final class OwnWay {

  private final Waits waits;
  private final GivingUp givingUp;
  private final Ends ends;
  private final Clock clock;
  private final DoubleSupplier random;

  OwnWay(Waits waits, GivingUp givingUp, Ends ends, Clock clock, DoubleSupplier random) {
    this.waits = waits;
    this.givingUp = givingUp;
    this.ends = ends;
    this.clock = clock;
    this.random = random;
  }

  /** They leave the batch, and are given up. */
  void giveUp(Load load, List<Member> members, Failure failure) {
    load.leave(members, member -> () -> givenUp(member, failure));
  }

  /** Blocks until it has been given up. */
  Optional<Outcome> givenUp(Member member, Failure failure) throws InterruptedException {
    Outcome outcome = new Outcome.Interrupted();
    try {
      outcome = givingUp.of(member.record(), failure);
      return Optional.of(outcome);
    } finally {
      ends.ended(member.record(), outcome);
    }
  }

  /** Waits as after a failed call of its own; empty: then it is to be sent again. */
  Optional<Outcome> againLater(Member member, Attempts own, Verdict verdict)
      throws InterruptedException {
    if (!own.areSpent() && !waits.await(member.record(), own.backoff(random))) {
      return Optional.of(interrupted(member));
    }
    if (own.areSpent()) {
      return givenUp(
          member, own.failure(Failure.Cause.AttemptsExhausted, verdict, clock.instant()));
    }
    return waits.awaitBudget(member.record()) ? Optional.empty() : Optional.of(interrupted(member));
  }

  /** What was said of it is nothing that it can do about: it spends no attempt. */
  Optional<Outcome> againAfter(Member member, Duration wait) throws InterruptedException {
    return waits.await(member.record(), wait) ? Optional.empty() : Optional.of(interrupted(member));
  }

  private Outcome interrupted(Member member) {
    var outcome = new Outcome.Interrupted();
    ends.ended(member.record(), outcome);
    return outcome;
  }
}
