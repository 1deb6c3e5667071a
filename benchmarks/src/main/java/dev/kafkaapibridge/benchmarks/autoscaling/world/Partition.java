package dev.kafkaapibridge.benchmarks.autoscaling.world;

import dev.kafkaapibridge.runtime.consume.deal.Brings;
import dev.kafkaapibridge.runtime.consume.deal.Inflow;
import java.util.Arrays;
import java.util.Comparator;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * The records of one partition from its committed position on. Owns them, whoever owns the
 * partition. Many records are on their way at once, as of many keys; the committed position stays
 * before the first one that isn't delivered, and what was delivered beyond it is remembered.
 */
public final class Partition {

  private final int number;

  /** By offset from {@link #committed} on, a ring; what is delivered is {@link #DELIVERED}. */
  private long[] arrivals = new long[64];

  private static final long DELIVERED = -1;

  private long committed;
  private long next;
  private long end;
  private long delivered;
  private final PriorityQueue<Delivery> handedBack =
      new PriorityQueue<>(Comparator.comparingLong(each -> each.offset));

  /** The first offset that isn't delivered and isn't poison, at least. */
  private long oldest;

  private Inflow inflow = Inflow.first(0, 0);

  private long poison = -1;
  private long poisonFrom = Long.MAX_VALUE;
  private long poisonUntil;

  /** By the group's assignment. */
  @Nullable Pod owner;

  /** The owner, once the partition has stood still. */
  @Nullable Pod servedBy;

  long standsStillUntil;

  /** What its last owner left for the next, as a commit's metadata does. */
  public @Nullable Object handover;

  Partition(int number) {
    this.number = number;
  }

  public int number() {
    return number;
  }

  /** The first record that arrives from that time on fails until then. */
  void poison(long from, long until) {
    poisonFrom = from;
    poisonUntil = until;
  }

  void arrive(long now) {
    if (end - committed == arrivals.length) {
      long[] larger = new long[arrivals.length * 2];
      for (long offset = committed; offset < end; offset++) {
        larger[(int) (offset & (larger.length - 1))] = arrivals[at(offset)];
      }
      arrivals = larger;
    }
    if (now >= poisonFrom) {
      poison = end;
      poisonFrom = Long.MAX_VALUE;
    }
    arrivals[at(end++)] = now;
  }

  private int at(long offset) {
    return (int) (offset & (arrivals.length - 1));
  }

  /** At its end, as its owner does every other second. */
  void look(long now) {
    inflow = inflow.seen(end, now);
  }

  /** Records a second that it asks for. */
  double load() {
    return new Brings(inflow.perSecond(), backlog()).load();
  }

  boolean hasMore() {
    return next < end || !handedBack.isEmpty();
  }

  Delivery take() {
    Delivery again = handedBack.poll();
    if (again != null) {
      return again;
    }
    long offset = next++;
    return new Delivery(this, offset, arrivals[at(offset)]);
  }

  /** Its owner has lost the partition, or gone. */
  void handBack(Delivery delivery) {
    handedBack.add(delivery);
  }

  boolean isPoison(Delivery delivery, long now) {
    return delivery.offset == poison && now < poisonUntil;
  }

  void delivered(Delivery delivery) {
    arrivals[at(delivery.offset)] = DELIVERED;
    delivered++;
    while (committed < end && arrivals[at(committed)] == DELIVERED) {
      committed++;
    }
  }

  /** Records that have arrived. */
  public long end() {
    return end;
  }

  public long committed() {
    return committed;
  }

  /** Records that are delivered, in whatever order. */
  public long delivered() {
    return delivered;
  }

  /** What a lag scaler sees. */
  public long lag() {
    return end - committed;
  }

  /** What isn't delivered; less than the lag where something is stuck. */
  public long backlog() {
    return end - delivered;
  }

  /** When the oldest record arrived that isn't delivered, poison left out; MAX_VALUE: none. */
  long oldestArrival() {
    oldest = Math.max(oldest, committed);
    while (oldest < end && (arrivals[at(oldest)] == DELIVERED || oldest == poison)) {
      oldest++;
    }
    return oldest < end ? arrivals[at(oldest)] : Long.MAX_VALUE;
  }

  /** Arrival times of all that isn't delivered. */
  long[] undelivered() {
    long[] times = new long[(int) backlog()];
    int count = 0;
    for (long offset = committed; offset < end; offset++) {
      if (arrivals[at(offset)] != DELIVERED) {
        times[count++] = arrivals[at(offset)];
      }
    }
    return Arrays.copyOf(times, count);
  }
}
