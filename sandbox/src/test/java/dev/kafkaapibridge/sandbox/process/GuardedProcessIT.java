package dev.kafkaapibridge.sandbox.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GuardedProcessIT {

  @TempDir Path directory;

  @Test
  void theExitCodeAndTheOutputAreTheProgrammes() throws IOException {
    var process = sh("echo hello $WHO; exit 7");

    assertThat(process.ended().join()).isEqualTo(7);
    assertThat(Files.readString(process.log())).isEqualTo("hello world\n");
  }

  @Test
  void termReachesTheProgramWhichMayTakeItsTime() {
    var process =
        sh("trap 'sleep 1; echo drained; exit 0' TERM; echo up; while :; do sleep 0.1; done");
    await().atMost(Duration.ofSeconds(30)).until(() -> process.logTail(10).contains("up"));

    assertThat(process.stop(Duration.ofSeconds(10))).isZero();
    assertThat(process.logTail(20)).contains("drained");
  }

  @Test
  void aProgramThatWillNotEndIsKilled() {
    var process = sh("trap '' TERM; echo up; while :; do sleep 0.1; done");
    await().atMost(Duration.ofSeconds(30)).until(() -> process.logTail(10).contains("up"));

    assertThat(process.stop(Duration.ofMillis(300))).isEqualTo(137);
    assertThat(process.running()).isFalse();
  }

  @Test
  void aProgramEndsWithAParentThatWasKilled() throws Exception {
    Path pidFile = directory.resolve("pid");
    Process parent =
        new ProcessBuilder(
                GuardedProcess.java(),
                "-cp",
                System.getProperty("java.class.path"),
                Parent.class.getName(),
                pidFile.toString())
            .inheritIO()
            .start();
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> Files.exists(pidFile) && Files.size(pidFile) > 0);
    long child = Long.parseLong(Files.readString(pidFile).strip());
    assertThat(alive(child)).isTrue();

    parent.destroyForcibly().waitFor();

    await().atMost(Duration.ofSeconds(20)).until(() -> !alive(child));
  }

  /** Starts a program that writes down its id, and waits to be killed. */
  static final class Parent {
    public static void main(String[] arguments) throws InterruptedException {
      Path pidFile = Path.of(arguments[0]);
      GuardedProcess.start(
          List.of("/bin/sh", "-c", "echo $$ > " + pidFile + "; exec sleep 600"),
          Map.of(),
          pidFile.resolveSibling("child.log"));
      Thread.sleep(600_000);
    }
  }

  private static boolean alive(long pid) {
    return Optional.of(pid).flatMap(ProcessHandle::of).map(ProcessHandle::isAlive).orElse(false);
  }

  private GuardedProcess sh(String script) {
    return GuardedProcess.start(
        List.of("/bin/sh", "-c", script), Map.of("WHO", "world"), directory.resolve("log"));
  }
}
