package dev.kafkaapibridge.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A Java program in a process of its own, which ends with this one. */
final class Program implements AutoCloseable {

  private static final Pattern LISTENING = Pattern.compile("listening on (\\S+)");

  private final Process process;
  private final Path log;

  private Program(Process process, Path log) {
    this.process = process;
    this.log = log;
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
  }

  /**
   * A class of ours.
   *
   * @param first jars that come before our own class path, each followed by a separator; may be
   *     empty
   */
  static Program ofClass(
      String name, Path log, String first, List<String> flags, String... arguments) {
    var command = new ArrayList<>(flags);
    command.addAll(List.of("-cp", first + System.getProperty("java.class.path"), name));
    command.addAll(List.of(arguments));
    return start(command, log);
  }

  static Program ofJar(Path jar, Path log, List<String> flags, String... arguments) {
    var command = new ArrayList<>(flags);
    command.addAll(List.of("-jar", jar.toString()));
    command.addAll(List.of(arguments));
    return start(command, log);
  }

  private static Program start(List<String> arguments, Path log) {
    var command =
        new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin/java").toString()));
    command.addAll(arguments);
    try {
      return new Program(
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start(),
          log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  long pid() {
    return process.pid();
  }

  boolean running() {
    return process.isAlive();
  }

  String log() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      return "";
    }
  }

  /** What it prints when it is ready: where it listens. */
  String awaitListening() throws InterruptedException {
    for (int i = 0; i < 600 && running(); i++) {
      Matcher matcher = LISTENING.matcher(log());
      if (matcher.find()) {
        return matcher.group(1);
      }
      TimeUnit.MILLISECONDS.sleep(100);
    }
    throw new IllegalStateException("it did not start: " + log());
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(3, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        process.waitFor();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
