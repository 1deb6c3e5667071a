package dev.kafkaapibridge.benchmarks.autoscaling.real;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kafkaapibridge.sandbox.Sandbox;
import dev.kafkaapibridge.sandbox.SandboxOptions;
import dev.kafkaapibridge.sandbox.api.Ledger;
import dev.kafkaapibridge.sandbox.api.SwitchboardApi;
import dev.kafkaapibridge.sandbox.kubernetes.Keda;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * {@code benchmarks/autoscaling/real}: contestants one after the other on the same broker, control
 * plane and KEDA; a JSON line for each stretch of each on stdout, everything else on stderr.
 */
public final class RealTime {

  private static final JsonMapper JSON = new JsonMapper();

  private final Options options;
  private final List<Stretch> stretches;
  private final Map<Contestant, List<Sample>> seen = new EnumMap<>(Contestant.class);

  private RealTime(Options options) {
    this.options = options;
    this.stretches = options.load().stretches(options.unitSeconds());
  }

  public static void main(String[] arguments) {
    Options options;
    try {
      options = Options.parse(List.of(arguments));
    } catch (IllegalArgumentException e) {
      System.err.println("real: " + e.getMessage());
      System.err.println(Options.USAGE);
      System.exit(2);
      return;
    }
    int exitCode = 1;
    try {
      new RealTime(options).run();
      exitCode = 0;
    } catch (IOException | RuntimeException e) {
      e.printStackTrace();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      System.exit(exitCode); // clients of the cluster keep threads
    }
  }

  private void run() throws IOException, InterruptedException {
    Path root = SandboxOptions.projectRoot();
    boolean keda = options.contestants().stream().anyMatch(Contestant::needsKeda);
    if (keda && !Keda.isBuilt(root)) {
      throw new IllegalStateException("KEDA was not built: scripts/kubernetes/keda build");
    }
    try (Sandbox sandbox = Sandbox.start(sandbox(root))) {
      if (keda) {
        Keda.start(root, sandbox.directory().resolve("kubernetes"));
      }
      for (Contestant contestant : options.contestants()) {
        run(sandbox, contestant);
      }
    }
    System.err.print(Table.of(seen, stretches));
  }

  private void run(Sandbox sandbox, Contestant contestant)
      throws IOException, InterruptedException {
    System.err.println(contestant.title() + ": " + stretches.getLast().until() + " s");
    try (var trial = new Trial(sandbox, contestant)) {
      List<Sample> samples = trial.run(stretches);
      seen.put(contestant, samples);
      tell(contestant, samples, trial.ledger());
    }
  }

  private void tell(Contestant contestant, List<Sample> samples, Ledger ledger) throws IOException {
    Table.rows(samples, stretches)
        .forEach((title, figures) -> {
          var line = JSON.createObjectNode().put("load", options.load().title());
          line.put("contestant", contestant.title()).put("stretch", title);
          line.setAll(JSON.<ObjectNode>valueToTree(figures));
          System.out.println(line);
        });
    System.err.println(contestant.title() + ": " + ledger);
    if (options.save().isPresent()) {
      var lines = new ArrayList<>(List.of(Sample.HEADINGS));
      samples.forEach(sample -> lines.add(sample.csv()));
      Files.createDirectories(options.save().get());
      String name = options.load().title() + "-" + contestant.title() + ".csv";
      Files.write(options.save().get().resolve(name), lines);
    }
  }

  private static SandboxOptions sandbox(Path root) {
    return new SandboxOptions(
        root,
        SandboxOptions.Home.Here,
        null,
        SwitchboardApi.Memory.Figures,
        System.err::println,
        Map.of(
            Trial.IMAGE,
            List.of(
                "-cp",
                System.getProperty("java.class.path"),
                "dev.kafkaapibridge.benchmarks.program.PlainConsumer")));
  }
}
