package dev.kafkaapibridge.runtime.quota;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.runtime.Seeds;
import java.util.List;
import org.junit.jupiter.api.Test;

class PlanTest {

  @Test
  void sharesAddUpToTheLimitAndNoneIsLessThanACall() {
    Seeds.each(
        5_000,
        random -> {
          var limit =
              new RateLimit(
                  1 + random.nextInt(500),
                  100_000 + random.nextInt(10_000_000),
                  random.nextInt(200),
                  false);
          int partitions = 1 + random.nextInt(300);
          switch (Plan.of(limit, partitions)) {
            case Plan.Windows windows -> {
              long sum = 0;
              for (int i = 0; i < partitions; i++) {
                assertThat(windows.most(i)).isPositive();
                sum += windows.most(i);
              }
              assertThat(sum).isEqualTo(limit.requests());
              assertThat(windows.most(-1) * partitions).isLessThanOrEqualTo(limit.requests());
            }
            case Plan.Buckets(var rate, var size) -> {
              assertThat(size).isGreaterThanOrEqualTo(1);
              assertThat(size * partitions).isLessThanOrEqualTo(limit.burst() + 1e-6);
              assertThat(rate * partitions).isLessThanOrEqualTo(limit.rate() * (1 + 1e-9));
            }
            case Plan.Calls calls -> {
              assertThat(calls.length()).isPositive();
              assertThat(calls.cycle()).isEqualTo(calls.spacing() * partitions);
            }
            case Plan.Groups groups -> {
              assertThat(groups.size()).isGreaterThanOrEqualTo(1);
              assertThat(groups.length()).isLessThan(groups.spacing());
            }
          }
        });
  }

  @Test
  void smallLimitsAreSharedByTurns() {
    assertThat(Plan.of(new RateLimit(5, 1_000_000, 0, false), 12)).isInstanceOf(Plan.Calls.class);
    assertThat(Plan.of(new RateLimit(200, 1_000_000, 50, false), 100))
        .isInstanceOf(Plan.Calls.class);
    assertThat(Plan.of(new RateLimit(5_000, 1_000_000, 50, false), 100))
        .isInstanceOf(Plan.Groups.class);
    assertThat(Plan.of(new RateLimit(200, 1_000_000, 50, false), 12))
        .isInstanceOf(Plan.Buckets.class);
  }

  @Test
  void statesComeBackAsTheyWereWritten() {
    for (ShareState state :
        List.of(
            new ShareState.Fresh(),
            new ShareState.Unknown(),
            new ShareState.Level(1_764_000_000_000_000L, 4.125),
            new ShareState.Used(
                1_764_000_000_000_000L,
                2,
                List.of(
                    new ShareState.Calls(1_763_999_000_000_000L, 7),
                    new ShareState.Calls(1_764_000_000_000_000L, 1))))) {
      assertThat(ShareState.decode(ShareState.encode(state, 12)))
          .isEqualTo(new ShareState.Read(state, 12));
    }
  }

  @Test
  void damagedSectionsAreNoneAndUnknownKindsAreUnknown() {
    assertThat(ShareState.decode(null)).isNull();
    assertThat(ShareState.decode("")).isNull();
    assertThat(ShareState.decode("!")).isNull();
    assertThat(ShareState.decode("CQw"))
        .isEqualTo(new ShareState.Read(new ShareState.Unknown(), 12));
    Seeds.each(
        20_000,
        random -> {
          var bytes = new byte[random.nextInt(40)];
          random.nextBytes(bytes);
          var ignored =
              ShareState.decode(
                  java.util.Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
        });
  }
}
