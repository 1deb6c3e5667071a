package dev.kafkaapibridge.sandbox;

import dev.kafkaapibridge.sandbox.api.SwitchboardApi;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How a sandbox is set up.
 *
 * @param root of the project, where the jars, scripts and examples are
 * @param home whether Kubernetes is brought up here, or is the user's own
 * @param host by which pods of the user's own cluster reach this machine; none: 127.0.0.1
 * @param memory what the API remembers of each call
 * @param progress is told what takes time, line by line
 * @param programs that pods run here besides the runtime: by image, what follows {@code java} and
 *     its options for memory
 */
public record SandboxOptions(
    Path root,
    Home home,
    @Nullable String host,
    SwitchboardApi.Memory memory,
    Consumer<String> progress,
    Map<String, List<String>> programs) {

  public enum Home {
    /** A control plane of its own, and pods as local processes. */
    Here,
    /** The cluster of the current kubectl context; broker, API and operator run here. */
    CurrentContext
  }

  /** For tests: Kubernetes here, everything remembered, progress on stderr. */
  public static SandboxOptions forTests() {
    return new SandboxOptions(
        projectRoot(),
        Home.Here,
        null,
        SwitchboardApi.Memory.Everything,
        System.err::println,
        Map.of());
  }

  /** The root of the project: system property {@code kab.root}, else the working directory. */
  public static Path projectRoot() {
    Path root = Path.of(System.getProperty("kab.root", "")).toAbsolutePath().normalize();
    if (!Files.isDirectory(root.resolve("examples"))) {
      throw new IllegalStateException(
          root
              + " is not the root of the project. Start with scripts/demo, or set -Dkab.root=DIR.");
    }
    return root;
  }

  /** A program of the project's, as the build has left it. */
  Path jar(String module) {
    Path jar = root.resolve(module).resolve("target").resolve(module + ".jar");
    if (!Files.exists(jar)) {
      throw new IllegalStateException(
          jar + " is not there. Build it: scripts/mvn -q package -DskipTests");
    }
    return jar;
  }
}
