package dev.kafkaapibridge.benchmarks.autoscaling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kafkaapibridge.benchmarks.autoscaling.control.Contestant;
import dev.kafkaapibridge.benchmarks.autoscaling.report.Ratios;
import dev.kafkaapibridge.benchmarks.autoscaling.report.Ratios.Pair;
import dev.kafkaapibridge.benchmarks.autoscaling.scenario.RandomScenarios;
import dev.kafkaapibridge.benchmarks.autoscaling.scenario.Scenario;
import dev.kafkaapibridge.benchmarks.autoscaling.world.Measured;
import dev.kafkaapibridge.benchmarks.autoscaling.world.World;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/**
 * What the bridge has reached against KEDA with HPA on a trace and on a dozen random scenarios; a
 * change that loses it is noticed here. The bounds are a little wider than what was measured.
 */
class AcceptanceTest {

  private record Ratio(double podHours, double lag) {}

  private static Ratio ratio(String trace) {
    Scenario scenario = scenario(trace);
    Measured bridge = World.run(scenario, Contestant.BRIDGE.of(scenario));
    Measured keda = World.run(scenario, Contestant.KEDA_HPA.of(scenario));
    return new Ratio(
        bridge.podHours() / keda.podHours(), (bridge.lagIntegral() + 1) / (keda.lagIntegral() + 1));
  }

  private static Scenario scenario(String trace) {
    Path root = Path.of(System.getProperty("kab.root"));
    try {
      return Scenarios.read(
          Files.readString(root.resolve("benchmarks/autoscaling/scenarios/" + trace + ".json")));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Measured: 0.063 of the lag, 0.53 of the pod-hours. */
  @Test
  void aLoadThatFollowsTheDayIsFollowed() {
    Ratio ratio = ratio("diurnal");

    assertThat(ratio.lag()).isLessThan(0.1);
    assertThat(ratio.podHours()).isLessThan(0.6);
  }

  /** Measured: 0.030 of the 429s, 0.63 of the pod-hours, 0.79 of the lag, 0.61 of the flaps. */
  @Test
  void onScenariosThatNobodyHasThoughtOf() throws Exception {
    try (ExecutorService threads =
        Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors())) {
      var pairs = new ArrayList<Future<Pair>>();
      for (long seed = 1; seed <= 12; seed++) {
        Scenario scenario = Scenarios.read(RandomScenarios.json(seed));
        pairs.add(threads.submit(() -> pair(scenario)));
      }
      var of = new ArrayList<Pair>();
      for (Future<Pair> pair : pairs) {
        of.add(pair.get());
      }
      Ratios ratios = Ratios.of(of);

      assertThat(ratios.throttled()).isLessThan(0.04);
      assertThat(ratios.podHours()).isLessThan(0.67);
      assertThat(ratios.lag()).isLessThan(0.86);
      assertThat(ratios.flaps()).isLessThan(0.66);
    }
  }

  private static Pair pair(Scenario scenario) {
    return new Pair(
        World.run(scenario, Contestant.BRIDGE.of(scenario)),
        World.run(scenario, Contestant.KEDA_HPA.of(scenario)));
  }
}
