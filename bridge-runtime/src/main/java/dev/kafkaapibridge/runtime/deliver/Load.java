package dev.kafkaapibridge.runtime.deliver;

import dev.kafkaapibridge.runtime.record.SourceRecord;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The records of a batch as its delivery sees them. Whose assignment ends is taken away at any time
 * but while a call is under way, so lists are asked for anew before each step.
 */
public interface Load {

  /** A record in a batch. */
  interface Member {
    Parcel.Ready parcel();

    /** What stands for its lane: the same object for records of one lane. */
    Object lane();

    /** What it has been through by itself. */
    Optional<Attempts> attempts();

    /** It is going to be sent with others, and remembers what it has been through. */
    void attempts(Attempts own);

    SourceRecord record();

    /** What it takes of a request's body. */
    int bytes();
  }

  /** How a record comes to its end by itself; empty: it goes back to its lane, to be sent again. */
  interface Ending {
    Optional<Outcome> reach() throws InterruptedException;
  }

  /** Those that are in it now. More may join, unless there are none: then nobody does. */
  List<Member> members();

  /** Nobody joins any more. */
  List<Member> close();

  /** Those of them that are still here. */
  List<Member> here(List<Member> of);

  /** The same; and none of them is taken away until {@link #finish}. */
  List<Member> begin(List<Member> of);

  /** What the call has ended has ended, or there was no call. Whose assignment has ended goes. */
  void finish();

  /** They have come to the same end. */
  void ended(List<Member> members, Outcome outcome);

  /**
   * None of them has aged for longer: {@link SourceRecord#agesSince} of the eldest that ever
   * joined; {@link Long#MAX_VALUE} where none ages.
   */
  long eldest();

  /**
   * They leave the batch, and each lane goes on by itself, its records one after the other. What is
   * behind them of the same lane goes back to it.
   */
  void leave(List<Member> members, Function<Member, Ending> ending);

  /** What they take of a request's body together. */
  static int bytes(List<Member> members) {
    long bytes = 1;
    for (Member member : members) {
      bytes += member.bytes();
    }
    return (int) Math.min(bytes, Integer.MAX_VALUE);
  }

  static boolean isOfOneLane(List<Member> members) {
    Object lane = members.getFirst().lane();
    return members.stream().allMatch(member -> member.lane() == lane);
  }
}
