package dev.kafkaapibridge.benchmarks.autoscaling;

import dev.kafkaapibridge.benchmarks.autoscaling.control.Contestant;
import dev.kafkaapibridge.benchmarks.autoscaling.report.Outcome;
import dev.kafkaapibridge.benchmarks.autoscaling.report.Report;
import dev.kafkaapibridge.benchmarks.autoscaling.scenario.RandomScenarios;
import dev.kafkaapibridge.benchmarks.autoscaling.scenario.Scenario;
import dev.kafkaapibridge.benchmarks.autoscaling.scenario.ScenarioReader;
import dev.kafkaapibridge.benchmarks.autoscaling.scenario.ScenarioReader.InvalidScenario;
import dev.kafkaapibridge.benchmarks.autoscaling.world.Measured;
import dev.kafkaapibridge.benchmarks.autoscaling.world.Moment;
import dev.kafkaapibridge.benchmarks.autoscaling.world.World;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * {@code benchmarks/autoscaling/run}: each scenario under each controller, one JSON line for each
 * on stdout in that order, everything else on stderr.
 */
public final class Run {

  private Run() {}

  public static void main(String[] args) throws InterruptedException {
    System.exit(run(args, System.out, System.err));
  }

  static int run(String[] args, PrintStream out, PrintStream err) throws InterruptedException {
    Options options;
    try {
      options = Options.parse(List.of(args));
    } catch (Options.Wrong e) {
      err.println("run: " + e.getMessage());
      err.println(Options.USAGE);
      return 2;
    }
    var scenarios = new ArrayList<Scenario>();
    boolean valid = true;
    for (Path file : options.files()) {
      try {
        scenarios.add(ScenarioReader.read(Files.readString(file)));
      } catch (InvalidScenario e) {
        valid = false;
        e.wrong().forEach(wrong -> err.println(file + ": " + wrong));
      } catch (IOException e) {
        valid = false;
        err.println(file + ": can't be read: " + e);
      }
    }
    for (int i = 0; i < options.random(); i++) {
      try {
        scenarios.add(random(options.seed() + i, options.save()));
      } catch (InvalidScenario | IOException e) {
        valid = false;
        err.println("random scenario of seed " + (options.seed() + i) + ": " + e);
      }
    }
    if (!valid) {
      return 2;
    }
    return all(scenarios, options, out, err);
  }

  private static Scenario random(long seed, @Nullable Path save)
      throws InvalidScenario, IOException {
    String json = RandomScenarios.json(seed);
    if (save != null) {
      Files.createDirectories(save);
      Files.writeString(save.resolve("random-" + seed + ".json"), json + "\n");
    }
    return ScenarioReader.read(json);
  }

  private static int all(
      List<Scenario> scenarios, Options options, PrintStream out, PrintStream err)
      throws InterruptedException {
    try (ExecutorService threads =
        Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors())) {
      var runs = new ArrayList<Future<Outcome>>();
      for (Scenario scenario : scenarios) {
        for (Contestant contestant : options.controllers()) {
          var run = new FutureTask<>(() -> one(scenario, contestant, options, err));
          runs.add(run);
          threads.execute(run);
        }
      }
      var outcomes = new ArrayList<Outcome>();
      for (Future<Outcome> run : runs) {
        Outcome outcome = run.get();
        out.println(Line.of(outcome.scenario(), outcome.controller(), outcome.measured()));
        outcomes.add(outcome);
      }
      if (options.report() != null) {
        Report.write(options.report(), outcomes);
      }
      return 0;
    } catch (ExecutionException e) {
      err.println("run: a fault of the benchmark:");
      e.printStackTrace(err);
      return 1;
    } catch (IOException e) {
      err.println("run: the report can't be written: " + e);
      return 1;
    }
  }

  private static Outcome one(
      Scenario scenario, Contestant contestant, Options options, PrintStream err) {
    var moments = new ArrayList<Moment>();
    Consumer<Moment> plotted = options.report() == null ? moment -> {} : moments::add;
    if (!options.explain()) {
      Measured measured = World.run(scenario, contestant.of(scenario), plotted);
      return new Outcome(scenario, contestant.title(), measured, moments);
    }
    var story = new Story(scenario, contestant);
    Measured measured =
        World.run(
            scenario, contestant.of(scenario, story::because), plotted.andThen(story::moment));
    err.print(story.told());
    return new Outcome(scenario, contestant.title(), measured, moments);
  }
}
