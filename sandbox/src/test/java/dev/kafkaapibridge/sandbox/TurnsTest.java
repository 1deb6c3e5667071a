package dev.kafkaapibridge.sandbox;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.summingInt;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The long integration tests take turns: {@code scripts/test} runs those of one turn. Which one is
 * said by the class alone, with the seconds that it takes on two cores.
 */
class TurnsTest {

  private static final Path ROOT = SandboxOptions.projectRoot();
  private static final List<String> TURNS = List.of("turn-0", "turn-1", "turn-2", "turn-3");

  /** Each run has them, for they stand for the rest. */
  private static final List<String> IN_EVERY_RUN =
      List.of("RealNodeIT", "ChaosIT", "BridgeIT", "RetryTopicsIT", "KafkaApiBridgeIT");

  private static final Pattern TAG =
      Pattern.compile("(?m)^ *@Tag\\(\"(turn-[^\"]*)\"\\)( // (\\d+) s$)?");

  private record LongTest(String test, String folder, String turn, int seconds) {}

  @Test
  void theTestCommandKnowsEachTurn() throws IOException {
    assertThat(Files.readString(ROOT.resolve("scripts/test")))
        .contains("\nturns=" + TURNS.size() + " ");
    assertThat(longTests()).extracting(LongTest::turn).containsOnlyElementsOf(TURNS);
  }

  @Test
  void eachTurnHasANodeABridgeAndTheOperator() throws IOException {
    for (String turn : TURNS) {
      assertThat(longTests())
          .filteredOn(test -> test.turn.equals(turn))
          .extracting(LongTest::folder)
          .as(turn)
          .contains("node", "bridge", "operator");
    }
  }

  @Test
  void turnsTakeAboutTheSameTime() throws IOException {
    Map<String, Integer> seconds =
        longTests().stream()
            .collect(groupingBy(LongTest::turn, TreeMap::new, summingInt(LongTest::seconds)));
    int mean = seconds.values().stream().mapToInt(i -> i).sum() / TURNS.size();
    assertThat(seconds.values())
        .as("seconds of each turn: %s", seconds)
        .allSatisfy(turn -> assertThat(turn).isBetween(mean * 9 / 10, mean * 11 / 10));
  }

  @Test
  void someAreInEveryRun() throws IOException {
    assertThat(sources()).extracting(TurnsTest::name).containsAll(IN_EVERY_RUN);
    assertThat(longTests()).extracting(LongTest::test).doesNotContainAnyElementsOf(IN_EVERY_RUN);
  }

  private static List<LongTest> longTests() throws IOException {
    return sources().stream().flatMap(TurnsTest::turnsOf).toList();
  }

  private static Stream<LongTest> turnsOf(Path source) {
    try {
      return TAG.matcher(Files.readString(source))
          .results()
          .map(tag -> {
            assertThat(tag.group(3))
                .as("%s of %s: how long", tag.group(1), name(source))
                .isNotNull();
            return new LongTest(
                name(source),
                source.getParent().getFileName().toString(),
                tag.group(1),
                Integer.parseInt(tag.group(3)));
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String name(Path source) {
    return source.getFileName().toString().replace(".java", "");
  }

  private static List<Path> sources() throws IOException {
    try (Stream<Path> operator = Files.walk(ROOT.resolve("operator/src/test/java"));
        Stream<Path> sandbox = Files.walk(ROOT.resolve("sandbox/src/test/java"))) {
      return Stream.concat(operator, sandbox)
          .filter(file -> file.getFileName().toString().endsWith("IT.java"))
          .toList();
    }
  }
}
