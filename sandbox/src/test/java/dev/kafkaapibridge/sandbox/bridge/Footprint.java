package dev.kafkaapibridge.sandbox.bridge;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * What a process takes of a Linux machine.
 *
 * @param residentKiB memory that it occupies, files that it has mapped included
 * @param anonymousKiB of it, what no file stands behind: what a container's limit is about
 * @param threads of the operating system
 * @param openFiles sockets too
 */
record Footprint(long residentKiB, long anonymousKiB, long threads, long openFiles) {

  static Footprint of(ProcessHandle process) {
    Path proc = Path.of("/proc", Long.toString(process.pid()));
    try (var files = Files.list(proc.resolve("fd"))) {
      String status = Files.readString(proc.resolve("status"));
      return new Footprint(
          figure(status, "VmRSS"),
          figure(status, "RssAnon"),
          figure(status, "Threads"),
          files.count());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long figure(String status, String name) {
    var matcher = Pattern.compile(name + ":\\s+(\\d+)").matcher(status);
    if (!matcher.find()) {
      throw new IllegalStateException("no " + name + " in " + status);
    }
    return Long.parseLong(matcher.group(1));
  }
}
