package dev.kafkaapibridge.benchmarks.autoscaling.report;

import dev.kafkaapibridge.benchmarks.autoscaling.scenario.Scenario;
import dev.kafkaapibridge.benchmarks.autoscaling.world.Measured;
import dev.kafkaapibridge.benchmarks.autoscaling.world.Moment;
import java.util.List;

/**
 * One scenario under one controller.
 *
 * @param moments each second, or none where nobody plots them
 */
public record Outcome(
    Scenario scenario, String controller, Measured measured, List<Moment> moments) {}
