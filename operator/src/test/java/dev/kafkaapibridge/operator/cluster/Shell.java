package dev.kafkaapibridge.operator.cluster;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** Runs a command to its end. */
public final class Shell {

  /** What a command printed, and whether it was content. */
  public record Answer(int exitCode, String out, String err) {

    public String mustSucceed() {
      if (exitCode != 0) {
        throw new AssertionError("exit code " + exitCode + "\n" + out + err);
      }
      return out;
    }
  }

  private Shell() {}

  public static Answer run(Map<String, String> environment, List<String> command) {
    return run(environment, command, "");
  }

  public static Answer run(Map<String, String> environment, List<String> command, String stdin) {
    try {
      var builder = new ProcessBuilder(command);
      builder.environment().putAll(environment);
      Process process = builder.start();
      // A thread of its own: the Kubernetes client in this process lives on the common pool.
      var err = new FutureTask<>(() -> text(process.getErrorStream()));
      Thread.ofVirtual().start(err);
      try (var in = process.getOutputStream()) {
        in.write(stdin.getBytes(StandardCharsets.UTF_8));
      }
      String out = text(process.getInputStream());
      return new Answer(process.waitFor(), out, err.get());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot run " + command.getFirst(), e);
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String text(InputStream in) {
    try (in) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
