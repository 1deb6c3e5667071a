package dev.kafkaapibridge.runtime.consume.deal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class LoadsTest {

  private static final TopicPartition P = new TopicPartition("orders", 0);
  private static final Set<String> ORDERS = Set.of("orders");

  private long now = 5_000_000_000L;
  private final Loads loads = new Loads(() -> now);

  @Test
  void aLoadIsWhatComesInAndABacklogInTwoMinutes() {
    assertThat(new Brings(10, 240).load()).isEqualTo(12);
  }

  @Test
  void whatComesInIsKnownFromTheSecondLookOn() {
    look(1_000, 40);
    assertThat(loads.known(ORDERS)).isEmpty();

    pass(2);
    look(1_200, 50);
    assertThat(loads.known(ORDERS)).containsExactly(Map.entry(P, new Brings(100, 50)));
  }

  @Test
  void whatIsReadNoMoreIsKnownForAMinute() {
    look(1_000, 0);
    pass(2);
    look(1_200, 0);

    for (int i = 0; i < 30; i++) {
      pass(2);
      loads.seen(Map.of());
      assertThat(loads.known(ORDERS)).containsKey(P);
    }
    pass(2);
    look(1_200, 0);
    assertThat(loads.known(ORDERS)).as("a first look again").isEmpty();
  }

  @Test
  void theWordOfOthersCountsUntilItWasSeenForLong() {
    loads.learn(Map.of(P, new Brings(100, 7_000)));
    assertThat(loads.known(ORDERS)).containsEntry(P, new Brings(100, 7_000));

    look(1_000, 5);
    assertThat(loads.known(ORDERS)).containsEntry(P, new Brings(100, 5));
    for (int i = 1; i <= 100; i++) {
      pass(2);
      look(1_000 + i * 40L, 0);
      double rate = loads.known(ORDERS).getOrDefault(P, new Brings(0, 0)).perSecond();
      if (i == 1) {
        assertThat(rate).isBetween(90d, 100d);
      }
      if (i == 100) {
        assertThat(rate).isCloseTo(20, within(1d));
      }
    }
  }

  @Test
  void whatWasSeenHereIsNotOverwritten() {
    look(1_000, 0);
    loads.learn(Map.of(P, new Brings(3, 3)));
    assertThat(loads.known(ORDERS)).as("one look says nothing").containsEntry(P, new Brings(3, 3));
    look(1_000, 0);
    pass(2);
    look(1_200, 0);
    Map<TopicPartition, Brings> seen = loads.known(ORDERS);

    loads.learn(Map.of(P, new Brings(999, 999)));
    assertThat(loads.known(ORDERS)).isEqualTo(seen);
  }

  @Test
  void topicsThatTheGroupDoesNotReadAreLeftOut() {
    loads.learn(Map.of(P, new Brings(1, 1), new TopicPartition("other", 0), new Brings(1, 1)));

    assertThat(loads.known(ORDERS)).containsOnlyKeys(P);
  }

  private void look(long end, long backlog) {
    loads.seen(Map.of(P, new Loads.Look(end, backlog)));
  }

  private void pass(int seconds) {
    now += seconds * 1_000_000_000L;
  }
}
