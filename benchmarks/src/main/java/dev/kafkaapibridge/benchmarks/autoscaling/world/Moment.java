package dev.kafkaapibridge.benchmarks.autoscaling.world;

/**
 * What a second looks like, for plots.
 *
 * @param backlog records that aren't delivered
 * @param replicas pods that exist
 * @param arrived, delivered, throttled, failed since the start
 */
public record Moment(
    int second,
    long backlog,
    double oldestAge,
    int replicas,
    int ready,
    long arrived,
    long delivered,
    long throttled,
    long failed) {}
