package dev.kafkaapibridge.sandbox.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A program that ends with the one that started it, however that went: a sandbox that was killed
 * must not leave Java processes behind. A shell stands between the two. It holds the reading end of
 * a pipe that closes with us, forwards SIGTERM, and shields the program from the Ctrl-C that a
 * terminal sends to everybody at once, so that it is ended in order: pods before the broker.
 */
public final class GuardedProcess implements AutoCloseable {

  private static final String GUARD =
      """
      trap '' INT HUP
      exec 3<&0
      "$@" </dev/null 3<&- &
      program=$!
      (cat <&3; kill -TERM $program; sleep 90; kill -KILL $program) >/dev/null 2>&1 &
      watcher=$!
      trap 'kill -TERM $program' TERM
      while wait $program; status=$?; [ $status -gt 128 ] && kill -0 $program 2>/dev/null; do :; done
      kill $watcher 2>/dev/null
      exit $status
      """;

  private final Process guard;
  private final Path log;

  private GuardedProcess(Process guard, Path log) {
    this.guard = guard;
    this.log = log;
  }

  /**
   * Starts a program.
   *
   * @param command program and arguments
   * @param environment added to this process's own
   * @param log where its output goes; appended to
   */
  public static GuardedProcess start(
      List<String> command, Map<String, String> environment, Path log) {
    var guarded = new ArrayList<>(List.of("/bin/sh", "-c", GUARD, "guard"));
    guarded.addAll(command);
    var builder = new ProcessBuilder(guarded).redirectErrorStream(true);
    builder.environment().putAll(environment);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    try {
      Files.createDirectories(log.toAbsolutePath().getParent());
      return new GuardedProcess(builder.start(), log);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start " + command.getFirst(), e);
    }
  }

  /** The {@code java} that runs this process. */
  public static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  public Path log() {
    return log;
  }

  /** The end of what the program wrote, at most {@code characters}. */
  public String logTail(int characters) {
    try {
      String all = Files.readString(log);
      return all.substring(Math.max(0, all.length() - characters));
    } catch (IOException e) {
      return "";
    }
  }

  public boolean running() {
    return guard.isAlive();
  }

  /** Completed with the exit code: of the program, or 128 and the signal that ended it. */
  public CompletableFuture<Integer> ended() {
    return guard.onExit().thenApply(Process::exitValue);
  }

  /** SIGTERM; the program may take its time. */
  public void terminate() {
    guard.destroy();
  }

  /** SIGKILL, as a crash or a node that lost power would end it. */
  public void kill() {
    guard.descendants().forEach(ProcessHandle::destroyForcibly);
  }

  /** SIGSTOP: the program stands still, as on a machine that is suspended, until {@link #goOn}. */
  public void standStill() {
    signal("STOP");
  }

  /** SIGCONT. */
  public void goOn() {
    signal("CONT");
  }

  private void signal(String name) {
    var command = new ArrayList<>(List.of("kill", "-" + name));
    guard.descendants().forEach(process -> command.add(Long.toString(process.pid())));
    try {
      new ProcessBuilder(command).start().waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * The program itself, below the shell that guards it.
   *
   * @throws IllegalStateException if it has ended
   */
  public ProcessHandle program() {
    return guard
        .children()
        .filter(child -> !child.info().command().orElse("").equals(shell()))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("the program has ended"));
  }

  private String shell() {
    return guard.info().command().orElse("/bin/sh");
  }

  /**
   * SIGTERM, and SIGKILL if the program is still there after {@code grace}. Returns when it is
   * gone, with its exit code.
   */
  public int stop(Duration grace) {
    try {
      terminate();
      if (!guard.waitFor(grace.toMillis(), TimeUnit.MILLISECONDS)) {
        kill();
        if (!guard.waitFor(5, TimeUnit.SECONDS)) {
          guard.destroyForcibly();
        }
      }
      return guard.waitFor();
    } catch (InterruptedException e) {
      kill();
      Thread.currentThread().interrupt();
      return 137;
    }
  }

  @Override
  public void close() {
    stop(Duration.ofSeconds(10));
  }
}
