package dev.kafkaapibridge.api.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.api.contract.Corpus.Case;
import dev.kafkaapibridge.api.contract.Corpus.Change;
import dev.kafkaapibridge.api.validation.BridgeFile;
import dev.kafkaapibridge.api.validation.BridgeFile.Reading;
import dev.kafkaapibridge.api.validation.BridgeFile.Reading.Refused;
import dev.kafkaapibridge.api.validation.BridgeFile.Reading.Sound;
import dev.kafkaapibridge.api.validation.Violation;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The validator against the corpus; {@link ApiServerIT} holds the same files to the real one. */
class CorpusTest {

  @ParameterizedTest
  @MethodSource
  void accepted(Case file) {
    assertThat(BridgeFile.read(file.text())).as("%s", file).isInstanceOf(Sound.class);
  }

  @ParameterizedTest
  @MethodSource
  void refused(Case file) {
    assertRefusedAsSaid(BridgeFile.read(file.text()), file);
  }

  @ParameterizedTest
  @MethodSource
  void transition(Change change) {
    var before = (Sound) BridgeFile.read(change.before().text());
    var after = (Sound) BridgeFile.read(change.after().text());

    List<Violation> violations = BridgeFile.change(before.tree(), after.tree());

    if (change.after().isRefused()) {
      assertNamed(violations, change.after());
    } else {
      assertThat(violations).isEmpty();
    }
  }

  /** Fewer would mean that files are not found, or that somebody thinned them out. */
  @Test
  void thereAreMoreThanSixtyBrokenFilesBesidesTheRules() {
    assertThat(Corpus.in(Corpus.REFUSED))
        .filteredOn(file -> !file.name().startsWith("rule-"))
        .hasSizeGreaterThan(60);
  }

  static List<Case> accepted() {
    return Corpus.in(Corpus.ACCEPTED);
  }

  static Stream<Case> refused() {
    return Stream.of(Corpus.REFUSED, Corpus.FILE_ONLY)
        .flatMap(folder -> Corpus.in(folder).stream());
  }

  static List<Change> transition() {
    return Corpus.transitions();
  }

  private static void assertRefusedAsSaid(Reading reading, Case file) {
    assertThat(reading).as("%s", file).isInstanceOf(Refused.class);
    assertNamed(((Refused) reading).violations(), file);
  }

  private static void assertNamed(List<Violation> violations, Case file) {
    assertThat(violations)
        .as("%s", file)
        .anySatisfy(violation -> {
          assertThat(violation.field()).isEqualTo(file.validatorField());
          assertThat(violation.message()).contains(file.validatorSays());
        });
  }
}
