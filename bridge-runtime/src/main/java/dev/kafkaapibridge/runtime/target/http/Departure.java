package dev.kafkaapibridge.runtime.target.http;

import dev.kafkaapibridge.runtime.record.Assignment;
import java.util.function.BooleanSupplier;

/**
 * What a request carries along to the moment when it is about to be written: whether it still may
 * be, and who is asked when it is. Owned by the record's lane, on whose thread all of a call
 * happens.
 */
final class Departure {

  private final Assignment assignment;
  private BooleanSupplier leaving = () -> true;

  Departure(Assignment assignment) {
    this.assignment = assignment;
  }

  void ask(BooleanSupplier whoMayRefuse) {
    leaving = whoMayRefuse;
  }

  boolean isStillOurs() {
    return assignment.fenceIsOpen();
  }

  /** False: its leave has run out meanwhile. */
  boolean leaves() {
    return leaving.getAsBoolean();
  }
}
