package dev.kafkaapibridge.sandbox;

import dev.kafkaapibridge.sandbox.api.Ledger;
import dev.kafkaapibridge.sandbox.api.SwitchboardApi;
import dev.kafkaapibridge.sandbox.view.LiveView;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * The demo. Exit codes: 0 every record kept, 1 lost or reordered or failed, 2 the command line
 * can't be used, 130 ended by Ctrl-C.
 */
public final class Main {

  private Main() {}

  public static void main(String[] arguments) {
    DemoOptions options;
    Example example;
    Path root;
    try {
      options = DemoOptions.parse(arguments);
      root = SandboxOptions.projectRoot();
      example = Example.load(root, options.example());
    } catch (DemoOptions.Unusable | IllegalArgumentException e) {
      System.err.println(e.getMessage() + "\nscripts/demo --help lists the options.");
      System.exit(2);
      return;
    }
    System.exit(run(root, options, example));
  }

  private static int run(Path root, DemoOptions options, Example example) {
    var sandbox =
        new Sandbox(
            new SandboxOptions(
                root,
                options.home(),
                options.host(),
                SwitchboardApi.Memory.Figures,
                System.err::println,
                Map.of()));
    // A signal closes the sandbox under the demo's feet, which then ends without a word.
    Thread hook = new Thread(() -> interrupted(sandbox), "interrupted");
    Runtime.getRuntime().addShutdownHook(hook);
    int exitCode = 1;
    try (LiveView view = LiveView.onStandardOutput()) {
      sandbox.start();
      Ledger ledger = new Demo(sandbox, options, example, view).run();
      view.conclude(conclusion(ledger));
      exitCode = ledger.kept() ? 0 : 1;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      if (!sandbox.closing()) {
        complain(e);
      }
    }
    sandbox.close();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      LockSupport.park(); // the signal's hook decides how this ends
    }
    return exitCode;
  }

  /** A sentence for what can go wrong; all there is to know for what should not have. */
  private static void complain(RuntimeException e) {
    if (e instanceof IllegalStateException || e instanceof UncheckedIOException) {
      System.err.println(e.getMessage());
    } else {
      e.printStackTrace();
    }
  }

  private static List<String> conclusion(Ledger ledger) {
    var lines = new ArrayList<String>();
    lines.add("");
    lines.add("sent           %,9d".formatted(ledger.sent()));
    lines.add("delivered      %,9d".formatted(ledger.delivered()));
    lines.add("dead-lettered  %,9d".formatted(ledger.deadLettered()));
    lines.add("duplicated     %,9d".formatted(ledger.duplicated()));
    lines.add("lost           %,9d".formatted(ledger.lost()));
    lines.add("reordered      %,9d".formatted(ledger.reordered()));
    if (ledger.rekeyed() > 0) {
      lines.add("%,d duplicates came under another idempotency key".formatted(ledger.rekeyed()));
    }
    return lines;
  }

  private static void interrupted(Sandbox sandbox) {
    System.err.println("ending everything");
    sandbox.close();
    Runtime.getRuntime().halt(130);
  }
}
