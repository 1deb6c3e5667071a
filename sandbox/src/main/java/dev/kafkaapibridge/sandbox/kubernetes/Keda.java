package dev.kafkaapibridge.sandbox.kubernetes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;

/**
 * KEDA beside a {@link ControlPlane}, the real one, which ends with it. {@code
 * scripts/kubernetes/keda} does the work; it builds nothing unless somebody asks it to.
 */
public final class Keda {

  private static final String SCRIPT = "scripts/kubernetes/keda";

  private Keda() {}

  /** Whether its programs were built on this machine. */
  public static boolean isBuilt(Path root) {
    return run(root, "where") == 0;
  }

  /**
   * Starts it, and returns when the autoscaler can ask it for metrics.
   *
   * @param controlPlane the folder of a control plane that is up
   */
  public static void start(Path root, Path controlPlane) {
    int code = run(root, controlPlane.toString());
    if (code != 0) {
      throw new IllegalStateException("KEDA could not be started; exit code " + code);
    }
  }

  private static int run(Path root, String argument) {
    var command = List.of(root.resolve(SCRIPT).toString(), argument);
    try {
      return new ProcessBuilder(command)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .redirectError(ProcessBuilder.Redirect.INHERIT)
          .start()
          .waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot run " + SCRIPT, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while KEDA was started", e);
    }
  }
}
