package dev.kafkaapibridge.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * A promise without a test isn't one: each numbered sentence of docs/guarantees.md names tests, and
 * they exist.
 */
class GuaranteesTest {

  private static final Path ROOT = SandboxOptions.projectRoot();
  private static final Pattern TEST =
      Pattern.compile("`([A-Za-z0-9]+(?:Test|IT))(?:\\.([A-Za-z0-9]+))?`");

  @Test
  void everyPromiseNamesTestsThatExist() throws IOException {
    String text = Files.readString(ROOT.resolve("docs/guarantees.md"));
    List<String> promises = Stream.of(text.split("(?m)^(?=\\d+\\. )")).skip(1).toList();

    assertThat(promises).hasSizeGreaterThan(10);
    for (String promise : promises) {
      var tests = TEST.matcher(promise).results().toList();
      assertThat(tests).as("a test for: %s", promise.lines().findFirst().orElse("")).isNotEmpty();
      for (var test : tests) {
        String source = source(test.group(1));
        assertThat(source).as("%s exists", test.group()).isNotEmpty();
        if (test.group(2) != null) {
          assertThat(source).as("%s exists", test.group()).contains("void " + test.group(2) + "(");
        }
      }
    }
  }

  private static String source(String testClass) throws IOException {
    try (Stream<Path> files = Files.walk(ROOT, 14)) {
      for (Path file :
          files.filter(f -> f.getFileName().toString().equals(testClass + ".java")).toList()) {
        return Files.readString(file);
      }
    }
    return "";
  }
}
