package dev.kafkaapibridge.operator.bridge.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Each stage of a bridge's life to the letter, {@code life/STAGE/bridge.yaml}. What kubectl prints
 * of it stands beside it ({@code KubectlIT}), and what other tools make of it is asked of the same
 * file ({@code ToolsIT}). {@code -Dgolden.update} writes the files anew, to be read in the diff.
 */
class LifeStageTest {

  private static final Path LIFE = Path.of("src/test/resources/life");

  @ParameterizedTest
  @EnumSource
  void eachStageHasItsStatus(LifeStage stage) throws IOException {
    Path golden = LIFE.resolve(stage.folder()).resolve("bridge.yaml");
    String yaml = Serialization.asYaml(stage.live().object());
    if (System.getProperty("golden.update") != null) {
      Files.createDirectories(golden.getParent());
      Files.writeString(golden, yaml);
    }

    assertThat(yaml).as(golden.toString()).isEqualTo(Files.readString(golden));
  }

  @Test
  void noFolderIsLeftOfAStageThatIsGone() throws IOException {
    try (Stream<Path> folders = Files.list(LIFE)) {
      assertThat(folders.map(folder -> folder.getFileName().toString()))
          .containsExactlyInAnyOrderElementsOf(
              Arrays.stream(LifeStage.values()).map(LifeStage::folder).toList());
    }
  }
}
