package dev.kafkaapibridge.runtime.deliver;

import dev.kafkaapibridge.runtime.target.Batches;
import dev.kafkaapibridge.runtime.target.Verdict;

/** A record made ready for batches. What is in it concerns its delivery alone. */
public sealed interface Parcel {

  /** It can be sent with others. */
  record Ready(Batches.Item item) implements Parcel {

    /** Where those go that come again: at an open circuit they wait while others are diverted. */
    private record Again(Object destination) {}

    /** Equal for those that may be sent together. */
    public Object destination() {
      return item.record().past().comesAgain() ? new Again(item.destination()) : item.destination();
    }

    /** What it takes of a request's body. */
    public int bytes() {
      return item.bytes();
    }
  }

  /** It can't be sent. */
  record Refused(Verdict.RecordRefused why) implements Parcel {}

  /** Nothing is to be sent for it. */
  record Skipped() implements Parcel {}

  /** What it is made by is not there; it is to be looked for again. */
  record NotYet(String reason) implements Parcel {}
}
