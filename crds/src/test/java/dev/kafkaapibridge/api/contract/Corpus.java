package dev.kafkaapibridge.api.contract;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Files that say what a KafkaApiBridge is and what isn't one. The same files are held against the
 * validator and against a real API server, so that the two can't drift apart.
 *
 * <p>A refused file begins with comments: {@code # field:} is where the fault is, {@code # says:} a
 * part of what kubectl prints. The validator names the same field and says the same, unless {@code
 * # file field:} and {@code # file says:} say what instead.
 */
final class Corpus {

  /** What kubectl and the validator take. */
  static final String ACCEPTED = "accepted";

  /** What both refuse. */
  static final String REFUSED = "refused";

  /** What kubectl takes and the runtime refuses, since its file holds one bridge, written once. */
  static final String FILE_ONLY = "file-only";

  /** The fault is in the file as such, not at a field. */
  static final String THE_FILE = "<file>";

  /** One file. */
  record Case(String name, Path file, String text) {

    static Case at(Path file) {
      try {
        String name = file.getFileName().toString().replaceFirst("\\.yaml$", "");
        return new Case(name, file, Files.readString(file));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    String field() {
      return comment("field").orElseThrow(() -> new AssertionError(file + " has no '# field:'"));
    }

    String validatorField() {
      return comment("file field").orElseGet(this::field);
    }

    String kubectlSays() {
      return comment("says").orElseThrow(() -> new AssertionError(file + " has no '# says:'"));
    }

    String validatorSays() {
      return comment("file says").orElseGet(this::kubectlSays);
    }

    boolean isRefused() {
      return comment("field").isPresent();
    }

    private Optional<String> comment(String key) {
      String start = "# " + key + ": ";
      return text.lines()
          .takeWhile(line -> line.startsWith("#"))
          .filter(line -> line.startsWith(start))
          .map(line -> line.substring(start.length()))
          .findFirst();
    }

    @Override
    public String toString() {
      return name;
    }
  }

  /** A change from one object to another, which is refused if {@code after} says so. */
  record Change(String name, Case before, Case after) {
    @Override
    public String toString() {
      return name;
    }
  }

  private Corpus() {}

  static List<Case> in(String folder) {
    return children(folder).map(Case::at).toList();
  }

  static List<Change> transitions() {
    return transitions("transitions");
  }

  static List<Change> transitions(String in) {
    return children(in)
        .map(folder ->
            new Change(
                folder.getFileName().toString(),
                Case.at(folder.resolve("before.yaml")),
                Case.at(folder.resolve("after.yaml"))))
        .toList();
  }

  static Path folder(String name) {
    try {
      return Path.of(Corpus.class.getResource("/corpus/" + name).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Stream<Path> children(String folder) {
    try (Stream<Path> files = Files.list(folder(folder))) {
      return files.sorted().toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
