package dev.kafkaapibridge.sandbox.node;

import dev.kafkaapibridge.sandbox.Alone;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.testcontainers.DockerClientFactory;

/** The same suite on k3s, where a container engine is. */
@Alone
class K3sIT implements FirstLight {

  @TempDir static Path directory;
  static Installed installed;

  @BeforeAll
  static void install() throws IOException {
    Assumptions.assumeTrue(
        DockerClientFactory.instance().isDockerAvailable(), "no container engine is here");
    installed =
        new Installed(new K3s(Files.createDirectories(directory.resolve("kubernetes"))), directory);
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
