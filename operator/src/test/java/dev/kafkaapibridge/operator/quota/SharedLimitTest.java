package dev.kafkaapibridge.operator.quota;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code -Dkab.seed=N} repeats one trial of the model, {@code -Dkab.trials=N} runs so many. */
class SharedLimitTest {

  private static final Terms HUNDRED = new Terms(100, Duration.ofSeconds(1), 0);

  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private SharedLimit limit = new SharedLimit("stripe", now);
  private final Map<String, List<Terms>> pods = new HashMap<>();

  @Test
  void oneAloneHasAllOfIt() {
    limit.takesPart("a", new Wish("stripe", 1, HUNDRED), false);
    assertThat(part("a")).isEqualTo(100);
  }

  @Test
  void aNewcomerWaitsUntilTheOthersPodsAreReplacedAndWhatTheySentIsForgotten() {
    limit.takesPart("a", new Wish("stripe", 1, HUNDRED), false);
    runs("a", part("a"));
    limit.takesPart("b", new Wish("stripe", 1, HUNDRED), false);

    assertThat(why("b"))
        .isEqualTo(
            "No part of the shared limit 'stripe' is free, which is 100 in 1s for 2 bridges: it is when pods of a have been replaced, which hold more than their part");
    assertThat(part("a")).isEqualTo(50);
    runs("a", 100, 50);
    assertThat(part("b")).as("a pod of the old part still runs").isZero();
    runs("a", 50);
    assertThat(part("b")).as("its last calls still count").isZero();
    later(1);
    assertThat(part("b")).isEqualTo(50);
  }

  @Test
  void whatOneLeavesIsDividedOnceItsPodsAreGone() {
    limit.takesPart("a", new Wish("stripe", 1, HUNDRED), false);
    limit.takesPart("b", new Wish("stripe", 1, HUNDRED), false);
    runs("a", part("a"));
    later(1);
    runs("b", part("b"));
    later(5);
    part("a");

    limit.retain(List.of("a"));
    assertThat(part("a")).isEqualTo(50);
    pods.remove("b");
    assertThat(part("a")).as("the last calls of the other count").isEqualTo(50);
    later(1);
    assertThat(part("a")).isEqualTo(100);
  }

  @Test
  void whatIsLeftAloneKeepsItsPartAndTheRestIsDivided() {
    limit.takesPart("a", new Wish("stripe", 1, HUNDRED), false);
    runs("a", part("a"));
    limit.takesPart("a", new Wish("stripe", 1, HUNDRED), true);
    limit.takesPart("b", new Wish("stripe", 1, HUNDRED), false);
    assertThat(part("b")).isZero();
    assertThat(part("a")).isEqualTo(100);
  }

  @Test
  void aProcessThatHasJustBegunLetsNothingGrowAtFirst() {
    runs("a", 50);
    runs("b", 30);
    limit.takesPart("a", new Wish("stripe", 1, HUNDRED), false);
    limit.takesPart("b", new Wish("stripe", 1, HUNDRED), false);
    assertThat(part("a")).isEqualTo(50);
    assertThat(part("b")).as("20 may have been sent with by somebody who is gone").isEqualTo(30);
    later(1);
    assertThat(part("b")).isEqualTo(50);
  }

  @ParameterizedTest
  @CsvSource({
    // requests, burst; burst of each of four
    "200, 0, 0", // strict, and so are its parts
    "200, 40, 10",
    "200, 6, 1",
    "200, 3, 1", // strict parts would be 50 at once each
  })
  void theBurstIsDividedAndNoPartIsWithout(int requests, int burst, int each) {
    var whole = new Terms(requests, Duration.ofSeconds(1), burst);
    for (String bridge : List.of("a", "b", "c", "d")) {
      limit.takesPart(bridge, new Wish("stripe", 1, whole), false);
    }
    later(1);
    for (String bridge : List.of("a", "b", "c", "d")) {
      assertThat(limit.portion(bridge, pods, now))
          .isInstanceOfSatisfying(
              Portion.Part.class,
              part -> {
                assertThat(part.terms().requests()).isEqualTo(requests / 4);
                assertThat(part.terms().burst()).isEqualTo(each);
              });
    }
  }

  @Test
  void theLowestDeclarationCountsForAll() {
    limit.takesPart("a", new Wish("stripe", 1, HUNDRED), false);
    limit.takesPart("b", new Wish("stripe", 1, new Terms(40, Duration.ofSeconds(1), 0)), false);
    assertThat(part("a")).isEqualTo(20);
    later(1);
    assertThat(part("b")).isEqualTo(20);
  }

  /**
   * Whatever comes and goes, what pods may send by any record of the last period fits the limit.
   */
  @Test
  void partsNeverAddUpToMoreThanTheLimit() {
    Long only = Long.getLong("kab.seed");
    long trials = Long.getLong("kab.trials", 2_000);
    LongStream.range(only == null ? 0 : only, only == null ? trials : only + 1)
        .forEach(seed -> new Fleet(seed).run());
  }

  /** Bridges of one limit, whose pods follow what they were granted when they get to it. */
  private static final class Fleet {
    private static final Duration STEP = Duration.ofMillis(400);

    private final long seed;
    private final Random random;
    private final Terms whole;
    private SharedLimit limit;
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");

    /** What stands on the template of each, and on its pods. */
    private final Map<String, Terms> templates = new TreeMap<>();

    private final Map<String, List<Terms>> running = new TreeMap<>();
    private final Map<String, Integer> wanting = new TreeMap<>();

    /** By bridge, the most that it could send with at each moment of the last period. */
    private final List<Map<String, Integer>> recent = new ArrayList<>();

    Fleet(long seed) {
      this.seed = seed;
      this.random = new Random(seed);
      this.whole = new Terms(20 + random.nextInt(200), Duration.ofSeconds(2), random.nextInt(3));
      this.limit = new SharedLimit("l", now);
    }

    void run() {
      int stir = 200;
      for (int step = 0; step < stir + 80; step++) {
        now = now.plus(STEP);
        if (step < stir && random.nextInt(12) == 0) {
          comeOrGo("b" + random.nextInt(5));
        }
        if (step < stir && random.nextInt(60) == 0 && !templates.isEmpty()) {
          limit = new SharedLimit("l", now); // the operator starts anew, and looks at all
          List.copyOf(wanting.keySet()).forEach(this::reconcile);
        }
        for (String bridge : List.copyOf(wanting.keySet())) {
          if (random.nextInt(3) > 0) {
            reconcile(bridge);
          }
        }
        for (String bridge : List.copyOf(running.keySet())) {
          roll(bridge);
        }
        check();
      }
      if (!wanting.isEmpty()) {
        assertThat(templates.values().stream().mapToInt(Terms::requests).sum())
            .as("seed %d: once it is quiet all of it is divided: %s", seed, templates)
            .isEqualTo(whole.requests());
        assertThat(templates.keySet()).isEqualTo(wanting.keySet());
      }
    }

    private void comeOrGo(String bridge) {
      if (wanting.remove(bridge) == null) {
        wanting.put(bridge, 1 + random.nextInt(4));
      } else {
        templates.remove(bridge); // its Deployment is deleted, pods end later
      }
    }

    private void reconcile(String bridge) {
      limit.retain(wanting.keySet());
      limit.takesPart(bridge, new Wish("l", wanting.get(bridge), whole), false);
      if (limit.portion(bridge, written(), now) instanceof Portion.Part part) {
        templates.put(bridge, part.terms());
        running.computeIfAbsent(bridge, b -> new ArrayList<>());
      }
    }

    private Map<String, List<Terms>> written() {
      var written = new HashMap<String, List<Terms>>();
      running.forEach((bridge, pods) -> written.put(bridge, new ArrayList<>(pods)));
      templates.forEach(
          (bridge, terms) -> written.computeIfAbsent(bridge, b -> new ArrayList<>()).add(terms));
      return written;
    }

    private void roll(String bridge) {
      List<Terms> pods = running.get(bridge);
      Terms template = templates.get(bridge);
      if (template != null && !pods.contains(template) && random.nextInt(3) == 0) {
        pods.add(template);
      } else if (random.nextInt(3) == 0) {
        pods.removeIf(pod -> !pod.equals(template));
      }
      if (pods.isEmpty() && template == null) {
        running.remove(bridge);
      }
    }

    private void check() {
      var most = new TreeMap<String, Integer>();
      running.forEach((bridge, pods) ->
          most.put(bridge, pods.stream().mapToInt(Terms::requests).max().orElse(0)));
      recent.add(most);
      if (recent.size() > whole.period().toMillis() / STEP.toMillis()) {
        recent.removeFirst();
      }
      var inAPeriod = new TreeMap<String, Integer>();
      recent.forEach(moment -> moment.forEach((b, part) -> inAPeriod.merge(b, part, Math::max)));
      // A burst of less than one for each is one for each.
      assertThat(templates.values().stream().mapToInt(SharedLimitTest::atOnce).sum())
          .as("seed %d at %s: at once, %s of %s", seed, now, templates, whole)
          .isLessThanOrEqualTo(
              Math.max(atOnce(whole), whole.burst() == 0 ? 0 : whole.burst() + templates.size()));
      assertThat(inAPeriod.values().stream().mapToInt(part -> part).sum())
          .as("seed %d at %s: %s of %s", seed, now, inAPeriod, whole)
          .isLessThanOrEqualTo(whole.requests());
    }
  }

  /** What may go in one moment, after a while in which nothing did. */
  private static int atOnce(Terms terms) {
    return terms.burst() == 0 ? terms.requests() : terms.burst();
  }

  private void later(int seconds) {
    now = now.plusSeconds(seconds);
  }

  private void runs(String bridge, int... parts) {
    pods.put(bridge, java.util.Arrays.stream(parts).mapToObj(HUNDRED::part).toList());
  }

  private int part(String bridge) {
    return limit.portion(bridge, pods, now) instanceof Portion.Part part
        ? part.terms().requests()
        : 0;
  }

  private String why(String bridge) {
    return ((Portion.None) limit.portion(bridge, pods, now)).message();
  }
}
