package dev.kafkaapibridge.runtime.deliver;

import dev.kafkaapibridge.runtime.deliver.Failure.Cause;
import dev.kafkaapibridge.runtime.record.SourceRecord;
import dev.kafkaapibridge.runtime.target.Batches;
import java.time.Clock;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * From a record to its parcel, and how one comes to its end that can't be sent. Safe for all lanes.
 */
public final class Packing {

  private final Batches batches;
  private final SchemaWait schemaWait;
  private final Supplier<Attempts> noAttempts;
  private final GivingUp givingUp;
  private final Ends ends;
  private final HeldRecords held;
  private final Clock clock;

  Packing(
      Batches batches,
      SchemaWait schemaWait,
      Supplier<Attempts> noAttempts,
      GivingUp givingUp,
      Ends ends,
      HeldRecords held,
      Clock clock) {
    this.batches = batches;
    this.schemaWait = schemaWait;
    this.noAttempts = noAttempts;
    this.givingUp = givingUp;
    this.ends = ends;
    this.held = held;
    this.clock = clock;
  }

  /** Doesn't wait. */
  public Parcel pack(SourceRecord record) {
    return switch (batches.prepare(record)) {
      case Batches.Prepared.Ready(var item) -> new Parcel.Ready(item);
      case Batches.Prepared.Refused(var why) -> new Parcel.Refused(why);
      case Batches.Prepared.Skipped ignored -> new Parcel.Skipped();
      case Batches.Prepared.NotYet(var reason) -> new Parcel.NotYet(reason);
    };
  }

  /** Waits without the caller's slot; {@code NotYet}: the assignment ended meanwhile. */
  public Parcel await(SourceRecord record) throws InterruptedException {
    try {
      return schemaWait.await(
          record,
          () -> pack(record),
          parcel ->
              parcel instanceof Parcel.NotYet(var reason) ? Optional.of(reason) : Optional.empty());
    } finally {
      held.letGo(record);
    }
  }

  /** A record that can't be sent; blocks until it has been given up. */
  public Outcome refused(SourceRecord record, Parcel.Refused parcel) {
    Outcome outcome = new Outcome.Interrupted();
    try {
      outcome =
          givingUp.of(
              record, noAttempts.get().failure(Cause.Refused, parcel.why(), clock.instant()));
    } catch (InterruptedException e) {
      // Its wait was cut.
    }
    ends.ended(record, outcome);
    return outcome;
  }

  /** A record for which nothing is to be sent. */
  public void skipped(SourceRecord record) {
    ends.ended(record, new Outcome.Skipped());
  }
}
