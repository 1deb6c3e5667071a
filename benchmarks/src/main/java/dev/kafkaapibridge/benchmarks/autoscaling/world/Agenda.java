package dev.kafkaapibridge.benchmarks.autoscaling.world;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What happens when, in virtual time. Owns the clock, in nanoseconds since the start. Events of one
 * instant happen in the order in which they were planned, so a run is the same each time.
 */
public final class Agenda {

  public static final long SECOND = 1_000_000_000;

  /** What happens at its time. */
  public interface Event {
    void happen();
  }

  private long now;
  private long planned;
  private int size;
  private long[] times = new long[1024];
  private long[] orders = new long[1024];
  private @Nullable Event[] events = new @Nullable Event[1024];

  public static long nanos(double seconds) {
    return (long) (seconds * SECOND);
  }

  public static double seconds(long nanos) {
    return nanos / (double) SECOND;
  }

  public long now() {
    return now;
  }

  /** Something that isn't planned here happens now; what is planned earlier has happened. */
  void goTo(long time) {
    now = Math.max(now, time);
  }

  public void after(long nanos, Event event) {
    at(now + Math.max(0, nanos), event);
  }

  public void at(long time, Event event) {
    if (size == times.length) {
      times = Arrays.copyOf(times, size * 2);
      orders = Arrays.copyOf(orders, size * 2);
      events = Arrays.copyOf(events, size * 2);
    }
    int hole = size++;
    long order = planned++;
    while (hole > 0) {
      int parent = (hole - 1) >>> 1;
      if (times[parent] <= time) { // what was planned earlier has the smaller order
        break;
      }
      move(parent, hole);
      hole = parent;
    }
    put(hole, time, order, event);
  }

  /** When the next event is due; {@link Long#MAX_VALUE}: there is none. */
  long next() {
    return size == 0 ? Long.MAX_VALUE : times[0];
  }

  /** Goes to the next event and lets it happen. */
  void step() {
    Event event = events[0];
    now = Math.max(now, times[0]);
    int last = --size;
    long time = times[last];
    long order = orders[last];
    Event moved = events[last];
    events[last] = null;
    if (last > 0 && moved != null) {
      sink(time, order, moved);
    }
    if (event != null) {
      event.happen();
    }
  }

  private void sink(long time, long order, Event event) {
    int hole = 0;
    while (true) {
      int child = 2 * hole + 1;
      if (child >= size) {
        break;
      }
      if (child + 1 < size && isBefore(times[child + 1], orders[child + 1], child)) {
        child++;
      }
      if (isBefore(time, order, child)) {
        break;
      }
      move(child, hole);
      hole = child;
    }
    put(hole, time, order, event);
  }

  private boolean isBefore(long time, long order, int other) {
    return time < times[other] || time == times[other] && order < orders[other];
  }

  private void move(int from, int to) {
    times[to] = times[from];
    orders[to] = orders[from];
    events[to] = events[from];
  }

  private void put(int at, long time, long order, Event event) {
    times[at] = time;
    orders[at] = order;
    events[at] = event;
  }
}
