package dev.kafkaapibridge.sandbox.node;

import dev.kafkaapibridge.sandbox.Alone;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/**
 * On the project's own node. {@code -Dkab.node=required} is what {@code scripts/test} passes where
 * one can run; elsewhere this is skipped, loudly.
 */
@Alone
class RealNodeIT implements FirstLight {

  @TempDir static Path directory;
  static Installed installed;

  @BeforeAll
  static void install() throws IOException {
    boolean required = "required".equals(System.getProperty("kab.node"));
    if (!required) {
      System.err.println(
          "\n*** NOT RUN: the end-to-end test on a real node. scripts/test runs it where it is root on Linux. ***\n");
    }
    Assumptions.assumeTrue(required, "a real node was not asked for (-Dkab.node=required)");
    installed =
        new Installed(
            new RealNode(Files.createDirectories(directory.resolve("kubernetes"))), directory);
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
