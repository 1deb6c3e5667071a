package dev.kafkaapibridge.sandbox.bridge;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * The program in {@code sandbox/src/test/go}, built from the modules that its go.mod and go.sum pin
 * and kept outside the checkout, by the content of its sources. Without Go on the PATH its tests
 * are skipped; {@code -Dkab.go=required} fails instead, which {@code scripts/test} passes where it
 * found Go.
 */
final class GoProgram {

  private static final Path SOURCES =
      Path.of(System.getProperty("kab.root", ".."), "sandbox/src/test/go").toAbsolutePath();

  private GoProgram() {}

  static Path built() {
    Assumptions.assumeTrue(
        "required".equals(System.getProperty("kab.go")) || isGoThere(),
        "Go is not on the PATH, so no server on grpc-go was called");
    try {
      Path folder = Files.createDirectories(cache().resolve("grpc-orders"));
      Path program = folder.resolve(contentOfSources());
      if (!Files.isExecutable(program)) {
        Path fresh = Files.createTempDirectory(folder, ".build").resolve("orders");
        build(fresh);
        Files.move(fresh, program, StandardCopyOption.ATOMIC_MOVE);
        Files.delete(fresh.getParent());
      }
      return program;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isGoThere() {
    return Stream.of(System.getenv().getOrDefault("PATH", "").split(":"))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, "go")));
  }

  private static Path cache() {
    String own = System.getenv("KAB_CACHE");
    String users = System.getenv("XDG_CACHE_HOME");
    if (own != null) {
      return Path.of(own);
    }
    return (users == null ? Path.of(System.getProperty("user.home"), ".cache") : Path.of(users))
        .resolve("kafka-api-bridge");
  }

  private static String contentOfSources() throws IOException {
    try (Stream<Path> files = Files.list(SOURCES)) {
      var digest = MessageDigest.getInstance("SHA-256");
      for (Path file : files.sorted().toList()) {
        digest.update(file.getFileName().toString().getBytes(UTF_8));
        digest.update(Files.readAllBytes(file));
      }
      return HexFormat.of().formatHex(digest.digest(), 0, 12);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void build(Path program) throws IOException {
    var building =
        new ProcessBuilder(
                List.of(
                    "go",
                    "-C",
                    SOURCES.toString(),
                    "build",
                    "-mod=readonly",
                    "-trimpath",
                    "-buildvcs=false",
                    "-o",
                    program.toString(),
                    "."))
            .redirectErrorStream(true);
    building.environment().put("CGO_ENABLED", "0");
    Process go = building.start();
    String said = new String(go.getInputStream().readAllBytes(), UTF_8);
    try {
      if (go.waitFor() != 0) {
        throw new IllegalStateException("go build: " + said);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
