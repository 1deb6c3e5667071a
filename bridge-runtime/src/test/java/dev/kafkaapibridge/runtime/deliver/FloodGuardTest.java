package dev.kafkaapibridge.runtime.deliver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.runtime.Seeds;
import dev.kafkaapibridge.runtime.target.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FloodGuardTest {

  private static final Verdict OK = new Verdict.Accepted("200");
  private static final Verdict REFUSED =
      new Verdict.RecordRefused("422", "Refused", "the target answered 422");
  private static final Verdict IMPOSSIBLE =
      new Verdict.RecordRefused("-", "InvalidHeader", "a header has a line break");

  private long now;
  private final List<Boolean> told = new ArrayList<>();
  private final FloodGuard guard = new FloodGuard(true, told::add, () -> now);

  @Test
  void twentyRefusedOfFiveThousandAreNoFloodInWhateverOrder() {
    Seeds.each(
        200,
        random -> {
          var one = new FloodGuard(true, told::add, () -> now);
          int refused = 20;
          int accepted = 4_980;
          while (refused + accepted > 0) {
            now += random.nextLong(Duration.ofMillis(20).toNanos());
            // The worst order: all twenty in a row, at any place.
            boolean refuse = refused > 0 && (refused < 20 || random.nextInt(accepted + 1) < 5);
            send(one, refuse ? REFUSED : OK);
            refused -= refuse ? 1 : 0;
            accepted -= refuse ? 0 : 1;
          }
          assertThat(told).isEmpty();
        });
  }

  @Test
  void aHandfulAtTheStartIsNoFlood() {
    for (int i = 0; i < FloodGuard.ENDS - 1; i++) {
      send(guard, REFUSED);
    }
    assertThat(told).isEmpty();
  }

  @Test
  void mostOfAMinutesRecordsRefusedStopSendingButForAProbe() {
    for (int i = 0; i < FloodGuard.ENDS; i++) {
      send(guard, REFUSED);
    }
    assertThat(told).containsExactly(true);
    assertThat(guard.enter()).isInstanceOf(Gate.Entry.Wait.class);

    for (int minute = 0; minute < 4; minute++) {
      now += FloodGuard.PROBE.toNanos();
      send(guard, REFUSED);
      assertThat(guard.enter()).isInstanceOf(Gate.Entry.Wait.class);
    }
    assertThat(told).containsExactly(true);
  }

  @Test
  void aProbeThatIsAcceptedEndsIt() {
    for (int i = 0; i < 200; i++) {
      if (guard.enter() instanceof Gate.Entry.Go(var pass)) {
        guard.learn(pass, REFUSED, Heard.of(REFUSED, 1));
      }
    }
    now += FloodGuard.PROBE.toNanos();
    send(guard, OK);
    assertThat(told).containsExactly(true, false);
    assertThat(guard.enter()).isInstanceOf(Gate.Entry.Go.class);

    for (int i = 0; i < FloodGuard.ENDS - 2; i++) {
      send(guard, REFUSED); // what was counted before is forgotten
    }
    assertThat(told).containsExactly(true, false);
  }

  @Test
  void whatCallsLearnThatWereUnderWayWhenItClosedDoesNotOpenIt() {
    Gate.Pass before = pass(guard);
    for (int i = 0; i < FloodGuard.ENDS; i++) {
      send(guard, REFUSED);
    }
    guard.learn(before, OK, Heard.of(OK, 1));
    assertThat(guard.enter()).isInstanceOf(Gate.Entry.Wait.class);
  }

  @Test
  void aCallThatOutlastedAFloodCanBeginTheNextAndItEndsLikeAny() {
    Gate.Pass old = pass(guard);
    for (int i = 0; i < FloodGuard.ENDS; i++) {
      send(guard, REFUSED);
    }
    now += FloodGuard.PROBE.toNanos();
    send(guard, OK);
    for (int i = 0; i < FloodGuard.ENDS - 1; i++) {
      send(guard, REFUSED);
    }

    guard.learn(old, REFUSED, Heard.of(REFUSED, 1));
    assertThat(told).containsExactly(true, false, true);

    now += FloodGuard.PROBE.toNanos();
    send(guard, OK);
    assertThat(told).containsExactly(true, false, true, false);
  }

  /** A batch goes on in halves until each culprit stands alone: so nine are taken at once. */
  @Test
  void acceptedBatchesCountAsManyRecordsAsTheyHold() {
    for (int culprit = 0; culprit < 1_000; culprit++) {
      send(guard, REFUSED);
      guard.learn(pass(guard), OK, Heard.of(OK, 9));
    }
    assertThat(told).isEmpty();
  }

  /** As where an answer has a status for each record. */
  @Test
  void recordsThatAreRefusedOneByOneInAnAcceptedBatchCountAsWhatTheyAre() {
    for (int batch = 0; batch < 50; batch++) {
      guard.learn(pass(guard), OK, new Heard(6, 4));
    }
    assertThat(told).isEmpty();
    now += Duration.ofMinutes(2).toNanos();
    for (int batch = 0; batch < 10; batch++) {
      guard.learn(pass(guard), OK, new Heard(3, 7));
    }
    assertThat(told).containsExactly(true);

    now += FloodGuard.PROBE.toNanos();
    guard.learn(pass(guard), OK, new Heard(0, 10));
    assertThat(told).as("that probe was refused").containsExactly(true);
    now += FloodGuard.PROBE.toNanos();
    guard.learn(pass(guard), OK, new Heard(10, 0));
    assertThat(told).containsExactly(true, false);
  }

  @Test
  void aProbeThatFailsIsOne() {
    for (int i = 0; i < FloodGuard.ENDS; i++) {
      send(guard, REFUSED);
    }
    now += FloodGuard.PROBE.toNanos();
    send(guard, new Verdict.TargetFailed("503", "HttpStatus", "the target answered 503"));
    assertThat(guard.enter()).isInstanceOf(Gate.Entry.Wait.class);
  }

  @Test
  void recordsThatCannotBeRequestsSayNothingOfTheTarget() {
    for (int i = 0; i < 1_000; i++) {
      send(guard, IMPOSSIBLE);
    }
    assertThat(told).isEmpty();
  }

  @Test
  void thereIsNoneWhereRefusedRecordsGoElsewhere() {
    var none = new FloodGuard(false, told::add, () -> now);
    for (int i = 0; i < 1_000; i++) {
      send(none, REFUSED);
    }
    assertThat(told).isEmpty();
  }

  private static void send(FloodGuard to, Verdict verdict) {
    to.learn(pass(to), verdict, Heard.of(verdict, 1));
  }

  private static Gate.Pass pass(FloodGuard of) {
    return ((Gate.Entry.Go) of.enter()).pass();
  }
}
