package dev.kafkaapibridge.sandbox.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.sandbox.process.Folders;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFolderTest {

  @TempDir Path directory;

  @Test
  void theFilesAreThoseOfTheLastWrite() throws IOException {
    Path path = directory.resolve("refs");
    var folder = new AtomicFolder(path);

    assertThat(folder.write(Map.of("a", bytes("1"), "secret/token/value", bytes("x")))).isTrue();
    assertThat(folder.write(Map.of("a", bytes("1"), "secret/token/value", bytes("x")))).isFalse();
    assertThat(folder.write(Map.of("b", bytes("2"), "secret/token/value", bytes("y")))).isTrue();

    assertThat(Files.readString(path.resolve("secret/token/value"))).isEqualTo("y");
    try (Stream<Path> seen = Files.list(path)) {
      assertThat(seen.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("..data", "..generation-2", "b", "secret");
    }
  }

  @Test
  void anEmptyFolderIsThere() {
    new AtomicFolder(directory.resolve("tmp")).write(Map.of());

    assertThat(directory.resolve("tmp")).isDirectory();
  }

  @Test
  void deletionFollowsNoLinks() throws IOException {
    Path kept = Files.writeString(directory.resolve("kept"), "x");
    Path folder = Files.createDirectory(directory.resolve("folder"));
    Files.createSymbolicLink(folder.resolve("link"), kept);

    Folders.delete(folder);

    assertThat(folder).doesNotExist();
    assertThat(kept).exists();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
