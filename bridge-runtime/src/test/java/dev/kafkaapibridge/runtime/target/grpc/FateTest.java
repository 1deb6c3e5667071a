package dev.kafkaapibridge.runtime.target.grpc;

import static dev.kafkaapibridge.api.v1alpha1.StreamSpec.Acknowledgement.PerResponse;
import static dev.kafkaapibridge.api.v1alpha1.StreamSpec.Acknowledgement.StreamClose;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.api.v1alpha1.StreamSpec.Acknowledgement;
import dev.kafkaapibridge.runtime.Seeds;
import dev.kafkaapibridge.runtime.target.Verdict;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FateTest {

  private static final Map<String, Verdict> ENDS =
      Map.of(
          "accepted", new Verdict.Accepted("OK"),
          "accepted by a rule", new Verdict.Accepted("ALREADY_EXISTS"),
          "refused", new Verdict.RecordRefused("INVALID_ARGUMENT", "Refused", "bad"),
          "failed", new Verdict.TargetFailed("UNAVAILABLE", "ServerError", "down"),
          "limited", new Verdict.RateLimited("RESOURCE_EXHAUSTED", null),
          "forbidden", new Verdict.TargetMisconfigured("UNAUTHENTICATED", "X", "who?"),
          "not looked at", new Verdict.Again("-", Verdict.Again.Why.NotLookedAt),
          "cut", new Verdict.Cut("-"));

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          StreamClose | accepted           | 64 | false | Accepted, any
          StreamClose | accepted by a rule | 64 | false | Accepted, any
          StreamClose | refused            | 64 | false | Again, 32
          StreamClose | refused            |  2 | false | Again, 1
          StreamClose | refused            |  1 | true  | RecordRefused, any
          StreamClose | failed             | 64 | false | TargetFailed, 8
          StreamClose | failed             |  3 | true  | TargetFailed, 1
          StreamClose | failed             |  1 | true  | TargetFailed, any
          StreamClose | limited            | 64 | false | RateLimited, any
          StreamClose | forbidden          | 64 | false | TargetMisconfigured, any
          StreamClose | not looked at      | 64 | false | Again, any
          StreamClose | cut                | 64 | false | Cut, any
          PerResponse | accepted           |  5 | true  | Again, any
          PerResponse | accepted           |  1 | true  | Again, any
          PerResponse | accepted by a rule |  1 | true  | Accepted, any
          PerResponse | accepted by a rule |  2 | true  | Again, any
          PerResponse | refused            |  5 | true  | Again, 4
          PerResponse | refused            |  1 | true  | RecordRefused, any
          PerResponse | failed             |  5 | true  | TargetFailed, any
          PerResponse | failed             |  5 | false | Again, any
          PerResponse | limited            |  5 | false | RateLimited, any
          PerResponse | forbidden          |  5 | false | TargetMisconfigured, any
          """)
  void whatTheEndOfAStreamMeans(
      Acknowledgement acknowledgement, String end, int left, boolean blamed, String fate) {
    Fate its = Fate.atEnd(acknowledgement, ENDS.get(end), left, blamed);
    assertThat(
            its.verdict().getClass().getSimpleName()
                + ", "
                + (its.company() == Fate.ANY ? "any" : its.company()))
        .isEqualTo(fate);
  }

  /**
   * Any records, any few of them bad, streams that are refused for a bad one after any prefix of
   * answers: in the end exactly the bad ones are refused, each once, and all others accepted, after
   * few sends.
   */
  @Test
  void exactlyTheBadRecordsAreRefusedWhateverTheAnswersBefore() {
    Seeds.each(2_000, FateTest::trial);
  }

  private static void trial(RandomGenerator random) {
    Acknowledgement acknowledgement = random.nextBoolean() ? PerResponse : StreamClose;
    int records = random.nextInt(1, 200);
    Set<Integer> bad = new HashSet<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      bad.add(random.nextInt(records));
    }
    Map<Integer, Integer> waiting = new HashMap<>(); // record: its company
    for (int i = 0; i < records; i++) {
      waiting.put(i, Fate.ANY);
    }
    Set<Integer> refused = new HashSet<>();
    int sends = 0;
    while (!waiting.isEmpty()) {
      List<Integer> stream = stream(waiting, random);
      sends += stream.size();
      boolean isBad = stream.stream().anyMatch(bad::contains);
      int answered =
          acknowledgement == StreamClose || !isBad
              ? 0
              : random.nextInt(1 + (int) stream.stream().takeWhile(r -> !bad.contains(r)).count());
      stream.subList(0, answered).forEach(waiting::remove);
      List<Integer> left = stream.subList(answered, stream.size());
      if (!isBad) {
        left.forEach(waiting::remove);
        continue;
      }
      for (int i = 0; i < left.size(); i++) {
        int record = left.get(i);
        Fate fate = Fate.atEnd(acknowledgement, ENDS.get("refused"), left.size(), i == 0);
        if (fate.verdict() instanceof Verdict.RecordRefused) {
          assertThat(refused.add(record)).isTrue();
          waiting.remove(record);
        } else {
          assertThat(fate.verdict()).isInstanceOf(Verdict.Again.class);
          assertThat(fate.company()).as("it comes to an end").isLessThan(left.size());
          waiting.merge(record, fate.company(), Math::min);
        }
      }
    }
    assertThat(refused).isEqualTo(bad);
    assertThat(sends).isLessThanOrEqualTo(records * 9);
  }

  /** Some that wait, of the company of one of them. */
  private static List<Integer> stream(Map<Integer, Integer> waiting, RandomGenerator random) {
    int company = waiting.values().stream().skip(random.nextInt(waiting.size())).findFirst().get();
    var some =
        new ArrayList<>(
            waiting.entrySet().stream()
                .filter(e -> e.getValue() == company)
                .map(Map.Entry::getKey)
                .toList());
    Collections.shuffle(some, Random.from(random));
    return some.subList(0, Math.min(some.size(), Math.min(company, random.nextInt(1, 65))));
  }
}
