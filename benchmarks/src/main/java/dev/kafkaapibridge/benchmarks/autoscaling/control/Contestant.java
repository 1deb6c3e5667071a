package dev.kafkaapibridge.benchmarks.autoscaling.control;

import dev.kafkaapibridge.benchmarks.autoscaling.scenario.Scenario;
import dev.kafkaapibridge.benchmarks.autoscaling.world.Controller;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The controllers by name. */
public enum Contestant {
  BRIDGE("bridge"),
  KEDA_HPA("keda-hpa"),
  CPU_HPA("cpu-hpa"),
  DS2("ds2"),
  ORACLE("oracle");

  private final String title;

  Contestant(String title) {
    this.title = title;
  }

  public String title() {
    return title;
  }

  public Controller of(Scenario scenario) {
    return of(scenario, sentence -> {});
  }

  /**
   * @param explanations told why, by whoever can say so
   */
  public Controller of(Scenario scenario, Consumer<String> explanations) {
    return switch (this) {
      case BRIDGE ->
          new Bridge(
              scenario,
              decision -> explanations.accept(decision.regime() + ": " + decision.sentence()));
      case KEDA_HPA -> new KedaHpa(scenario.minReplicas(), scenario.maxReplicas());
      case CPU_HPA -> new CpuHpa(scenario.minReplicas(), scenario.maxReplicas());
      case DS2 -> new Ds2(scenario.pod().slots());
      case ORACLE -> new Oracle(scenario);
    };
  }

  /** Null where nobody is called so. */
  public static @Nullable Contestant named(String title) {
    return Arrays.stream(values())
        .filter(each -> each.title.equals(title))
        .findFirst()
        .orElse(null);
  }

  public static String titles() {
    return Arrays.stream(values()).map(Contestant::title).collect(Collectors.joining(","));
  }
}
