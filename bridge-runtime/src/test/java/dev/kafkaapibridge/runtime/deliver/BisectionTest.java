package dev.kafkaapibridge.runtime.deliver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.runtime.Seeds;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BisectionTest {

  private final List<Integer> refused = new ArrayList<>();
  private final List<Integer> accepted = new ArrayList<>();

  @Test
  void oneCulpritCostsTwoLogNPlusTwoRequestsWhereverItStands() {
    for (int n = 1; n <= 130; n++) {
      for (int culprit = 0; culprit < n; culprit++) {
        int requests = run(n, Set.of(culprit));
        assertThat(requests)
            .as("%d of %d", culprit, n)
            .isLessThanOrEqualTo((int) Math.floor(2 * Math.log(n) / Math.log(2) + 2));
        assertThat(refused).containsExactly(culprit);
        assertThat(accepted).hasSize(n - 1).isSorted();
      }
    }
  }

  @Test
  void exactlyTheCulpritsAreFoundInOrder() {
    Seeds.each(
        300,
        random -> {
          int n = random.nextInt(1, 200);
          Set<Integer> culprits =
              random.ints(random.nextInt(0, n + 1), 0, n).boxed().collect(Collectors.toSet());

          int requests = run(n, culprits);

          assertThat(refused).containsExactlyElementsOf(new TreeSet<>(culprits));
          assertThat(accepted).hasSize(n - culprits.size()).isSorted();
          assertThat(requests).isLessThanOrEqualTo(2 * n);
        });
  }

  @Test
  void allCulpritsCostNoMoreThanTwoRequestsEach() {
    assertThat(run(100, IntStream.range(0, 100).boxed().collect(Collectors.toSet())))
        .isLessThan(200);
    assertThat(refused).hasSize(100).isSorted();
  }

  /** Returns how many requests were sent. */
  private int run(int n, Set<Integer> culprits) {
    refused.clear();
    accepted.clear();
    int requests = 0;
    var parts =
        new Bisection<Integer, String>(IntStream.range(0, n).boxed().toList(), "", same -> same);
    for (var part = parts.next(); part != null; part = parts.next()) {
      requests++;
      if (part.members().stream().noneMatch(culprits::contains)) {
        accepted.addAll(part.members());
        parts.ended(true);
      } else if (part.members().size() == 1) {
        refused.addAll(part.members());
        parts.ended(false);
      } else {
        parts.split(true);
      }
    }
    return requests;
  }
}
