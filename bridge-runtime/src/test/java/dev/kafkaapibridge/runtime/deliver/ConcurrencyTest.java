package dev.kafkaapibridge.runtime.deliver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.runtime.Seeds;
import dev.kafkaapibridge.runtime.deliver.Concurrency.Steady;
import dev.kafkaapibridge.runtime.deliver.Concurrency.Trial;
import dev.kafkaapibridge.runtime.deliver.Round.Seen;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class ConcurrencyTest {

  private static final long SECOND = 1_000_000_000;

  private final Concurrency fresh = Concurrency.of(64);

  @Test
  void whateverIsSeenTheNumberStaysWithinItsBoundsAndSomethingCanBeSeenNext() {
    Seeds.each(
        2_000,
        random -> {
          int most = 1 + random.nextInt(random.nextBoolean() ? 4 : 200);
          var concurrency = Concurrency.of(most);
          long now = random.nextLong();
          for (int i = 0; i < 200; i++) {
            now += random.nextLong(20 * SECOND);
            var before = concurrency;
            Seen seen = any(random, concurrency.limit());
            concurrency = concurrency.after(seen, now);

            assertThat(concurrency.limit()).isBetween(1, most);
            assertThat(concurrency.settled()).isBetween(concurrency.limit(), most);
            assertThat(concurrency.look(now).calls()).isBetween(1, 240);
            assertThat(concurrency.look(now).failing()).isBetween(0.0, 0.96);
            assertThat(concurrency.look(now).fewestAtOnce()).isBetween(1, concurrency.limit());
            if (concurrency.limit() > before.limit() && before.phase() instanceof Steady) {
              assertThat(seen.most())
                  .as("only what is used grows")
                  .isGreaterThanOrEqualTo(before.limit());
            }
            if (seen.failed() == 0) {
              assertThat(concurrency.limit()).isGreaterThanOrEqualTo(before.limit());
            }
          }
        });
  }

  private static Seen any(RandomGenerator random, int limit) {
    int calls = 1 + random.nextInt(200);
    int failed = random.nextBoolean() ? 0 : random.nextInt(calls + 1);
    int accepted = random.nextBoolean() ? calls - failed : random.nextInt(calls - failed + 1);
    int most = 1 + random.nextInt(limit);
    return new Seen(calls, accepted, failed, most, random.nextDouble() * most);
  }

  @Test
  void whatWasTooMuchOnceAndIsWellNowIsLeftBehindFasterAndFaster() {
    Growth well = Growth.from(64).between(64, 128, 0).isWell(128);

    assertThat(well.next(128, 1_000)).isEqualTo(129);
    assertThat(well.grown(1_000).next(129, 1_000)).isEqualTo(131);
  }

  @Test
  void aCutIsToWhatWasAcceptedAtOnce() {
    var cut = fresh.after(seen(100, 0.5, 64, 20.3), 0);
    assertThat(cut.limit()).isEqualTo(21);
    assertThat(cut.phase()).isInstanceOf(Trial.class);
    assertThat(cut.settled()).as("nothing is found yet").isEqualTo(64);
  }

  @Test
  void failuresThatGoOnWithFewerGiveTheNumberBackAndAreUsualForAWhile() {
    var given = fresh.after(seen(100, 0.2, 64, 51), 0).after(seen(60, 0.2, 51, 41), SECOND);
    assertThat(given.limit()).isEqualTo(64);
    assertThat(given.after(seen(192, 0.25, 64, 51), 2 * SECOND).phase()).isInstanceOf(Steady.class);
    assertThat(given.after(seen(192, 0.7, 64, 20), 2 * SECOND).phase())
        .as("that is more than usual")
        .isInstanceOf(Trial.class);
    var again = given.after(seen(192, 0.25, 64, 51), 40 * SECOND);
    assertThat(again.phase()).as("tried again, some time").isInstanceOf(Trial.class);
    var twice = again.after(seen(60, 0.2, 51, 41), 41 * SECOND);
    assertThat(twice.after(seen(192, 0.25, 64, 51), 90 * SECOND).phase())
        .as("and later each time")
        .isInstanceOf(Steady.class);
  }

  @Test
  void anOutageIsFollowedByHalfOfThemUntilTheFirstGoodRound() {
    var half = fresh.after(seen(100, 1, 64, 0), 0);
    assertThat(half.limit()).isEqualTo(32);
    assertThat(half.settled()).isEqualTo(64);
    var back = half.after(seen(24, 0, 32, 30), SECOND).after(seen(96, 0, 32, 31), SECOND);
    assertThat(back.limit()).isEqualTo(64);
  }

  @Test
  void aTrialInWhichAllFailHasNoVerdict() {
    var trial = fresh.after(seen(100, 0.5, 64, 20), 0);
    assertThat(trial.after(seen(24, 1, 20, 0), SECOND)).isEqualTo(trial);
  }

  @Test
  void moreIsLookedForByHalvesAndThenItRests() {
    var found = fresh.after(seen(100, 0.5, 64, 12), 0).after(seen(24, 0, 12, 11), SECOND);
    assertThat(found.limit()).isEqualTo(12);
    var grown = found.after(seen(36, 0, 12, 11), SECOND);
    assertThat(grown.limit()).as("as many again").isEqualTo(24);
    var back = grown.after(seen(20, 0.5, 24, 0), SECOND);
    assertThat(back.limit()).as("a step that fails is taken back").isEqualTo(12);
    var between = back.after(seen(24, 0, 12, 11), SECOND).after(seen(36, 0, 12, 11), SECOND);
    assertThat(between.limit()).isEqualTo(18);
    var higher = between.after(seen(54, 0, 18, 17), SECOND);
    assertThat(higher.limit()).isEqualTo(21);
    var near = higher.after(seen(60, 0, 21, 20), SECOND);
    assertThat(near.limit()).isEqualTo(22);
    var rests = near.after(seen(20, 0.3, 22, 0), SECOND).after(seen(40, 0, 21, 20), SECOND);
    assertThat(rests.limit()).isEqualTo(21);
    assertThat(rests.after(seen(60, 0, 21, 20), 10 * SECOND).limit()).as("rests").isEqualTo(21);
    assertThat(rests.after(seen(60, 0, 21, 20), 12 * SECOND).limit()).isEqualTo(22);
  }

  @Test
  void oneCallAtATimeIsTheLeast() {
    var one = Concurrency.of(1);
    assertThat(one.after(seen(20, 0.5, 1, 0.5), 0).limit()).isEqualTo(1);
  }

  private static Seen seen(int calls, double failing, int most, double acceptedAtOnce) {
    int failed = (int) Math.round(calls * failing);
    return new Seen(calls, calls - failed, failed, most, acceptedAtOnce);
  }
}
