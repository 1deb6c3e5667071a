package dev.kafkaapibridge.runtime.deliver;

import dev.kafkaapibridge.api.v1alpha1.BatchSpec;
import dev.kafkaapibridge.runtime.deliver.Load.Member;
import dev.kafkaapibridge.runtime.record.SourceRecord;
import dev.kafkaapibridge.runtime.target.Batches;
import dev.kafkaapibridge.runtime.target.Verdict;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * One call for a batch, or for a part of one: from its leave to the ends of those whom the answer
 * has ended, and what is learned from it. Safe for all batches.
 */
final class BatchCall {

  private static final Batches.Answer CUT = new Batches.Answer(new Verdict.Cut("-"));

  /**
   * @param members who were sent; nobody: there was no call
   */
  record Sent(List<Member> members, Batches.Answer answer) {}

  private final Batches batches;
  private final BatchSpec.PartialFailure partialFailure;
  private final Leave leave;
  private final TargetEvidence evidence;
  private final LaneLimits laneLimits;
  private final Ends ends;
  private final ItemVerdicts itemVerdicts;
  private final DeliveryListener listener;
  private final Clock clock;
  private final LongSupplier nanoTime;

  BatchCall(
      Batches batches,
      BatchSpec.PartialFailure partialFailure,
      Leave leave,
      TargetEvidence evidence,
      LaneLimits laneLimits,
      Ends ends,
      ItemVerdicts itemVerdicts,
      DeliveryListener listener,
      Clock clock,
      LongSupplier nanoTime) {
    this.batches = batches;
    this.partialFailure = partialFailure;
    this.leave = leave;
    this.evidence = evidence;
    this.laneLimits = laneLimits;
    this.ends = ends;
    this.itemVerdicts = itemVerdicts;
    this.listener = listener;
    this.clock = clock;
    this.nanoTime = nanoTime;
  }

  Sent send(Load load, BatchLife life, List<Member> members, Leave.Answer.Go go) {
    List<Member> sent = load.begin(members);
    if (sent.isEmpty()) {
      load.finish();
      needsNone(go);
      return new Sent(sent, CUT);
    }
    Batches.Answer answer = CUT;
    try {
      Instant from = clock.instant();
      answer = call(sent, life, go);
      life.last = answer.verdict();
      if (life.last.countsAsSent()) {
        life.attempts.sent(from);
      }
      endAccepted(load, sent, answer);
    } finally {
      load.finish();
    }
    return new Sent(sent, answer);
  }

  /** The leave was for a call that isn't going to be made. */
  void needsNone(Leave.Answer.Go go) {
    leave.learn(go, CUT.verdict(), Duration.ZERO, false);
  }

  private Batches.Answer call(List<Member> sent, BatchLife life, Leave.Answer.Go go) {
    long number = evidence.begin();
    long from = nanoTime.getAsLong();
    Batches.Answer answer = CUT; // what a fault of this program counts as
    Duration took = Duration.ZERO;
    boolean lanesAlone = false;
    SourceRecord first = sent.getFirst().record();
    try {
      answer = life.call(sent, batches).send(() -> leave.leaves(go));
    } finally {
      took = Duration.ofNanos(nanoTime.getAsLong() - from);
      lanesAlone =
          (answer.verdict() instanceof Verdict.RateLimited
                  || answer.verdict() instanceof Verdict.TargetMisconfigured)
              && Load.isOfOneLane(sent)
              && laneLimits.isLanesAlone(first);
      Verdict told = told(answer.verdict(), sent.size());
      Heard heard =
          answer.items().isEmpty() ? Heard.of(told, sent.size()) : Heard.of(answer.items());
      leave.learn(go, told, heard, took, lanesAlone);
    }
    if (answer.verdict() instanceof Verdict.Accepted) {
      evidence.accepted(number);
    }
    listener.answered(first, answer.verdict(), took, lanesAlone);
    if (!(answer.verdict() instanceof Verdict.Cut)) {
      listener.batchAnswered(sent.size(), Load.bytes(sent));
    }
    return answer;
  }

  /** A batch that goes on in halves says of none of its records yet that it was refused. */
  private Verdict told(Verdict verdict, int records) {
    return verdict instanceof Verdict.RecordRefused(var code, var reason, var detail, var clues)
            && records > 1
            && partialFailure != BatchSpec.PartialFailure.FailBatch
        ? new Verdict.RecordRefused("-", reason, detail, clues)
        : verdict;
  }

  /** While nobody can be taken away: what the API has accepted is never said to be interrupted. */
  private void endAccepted(Load load, List<Member> sent, Batches.Answer answer) {
    if (!answer.items().isEmpty()) {
      itemVerdicts.judge(load, sent, answer.items());
    } else if (answer.verdict() instanceof Verdict.Accepted) {
      ends.ended(load, sent, new Outcome.Delivered());
    }
  }
}
