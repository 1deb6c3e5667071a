package dev.kafkaapibridge.runtime.quota;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * What the group's commits have told of loans to this process, reading by reading, and until when
 * each pays, by no clock but this process's own: a reading that didn't tell of it yet was asked for
 * before its commit was written, and the lender counts from when that was acknowledged.
 *
 * <pre>
 *   borrower   reading ------------------ reading tells of it
 *                 |<------------------- pays ---------------------->|
 *   lender               written ---- acknowledged
 *                                         |<----------- pays for nothing ----------->|
 * </pre>
 *
 * Guarded by its purse.
 */
final class LoansSeen {

  private static final long NEVER = Long.MIN_VALUE / 2;

  private record Seen(long serial, long until, long paysUntil) {}

  private final long process;
  private final Map<TopicPartition, Seen> seen = new HashMap<>();

  /** When the latest reading was asked for; before the first, whatever is told may be old. */
  private long askedAt = NEVER;

  LoansSeen(long process) {
    this.process = process;
  }

  /**
   * @return false: it is older than one before it, and says nothing
   */
  boolean read(Map<TopicPartition, ShareState> told, long askedForAt) {
    if (askedForAt < askedAt) {
      return false;
    }
    seen.keySet().removeIf(partition -> toUs(told.get(partition)) == null);
    told.forEach((partition, state) -> {
      ShareState.Lent lent = toUs(state);
      Seen before = seen.get(partition);
      if (lent != null
          && (before == null || before.serial != lent.serial() || before.until != lent.until())) {
        seen.put(partition, new Seen(lent.serial(), lent.until(), askedAt + Lending.TIME));
      }
    });
    askedAt = askedForAt;
    return true;
  }

  /** So much may have passed that nobody has counted: loans end the sooner for it. */
  void stoodStill(long micros) {
    seen.replaceAll((partition, is) -> new Seen(is.serial, is.until, is.paysUntil - micros));
    askedAt -= micros;
  }

  private ShareState.@Nullable Lent toUs(@Nullable ShareState state) {
    return state instanceof ShareState.Lent lent && lent.to() == process ? lent : null;
  }

  /** Until when this very loan pays; null: the latest reading doesn't tell of it. */
  @Nullable Long paysUntil(TopicPartition partition, long serial) {
    Seen is = seen.get(partition);
    return is == null || is.serial != serial ? null : is.paysUntil;
  }
}
