package dev.kafkaapibridge.operator.kube;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CleanTextTest {

  @ParameterizedTest
  @CsvSource({
    "plain, plain",
    "'two\nlines', two lines",
    "'  a \t\r\n b  ', a b",
    "'a\u0007b\u001B[31mred', 'a b [31mred'",
    "'a\u202Eb\u200Bc', abc",
    "'a\uD800b', ab",
    "grün 🙂, grün 🙂",
    "'', ''",
  })
  void isOneHarmlessLine(String text, String clean) {
    assertThat(CleanText.of(text, 100)).isEqualTo(clean);
  }

  @ParameterizedTest
  @CsvSource({"abcdef, 6, abcdef", "abcdefg, 6, abcde…", "ab🙂🙂, 5, ab🙂…", "a bcdefgh, 4, a b…"})
  void isCutWhereItIsTooLong(String text, int max, String cut) {
    assertThat(CleanText.of(text, max)).isEqualTo(cut);
  }

  @Test
  void isBoundedAndStaysAsItIsWhateverComes() {
    long seed = System.nanoTime();
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    for (int i = 0; i < 5_000; i++) {
      var text = new StringBuilder();
      random.ints(random.nextInt(60), 0, 0x20000).forEach(text::appendCodePoint);
      int max = 1 + random.nextInt(40);

      String clean = CleanText.of(text.toString(), max);

      assertThat(clean.length()).as("seed %d", seed).isLessThanOrEqualTo(max);
      assertThat(clean.chars()).as("seed %d", seed).noneMatch(Character::isISOControl);
      assertThat(CleanText.of(clean, max)).as("seed %d", seed).isEqualTo(clean);
    }
  }
}
