package dev.kafkaapibridge.operator.bridge.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettledTest {

  /**
   * One word each ten seconds, and what is said after each; {@code w} and {@code W} are the same.
   */
  @ParameterizedTest
  @CsvSource({
    // heard, said
    "a a a a a, a a a a a",
    "a b b b b, a a a a b",
    "a b b b a, a a a a a",
    "a b b a b b b b, a a a a a a a b",
    "a b b c c c c, a a a a a a c",
    "a b c b c b c b, a a a a a a a a",
    "a b b b b a a a a, a a a a b b b b a",
    "a A A a, a A A a",
    "a b B b B, a a a a B",
  })
  void changesWhenAnotherWordWasSaidForThirtySeconds(String heard, String said) {
    var start = Instant.parse("2026-11-25T10:00:00Z");
    String[] words = heard.split(" ");
    var settled = Settled.on(words[0]);
    var all = new ArrayList<String>();
    for (int i = 0; i < words.length; i++) {
      settled = settled.hear(words[i], String::equalsIgnoreCase, start.plusSeconds(10L * i));
      all.add(settled.said());
    }

    assertThat(String.join(" ", all)).isEqualTo(said);
  }
}
