package dev.kafkaapibridge.runtime.deliver;

import dev.kafkaapibridge.runtime.deliver.Load.Member;
import dev.kafkaapibridge.runtime.target.Batches;
import dev.kafkaapibridge.runtime.target.Verdict;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a part of a batch has been through. Owned by the batch's thread. */
final class BatchLife {

  /** The same records are sent again before it is believed that they are too many. */
  private static final int TIMEOUTS_TO_SPLIT = 2;

  final Attempts attempts;
  Verdict last;
  private int timeouts;
  private List<Member> sent = List.of();
  private Batches.@Nullable Call call;

  BatchLife(Attempts attempts, Verdict last) {
    this.attempts = attempts;
    this.last = last;
  }

  /** How a half of it goes on. */
  BatchLife half() {
    return new BatchLife(attempts.goOn(), last);
  }

  /** The same records make the same request, also where it was redirected to. */
  Batches.Call call(List<Member> members, Batches batches) {
    Batches.Call known = call;
    if (known == null || !sent.equals(members)) {
      var items = new ArrayList<Batches.Item>(members.size());
      for (Member member : members) {
        items.add(member.parcel().item());
      }
      known = batches.call(items);
      call = known;
      sent = members;
    }
    return known;
  }

  boolean wasSent() {
    return !sent.isEmpty();
  }

  void failed(boolean timedOut) {
    attempts.failed();
    timeouts = timedOut ? timeouts + 1 : 0;
  }

  /** Why one of it is given up now. */
  Failure failure(Failure.Cause cause, Instant now) {
    return attempts.failure(cause, last, now);
  }

  boolean isTooSlow() {
    return timeouts >= TIMEOUTS_TO_SPLIT;
  }
}
