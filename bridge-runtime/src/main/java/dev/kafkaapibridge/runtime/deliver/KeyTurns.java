package dev.kafkaapibridge.runtime.deliver;

import dev.kafkaapibridge.runtime.record.SourceRecord;

/**
 * Whose turn it is where records of a key may be in retry topics while others of it are still to
 * come: asked before a record is worked on, told where it goes.
 */
public interface KeyTurns {

  enum Turn {
    /** Nothing of its key is ahead of it. */
    Now,
    /** It goes to the next retry topic, behind those of its key. */
    Behind,
    /** Its assignment has ended. */
    Never
  }

  /** Where there is no order to keep, or where records wait in place. */
  KeyTurns NONE =
      new KeyTurns() {
        @Override
        public Turn await(SourceRecord record) {
          return Turn.Now;
        }

        @Override
        public void goesAside(SourceRecord record) {}

        @Override
        public void ended(SourceRecord record, Outcome outcome) {}
      };

  /** Without the caller's slot where it takes its time. */
  Turn await(SourceRecord record) throws InterruptedException;

  /** It is going to be written to the next retry topic, on the thread of its lane. */
  void goesAside(SourceRecord record);

  /**
   * All that becomes of it here is done, and noted: what ends from now on is noted after it, and so
   * is never committed without it.
   */
  void ended(SourceRecord record, Outcome outcome);
}
