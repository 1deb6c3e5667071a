package dev.kafkaapibridge.runtime.connect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.runtime.connect.AccessTokens.Answer;
import dev.kafkaapibridge.runtime.connect.AccessTokens.Found;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A server of numbered tokens, and a clock that is turned by hand. */
@Timeout(30)
class AccessTokensTest {

  private static final long SECOND = 1_000_000_000L;

  private final AtomicInteger asked = new AtomicInteger();
  private final ArrayDeque<Runnable> behind = new ArrayDeque<>();
  private long now = 5 * SECOND;
  private long takes;
  private Duration life = Duration.ofSeconds(100);
  private Answer instead;

  private final AccessTokens tokens =
      new AccessTokens(this::answer, behind::add, () -> 0.5, () -> now);

  private Answer answer() {
    now += takes;
    int number = asked.incrementAndGet();
    return instead != null ? instead : new Answer.Granted("token-" + number, life);
  }

  private static Found token(int number) {
    return new Found.Token("token-" + number);
  }

  private void after(long seconds) {
    now += seconds * SECOND;
  }

  @Test
  void aTokenIsKeptAndRenewedBehindWhileItIsStillGood() {
    assertThat(tokens.now()).isEqualTo(token(1));
    after(70);
    assertThat(tokens.now()).isEqualTo(token(1));
    assertThat(behind).as("it is not asked for before its time").isEmpty();
    after(10);
    assertThat(tokens.now()).as("nobody waits").isEqualTo(token(1));
    assertThat(tokens.now()).isEqualTo(token(1));
    assertThat(behind).as("one asks").hasSize(1);
    behind.remove().run();
    assertThat(tokens.now()).isEqualTo(token(2));
    assertThat(asked).hasValue(2);
  }

  @Test
  void whoMustNotWaitIsToldSoAndOneAsksMeanwhile() {
    assertThat(tokens.atHand()).isEqualTo(new Found.Missing("A token is being asked for."));
    assertThat(tokens.atHand()).isInstanceOf(Found.Missing.class);
    assertThat(behind).as("one asks").hasSize(1);
    behind.remove().run();
    assertThat(tokens.atHand()).isEqualTo(token(1));
    after(80);
    assertThat(tokens.atHand()).isEqualTo(token(1));
    assertThat(behind).as("it is renewed").hasSize(1);
    behind.remove();
    after(20);
    assertThat(tokens.atHand()).as("and not used beyond its end").isInstanceOf(Found.Missing.class);
  }

  @Test
  void whoMustNotWaitIsToldWhyThereIsNoneAndAsksNoMoreOftenThanOthers() {
    instead = new Answer.Refused("The endpoint answers 503.", Duration.ofSeconds(10));
    tokens.atHand();
    behind.remove().run();
    after(9);
    assertThat(tokens.atHand()).isEqualTo(new Found.Missing("The endpoint answers 503."));
    assertThat(behind).as("as the server asked").isEmpty();
    after(2);
    tokens.atHand();
    assertThat(behind).hasSize(1);
  }

  @Test
  void aTokenIsNotUsedToItsLastMoment() {
    tokens.now();
    after(89);
    assertThat(tokens.now()).isEqualTo(token(1));
    after(2);
    assertThat(tokens.now()).as("a tenth of its life is kept").isEqualTo(token(2));
  }

  @Test
  void aServerThatTakesItsTimeIsAskedTheSooner() {
    life = Duration.ofSeconds(20);
    takes = 5 * SECOND;
    tokens.now();
    after(3);
    tokens.now();
    assertThat(behind).as("8 s of 20 are over").hasSize(1);
    behind.remove().run();
    assertThat(tokens.now()).isEqualTo(token(2));
  }

  @Test
  void afterAFailureNobodyAsksForAWhileAndTheWhileGrows() {
    instead = new Answer.Refused("no", null);
    int wait = 1;
    for (int failures = 1; failures < 7; failures++, wait *= 2) {
      assertThat(tokens.now()).isEqualTo(new Found.Missing("no"));
      assertThat(asked).hasValue(failures);
      now += wait * SECOND;
      assertThat(tokens.now()).as("it is known").isEqualTo(new Found.Missing("no"));
      assertThat(asked).as("after %d s", wait).hasValue(failures);
      now += wait * SECOND / 10;
    }
    instead = null;
    assertThat(tokens.now()).isEqualTo(token(7));
  }

  @Test
  void aServerThatSaysWhenIsAskedThen() {
    instead = new Answer.Refused("later", Duration.ofSeconds(40));
    tokens.now();
    after(40);
    instead = null;
    assertThat(tokens.now()).isEqualTo(new Found.Missing("later"));
    after(3);
    assertThat(tokens.now()).isEqualTo(token(2));
  }

  @Test
  void whileItCannotBeRenewedTheTokenIsUsedToItsEnd() {
    tokens.now();
    instead = new Answer.Refused("down", null);
    after(80);
    assertThat(tokens.now()).isEqualTo(token(1));
    behind.remove().run();
    after(9);
    assertThat(tokens.now()).isEqualTo(token(1));
    assertThat(behind).as("and is asked for again").hasSize(1);
    behind.remove().run();
    after(3);
    assertThat(tokens.now()).isEqualTo(new Found.Missing("down"));
  }

  @Test
  void aTokenThatTheApiRefusesIsReplacedOnceAndOnlyOnce() {
    tokens.now();
    after(1);
    long began = now;
    after(1);
    assertThat(tokens.refused(began)).isTrue();
    assertThat(tokens.refused(began)).as("another lane, before the next is there").isTrue();
    assertThat(tokens.now()).isEqualTo(token(2));
    assertThat(tokens.refused(began)).as("a call that began with the former one").isTrue();
    assertThat(tokens.now()).as("is no word about the new one").isEqualTo(token(2));
    after(1);
    assertThat(tokens.refused(now))
        .as("the new one is refused as well: it isn't the token")
        .isFalse();
    assertThat(tokens.now()).isEqualTo(token(2));
    after(80);
    tokens.now();
    behind.remove().run();
    after(1);
    assertThat(tokens.refused(now)).as("of one that was renewed in its time").isTrue();
    assertThat(tokens.now()).isInstanceOf(Found.Token.class);
    assertThat(tokens.refused(now)).isFalse();
    after(61);
    assertThat(tokens.refused(now)).as("it was good for a while, and is revoked").isTrue();
    assertThat(tokens.now()).isEqualTo(token(5));
  }

  @Test
  void allWhoWaitShareOneQuestion() throws Exception {
    var goOn = new CountDownLatch(1);
    var shared =
        new AccessTokens(
            () -> {
              asked.incrementAndGet();
              try {
                goOn.await();
              } catch (InterruptedException e) {
                return new Answer.Cut();
              }
              return new Answer.Granted("one", life);
            },
            Runnable::run,
            () -> 0,
            System::nanoTime);
    try (var lanes = Executors.newVirtualThreadPerTaskExecutor()) {
      var found = new ArrayList<Future<Found>>();
      for (int i = 0; i < 64; i++) {
        found.add(lanes.submit(shared::now));
      }
      goOn.countDown();
      for (Future<Found> one : found) {
        assertThat(one.get()).isEqualTo(new Found.Token("one"));
      }
    }
    assertThat(asked).hasValue(1);
  }

  @Test
  void whoIsCutLeavesNoFailureBehind() {
    instead = new Answer.Cut();
    assertThat(tokens.now()).isInstanceOf(Found.Missing.class);
    instead = null;
    assertThat(tokens.now()).isEqualTo(token(2));
  }
}
