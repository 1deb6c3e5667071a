package dev.kafkaapibridge.operator.quota;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.operator.quota.Division.Member;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DivisionTest {

  @Test
  void byWeightAndWhatIsLeftOverGoesToTheFirst() {
    assertThat(Division.of(100, List.of(fresh("a", 1), fresh("b", 3))))
        .isEqualTo(Map.of("a", 25, "b", 75));
    assertThat(Division.of(100, List.of(fresh("a", 1), fresh("b", 1), fresh("c", 1))))
        .isEqualTo(Map.of("a", 34, "b", 33, "c", 33));
  }

  @Test
  void aSmallWeightGetsOne() {
    assertThat(Division.of(10, List.of(fresh("a", 1), fresh("b", 1000))))
        .isEqualTo(Map.of("a", 1, "b", 9));
  }

  @Test
  void wholeRequestsForNewcomersOrNone() {
    assertThat(Division.of(2, List.of(fresh("a", 1), fresh("b", 1), fresh("c", 1))))
        .isEqualTo(Map.of("a", 1, "b", 1));
    assertThat(Division.of(2, List.of(fresh("a", 1), runs("z", 1, 2))))
        .isEqualTo(Map.of("a", 1, "z", 1));
    assertThat(Division.of(1, List.of(fresh("a", 1), runs("z", 1, 2)))).isEqualTo(Map.of("z", 1));
  }

  @Test
  void whatIsLeftAloneKeepsItsPart() {
    assertThat(Division.of(100, List.of(fresh("a", 1), new Member("b", 1, 70, true))))
        .isEqualTo(Map.of("a", 30, "b", 70));
    assertThat(Division.of(100, List.of(fresh("a", 1), new Member("b", 1, 100, true))))
        .isEqualTo(Map.of("b", 100));
  }

  @Test
  void allOfItIsDividedAndNoMore() {
    var random = new Random(1);
    for (int trial = 0; trial < 20_000; trial++) {
      int requests = 1 + random.nextInt(random.nextBoolean() ? 8 : 10_000_000);
      var members = new ArrayList<Member>();
      for (int i = 0; i < 1 + random.nextInt(12); i++) {
        members.add(fresh("b" + i, 1 + random.nextInt(1000)));
      }
      Map<String, Integer> parts = Division.of(requests, members);
      assertThat(parts.values().stream().mapToLong(Integer::longValue).sum())
          .as("%d of %s", requests, members)
          .isEqualTo(requests);
      assertThat(parts.values()).allMatch(part -> part >= 1);
      assertThat(parts).hasSize(Math.min(requests, members.size()));
    }
  }

  private static Member fresh(String name, int weight) {
    return new Member(name, weight, 0, false);
  }

  private static Member runs(String name, int weight, int held) {
    return new Member(name, weight, held, false);
  }
}
