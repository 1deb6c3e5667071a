package dev.kafkaapibridge.runtime.dispatch;

import dev.kafkaapibridge.runtime.deliver.Attempts;
import dev.kafkaapibridge.runtime.deliver.BatchSize;
import dev.kafkaapibridge.runtime.deliver.Load;
import dev.kafkaapibridge.runtime.deliver.Parcel;
import dev.kafkaapibridge.runtime.record.Assignment;
import dev.kafkaapibridge.runtime.record.SourceRecord;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Records of one destination that are sent together. Guarded by its dispatcher's lock.
 *
 * <pre>
 *   lingers --full, or its time is over--> due --a thread has it--> waits for leave --leave--> closed
 *   |________________ others may join, unless it is full ________________________|
 * </pre>
 */
final class Batch {

  /** A record in a batch, and on its own way out of it. Guarded by its dispatcher's lock. */
  static final class Passenger implements Load.Member {
    final RunLane lane;
    final SourceRecord record;
    final Parcel.Ready parcel;
    final long arrival;
    private final int bytes;

    /** The batch that it is in; null once it has left. */
    @Nullable Batch batch;

    private volatile @Nullable Attempts attempts;

    Passenger(
        RunLane lane,
        SourceRecord record,
        Parcel.Ready parcel,
        long arrival,
        @Nullable Attempts attempts) {
      this.lane = lane;
      this.record = record;
      this.parcel = parcel;
      this.arrival = arrival;
      this.bytes = parcel.bytes();
      this.attempts = attempts;
    }

    @Override
    public Parcel.Ready parcel() {
      return parcel;
    }

    @Override
    public SourceRecord record() {
      return record;
    }

    @Override
    public int bytes() {
      return bytes;
    }

    @Override
    public Object lane() {
      return lane;
    }

    @Override
    public Optional<Attempts> attempts() {
      return Optional.ofNullable(attempts);
    }

    @Override
    public void attempts(Attempts own) {
      attempts = own;
    }
  }

  /** Records that most are made for: their list needn't grow. */
  private static final int USUAL = 500;

  final Object destination;
  final BatchSize.Room room;

  /** When it leaves at the latest, by {@link System#nanoTime}. */
  final long leavesAt;

  /** In order; once nobody joins any more, those who have left too. */
  final List<Passenger> members;

  private long bytes = 1;

  /** Of those that ever joined. */
  private final Set<Assignment> assignments = Collections.newSetFromMap(new IdentityHashMap<>());

  private @Nullable Assignment latest;
  private long eldest = Long.MAX_VALUE;

  /** Whether nobody who joined has left. */
  private boolean whole = true;

  /** Members who have left since nobody joins any more. */
  private int gone;

  /** Whether others may join. */
  boolean joinable = true;

  /** Whether it waits for a thread, or has one: it lingers no more. */
  boolean due;

  /** Whether a call is under way: nobody is taken away meanwhile. */
  boolean calling;

  @Nullable Thread worker;

  Batch(Object destination, BatchSize.Room room, long leavesAt) {
    this.destination = destination;
    this.room = room;
    this.leavesAt = leavesAt;
    this.members = new ArrayList<>(Math.min(room.records(), USUAL));
  }

  /** Whether there is room for it; the first one finds some however large it is. */
  boolean takes(Parcel.Ready parcel) {
    return joinable
        && parcel.destination().equals(destination)
        && (members.isEmpty()
            || members.size() < room.records() && bytes + parcel.bytes() <= room.bytes());
  }

  void join(Passenger passenger) {
    passenger.batch = this;
    members.add(passenger);
    bytes += passenger.bytes;
    Assignment assignment = passenger.lane.key.assignment();
    if (assignment != latest) {
      latest = assignment;
      assignments.add(assignment);
    }
    long since = passenger.record.agesSince();
    eldest = since < 0 ? eldest : Math.min(eldest, since);
  }

  void loses(Passenger passenger) {
    passenger.batch = null;
    whole = false;
    if (joinable) {
      members.remove(passenger);
      bytes -= passenger.bytes;
    } else {
      gone++;
    }
  }

  /** Whether all that ever joined are in it, and nobody's assignment has ended. */
  boolean isWhole() {
    return whole && !hasEnding();
  }

  /** Whether the assignment of one that ever joined has ended. */
  boolean hasEnding() {
    for (Assignment assignment : assignments) {
      if (assignment.hasEnded()) {
        return true;
      }
    }
    return false;
  }

  boolean isEmpty() {
    return gone == members.size();
  }

  /** See {@link Load#eldest}. */
  long eldest() {
    return eldest;
  }

  boolean isFull() {
    return members.size() >= room.records() || bytes >= room.bytes();
  }
}
