package dev.kafkaapibridge.runtime.deliver;

import dev.kafkaapibridge.runtime.deliver.Failure.Cause;
import dev.kafkaapibridge.runtime.deliver.Load.Member;
import dev.kafkaapibridge.runtime.target.Verdict;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * What becomes of each record of a batch whose answer has a verdict for each: it ends, or leaves
 * the batch and goes on by its own attempts. Safe for all batches.
 */
final class ItemVerdicts {

  private final Leave leave;
  private final Supplier<Attempts> noAttempts;
  private final OwnWay ownWay;
  private final Ends ends;
  private final Clock clock;

  ItemVerdicts(Leave leave, Supplier<Attempts> noAttempts, OwnWay ownWay, Ends ends, Clock clock) {
    this.leave = leave;
    this.noAttempts = noAttempts;
    this.ownWay = ownWay;
    this.ends = ends;
    this.clock = clock;
  }

  void judge(Load load, List<Member> sent, List<Verdict> verdicts) {
    Instant now = clock.instant();
    var accepted = new ArrayList<Member>();
    for (int i = 0; i < sent.size(); i++) {
      Member member = sent.get(i);
      Verdict verdict = verdicts.get(i);
      Attempts own = member.attempts().orElseGet(noAttempts);
      own.sent(now);
      switch (verdict) {
        case Verdict.Accepted ignored -> accepted.add(member);
        case Verdict.RecordRefused ignored ->
            load.leave(
                List.of(member),
                of ->
                    () -> ownWay.givenUp(of, own.failure(Cause.Refused, verdict, clock.instant())));
        case Verdict.RateLimited limited -> {
          member.attempts(own);
          Duration wait = leave.laneWait(limited, own.limited());
          load.leave(List.of(member), of -> () -> ownWay.againAfter(of, wait));
        }
        case Verdict.TargetMisconfigured ignored -> {
          member.attempts(own);
          load.leave(
              List.of(member), of -> () -> ownWay.againAfter(of, Throttle.MISCONFIGURED_PROBE));
        }
        default -> {
          own.failed();
          member.attempts(own);
          load.leave(List.of(member), of -> () -> ownWay.againLater(of, own, verdict));
        }
      }
    }
    ends.ended(load, accepted, new Outcome.Delivered());
  }
}
