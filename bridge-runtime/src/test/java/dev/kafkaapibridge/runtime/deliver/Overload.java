package dev.kafkaapibridge.runtime.deliver;

import dev.kafkaapibridge.runtime.pace.Pace;
import dev.kafkaapibridge.runtime.target.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.random.RandomGenerator;

/**
 * One pod with endless work and one API that fails, in virtual time: the product's own number of
 * calls at once, breaker and pace; the API is a few lines. A record that fails makes room for
 * another while it waits.
 */
final class Overload {

  static final long MILLI = 1_000_000;
  static final long SECOND = 1_000 * MILLI;

  /** How a call ends. */
  record End(boolean accepted, long took) {}

  /** An API: told when a call begins, and when it ends. */
  interface Api {
    End begins(long now);

    default void ends(End end) {}
  }

  private record Event(long at, Runnable what) {}

  /** What was seen in one second. */
  static final class Counts {
    int accepted;
    int failed;
    int limit;
  }

  final List<Counts> seconds = new ArrayList<>();
  final CallsAtOnce callsAtOnce;
  Api api;
  private final Breaker breaker;
  private final Pace pace;
  private final PriorityQueue<Event> events =
      new PriorityQueue<>((one, other) -> Long.compare(one.at(), other.at()));
  private long now;
  private int allowed;
  int underWay;
  private boolean looks;

  /** Work that there is; endless at the start. */
  int work = Integer.MAX_VALUE;

  /** Whether the number is followed; else there are always as many calls as there may be. */
  boolean follows = true;

  Overload(Api api, int most, Duration timeout, RandomGenerator random) {
    this.api = api;
    this.allowed = most;
    this.callsAtOnce = new CallsAtOnce(most, timeout, n -> allowed = follows ? n : most, () -> now);
    this.breaker =
        new Breaker(
            DeliveryTest.spec("{}").circuitBreaker(), timeout, random::nextDouble, () -> now);
    this.pace = Pace.learning(random::nextDouble, () -> now);
    at(0, this::second);
  }

  private void at(long time, Runnable what) {
    events.add(new Event(time, what));
  }

  private void second() {
    if (!seconds.isEmpty()) {
      seconds.getLast().limit = callsAtOnce.limit();
    }
    seconds.add(new Counts());
    at(now + SECOND, this::second);
  }

  void runUntil(int second) {
    while (now < second * SECOND) {
      begin();
      Event next = events.remove();
      now = next.at();
      next.what().run();
    }
  }

  private void begin() {
    while (!looks && work > 0 && underWay < allowed) {
      switch (pace.enter()) {
        case Pace.Entry.Wait(var time) -> lookIn(time);
        case Pace.Entry.Go(var paced) -> {
          switch (breaker.enter()) {
            case Breaker.Entry.Wait(var time) -> {
              pace.giveBack(paced);
              lookIn(time);
            }
            case Breaker.Entry.Go(var asked) -> call(paced, asked);
          }
        }
      }
    }
  }

  private void lookIn(Duration time) {
    looks = true;
    at(now + time.toNanos(), () -> looks = false);
  }

  private void call(Pace.Pass paced, Breaker.Pass asked) {
    underWay++;
    work--;
    CallsAtOnce.Pass pass = callsAtOnce.begins(asked.closed());
    End end = api.begins(now);
    at(
        now + end.took(),
        () -> {
          api.ends(end);
          underWay--;
          Duration took = Duration.ofNanos(end.took());
          Verdict verdict =
              end.accepted()
                  ? new Verdict.Accepted("200")
                  : new Verdict.TargetFailed("503", "ServerError", "the target answered 503");
          if (end.accepted()) {
            pace.accepted(paced);
            seconds.getLast().accepted++;
          } else {
            seconds.getLast().failed++;
          }
          breaker.learn(asked, verdict, took);
          callsAtOnce.ended(pass, verdict, took);
        });
  }

  /** Accepted calls a second, of the seconds from {@code from} to before {@code to}. */
  double accepted(int from, int to) {
    return seconds.subList(from, to).stream().mapToInt(s -> s.accepted).average().orElse(0);
  }

  double failing(int from, int to) {
    double failed = seconds.subList(from, to).stream().mapToInt(s -> s.failed).sum();
    return failed / Math.max(1, failed + accepted(from, to) * (to - from));
  }

  double meanLimit(int from, int to) {
    return seconds.subList(from, to).stream().mapToInt(s -> s.limit).average().orElse(0);
  }

  /** Takes so many calls at once, and refuses others at once. */
  static final class Capacity implements Api {
    int calls;
    private final long took;
    private final long refusal;
    private final double failing;
    private final RandomGenerator random;
    private int busy;

    Capacity(int calls, long took, long refusal, double failing, RandomGenerator random) {
      this.calls = calls;
      this.took = took;
      this.refusal = refusal;
      this.failing = failing;
      this.random = random;
    }

    @Override
    public End begins(long now) {
      if (busy >= calls) {
        return new End(false, refusal);
      }
      busy++;
      long spread = (long) (took * (.8 + .4 * random.nextDouble()));
      return new End(random.nextDouble() >= failing, spread);
    }

    @Override
    public void ends(End end) {
      if (end.accepted() || end.took() != refusal) {
        busy--;
      }
    }
  }

  /** Has so many workers; what waits too long for one is given up, and done all the same. */
  static final class Workers implements Api {
    private final long[] freeAt;
    private final long took;
    private final long timeout;

    Workers(int workers, long took, long timeout) {
      this.freeAt = new long[workers];
      this.took = took;
      this.timeout = timeout;
    }

    @Override
    public End begins(long now) {
      int soonest = 0;
      for (int i = 1; i < freeAt.length; i++) {
        soonest = freeAt[i] < freeAt[soonest] ? i : soonest;
      }
      long done = Math.max(now, freeAt[soonest]) + took;
      freeAt[soonest] = done;
      return done - now > timeout ? new End(false, timeout) : new End(true, done - now);
    }
  }

  /** Fails so much by chance, whatever is under way. */
  static Api chance(double failing, long took, long failure, RandomGenerator random) {
    return now -> {
      boolean accepted = random.nextDouble() >= failing;
      long base = accepted ? took : failure;
      return new End(accepted, (long) (base * (.8 + .4 * random.nextDouble())));
    };
  }
}
