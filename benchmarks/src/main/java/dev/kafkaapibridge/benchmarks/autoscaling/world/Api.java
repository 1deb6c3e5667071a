package dev.kafkaapibridge.benchmarks.autoscaling.world;

import dev.kafkaapibridge.benchmarks.autoscaling.scenario.Scenario;
import dev.kafkaapibridge.benchmarks.autoscaling.world.Answer.Kind;
import dev.kafkaapibridge.benchmarks.autoscaling.world.Answer.Policy;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * The API: a token bucket, then a server whose calls share what parallelism it has. Owns the bucket
 * and the calls in service.
 *
 * <pre>
 *   call --outage------> fails after 0.5 to 1.5 s, costs no token
 *        --no token----> 429 after 20 ms, costs rejectCost of what is left
 *        --------------> in service: its latency is work; while more calls than parallelism are in
 *                        service, all of them proceed at parallelism / calls of the usual speed
 * </pre>
 */
public final class Api {

  private static final long REFUSED_AFTER = 20 * Agenda.SECOND / 1000;
  private static final int LONGEST_RETRY_AFTER = 60;

  /** What becomes of a call. */
  interface Caller {
    void answered(Answer answer);
  }

  private record InService(double ends, long order, Caller caller)
      implements Comparable<InService> {
    @Override
    public int compareTo(InService other) {
      int byEnd = Double.compare(ends, other.ends);
      return byEnd != 0 ? byEnd : Long.compare(order, other.order);
    }
  }

  private final Scenario.Api api;
  private final Agenda agenda;
  private final SplittableRandom random;
  private final PriorityQueue<InService> inService = new PriorityQueue<>();
  private long calls;

  private double tokens;
  private long filledAt;

  /** Seconds of work that a call in service since the beginning would have behind it. */
  private double worked;

  private long workedAt;
  private long next = Long.MAX_VALUE;
  private @Nullable Answer accepted;
  private double acceptedQuota = -1;

  Api(Scenario scenario, Agenda agenda) {
    this.api = scenario.api();
    this.agenda = agenda;
    this.random = Chance.of(scenario, "api");
    this.tokens = size(0);
  }

  private double size(double second) {
    return Math.max(1, api.quota().at(second) * api.burstSeconds());
  }

  void call(Caller caller) {
    double second = Agenda.seconds(agenda.now());
    if (api.outage().at(second) > 0) {
      long takes = Agenda.nanos(Chance.between(random, 0.5, 1.5));
      var failed = new Answer(Kind.Failed, 0, policy(second));
      agenda.after(takes, () -> caller.answered(failed));
      return;
    }
    fill(second);
    // What a sum of fractions lacks must not cost a call its token.
    if (tokens + 1e-9 < 1) {
      var refused = new Answer(Kind.Throttled, retryAfter(second), policy(second));
      tokens = Math.max(0, tokens - api.rejectCost());
      agenda.after(REFUSED_AFTER, () -> caller.answered(refused));
      return;
    }
    tokens = Math.max(0, tokens - 1);
    work();
    double jitter = 1 + api.latencyJitter() * (2 * random.nextDouble() - 1);
    double takes = Math.max(1e-4, api.latency().at(second) * jitter);
    inService.add(new InService(worked + takes, calls++, caller));
    next = foresee();
  }

  /** Calls that would be accepted now; what only an oracle may ask. */
  public double tokens() {
    double second = Agenda.seconds(agenda.now());
    fill(second);
    return api.outage().at(second) > 0 ? 0 : tokens + 1e-9;
  }

  private void fill(double second) {
    double from = Agenda.seconds(filledAt);
    if (second > from) {
      tokens = Math.min(size(second), tokens + api.quota().sum(from, second));
      filledAt = agenda.now();
    }
  }

  private int retryAfter(double second) {
    if (!api.retryAfter()) {
      return 0;
    }
    double wait = (1 - tokens) / Math.max(1e-3, api.quota().at(second));
    return (int) Math.min(LONGEST_RETRY_AFTER, Math.max(1, Math.ceil(wait)));
  }

  private @Nullable Policy policy(double second) {
    if (!api.rateLimitHeaders()) {
      return null;
    }
    double quota = api.quota().at(second);
    // The header wants whole numbers: the first window in which they tell the quota to a
    // thousandth.
    long window = Math.max(1, Math.round(api.burstSeconds()));
    long calls = whole(quota * window);
    while (calls < 0.999 * quota * window && window < 60) {
      window++;
      calls = whole(quota * window);
    }
    return new Policy(calls, window);
  }

  private static long whole(double calls) {
    return (long) Math.floor(calls + 1e-9);
  }

  private double speed() {
    if (inService.isEmpty()) {
      return 1;
    }
    double parallelism = api.parallelism().at(Agenda.seconds(workedAt));
    return Math.min(1, parallelism / inService.size());
  }

  private void work() {
    worked += Agenda.seconds(agenda.now() - workedAt) * speed();
    workedAt = agenda.now();
  }

  /** When the next call in service ends, if nothing comes between; else {@link Long#MAX_VALUE}. */
  long next() {
    return next;
  }

  private long foresee() {
    InService first = inService.peek();
    if (first == null) {
      return Long.MAX_VALUE;
    }
    double wait = (first.ends - worked) / speed();
    // Parallelism may change before that: then it is looked at again.
    double from = Agenda.seconds(workedAt);
    double changes = api.parallelism().changesAfter(from);
    return workedAt + Math.max(0, Agenda.nanos(Math.min(wait, changes - from)) + 1);
  }

  /** Time is where {@link #next} said: the first call ends, or goes on at another speed. */
  void step() {
    work();
    InService first = inService.peek();
    if (first == null || first.ends > worked) {
      next = foresee();
      return;
    }
    inService.remove();
    next = foresee();
    first.caller.answered(ok());
  }

  private Answer ok() {
    double second = Agenda.seconds(agenda.now());
    double quota = api.rateLimitHeaders() ? api.quota().at(second) : 0;
    Answer answer = accepted;
    if (answer == null || quota != acceptedQuota) {
      answer = new Answer(Kind.Accepted, 0, policy(second));
      accepted = answer;
      acceptedQuota = quota;
    }
    return answer;
  }

  public int inService() {
    return inService.size();
  }
}
