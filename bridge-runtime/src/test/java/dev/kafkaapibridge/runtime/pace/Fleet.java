package dev.kafkaapibridge.runtime.pace;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.random.RandomGenerator;

/** Pods with more work than they may do, and an API with a limit, in virtual time. */
final class Fleet {

  static final long SECOND = 1_000_000_000;
  static final int SLOTS = 64;

  /** Whether the API takes one more call. */
  interface Limit {
    boolean takes(long now);

    void perSecond(double calls);
  }

  /** What an answer's headers tell. */
  interface Headers {
    LimitNotice of(long answer, boolean limited);
  }

  static final class TokenBucket implements Limit {
    private double perSecond;
    private final double seconds;
    private double level;
    private long at;

    TokenBucket(double perSecond, double seconds) {
      this.perSecond = perSecond;
      this.seconds = seconds;
      this.level = Math.max(1, perSecond * seconds);
    }

    @Override
    public boolean takes(long now) {
      level = Math.min(Math.max(1, perSecond * seconds), level + perSecond * (now - at) / SECOND);
      at = now;
      if (level < 1) {
        return false;
      }
      level--;
      return true;
    }

    @Override
    public void perSecond(double calls) {
      perSecond = calls;
    }
  }

  static final class FixedWindow implements Limit {
    private final double seconds;
    private double perSecond;
    private long window = -1;
    private long used;

    FixedWindow(double perSecond, double seconds) {
      this.perSecond = perSecond;
      this.seconds = seconds;
    }

    @Override
    public boolean takes(long now) {
      long present = (long) (now / (seconds * SECOND));
      if (present != window) {
        window = present;
        used = 0;
      }
      return used++ < perSecond * seconds;
    }

    @Override
    public void perSecond(double calls) {
      perSecond = calls;
    }
  }

  /** What happened in one second. */
  static final class Second {
    int accepted;
    int limited;
  }

  private record Event(long at, long order, Runnable what) {}

  final class Pod {
    final Pace pace;
    private final int slots;
    private int underWay;
    private long wakeAt = Long.MAX_VALUE;
    long closedUntil;
    double backlog = Double.POSITIVE_INFINITY;

    Pod(int partitions) {
      this.pace = Pace.learning(random::nextDouble, () -> now);
      this.slots = Fleet.this.slots;
      pace.look(partitionsOfAll);
      if (partitions > 0) {
        pace.gained(Collections.nCopies(partitions, null), 0);
      }
    }

    void work() {
      while (underWay < slots && backlog >= 1) {
        if (now < closedUntil) {
          wake(closedUntil);
          return;
        }
        switch (pace.enter()) {
          case Pace.Entry.Wait(var time) -> {
            wake(now + Math.max(1, time.toNanos()) + random.nextLong(1, 200_000));
            return;
          }
          case Pace.Entry.Go(var pass) -> send(pass);
        }
      }
    }

    private void wake(long at) {
      if (at < wakeAt) {
        wakeAt = at;
        at(
            at,
            () -> {
              if (wakeAt == at) {
                wakeAt = Long.MAX_VALUE;
                work();
              }
            });
      }
    }

    private void send(Pace.Pass pass) {
      underWay++;
      backlog--;
      long arrives = now + (long) (random.nextDouble(0.2, 0.8) * refusal);
      at(
          arrives,
          () -> {
            boolean takes = limit.takes(now);
            Second second = second();
            if (takes) {
              second.accepted++;
            } else {
              second.limited++;
            }
            long took =
                takes ? (long) (latency * random.nextDouble(0.8, 1.2)) : (long) (refusal * 0.5);
            at(
                now + took,
                () -> {
                  underWay--;
                  if (headers != null) {
                    pace.told(headers.of(answers++, !takes), !takes);
                  }
                  if (takes) {
                    pace.accepted(pass);
                  } else {
                    backlog++;
                    if (retryAfter > 0) {
                      closedUntil =
                          Math.max(
                              closedUntil,
                              now + (long) (retryAfter * (1 + random.nextDouble() / 10)));
                    }
                    pace.limited(pass);
                  }
                  work();
                });
          });
    }
  }

  final RandomGenerator random;
  final Limit limit;
  final List<Pod> pods = new ArrayList<>();
  final List<Second> seconds = new ArrayList<>();
  long latency = SECOND / 20;
  long refusal = SECOND / 50;
  long retryAfter;
  int slots = SLOTS;
  int partitionsOfAll;
  Headers headers;
  long now;
  private long answers;
  private long order;
  private final PriorityQueue<Event> events =
      new PriorityQueue<>(Comparator.comparingLong(Event::at).thenComparingLong(Event::order));

  Fleet(Limit limit, RandomGenerator random) {
    this.limit = limit;
    this.random = random;
  }

  Pod pod(int partitions) {
    var pod = new Pod(partitions);
    pods.add(pod);
    at(now + random.nextLong(SECOND / 2), pod::work);
    return pod;
  }

  void at(long when, Runnable what) {
    events.add(new Event(when, order++, what));
  }

  void runUntil(double second) {
    long until = (long) (second * SECOND);
    while (!events.isEmpty() && events.peek().at() <= until) {
      Event event = events.remove();
      now = event.at();
      event.what().run();
    }
    now = until;
    second();
  }

  private Second second() {
    int index = (int) (now / SECOND);
    while (seconds.size() <= index) {
      seconds.add(new Second());
    }
    return seconds.get(index);
  }

  double accepted(int from, int until) {
    return seconds.subList(from, until).stream().mapToInt(s -> s.accepted).sum();
  }

  double limited(int from, int until) {
    return seconds.subList(from, until).stream().mapToInt(s -> s.limited).sum();
  }

  /** Of all answers, how many were 429. */
  double shareLimited(int from, int until) {
    double limited = limited(from, until);
    return limited / Math.max(1, limited + accepted(from, until));
  }

  double used(int from, int until, double perSecond) {
    return accepted(from, until) / ((until - from) * perSecond);
  }

  double sumOfRates() {
    return pods.stream()
        .map(pod -> pod.pace.reading().callsPerSecond())
        .mapToDouble(rate -> rate == null ? 0 : rate)
        .sum();
  }
}
