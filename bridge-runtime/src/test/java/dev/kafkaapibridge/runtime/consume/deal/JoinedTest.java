package dev.kafkaapibridge.runtime.consume.deal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.runtime.consume.deal.Joined.Member;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class JoinedTest {

  private static final TopicPartition P = new TopicPartition("orders", 0);

  @Test
  void whoClaimsAloneOwnsInWhateverGeneration() {
    assertThat(new Joined(List.of(claims("b", 3), silent("a", 9)), Map.of()).owner(P)).isEqualTo(1);
  }

  @Test
  void nobodyOwnsWhatNobodyClaims() {
    var joined = new Joined(List.of(silent("a", 9)), Map.of());

    assertThat(joined.owner(P)).isNegative();
    assertThat(joined.isDisputed(P)).isFalse();
  }

  @Test
  void ofTwoTheLaterGenerationOwns() {
    assertThat(new Joined(List.of(claims("a", 4), claims("b", 5)), Map.of()).owner(P)).isEqualTo(1);
    assertThat(new Joined(List.of(claims("a", 5), claims("b", 4)), Map.of()).owner(P)).isEqualTo(0);
    assertThat(new Joined(List.of(claims("a", -1), claims("b", 0)), Map.of()).owner(P))
        .isEqualTo(1);
  }

  @Test
  void ofTwoOfOneGenerationNeitherOwns() {
    var joined = new Joined(List.of(claims("a", 5), claims("b", 5)), Map.of());

    assertThat(joined.isDisputed(P)).isTrue();
    assertThat(joined.owner(P)).isNegative();
  }

  @Test
  void aLaterGenerationEndsADisputeAndAnEarlierBeginsNone() {
    for (var members :
        List.of(
            List.of(claims("a", 5), claims("b", 5), claims("c", 6)),
            List.of(claims("a", 4), claims("b", 5), claims("c", 6), claims("d", 4)),
            List.of(claims("x", 6), claims("a", 5), claims("b", 5)))) {
      var joined = new Joined(members, Map.of());
      assertThat(joined.isDisputed(P)).isFalse();
      assertThat(joined.members().get(joined.owner(P)).generation()).isEqualTo(6);
    }
  }

  @Test
  void whoSaysTheSameTwiceDisputesNothing() {
    var twice = new Member("a", List.of(P, P), 1, Map.of());

    assertThat(new Joined(List.of(twice), Map.of()).owner(P)).isZero();
  }

  @Test
  void theOwnersWordCountsBeforeOthersGreaterOnes() {
    Brings his = new Brings(1, 0);
    var owner = new Member("b", List.of(P), 1, Map.of(P, his));
    var former = new Member("a", List.of(), 1, Map.of(P, new Brings(50, 0)));

    assertThat(new Joined(List.of(owner, former), Map.of()).known(P)).isEqualTo(his);
  }

  @Test
  void whereTheOwnerKnowsNothingOrThereIsNoneTheGreatestWordCounts() {
    var less = new Member("a", List.of(), 1, Map.of(P, new Brings(50, 0)));
    var more = new Member("b", List.of(), 1, Map.of(P, new Brings(1, 12_000)));

    assertThat(new Joined(List.of(less, more), Map.of()).known(P)).isEqualTo(new Brings(1, 12_000));
    assertThat(new Joined(List.of(less, more, claims("c", 1)), Map.of()).known(P))
        .isEqualTo(new Brings(1, 12_000));
    assertThat(new Joined(List.of(silent("c", 1)), Map.of()).known(P)).isNull();
  }

  private static Member claims(String name, int generation) {
    return new Member(name, List.of(P), generation, Map.of());
  }

  private static Member silent(String name, int generation) {
    return new Member(name, List.of(), generation, Map.of());
  }
}
