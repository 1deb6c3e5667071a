package dev.kafkaapibridge.runtime.deliver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.api.validation.BridgeFile;
import dev.kafkaapibridge.runtime.Seeds;
import dev.kafkaapibridge.runtime.target.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** The circuit, with a clock of its own. */
class BreakerTest {

  private static final Verdict OK = new Verdict.Accepted("200");
  private static final Verdict FAILED =
      new Verdict.TargetFailed("503", "ServerError", "the target answered 503");
  private static final Duration QUICK = Duration.ofMillis(1);
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private long now = Duration.ofHours(1).toNanos();
  private final Breaker breaker =
      breaker("minimumRequests: 4, openDuration: 1s, maxOpenDuration: 4s, halfOpenRequests: 5");

  @Test
  void itOpensOnFailuresAndGoesOnByItselfEvenIfNobodyAsks() {
    fail(4);
    assertThat(breaker.isOpen()).isTrue();
    assertThat(breaker.mayFetch(true)).isFalse();
    assertThat(breaker.enter()).isInstanceOf(Breaker.Entry.Wait.class);

    // While it is open nothing is fetched, so there may be nobody who would ask.
    pass(Duration.ofMillis(1_001));
    assertThat(breaker.isOpen()).isFalse();
    assertThat(breaker.mayFetch(true)).isTrue();
    assertThat(breaker.state()).isEqualTo("HalfOpen");
  }

  @Test
  void anOutageAfterManySuccessesOpensItAllTheSame() {
    for (int i = 0; i < 1_000; i++) {
      breaker.learn(enter(), OK, QUICK);
    }
    fail(7);
    assertThat(breaker.isOpen()).isFalse();
    fail(1);
    assertThat(breaker.isOpen()).isTrue();
  }

  @Test
  void callsNearTheirTimeoutAreAsGoodAsFailed() {
    for (int i = 0; i < 3; i++) {
      breaker.learn(enter(), OK, TIMEOUT.multipliedBy(8).dividedBy(10));
    }
    assertThat(breaker.isOpen()).isFalse();
    breaker.learn(enter(), OK, TIMEOUT.multipliedBy(8).dividedBy(10));
    assertThat(breaker.isOpen()).isTrue();
  }

  @Test
  void beingToldToSlowDownOpensNothing() {
    for (int i = 0; i < 50; i++) {
      breaker.learn(enter(), new Verdict.RateLimited("429", null), QUICK);
    }
    assertThat(breaker.isOpen()).isFalse();
  }

  @Test
  void failuresOlderThanTheWindowAreForgotten() {
    fail(3);
    pass(Duration.ofSeconds(31));
    for (int i = 0; i < 4; i++) {
      breaker.learn(enter(), OK, QUICK);
    }
    fail(3);
    assertThat(breaker.isOpen()).isFalse();
  }

  @Test
  void fewProbesGoAndTheOpenTimeDoublesUpToItsBound() {
    fail(4);
    for (int seconds : List.of(1, 2, 4, 4, 4)) {
      assertThat(breaker.isOpen()).isTrue();
      pass(Duration.ofSeconds(seconds).minusMillis(1));
      assertThat(breaker.isOpen()).as("open for %s s", seconds).isTrue();
      pass(Duration.ofMillis(2));
      List<Breaker.Pass> probes = enterAll();
      assertThat(probes).hasSize(5);
      probes.subList(0, 3).forEach(probe -> breaker.learn(probe, FAILED, QUICK));
    }
  }

  @Test
  void itClosesOnceMostProbesSucceededThoughOneRecordAlwaysFails() {
    fail(4);
    pass(Duration.ofMillis(1_001));
    List<Breaker.Pass> probes = enterAll();
    breaker.learn(probes.get(0), FAILED, QUICK);
    breaker.learn(probes.get(1), OK, QUICK);
    breaker.learn(probes.get(2), FAILED, QUICK);
    breaker.learn(probes.get(4), OK, QUICK);
    assertThat(breaker.state()).isEqualTo("HalfOpen");
    breaker.learn(enter(), OK, QUICK);
    assertThat(breaker.state()).isEqualTo("Closed");
  }

  @Test
  void probesThatHangDoNotHoldUpTheReturn() {
    fail(4);
    pass(Duration.ofMillis(1_001));
    List<Breaker.Pass> hanging = enterAll();
    pass(Duration.ofSeconds(1));
    breaker.learn(enter(), OK, QUICK); // the target is back
    breaker.learn(enter(), OK, QUICK);
    hanging.forEach(probe -> breaker.learn(probe, FAILED, TIMEOUT)); // old news
    breaker.learn(enter(), OK, QUICK);
    assertThat(breaker.state()).isEqualTo("Closed");
  }

  @Test
  void whatCallsLearnThatBeganBeforeTheOutageSaysNothingOfTheProbes() {
    List<Breaker.Pass> before = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      before.add(enter());
    }
    fail(4);
    pass(Duration.ofMillis(1_001));
    List<Breaker.Pass> probes = enterAll();
    before.forEach(old -> breaker.learn(old, FAILED, TIMEOUT));
    assertThat(breaker.state()).isEqualTo("HalfOpen");
    probes.subList(0, 3).forEach(probe -> breaker.learn(probe, OK, QUICK));
    before.forEach(old -> breaker.learn(old, FAILED, TIMEOUT));
    assertThat(breaker.state()).isEqualTo("Closed");
  }

  @Test
  void callsComeBackOverARampOfFourSeconds() {
    close();
    assertThat(enterAll()).hasSize(1);
    pass(Duration.ofSeconds(1));
    assertThat(enterAll().size()).isBetween(10, 40);
    pass(Duration.ofSeconds(2));
    assertThat(enterAll().size()).isBetween(500, 1_500);
    pass(Duration.ofSeconds(1));
    for (int i = 0; i < 20_000; i++) {
      var pass = enter();
    }
  }

  @Test
  void theRampNamesTheTimeOfTheNextCall() {
    for (long begun = 1; begun < 5_000; begun += 7) {
      long at = Ramp.nextAt(begun);
      assertThat(Ramp.allowed(at)).as("after %s calls", begun).isGreaterThan(begun);
      assertThat(Ramp.allowed(at - 2_000_000))
          .as("after %s calls", begun)
          .isLessThanOrEqualTo(begun + 10);
    }
  }

  @Test
  void onOpenRetryTopicDivertsButWhatComesFromRetryTopicsWaitsThere() {
    Breaker diverting =
        breaker("minimumRequests: 1, openDuration: 1s, maxOpenDuration: 1s, onOpen: RetryTopic");
    assertThat(diverting.diverts()).isFalse();
    diverting.learn(enter(diverting), FAILED, QUICK);
    assertThat(diverting.diverts()).isTrue();
    assertThat(diverting.mayFetch(true)).isTrue();
    assertThat(diverting.mayFetch(false)).isFalse();
  }

  @Test
  void aClosedCircuitKnowsWhetherAnyCallOfItsWindowWasGood() {
    Breaker breaker = breaker("minimumRequests: 5, window: 10s, openDuration: 1s");
    assertThat(breaker.hasWorkedLately()).isFalse();
    breaker.learn(enter(breaker), FAILED, QUICK);
    assertThat(breaker.hasWorkedLately()).isFalse();
    breaker.learn(enter(breaker), OK, QUICK);
    assertThat(breaker.hasWorkedLately()).isTrue();
    pass(Duration.ofSeconds(12));
    assertThat(breaker.hasWorkedLately()).isFalse();
  }

  @Test
  void onOpenDeadLetterDivertsAndGoesOnFetching() {
    Breaker diverting =
        breaker("minimumRequests: 1, openDuration: 1s, maxOpenDuration: 1s, onOpen: DeadLetter");
    assertThat(diverting.diverts()).isFalse();
    diverting.learn(enter(diverting), FAILED, QUICK);
    assertThat(diverting.diverts()).isTrue();
    assertThat(diverting.mayFetch(true)).isTrue();
    pass(Duration.ofMillis(1_001));
    assertThat(diverting.diverts()).isFalse();
  }

  /**
   * Outages of any length, begun at any time, at any rate of records: soon after the target is back
   * the circuit is closed, and few probes went meanwhile.
   */
  @Test
  void afterAnOutageItClosesInTimeAndFewProbesWent() {
    Seeds.each(300, this::outage);
  }

  private void outage(RandomGenerator random) {
    Breaker one = breaker("openDuration: 2s, maxOpenDuration: 8s");
    long records =
        random.nextInt(2) == 0 ? 1_000_000L : 1_000_000_000L; // one a millisecond, a second
    boolean hangs = random.nextBoolean();
    long down = now + Duration.ofSeconds(1 + random.nextInt(20)).toNanos();
    long up = down + Duration.ofSeconds(40).plusMillis(random.nextInt(5_000)).toNanos();
    record Call(Breaker.Pass pass, long until) {}
    var underWay = new ArrayList<Call>();
    long probes = 0;
    while (now < up + Duration.ofSeconds(8 + 5).toNanos()) {
      now += records;
      underWay.removeIf(call -> {
        if (call.until <= now) {
          one.learn(call.pass, FAILED, TIMEOUT);
        }
        return call.until <= now;
      });
      if (underWay.size() < 64 && one.enter() instanceof Breaker.Entry.Go(var pass)) {
        if (now < down || now >= up) {
          one.learn(pass, OK, QUICK);
        } else if (hangs) {
          underWay.add(new Call(pass, now + TIMEOUT.toNanos()));
          probes++;
        } else {
          one.learn(pass, FAILED, QUICK);
          probes++;
        }
      }
    }
    // At a call a second, probes are all there is to send: nobody waits for the circuit then.
    assertThat(one.state())
        .as("8 s + 5 s after the return")
        .isIn(records == 1_000_000L ? List.of("Closed") : List.of("Closed", "HalfOpen"));
    assertThat(probes).isLessThan(64 + 20 + 45 * 3);
  }

  private void close() {
    fail(4);
    pass(Duration.ofMillis(1_001));
    enterAll().subList(0, 3).forEach(probe -> breaker.learn(probe, OK, QUICK));
    assertThat(breaker.state()).isEqualTo("Closed");
  }

  private void fail(int calls) {
    for (int i = 0; i < calls; i++) {
      breaker.learn(enter(), FAILED, QUICK);
    }
  }

  private Breaker.Pass enter() {
    return enter(breaker);
  }

  private static Breaker.Pass enter(Breaker of) {
    return ((Breaker.Entry.Go) of.enter()).pass();
  }

  /** As many as may go now; the closed circuit has no end. */
  private List<Breaker.Pass> enterAll() {
    var passes = new ArrayList<Breaker.Pass>();
    while (breaker.enter() instanceof Breaker.Entry.Go(var pass)) {
      passes.add(pass);
    }
    return passes;
  }

  private void pass(Duration time) {
    now += time.toNanos();
  }

  private Breaker breaker(String spec) {
    return new Breaker(
        ((BridgeFile.Reading.Sound)
                BridgeFile.read(
                    "{apiVersion: kafka-api-bridge.dev/v1alpha1, kind: KafkaApiBridge, metadata: {name: a}, spec: {kafka: {bootstrapServers: 'k:9', topics: [a]}, target: {http: {url: 'http://a'}}, delivery: {ordering: Unordered, retry: {mode: Topics, topics: [{delay: 1m}]}, circuitBreaker: {"
                        + spec
                        + "}}}}"))
            .bridge()
            .spec()
            .delivery()
            .circuitBreaker(),
        TIMEOUT,
        () -> 0.5,
        () -> now);
  }
}
