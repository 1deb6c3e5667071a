package dev.kafkaapibridge.benchmarks.autoscaling;

import dev.kafkaapibridge.benchmarks.autoscaling.control.Contestant;
import dev.kafkaapibridge.benchmarks.autoscaling.scenario.Scenario;
import dev.kafkaapibridge.benchmarks.autoscaling.world.Moment;
import java.util.Locale;

/** One run told in a line each 15 s: what it looks like, and why, where the controller says so. */
final class Story {

  private static final int EACH = 15;

  private final Scenario scenario;
  private final StringBuilder told = new StringBuilder();
  private Moment before = new Moment(0, 0, 0, 0, 0, 0, 0, 0, 0);
  private String reason = "";

  Story(Scenario scenario, Contestant contestant) {
    this.scenario = scenario;
    told.append(scenario.name()).append(", ").append(contestant.title()).append('\n');
    told.append(
        "second  backlog   oldest pods(ready)  arrive   done  429/s fail/s  quota latency\n");
  }

  void because(String sentence) {
    reason = sentence;
  }

  void moment(Moment now) {
    if (now.second() % EACH != 0) {
      return;
    }
    double seconds = Math.max(1, now.second() - before.second());
    told.append(
        String.format(
            Locale.ROOT,
            "%6d %8d %8.1f %4d(%3d) %9.1f %6.1f %6.1f %6.1f %6.1f%s %6.3f  %s%n",
            now.second(),
            now.backlog(),
            now.oldestAge(),
            now.replicas(),
            now.ready(),
            (now.arrived() - before.arrived()) / seconds,
            (now.delivered() - before.delivered()) / seconds,
            (now.throttled() - before.throttled()) / seconds,
            (now.failed() - before.failed()) / seconds,
            scenario.api().quota().at(now.second() - 1),
            scenario.api().outage().at(now.second() - 1) > 0 ? "!" : " ",
            scenario.api().latency().at(now.second() - 1),
            reason));
    before = now;
  }

  String told() {
    return told.toString();
  }
}
