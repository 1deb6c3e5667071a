package dev.kafkaapibridge.runtime;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.kafkaapibridge.api.derived.Binding;
import dev.kafkaapibridge.api.v1alpha1.KafkaApiBridge;
import dev.kafkaapibridge.api.v1alpha1.KafkaApiBridgeSpec;
import dev.kafkaapibridge.api.validation.BridgeFile;
import dev.kafkaapibridge.api.validation.NotYetServed;
import dev.kafkaapibridge.api.validation.Violation;
import dev.kafkaapibridge.runtime.cluster.ConnectionSettings;
import dev.kafkaapibridge.runtime.letters.DeadLetterCommand;
import dev.kafkaapibridge.runtime.letters.LetterQuery;
import dev.kafkaapibridge.runtime.refs.References;
import dev.kafkaapibridge.runtime.telemetry.LogLevels;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.slf4j.LoggerFactory;

/**
 * File in, bridge running, exit code out: 0 drained, 1 failed, 2 the file or the command line can't
 * be used, 3 drained since the binding leads elsewhere: whoever started it starts it again.
 */
public final class Main {

  private static final Violation DIVIDED_BY_THE_OPERATOR =
      new Violation(
          "spec.delivery.rateLimit.shared",
          "is divided by the operator, and a process that is started by hand knows of no other bridge",
          "take it away and give this one its own part as `requests`");

  private static final Violation FOUND_BY_THE_OPERATOR =
      new Violation(
          "spec.kafka.strimziClusterRef",
          "is looked up by the operator, and a process that is started by hand knows no Kubernetes",
          "write bootstrapServers and tls instead");

  private Main() {}

  public static void main(String[] arguments) {
    int code = start(arguments);
    if (code != 0) {
      System.exit(code);
    }
  }

  private static int start(String... arguments) {
    if (arguments.length > 0 && arguments[0].equals("dead-letters")) {
      return deadLetters(List.of(arguments).subList(1, arguments.length));
    }
    CommandLine commandLine;
    try {
      commandLine = CommandLine.parse(arguments);
    } catch (CommandLine.Unusable e) {
      System.err.println(e.getMessage() + "\n\n" + CommandLine.USAGE);
      return 2;
    }
    return switch (read(commandLine.file())) {
      case BridgeFile.Reading.Refused(var violations) -> refuse(commandLine.file(), violations);
      case BridgeFile.Reading.Sound sound -> {
        List<Violation> notServed = NotYetServed.usesIn(sound.tree());
        if (!notServed.isEmpty()) {
          yield refuse(commandLine.file(), notServed);
        }
        if (sound.bridge().spec().delivery().rateLimit().shared() != null) {
          yield refuse(commandLine.file(), List.of(DIVIDED_BY_THE_OPERATOR));
        }
        if (sound.bridge().spec().kafka().strimziClusterRef() != null) {
          yield refuse(commandLine.file(), List.of(FOUND_BY_THE_OPERATOR));
        }
        if (commandLine.deletesGroup()) {
          yield GroupDeletion.of(sound.bridge(), commandLine.refs());
        }
        if (sound.bridge().spec().state() == KafkaApiBridgeSpec.State.Stopped) {
          System.out.println("spec.state is Stopped: nothing is started");
          yield 0;
        }
        yield run(commandLine, sound);
      }
    };
  }

  private static BridgeFile.Reading read(Path file) {
    try {
      return BridgeFile.read(Files.readString(file, StandardCharsets.UTF_8));
    } catch (CharacterCodingException e) {
      return unreadable("it is not UTF-8 text");
    } catch (NoSuchFileException e) {
      return unreadable("there is no such file");
    } catch (IOException e) {
      return unreadable("can't be read: " + e.getMessage());
    }
  }

  private static BridgeFile.Reading unreadable(String why) {
    return new BridgeFile.Reading.Refused(List.of(new Violation("<file>", why)));
  }

  /** What is written to standard output is letters and nothing else. */
  private static int deadLetters(List<String> arguments) {
    ((Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME)).setLevel(Level.OFF);
    ((Logger) LoggerFactory.getLogger("org.apache.kafka")).setLevel(Level.OFF);
    LetterQuery query;
    try {
      query = LetterQuery.parse(arguments, Instant.now());
    } catch (LetterQuery.Unusable e) {
      System.err.println(e.getMessage() + "\n\n" + LetterQuery.USAGE);
      return 2;
    }
    return switch (read(query.file())) {
      case BridgeFile.Reading.Refused(var violations) -> refuse(query.file(), violations);
      case BridgeFile.Reading.Sound sound -> {
        KafkaApiBridge bridge = sound.bridge();
        if (bridge.spec().kafka().strimziClusterRef() != null) {
          yield refuse(query.file(), List.of(FOUND_BY_THE_OPERATOR));
        }
        Names names = Names.of(bridge);
        var settings =
            ConnectionSettings.of(
                bridge.spec().kafka(), names.group(), new References(query.refs(), bridge.spec()));
        var missing = settings.missing();
        if (missing.isPresent()) {
          System.err.println(missing.get().message());
          yield 1;
        }
        var out =
            new PrintStream(
                new BufferedOutputStream(new FileOutputStream(FileDescriptor.out)),
                false,
                StandardCharsets.UTF_8);
        yield new DeadLetterCommand(settings.map(), names.deadLetterTopic(), out, System.err)
            .run(query);
      }
    };
  }

  private static int run(CommandLine commandLine, BridgeFile.Reading.Sound file) {
    LogLevels.set(file.bridge().spec().observability().logLevel());
    var listen = new InetSocketAddress(commandLine.address(), commandLine.port());
    try (var bridge =
        new Bridge(
            file,
            new StateFile(commandLine.file(), file),
            commandLine.refs(),
            listen,
            commandLine.startedAt(),
            version())) {
      System.out.printf(
          "listening on http://%s:%d%n", commandLine.address(), bridge.address().getPort());
      return drainOnSignal(bridge);
    } catch (IOException e) {
      System.err.printf(
          "%s:%d can't be listened on: %s. Choose another with --port.%n",
          commandLine.address(), commandLine.port(), e.getMessage());
      return 1;
    }
  }

  /**
   * A signal ends the bridge in order, and then the process with the code of how that went: without
   * this, the JVM would report the signal instead.
   */
  private static int drainOnSignal(Bridge bridge) {
    var ended = new CompletableFuture<Integer>();
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  bridge.stop();
                  Runtime.getRuntime().halt(ended.join());
                },
                "drain"));
    try {
      bridge.run();
      int code = bridge.isLedElsewhere() ? Binding.EXIT_LED_ELSEWHERE : 0;
      ended.complete(code);
      return code;
    } finally {
      ended.complete(1); // does nothing where it ended well
    }
  }

  private static int refuse(Path file, List<Violation> violations) {
    var screen = new StringBuilder(file + " is refused:\n\n");
    violations.stream()
        .limit(8)
        .forEach(violation -> {
          screen
              .append("  ")
              .append(violation.field())
              .append(": ")
              .append(violation.message())
              .append('\n');
          if (!violation.fix().isEmpty()) {
            screen.append("      ").append(violation.fix()).append('\n');
          }
        });
    if (violations.size() > 8) {
      screen.append("  and ").append(violations.size() - 8).append(" more\n");
    }
    System.err.print(screen);
    return 2;
  }

  private static String version() {
    return Objects.requireNonNullElse(
        Main.class.getPackage().getImplementationVersion(), "development");
  }
}
