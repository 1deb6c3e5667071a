package dev.kafkaapibridge.sandbox.bridge;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * A control group with a bound on memory, as a container has: the kernel kills what exceeds it. Of
 * either version of Linux's control groups; needs root.
 */
final class MemoryLimit implements AutoCloseable {

  private static final Path ROOT = Path.of("/sys/fs/cgroup");

  private final Path group;
  private final boolean unified;

  private MemoryLimit(Path group, boolean unified) {
    this.group = group;
    this.unified = unified;
  }

  /** Skips the test where no control group can be made. */
  static MemoryLimit of(int mebibytes) {
    boolean unified = Files.exists(ROOT.resolve("cgroup.controllers"));
    Path parent = unified ? ROOT : ROOT.resolve("memory");
    Path group = parent.resolve("kab-test-" + UUID.randomUUID().toString().substring(0, 8));
    try {
      Files.createDirectory(group);
      if (unified && !Files.exists(group.resolve("memory.max"))) {
        Files.writeString(ROOT.resolve("cgroup.subtree_control"), "+memory");
      }
      Files.writeString(
          group.resolve(unified ? "memory.max" : "memory.limit_in_bytes"),
          Long.toString(mebibytes * 1024L * 1024));
      return new MemoryLimit(group, unified);
    } catch (IOException e) {
      System.err.println(
          "\n*** NOT RUN: the tests under a container's memory limit. They need root and control groups: "
              + e
              + " ***\n");
      assumeTrue(false, "no control group can be made here: " + e);
      throw new UncheckedIOException(e);
    }
  }

  /** The command, started within this group. */
  List<String> around(List<String> command) {
    var inside =
        new ArrayList<>(
            List.of("/bin/sh", "-c", "echo $$ > " + group + "/cgroup.procs; exec \"$@\"", "in"));
    inside.addAll(command);
    return inside;
  }

  /** How often something was killed for exceeding the limit. */
  long kills() {
    try {
      String events =
          Files.readString(group.resolve(unified ? "memory.events" : "memory.oom_control"));
      return events
          .lines()
          .filter(line -> line.startsWith("oom_kill "))
          .mapToLong(line -> Long.parseLong(line.substring("oom_kill ".length()).strip()))
          .sum();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try {
      Files.deleteIfExists(group);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
