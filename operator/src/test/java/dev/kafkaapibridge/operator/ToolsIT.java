package dev.kafkaapibridge.operator;

import dev.kafkaapibridge.operator.cluster.Shell;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/**
 * What kstatus and Argo CD make of a bridge, asked of their own libraries, which are in Go: {@code
 * integrations/test} reads the same golden files as kubectl's test. It needs Go; {@code
 * -Dkab.go=required} fails without it, which {@code scripts/test} passes where it found Go.
 */
class ToolsIT {

  private static final Path TESTS =
      Path.of(System.getProperty("kab.root", ".."), "integrations/test").toAbsolutePath();

  @Test
  void kstatusAndArgoCDSayWhatIsSo() {
    boolean present =
        Stream.of(System.getenv().getOrDefault("PATH", "").split(":"))
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, "go")));
    Assumptions.assumeTrue(
        present || "required".equals(System.getProperty("kab.go")),
        "Go is not on the PATH, so kstatus and Argo CD were not asked");

    Shell.run(
            Map.of(),
            List.of("go", "-C", TESTS.toString(), "test", "-count=1", "-mod=readonly", "./..."))
        .mustSucceed();
  }
}
