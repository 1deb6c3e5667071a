package dev.kafkaapibridge.runtime.target.http;

import dev.kafkaapibridge.runtime.record.Assignment;

/**
 * What a request carries along to the moment when it is about to be written: whether it still may
 * be, and who is told that it is. Owned by the record's lane, on whose thread all of a call
 * happens.
 */
final class Departure {

  private final Assignment assignment;
  private Runnable leaving = () -> {};

  Departure(Assignment assignment) {
    this.assignment = assignment;
  }

  void tell(Runnable whoWantsToKnow) {
    leaving = whoWantsToKnow;
  }

  boolean isStillOurs() {
    return assignment.fenceIsOpen();
  }

  void leaves() {
    leaving.run();
  }
}
