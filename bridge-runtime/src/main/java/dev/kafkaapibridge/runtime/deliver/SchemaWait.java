package dev.kafkaapibridge.runtime.deliver;

import dev.kafkaapibridge.runtime.record.SourceRecord;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Looks again and again for what a record is made by, as long as it takes, and says meanwhile that
 * the record is held. Safe for all lanes.
 */
final class SchemaWait {

  /** Between two looks: at first, and when it takes long. */
  private static final Duration AGAIN = Duration.ofMillis(10);

  private static final Duration LATER = Duration.ofMillis(640);

  private final HeldRecords held;
  private final Slots slots;

  SchemaWait(HeldRecords held, Slots slots) {
    this.held = held;
    this.slots = slots;
  }

  /**
   * Waits without the caller's slot. Returns what was seen last: something is still missing only
   * where the assignment has ended.
   *
   * @param look makes the record ready
   * @param missing why that can't be done yet; empty: it was done
   */
  <P> P await(SourceRecord record, Supplier<P> look, Function<P, Optional<String>> missing)
      throws InterruptedException {
    Duration wait = AGAIN;
    while (true) {
      P seen = look.get();
      Optional<String> reason = missing.apply(seen);
      if (reason.isEmpty()) {
        held.letGo(record);
        return seen;
      }
      held.hold(record, HeldRecords.Why.SchemaMissing, reason.get());
      if (!slots.awaitWithout(record.assignment(), wait)) {
        return seen;
      }
      wait = wait.compareTo(LATER) < 0 ? wait.multipliedBy(2) : LATER;
    }
  }
}
