package dev.kafkaapibridge.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * CPU that one process has used, by what its threads are for; read from Linux's {@code /proc}. What
 * threads have used that are gone is part of the process's own figure, so only those of the
 * compilers and the collector are looked at one by one, and each one's last figure is kept.
 *
 * <p>For one thread.
 */
final class ProcessCpu {

  /**
   * CPU seconds since the process began.
   *
   * @param own all but the compilers' and the collector's
   * @param jit of the compilers
   * @param gc of the collector; with the serial one, also other safepoint work
   */
  record Seconds(double own, double jit, double gc) {
    double all() {
      return own + jit + gc;
    }

    Seconds meanWith(Seconds other) {
      return new Seconds((own + other.own) / 2, (jit + other.jit) / 2, (gc + other.gc) / 2);
    }

    Seconds minus(Seconds before) {
      return new Seconds(own - before.own, jit - before.jit, gc - before.gc);
    }
  }

  private static final double TICKS = 100; // USER_HZ, the same on all Linux that runs Java
  private static final Pattern JIT = Pattern.compile("C[12] Compiler.*|Compiler.*");
  private static final Pattern GC = Pattern.compile("VM Thread|G1 .*|GC .*|.*GC Thread.*|Z[A-Z].*");

  private final Path process;
  private final Map<String, Long> jit = new HashMap<>();
  private final Map<String, Long> gc = new HashMap<>();

  ProcessCpu(long pid) {
    this.process = Path.of("/proc", Long.toString(pid));
  }

  Seconds read() {
    try (DirectoryStream<Path> tasks = Files.newDirectoryStream(process.resolve("task"))) {
      for (Path task : tasks) {
        note(task);
      }
      double all = ticks(Files.readString(process.resolve("stat")));
      double compiled = jit.values().stream().mapToLong(ticks -> ticks).sum();
      double collected = gc.values().stream().mapToLong(ticks -> ticks).sum();
      return new Seconds((all - compiled - collected) / TICKS, compiled / TICKS, collected / TICKS);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void note(Path task) throws IOException {
    try {
      String stat = Files.readString(task.resolve("stat"));
      String name = stat.substring(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
      if (JIT.matcher(name).matches()) {
        jit.put(task.getFileName().toString(), ticks(stat));
      } else if (GC.matcher(name).matches()) {
        gc.put(task.getFileName().toString(), ticks(stat));
      }
    } catch (NoSuchFileException e) {
      // That thread has just ended.
    } catch (IOException e) {
      if (Files.exists(task)) {
        throw e;
      }
    }
  }

  /** proc_pid_stat(5): utime and stime are fields 14 and 15, counted from the name's end. */
  private static long ticks(String stat) {
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    return Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
  }

  /** Most memory that was resident at once, in MiB. */
  double peakResidentMiB() {
    try {
      return Files.readAllLines(process.resolve("status")).stream()
          .filter(line -> line.startsWith("VmHWM:"))
          .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")) / 1024)
          .findFirst()
          .orElse(Double.NaN);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
