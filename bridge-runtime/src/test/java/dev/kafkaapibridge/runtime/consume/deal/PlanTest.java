package dev.kafkaapibridge.runtime.consume.deal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.runtime.Seeds;
import dev.kafkaapibridge.runtime.consume.deal.Joined.Member;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class PlanTest {

  private static final List<TopicPartition> FOUR = partitions(4);

  @Test
  void aPartitionThatMovesIsTakenInOneRoundAndGivenInTheNext() {
    var a = new Member("a", FOUR, 3, Map.of());
    var b = new Member("b", List.of(), -1, Map.of());

    var first = new Joined(List.of(a, b), Map.of());
    Plan plan = Plan.NONE.or(FOUR, first);
    List<TopicPartition> kept = given(plan, first, "a");
    assertThat(kept).hasSize(2).isSubsetOf(FOUR);
    assertThat(given(plan, first, "b")).isEmpty();

    var second = new Joined(List.of(new Member("a", kept, 4, Map.of()), b), Map.of());
    assertThat(plan.or(FOUR, second)).isSameAs(plan);
    assertThat(given(plan, second, "a")).isEqualTo(kept);
    assertThat(given(plan, second, "b")).hasSize(2).doesNotContainAnyElementsOf(kept);
  }

  @Test
  void whatTwoBelieveToOwnIsTakenFromBothFirst() {
    var a = new Member("a", FOUR, 3, Map.of());
    var b = new Member("b", List.of(FOUR.getFirst()), 3, Map.of());
    var joined = new Joined(List.of(a, b), Map.of());

    assertThat(all(Plan.NONE.or(FOUR, joined).given(joined))).doesNotContain(FOUR.getFirst());
  }

  @Test
  void whatIsNotThereAnyMoreIsNotGiven() {
    var gone = new TopicPartition("gone", 0);
    var a = new Member("a", List.of(gone, FOUR.getFirst()), 3, Map.of());
    var joined = new Joined(List.of(a), Map.of());

    assertThat(given(Plan.NONE.or(FOUR, joined), joined, "a"))
        .containsExactlyInAnyOrderElementsOf(FOUR);
  }

  @Test
  void whoReadsTheBusyOneReadsFewer() {
    var loads = new HashMap<TopicPartition, Brings>();
    partitions(12).forEach(each -> loads.put(each, new Brings(10, 0)));
    loads.put(new TopicPartition("orders", 5), new Brings(40, 2_400)); // 60 a second
    var a = new Member("a", partitions(12), 3, loads);
    var b = new Member("b", List.of(), -1, Map.of());
    var c = new Member("c", List.of(), -1, Map.of());
    var joined = new Joined(List.of(a, b, c), Map.of());

    Map<Integer, Integer> owners = new HashMap<>();
    Plan plan = Plan.NONE.or(partitions(12), joined);
    plan.owners().values().forEach(owner -> owners.merge(owner, 1, Integer::sum));
    int busy = plan.owners().get(new TopicPartition("orders", 5));
    assertThat(owners.remove(busy)).isLessThanOrEqualTo(2);
    assertThat(owners.values()).hasSize(2).allMatch(count -> count >= 5);
  }

  @Test
  void whatNobodyKnowsCountsAsTheMeanOfTheOthers() {
    var knows = new HashMap<TopicPartition, Brings>();
    for (int i = 0; i < 6; i++) {
      knows.put(new TopicPartition("orders", i), new Brings(1_000, 0));
    }
    var a = new Member("a", partitions(6), 1, knows);
    var b = new Member("b", List.of(), 1, Map.of());
    var joined = new Joined(List.of(a, b), Map.of());

    Plan plan = Plan.NONE.or(partitions(12), joined);
    assertThat(plan.owners().values().stream().filter(owner -> owner == 0)).hasSize(6);
    assertThat(plan.owners().values().stream().filter(owner -> owner == 1)).hasSize(6);
  }

  @Test
  void newsOfWhatIsGivenGoesToWhoDoesNotKnowIt() {
    Brings known = new Brings(3, 4);
    Map<TopicPartition, Brings> knows = new HashMap<>();
    FOUR.forEach(each -> knows.put(each, known));
    var a = new Member("a", FOUR.subList(0, 2), 3, knows);
    var b = new Member("b", FOUR.subList(2, 3), 3, Map.of());
    var joined = new Joined(List.of(a, b), Map.of());

    for (Plan.Given each : Plan.NONE.or(FOUR, joined).given(joined)) {
      if (each.to() == b) {
        assertThat(each.partitions()).hasSize(2);
        assertThat(each.news()).containsOnlyKeys(each.partitions()).containsValue(known);
      } else {
        assertThat(each.news()).isEmpty();
      }
    }
  }

  /**
   * Members come and go, loads change from round to round, some have missed rounds: a partition is
   * never given to one while another has it, and two rounds later all are given out for good.
   */
  @Test
  void nobodyReadsWhatAnotherHasAndARoundLaterNothingMoves() {
    Seeds.each(2_000, PlanTest::live);
  }

  private static void live(RandomGenerator random) {
    List<TopicPartition> all = partitions(1 + random.nextInt(40));
    var plan = Plan.NONE;
    Map<String, Collection<TopicPartition>> owned = new TreeMap<>();
    for (int changes = 0; changes < 6; changes++) {
      owned.keySet().removeIf(member -> random.nextInt(4) == 0);
      for (int i = random.nextInt(3); i > 0 || owned.isEmpty(); i--) {
        owned.put("m" + random.nextInt(1_000_000), List.of());
      }
      if (random.nextInt(5) == 0) {
        all = partitions(all.size() + 1);
      }
      if (random.nextInt(5) == 0) {
        plan = Plan.NONE; // another leads
      }
      for (int round = 1; round <= 3; round++) {
        var joined = new Joined(members(owned, all, random), Map.of());
        plan = plan.or(all, joined);
        List<Plan.Given> given = plan.given(joined);
        assertThat(new HashSet<>(all(given))).as("given once").hasSize(all(given).size());
        boolean moved = false;
        for (Plan.Given each : given) {
          for (var other : owned.entrySet()) {
            if (!other.getKey().equals(each.to().name())) {
              assertThat(Collections.disjoint(each.partitions(), other.getValue())).isTrue();
            }
          }
          moved |= !each.partitions().containsAll(owned.getOrDefault(each.to().name(), Set.of()));
        }
        given.forEach(each -> owned.put(each.to().name(), each.partitions()));
        if (round > 1) {
          assertThat(moved).as("taken away in round %d", round).isFalse();
          assertThat(all(given)).containsExactlyInAnyOrderElementsOf(all);
        }
      }
    }
  }

  private static List<Member> members(
      Map<String, Collection<TopicPartition>> owned,
      List<TopicPartition> all,
      RandomGenerator random) {
    var members = new ArrayList<Member>();
    owned.forEach((name, partitions) -> {
      var knows = new HashMap<TopicPartition, Brings>();
      for (TopicPartition each : all) {
        if (random.nextInt(3) == 0) {
          knows.put(each, new Brings(Math.pow(random.nextDouble(), -1.2), random.nextInt(1_000)));
        }
      }
      members.add(new Member(name, partitions, 1, knows));
    });
    return members;
  }

  private static List<TopicPartition> given(Plan plan, Joined joined, String name) {
    return plan.given(joined).stream()
        .filter(each -> each.to().name().equals(name))
        .findFirst()
        .orElseThrow()
        .partitions();
  }

  private static List<TopicPartition> all(List<Plan.Given> given) {
    return given.stream().flatMap(each -> each.partitions().stream()).toList();
  }

  private static List<TopicPartition> partitions(int count) {
    return IntStream.range(0, count).mapToObj(i -> new TopicPartition("orders", i)).toList();
  }
}
