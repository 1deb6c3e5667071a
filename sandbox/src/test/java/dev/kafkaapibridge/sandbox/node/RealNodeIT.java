package dev.kafkaapibridge.sandbox.node;

import dev.kafkaapibridge.sandbox.Alone;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** On the project's own node. */
@Alone
class RealNodeIT implements FirstLight {

  @TempDir static Path directory;
  static Installed installed;

  @BeforeAll
  static void install() {
    installed = Installed.onRealNode(directory);
  }

  @AfterAll
  static void end() {
    if (installed != null) {
      installed.close();
    }
  }

  @Override
  public Installed installed() {
    return installed;
  }
}
