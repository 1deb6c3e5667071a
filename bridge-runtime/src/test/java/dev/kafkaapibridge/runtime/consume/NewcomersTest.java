package dev.kafkaapibridge.runtime.consume;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class NewcomersTest {

  private static final TopicPartition A = new TopicPartition("orders", 0);
  private static final TopicPartition B = new TopicPartition("orders", 1);
  private static final TopicPartition C = new TopicPartition("orders", 2);

  private final Newcomers newcomers = new Newcomers();
  private long now;

  @Test
  void allAreAskedForAtOnceAndWhereThatFailsOneAfterTheOther() {
    newcomers.come(List.of(A, B, C), now);
    assertThat(newcomers.next()).containsExactlyInAnyOrder(A, B, C);
    newcomers.failed(newcomers.next(), false, now);
    var owned = new HashSet<TopicPartition>();
    while (newcomers.areAskedFor(now)) {
      List<TopicPartition> asked = newcomers.next();
      assertThat(asked).hasSize(1);
      if (asked.contains(B)) {
        newcomers.failed(asked, true, now);
        now += Newcomers.SOON.toNanos();
      } else {
        newcomers.gone(asked);
        owned.addAll(asked);
      }
      if (owned.size() == 2) {
        break;
      }
    }
    assertThat(owned).containsExactlyInAnyOrder(A, C);
    assertThat(newcomers.all()).containsExactly(B);
  }

  @Test
  void thoseThatStayUnknownAreAskedForInTurnEverMoreRarelyWhileOthersAreRead() {
    newcomers.come(List.of(A, B), now);
    var turns = new ArrayList<TopicPartition>();
    var pauses = new ArrayList<Duration>();
    newcomers.failed(newcomers.next(), true, now);
    for (int i = 0; i < 8; i++) {
      long asked = now;
      List<TopicPartition> next = newcomers.next();
      turns.addAll(next);
      newcomers.failed(next, true, now);
      while (!newcomers.areAskedFor(now)) {
        now += Duration.ofMillis(500).toNanos();
      }
      pauses.add(Duration.ofNanos(now - asked));
    }
    assertThat(List.copyOf(turns.subList(2, 6))).isIn(List.of(A, B, A, B), List.of(B, A, B, A));
    assertThat(pauses).startsWith(Newcomers.SOON).endsWith(Newcomers.LATER).isSorted();
  }

  @Test
  void whereNothingElseIsReadTheyAreAskedForEachSecond() {
    newcomers.come(List.of(A), now);
    for (int i = 0; i < 9; i++) {
      newcomers.failed(newcomers.next(), false, now);
      assertThat(newcomers.areAskedFor(now)).as("the first time at once").isEqualTo(i == 0);
      now += Newcomers.SOON.toNanos();
      assertThat(newcomers.areAskedFor(now)).isTrue();
    }
  }

  @Test
  void whoComesLaterIsAskedForFirstAndNotWithThoseThatStayUnknown() {
    newcomers.come(List.of(A), now);
    for (int i = 0; i < 5; i++) {
      newcomers.failed(newcomers.next(), true, now);
    }
    assertThat(newcomers.areAskedFor(now)).isFalse();

    newcomers.come(List.of(B, C), now);

    assertThat(newcomers.areAskedFor(now)).isTrue();
    assertThat(newcomers.next()).containsExactly(B, C);
    newcomers.gone(List.of(A, B, C));
    assertThat(newcomers.areAskedFor(Long.MAX_VALUE / 2)).isFalse();
  }
}
