package dev.kafkaapibridge.benchmarks.autoscaling.world;

import org.jspecify.annotations.Nullable;

/**
 * What one run came to; the figures of the scenario format.
 *
 * @param recoverySeconds null: it hasn't recovered before the end
 */
public record Measured(
    double lagIntegral,
    double ageP50,
    double ageP99,
    int sloViolationSeconds,
    double podHours,
    long throttled,
    long errors,
    long delivered,
    double attemptsPerDelivery,
    int scaleActions,
    int flaps,
    int peakReplicas,
    @Nullable Double recoverySeconds,
    long undelivered) {}
